"""Directions: filters as long as the network's, the walk's plane seen from its end, coordinates by least squares."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.landscape.network.curvature import Slopes
from netlab.landscape.network.directions import (
    DirectionError,
    Pair,
    coordinates,
    length,
    orders,
    principal_pair,
    random_pair,
    spanned,
    weight_pair,
)
from netlab.landscape.network.flat import filter_lengths, flat, shaped, trained
from netlab.landscape.network.gauge import (
    brownian,
    by_chance,
    chance_of_step,
    chance_of_walk,
    chance_of_way,
    share,
)
from netlab.landscape.network.plane import Plane, Prepared, Stage
from netlab.landscape.network.symmetry import rescaled, shuffled
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from tests.landscape.network.made import direction, pictures, weights_of

SPEC = NetworkSpec(hidden=(12, 9))
STEPS = (0, 1, 2, 5, 10, 20, 50, 100, 200, 400)


@pytest.mark.parametrize(
    "spec",
    [
        SPEC,
        NetworkSpec(hidden=(8,), normalisation="batch"),
        NetworkSpec(convolutions=(Convolution(4, 5, 2),)),
    ],
)
def test_each_filter_is_as_long_as_the_network_s_and_the_rest_is_zero(spec: NetworkSpec) -> None:
    row = flat(spec, weights_of(spec))
    for drawn in (random_pair(spec, row, 3).first, random_pair(spec, row, 3).second):
        own, found = filter_lengths(spec, row), filter_lengths(spec, drawn)
        for name, wanted in own.items():
            np.testing.assert_allclose(found[name], wanted, rtol=1e-6)
        for name, (place, _) in trained(spec).items():
            assert name.endswith("kernel") or not drawn[place].any()


def test_the_same_seed_is_the_same_plane() -> None:
    row = flat(SPEC, weights_of(SPEC))
    one, again, other = (random_pair(SPEC, row, seed) for seed in (1, 1, 2))
    assert (one.first == again.first).all()
    assert (one.second == again.second).all()
    assert not np.allclose(one.first, other.first)
    assert not np.allclose(one.first, one.second)


def heights(spec: NetworkSpec, weights: dict[str, np.ndarray], *, by_filter: bool) -> np.ndarray:
    row = flat(spec, weights)
    pair = random_pair(spec, row, 0, orders(spec, weights) if by_filter else None, by_filter=by_filter)
    images, labels = pictures(50)
    return (
        Prepared(Plane(spec, weights, row, pair.first, pair.second), images, labels)
        .heights(0.5, Stage(5, 50))
        .loss
    )


@pytest.mark.parametrize(
    "spec", [SPEC, NetworkSpec(hidden=(16,)), NetworkSpec(hidden=(8,), normalisation="batch")]
)
def test_a_twin_that_computes_the_same_has_the_same_normalised_picture_and_another_raw_one(
    spec: NetworkSpec,
) -> None:
    weights = weights_of(spec)
    if spec.normalises:  # its shift is moved by the factor too, and no direction moves a shift
        twins = [shuffled(spec, weights, 5)]
    else:
        twins = [rescaled(spec, weights, 8.0), shuffled(spec, weights, 5)]
    for twin in twins:
        normal = heights(spec, weights, by_filter=True)
        np.testing.assert_allclose(heights(spec, twin, by_filter=True), normal, rtol=1e-5)
        raw = heights(spec, weights, by_filter=False)
        assert np.abs(heights(spec, twin, by_filter=False) / raw - 1).max() > 0.01


def walked(count: int = 6) -> list[np.ndarray]:
    size = len(flat(SPEC, weights_of(SPEC)))
    return list(
        np.cumsum(
            [direction(size, seed, np.float32, 1.0 + seed) for seed in range(count)], axis=0, dtype=np.float32
        )
    )


def test_the_walk_s_plane_is_that_of_the_singular_vectors_and_ends_in_its_middle() -> None:
    rows = walked()
    pair = principal_pair(rows, rows[-1])
    moved = np.stack(rows[:-1]).astype(np.float64) - rows[-1]
    _, sizes, axes = np.linalg.svd(moved, full_matrices=False)
    np.testing.assert_allclose(pair.spread, (sizes**2)[:2] / (sizes**2).sum(), rtol=1e-5)
    for found, wanted in zip((pair.first, pair.second), axes, strict=False):
        assert abs(found @ wanted) == pytest.approx(length(rows[-1]), rel=1e-4)
    places = coordinates(pair, rows[-1], rows)
    np.testing.assert_allclose(places[-1], 0, atol=1e-12)
    for along in places.T:
        assert along[np.abs(along).argmax()] < 0


def test_too_few_moments_and_a_straight_line_span_no_plane() -> None:
    rows = walked()
    with pytest.raises(DirectionError, match="three kept moments; this run has 2"):
        principal_pair(rows[:2], rows[0])
    with pytest.raises(DirectionError, match="one line"):
        principal_pair([rows[0] * np.float32(factor) for factor in (0, 1, 2, 4)], rows[0])


def test_two_directions_are_set_at_right_angles() -> None:
    rows = walked()
    pair = spanned(rows[1], rows[3], rows[0])
    assert length(pair.first) == pytest.approx(length(rows[0]), rel=1e-5)
    assert length(pair.second) == pytest.approx(length(rows[0]), rel=1e-5)
    assert abs(pair.first @ pair.second) < 1e-5
    assert share(pair, rows[1]) == pytest.approx(1)
    assert share(pair, rows[3]) == pytest.approx(1)
    for second in (rows[1] * np.float32(-2), rows[1] * 0, rows[1] * np.float32(np.nan)):
        with pytest.raises(DirectionError):
            spanned(rows[1], second, rows[0])


def test_two_weights_move_two_weights() -> None:
    row = flat(SPEC, weights_of(SPEC))
    pair = weight_pair(SPEC, row, ((400, 3), (30, 11)))
    assert np.flatnonzero(pair.first).tolist() == [400 * 12 + 3]
    assert np.flatnonzero(pair.second).tolist() == [30 * 12 + 11]
    for wrong in (((400, 12), (0, 0)), ((784, 0), (0, 0)), ((5, 5), (5, 5)), ((-1, 0), (0, 0))):
        with pytest.raises(DirectionError):
            weight_pair(SPEC, row, wrong)
    convolved = NetworkSpec(convolutions=(Convolution(4, 5, 2),))
    weights = weights_of(convolved)
    pair = weight_pair(convolved, flat(convolved, weights), ((7, 1), (24, 3)))
    kernel = shaped(convolved, pair.second, weights)["conv2d/kernel"]
    assert np.argwhere(kernel).tolist() == [[4, 4, 0, 3]]
    with pytest.raises(DirectionError, match="no weight from pixel 25 to filter 1"):
        weight_pair(convolved, flat(convolved, weights), ((25, 1), (2, 2)))


def test_coordinates_are_the_nearest_point_also_where_directions_lean() -> None:
    first, second = direction(500, 1), direction(500, 2) + 0.8 * direction(500, 1)
    rows, centre = [direction(500, seed) for seed in range(5, 9)], direction(500, 3)
    found = coordinates(Pair(first, second), centre, rows)
    for place, row in zip(found, rows, strict=True):
        wanted = np.linalg.lstsq(np.stack([first, second], axis=1), row - centre, rcond=None)[0]
        np.testing.assert_allclose(place, wanted, rtol=1e-10)
    assert coordinates(Pair(first, second), centre, []).shape == (0, 2)


def test_the_gauge_is_what_least_squares_leaves_over() -> None:
    first, second, step = (
        direction(400, 1),
        direction(400, 2) + direction(400, 1),
        direction(400, 3) + direction(400, 1),
    )
    matrix = np.stack([first, second], axis=1)
    left = step - matrix @ np.linalg.lstsq(matrix, step, rcond=None)[0]
    wanted = np.sqrt(1 - (left @ left) / (step @ step))
    assert share(Pair(first, second), step) == pytest.approx(wanted, rel=1e-10)
    assert share(Pair(first, step), step) == pytest.approx(1)
    assert np.isnan(share(Pair(first, second), step * 0))


def test_a_random_plane_holds_about_the_root_of_two_over_p() -> None:
    row = flat(SPEC, weights_of(SPEC))
    step = direction(len(row), 9, np.float32)
    squares = [share(random_pair(SPEC, row, seed), step) ** 2 for seed in range(200)]
    assert np.sqrt(np.mean(squares)) == pytest.approx(by_chance(len(row)), rel=0.2)


def test_chance_is_that_of_random_walks() -> None:
    """Against walks of 40,000 numbers, of which each is Brownian motion seen at the same moments."""
    rng, size, now = np.random.default_rng(0), 40_000, 6
    jumps = np.diff(STEPS)
    found = []
    for _ in range(3):
        walk = np.concatenate(
            [
                np.zeros((1, size)),
                np.cumsum(rng.normal(size=(len(jumps), size)) * np.sqrt(jumps)[:, None], axis=0),
            ]
        )
        step = (walk[now + 1] - walk[now]) / jumps[now] + rng.normal(size=size) * np.sqrt(
            1 - 1 / jumps[now]
        )  # the first of the updates until the next moment
        pair = principal_pair(list(walk + 5.0), walk[-1] + 5.0)
        found.append(
            [
                *pair.spread,
                share(pair, walk[now] - walk[0]),
                share(pair, walk[-1] - walk[0]),
                share(pair, step),
            ]
        )
    seen = np.mean(found, axis=0)
    last = len(STEPS) - 1
    wanted = [
        *chance_of_walk(STEPS),
        chance_of_way(STEPS, now),
        chance_of_way(STEPS, last),
        chance_of_step(STEPS, now),
    ]
    np.testing.assert_allclose(seen, wanted, rtol=0.03, atol=0.004)
    assert chance_of_step(STEPS, last) == 0
    np.testing.assert_array_equal(brownian((0, 10, 30)), [[30, 20], [20, 20]])


def test_log_spaced_moments_look_explained_whatever_walked_there() -> None:
    """The shares of principal components of a pure random walk: most of it, so that they tell nothing by themselves."""
    spaced = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 1875, 2000, 3750]
    assert sum(chance_of_walk(spaced)) > 0.95


def test_the_gradient_s_own_plane_holds_the_gradient() -> None:
    weights, (images, labels) = weights_of(SPEC), pictures(60)
    slope = Slopes(SPEC, weights, images, labels).gradient()
    row = flat(SPEC, weights)
    assert share(spanned(slope, direction(len(row), 4, np.float32), row), slope) == pytest.approx(1)
