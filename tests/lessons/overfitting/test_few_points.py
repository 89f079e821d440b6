"""A curve with ten points: least squares against NumPy's, the second fall against many draws."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.lessons.overfitting import words
from netlab.lessons.overfitting.few_points import (
    COUNTS,
    HELD,
    NOISE,
    POINTS,
    drawn_points,
    drawn_units,
    fit,
    over_units,
    smallest_weights,
    truth,
)
from netlab.lessons.overfitting.figures import curve_through, falls_twice


@given(st.integers(0, 50), st.sampled_from(COUNTS))
def test_without_decay_they_are_the_least_squares_of_least_norm(seed: int, count: int) -> None:
    points = drawn_points(seed)
    answers = drawn_units(seed, count).answers(points.x)
    found = smallest_weights(answers, points.y)
    np.testing.assert_allclose(found, np.linalg.lstsq(answers, points.y)[0], rtol=1e-5, atol=1e-8)
    np.testing.assert_allclose(found, np.linalg.pinv(answers) @ points.y, rtol=1e-5, atol=1e-8)


@given(st.integers(0, 50), st.sampled_from(COUNTS), st.sampled_from([1e-4, 1e-2, 0.1]))
def test_with_decay_they_solve_the_normal_equations(seed: int, count: int, decay: float) -> None:
    points = drawn_points(seed)
    answers = drawn_units(seed, count).answers(points.x)
    found = smallest_weights(answers, points.y, decay)
    slope = 2 * answers.T @ (answers @ found - points.y) / POINTS + 2 * decay * found
    np.testing.assert_allclose(slope, 0, atol=1e-9)  # the loss with its penalty is flat there


def test_gradient_descent_from_zero_ends_at_the_smallest_weights() -> None:
    points = drawn_points(0)
    answers = drawn_units(0, 100).answers(points.x)
    weights, rate = np.zeros(100), 1 / np.linalg.norm(answers, 2) ** 2
    for _ in range(20_000):
        weights -= rate * answers.T @ (answers @ weights - points.y)
    np.testing.assert_allclose(weights, smallest_weights(answers, points.y), atol=1e-3)


def test_points_and_units_follow_from_their_seeds() -> None:
    one, again, other = drawn_points(3), drawn_points(3), drawn_points(4)
    np.testing.assert_array_equal(one.y, again.y)
    assert (one.y != other.y).all()
    assert (len(one.x), len(one.held_x)) == (POINTS, HELD)
    off = np.concatenate([drawn_points(seed).held_y - truth(drawn_points(seed).held_x) for seed in range(20)])
    assert off.std() == pytest.approx(NOISE, rel=0.1)
    np.testing.assert_array_equal(drawn_units(1, 5).middles, drawn_units(1, 300).middles[:5])


def test_losses_are_those_of_the_curve_that_is_drawn() -> None:
    points = drawn_points(0)
    found = fit(points, 6, 0.001)
    hidden = np.tanh(found.units.slopes * (points.held_x[:, None] - found.units.middles))
    assert found.held_loss == pytest.approx(np.mean((hidden @ found.weights - points.held_y) ** 2))
    assert "Weight decay keeps" in words.points_told(found, 6, 0.001)
    assert "too few" in words.points_told(fit(points, 3), 3, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_the_held_back_error_rises_to_as_many_units_as_points_and_falls_again(seed: int) -> None:
    found = over_units(drawn_points(seed))
    middle, below = found.middle, found.counts < POINTS
    assert found.counts[found.peak] == POINTS and found.falls_twice
    assert middle[below].min() * 2 <= middle[found.peak] and middle[-1] <= middle[found.peak] / 2
    assert (found.losses[:, ~below] < 1e-6).all()  # with as many units as points or more all are met
    said = words.twice_told(found)
    assert f"largest with {POINTS} units" in said and "falls a second time" in said
    assert ("not lower than the first low" in said) == (middle[-1] >= middle[below].min() * (1 - words.SAME))


def test_weight_decay_takes_the_hill_away_and_the_words_then_say_so() -> None:
    tamed = over_units(drawn_points(0), 0.01)
    assert tamed.middle[tamed.counts >= 4].max() < 2 * tamed.middle.min()
    assert not tamed.falls_twice
    assert "There is no hill here" in words.twice_told(tamed)


def test_figures_draw_what_was_computed() -> None:
    points, found = drawn_points(0), over_units(drawn_points(0), counts=(5, 10, 40), draws=3)
    curve = curve_through(points, fit(points, 10))
    np.testing.assert_allclose(curve.data[3].y, points.y, rtol=1e-3)
    twice = falls_twice(found, 10, found)
    np.testing.assert_allclose(twice.data[1].y, found.middle, rtol=1e-3)
    assert twice.data[2].y[-1] is None  # a loss of nothing has no place on a logarithmic axis
    for figure in (curve, twice):
        assert figure.layout.xaxis.title.text and figure.layout.yaxis.title.text
        assert len(json.dumps(figure.to_plotly_json(), allow_nan=False)) < 20_000
