"""Principal components against NumPy's SVD and scikit-learn; t-SNE in its process against scikit-learn here."""

from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.model_selection import LeaveOneOut, cross_val_score
from sklearn.neighbors import KNeighborsClassifier

from netlab.arrays import Floats
from netlab.experiments.inside import maps, tsne
from netlab.nets.numpy_model import layer_outputs
from tests.experiments.inside.networks import (
    CONVOLUTIONAL,
    DENSE,
    NONE,
    drawn_pictures,
    drawn_weights,
    pixels,
)
from tests.machine import posix_only

IMAGES, _ = drawn_pictures(50)


@given(st.integers(0, 2**32 - 1), st.integers(3, 60), st.integers(2, 60))
def test_the_plane_is_the_singular_value_decomposition_s(seed: int, n: int, d: int) -> None:
    rng = np.random.default_rng(seed)
    values = (rng.normal(0, 1, (n, d)) * np.geomspace(5, 0.5, d) + rng.normal(0, 3, d)).astype(np.float32)
    plane = maps.principal(values)
    centred = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    left, sizes, rows = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(plane.explained, (sizes**2 / (sizes**2).sum())[:2], atol=1e-9)
    np.testing.assert_allclose(np.abs(plane.points), np.abs(left[:, :2] * sizes[:2]), atol=1e-4)
    np.testing.assert_allclose(plane.axes @ plane.axes.T, np.eye(2), atol=1e-6)
    np.testing.assert_allclose(np.abs((plane.axes * rows[:2]).sum(axis=1)), 1, atol=1e-6)


def test_the_plane_is_scikit_learn_s() -> None:
    values = maps.numbers(DENSE, drawn_weights(DENSE), IMAGES, 0)
    plane, theirs = maps.principal(values), PCA(2).fit(values)
    np.testing.assert_allclose(plane.explained, theirs.explained_variance_ratio_, rtol=1e-4)
    np.testing.assert_allclose(np.abs(plane.axes), np.abs(theirs.components_), atol=1e-4)


def test_axes_point_where_their_largest_entry_is_positive_and_others_are_placed_alike() -> None:
    values = np.random.default_rng(0).normal(0, 1, (40, 9)).astype(np.float32)
    plane = maps.principal(values)
    assert (plane.axes[np.arange(2), np.abs(plane.axes).argmax(axis=1)] > 0).all()
    np.testing.assert_allclose(plane.place(values), plane.points, atol=1e-6)


@pytest.mark.parametrize("values", [np.zeros((5, 4), np.float32), np.ones((1, 4), np.float32)])
def test_a_cloud_without_spread_is_one_point(values: Floats) -> None:
    plane = maps.principal(values)
    assert not plane.points.any()
    assert plane.explained.tolist() == [0, 0]


def test_components_keep_distances() -> None:
    values = np.random.default_rng(0).normal(0, 1, (30, 12)).astype(np.float32)
    found = maps.components(values)
    assert found.shape == (30, 12)
    apart = np.linalg.norm(values[0] - values, axis=1)
    np.testing.assert_allclose(np.linalg.norm(found[0] - found, axis=1), apart, atol=1e-4)


def test_what_a_layer_makes_of_pictures() -> None:
    for spec in (DENSE, CONVOLUTIONAL, NONE):
        weights = drawn_weights(spec)
        outputs = layer_outputs(spec, weights, pixels(IMAGES))
        assert maps.layers(spec) == (maps.PIXELS, *range(len(outputs) - 1), maps.SUMS)
        for layer, output in zip(maps.layers(spec)[1:], outputs, strict=True):
            found = maps.numbers(spec, weights, IMAGES, layer)
            np.testing.assert_allclose(found, output.reshape(len(IMAGES), -1), atol=1e-5)
        np.testing.assert_array_equal(
            maps.numbers(spec, weights, IMAGES, maps.PIXELS), IMAGES.reshape(50, -1) / np.float32(255)
        )
    assert maps.wanted(CONVOLUTIONAL, 0) == maps.FEWER
    assert maps.wanted(CONVOLUTIONAL, 2) == maps.wanted(DENSE, maps.PIXELS) == maps.DIGITS


def test_the_same_pictures_are_chosen_each_time_and_fewer_are_among_more() -> None:
    more, fewer = maps.chosen(10_000, 2000), maps.chosen(10_000, 1000)
    np.testing.assert_array_equal(more, maps.chosen(10_000, 2000))
    assert set(fewer) < set(more)
    assert len(set(more)) == 2000
    np.testing.assert_array_equal(maps.chosen(5, 2000), np.arange(5))


def test_t_sne_in_its_process_is_scikit_learn_s() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(10 * k, 1, (20, 6)) for k in range(3)]).astype(np.float32)
    found = maps.neighbours(values)
    np.testing.assert_allclose(found, tsne.embed(maps.components(values)), rtol=1e-3, atol=1e-3)
    middles = found.reshape(3, 20, 2).mean(axis=1)
    inside = np.linalg.norm(found.reshape(3, 20, 2) - middles[:, None], axis=2).max()
    assert np.linalg.norm(middles[0] - middles[1]) > inside


@posix_only("runs the command false")
def test_a_process_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(maps.MapError, match="failed; the principal components are still here"):
        maps.neighbours(np.zeros((20, 3), np.float32))
    monkeypatch.setattr(maps, "PATIENCE", 1e-3)

    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("tsne", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(maps.MapError, match="was given up"):
        maps.neighbours(np.zeros((20, 3), np.float32))


def test_one_more_point_lies_in_the_middle_of_its_neighbours() -> None:
    values = np.array([[0.0], [1], [2], [50]], np.float32)
    points = np.array([[0.0, 0], [2, 2], [4, 4], [100, 100]])
    found = maps.among(values, points, np.array([1.1], np.float32), nearest=3)
    assert found.tolist() == [2, 2]


def test_how_well_classes_are_apart_is_leaving_one_out() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 60).astype(np.uint8)
    values = (rng.normal(0, 1, (60, 5)) + labels[:, None]).astype(np.float32)
    expected = cross_val_score(KNeighborsClassifier(1), values, labels, cv=LeaveOneOut()).mean()
    assert maps.like_their_neighbours(values, labels) == pytest.approx(expected)


def test_a_drawing_between_0_and_1_is_the_picture_of_its_bytes() -> None:
    weights = drawn_weights(CONVOLUTIONAL)
    for layer in maps.layers(CONVOLUTIONAL):
        np.testing.assert_allclose(
            maps.numbers(CONVOLUTIONAL, weights, pixels(IMAGES), layer),
            maps.numbers(CONVOLUTIONAL, weights, IMAGES, layer),
            atol=1e-6,
        )
