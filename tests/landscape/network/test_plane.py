"""The picture of a plane is the loss at each of its points: the shortcut through the first layer changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from netlab.landscape.network.flat import filter_lengths, flat, shaped, size
from netlab.landscape.network.plane import (
    Plane,
    Prepared,
    Stage,
    axis,
    drawn_places,
    losses,
    penalty,
    penalty_slope,
    refined,
    stages,
)
from netlab.nets.layers import Convolution
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES
from netlab.nn.place import Place, shown_in
from tests.landscape.network.made import direction, pictures, weights_of

HIDDEN: tuple[tuple[int, ...], ...] = ((), (12,), (11, 9), (9, 8, 7))
TRAINABLE = list(shown_in(ACTIVATIONS, Place.TRAIN))
EVERY_LOSS = list(shown_in(LOSSES, Place.TRAIN))


def plane_of(spec: NetworkSpec, kind: Any, seed: int = 0) -> Plane:
    weights = weights_of(spec, seed, kind)
    centre = flat(spec, weights, kind)
    long = float(np.linalg.norm(centre))
    return Plane(spec, weights, centre, *(direction(len(centre), seed + one, kind, long) for one in (7, 8)))


def compared(plane: Plane, count: int = 40) -> tuple[Any, Any]:
    """All of a row of the picture by the shortcut, and each of its points anew: mean losses."""
    images, labels = pictures(count)
    rng = np.random.default_rng(3)
    across, (up,) = rng.uniform(-1.5, 1.5, 5), rng.uniform(-1.5, 1.5, 1)
    ((quick, error, _),) = Prepared(plane, images, labels).rows(across, np.array([up]), count)
    plain = [losses(plane, a, up, images, labels).astype(np.float64) for a in across]
    spread = [each.std(ddof=1) / np.sqrt(count) for each in plain]
    return np.concatenate([quick, error]), np.array([*(each.mean() for each in plain), *spread])


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("activation", TRAINABLE)
def test_the_shortcut_is_exact(activation: str, hidden: tuple[int, ...]) -> None:
    spec = NetworkSpec(hidden=hidden, activation=activation)
    np.testing.assert_allclose(*compared(plane_of(spec, np.float64)), rtol=1e-12)
    np.testing.assert_allclose(*compared(plane_of(spec, np.float32)), rtol=1e-6)


@pytest.mark.parametrize("loss", EVERY_LOSS)
@pytest.mark.parametrize("normalisation", ["none", "batch"])
def test_so_it_is_with_every_loss_and_with_normalisation(loss: str, normalisation: str) -> None:
    spec = NetworkSpec(hidden=(10, 8), loss=loss, normalisation=normalisation)
    np.testing.assert_allclose(*compared(plane_of(spec, np.float64)), rtol=1e-12)


def test_smoothed_targets_count() -> None:
    spec = NetworkSpec(hidden=(10,), label_smoothing=0.2)
    plane = plane_of(spec, np.float64)
    np.testing.assert_allclose(*compared(plane), rtol=1e-12)
    plain = Plane(replace(spec, label_smoothing=0.0), plane.weights, plane.centre, plane.first, plane.second)
    assert not np.allclose(compared(plane)[0], compared(plain)[0])


@pytest.mark.parametrize(
    "spec", [NetworkSpec(hidden=(12,)), NetworkSpec(hidden=(9,), convolutions=(Convolution(3, 5, 2),))]
)
def test_a_point_is_the_network_that_stands_there(spec: NetworkSpec) -> None:
    plane = plane_of(spec, np.float32)
    images, labels = pictures(60)
    ((loss, _, right),) = Prepared(plane, images, labels).rows(np.array([0.3]), np.array([-0.2]), 60)
    row = plane.centre + np.float32(0.3) * plane.first + np.float32(-0.2) * plane.second
    answers = predict(spec, shaped(spec, row, plane.weights), images.astype(np.float32) / np.float32(255))
    assert right[0] == (answers.argmax(axis=1) == labels).mean()
    surprise = -np.log(answers[np.arange(60), labels].astype(np.float64))
    np.testing.assert_allclose(loss[0], surprise.mean(), rtol=1e-4)


def test_measured_statistics_stay_as_they_were_measured() -> None:
    spec = NetworkSpec(hidden=(10,), normalisation="batch")
    plane = plane_of(spec, np.float32)
    name = "batch_normalization/moving_mean"
    assert plane.at(0.7, -0.4)[name] is plane.weights[name]
    assert size(spec) == sum(row.trained for row in spec.parameter_table())


def test_a_row_is_the_weights_and_back() -> None:
    spec = NetworkSpec(hidden=(10,), normalisation="batch")
    weights = weights_of(spec)
    back = shaped(spec, flat(spec, weights), weights)
    assert list(back) == list(weights)
    assert all((back[name] == weights[name]).all() for name in weights)
    kernel = weights["dense/kernel"].astype(np.float64)
    lengths = filter_lengths(spec, flat(spec, weights))["dense/kernel"]
    np.testing.assert_allclose(lengths, np.sqrt((kernel**2).sum(axis=0)))


def test_regularisation_is_added_where_it_is_asked_for() -> None:
    spec = NetworkSpec(hidden=(10,), l1=0.01, l2=0.02)
    plane, (images, labels) = plane_of(spec, np.float64), pictures(30)
    with_it, without = (
        Prepared(plane, images, labels, regularised=wanted).heights(1.0, Stage(3, 30)).loss
        for wanted in (True, False)
    )
    for row, b in enumerate(axis(1.0, 3)):
        for column, a in enumerate(axis(1.0, 3)):
            kernels = [one for name, one in plane.at(a, b).items() if name.endswith("kernel")]
            added = sum(0.01 * np.abs(one).sum() + 0.02 * (one**2).sum() for one in kernels)
            assert with_it[row, column] - without[row, column] == pytest.approx(added)
    assert penalty(replace(spec, l1=0.0, l2=0.0), plane.weights) == 0.0
    slope, moved = penalty_slope(spec, plane.centre), 1e-6
    for drawn in (plane.first, plane.second):
        towards = drawn / np.abs(drawn).max()
        ends = [shaped(spec, plane.centre + sign * moved * towards, plane.weights) for sign in (1, -1)]
        rise = (penalty(spec, ends[0]) - penalty(spec, ends[1])) / (2 * moved)
        assert slope @ towards == pytest.approx(rise, rel=1e-4)


def test_the_picture_comes_from_coarse_to_fine_and_ends_with_all_images() -> None:
    plane, (images, labels) = plane_of(NetworkSpec(hidden=(5,)), np.float32), pictures(1300)
    seen = list(refined(Prepared(plane, images, labels), 0.5))
    assert [(len(one.a), one.images) for one in (seen[0], seen[1], seen[-1])] == [
        (9, 500),
        (25, 1000),
        (25, 1300),
    ]
    whole = Prepared(plane, images, labels).heights(0.5, Stage(25, 1300))
    np.testing.assert_array_equal(seen[-1].loss, whole.loss)
    np.testing.assert_array_equal(seen[-1].accuracy, whole.accuracy)
    assert (seen[3].loss[:2] == whole.loss[:2]).all()
    assert (seen[3].loss[2:] == seen[1].loss[2:]).all()


def test_another_reach_asks_for_no_product_of_pictures_and_weights_again() -> None:
    plane, (images, labels) = plane_of(NetworkSpec(hidden=(5,)), np.float32), pictures(300)
    prepared = Prepared(plane, images, labels)
    prepared.heights(1.0, Stage(3, 300))
    plane.corners[0]["dense/kernel"][:] = np.nan  # whoever multiplied by it again would see no number
    assert np.isfinite(prepared.heights(0.1, Stage(5, 300)).loss).all()


def test_the_same_pictures_are_asked_every_time_and_never_the_first() -> None:
    chosen = drawn_places(10_000)
    assert sorted(chosen) == list(range(10_000))
    assert (chosen[:500] == drawn_places(10_000, 500)).all()
    assert abs(chosen[:500].mean() - 5000) < 500


def test_networks_that_cost_more_are_asked_for_less() -> None:
    wide, deep = NetworkSpec(hidden=(512,)), NetworkSpec(hidden=(512, 512))
    convolved = NetworkSpec(convolutions=(Convolution(16, 5, 2),))
    assert stages(wide, 10_000) == (Stage(9, 500), Stage(25, 1000), Stage(25, 10_000))
    assert stages(deep, 10_000)[1].images < 1000
    assert stages(convolved, 10_000)[1].points == 15
    assert stages(wide, 300) == (Stage(9, 300), Stage(25, 300))


def test_a_network_that_overflows_has_no_height_there() -> None:
    spec = NetworkSpec(hidden=(6,))
    plane = plane_of(spec, np.float32)
    far = Plane(spec, plane.weights, plane.centre, plane.first * np.float32(1e30), plane.second)
    images, labels = pictures(20)
    loss = Prepared(far, images, labels).heights(1.0, Stage(3, 20)).loss
    assert not np.isfinite(loss).all()
    assert np.isfinite(loss[:, 1]).all()


def test_rows_that_do_not_fit_are_refused() -> None:
    plane = plane_of(NetworkSpec(hidden=(6,)), np.float32)
    with pytest.raises(ValueError, match="first should be float32"):
        Plane(plane.spec, plane.weights, plane.centre, plane.first[:-1], plane.second)
