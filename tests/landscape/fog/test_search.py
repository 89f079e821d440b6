"""Hills are smooth and honest, budgets are kept, large numbers are right, and walks survive the address."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from netlab.landscape.descent.baselines import OTHERS
from netlab.landscape.fog.random_surface import WINDOW, hidden_hill
from netlab.landscape.fog.search import (
    bowl_in_many_dimensions,
    evaluated_at,
    gradient_descent,
    grid_evaluations,
    parameters_beyond,
    rivals,
)
from netlab.landscape.fog.url_walk import packed, unpacked, wanted

seeds = some.integers(0, 99_999)
coordinates = some.integers(-500, 500).map(lambda hundredths: hundredths / 100)
points = some.tuples(coordinates, coordinates)


@given(seeds)
def test_slope_and_bend_of_a_hill_are_those_of_its_heights(seed: int) -> None:
    hill = hidden_hill(seed)
    where = np.random.default_rng(seed).uniform(-5, 5, (20, 2))
    h = 1e-5
    for axis in range(2):
        step = h * np.eye(2)[axis]
        slope = (hill.value(where + step) - hill.value(where - step)) / (2 * h)
        bend = (hill.gradient(where + step) - hill.gradient(where - step)) / (2 * h)
        assert np.allclose(hill.gradient(where)[:, axis], slope, atol=1e-5)
        assert np.allclose(hill.hessian(where)[:, axis], bend, atol=1e-5)


@given(seeds)
def test_a_hill_is_a_loss_with_a_lowest_point_inside_and_the_same_for_everybody(seed: int) -> None:
    hill = hidden_hill(seed)
    heights = hill.value(WINDOW.grid(101))
    assert heights.min() > 0
    assert heights.max() == pytest.approx(100)
    assert hill.minima[0].value <= heights.min() + 1e-9
    assert WINDOW.contains([hill.start])[0]
    assert np.array_equal(hidden_hill(seed).value(WINDOW.grid(5)), hill.value(WINDOW.grid(5)))


def test_two_numbers_are_two_hills_and_a_negative_one_is_none() -> None:
    assert not np.array_equal(hidden_hill(1).value(WINDOW.grid(5)), hidden_hill(2).value(WINDOW.grid(5)))
    with pytest.raises(ValueError, match="0 or more"):
        hidden_hill(-1)


@given(seeds, some.integers(2, 60), some.floats(0.003, 0.2))
def test_nobody_gets_more_looks_than_the_budget_and_all_start_together(
    seed: int, budget: int, rate: float
) -> None:
    hill = hidden_hill(seed)
    for walk in rivals(hill, hill.start, budget=budget, learning_rate=rate, seed=seed).values():
        assert 1 <= len(walk.evaluations) <= budget
        assert len(walk.evaluations) == budget or walk.stopped
        assert np.allclose(walk.evaluations[0], hill.start)
        assert np.allclose(walk.losses, hill.value(walk.evaluations), equal_nan=True)


def test_one_look_is_no_descent() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        gradient_descent(hidden_hill(0), (0, 0), budget=1)


def test_the_page_says_how_often_gradient_descent_wins() -> None:
    """The outcome of the prediction on the page: half of 2,000 hills, with 25 looks."""
    wins = 0
    for seed in range(2000):
        hill = hidden_hill(seed)
        descent = gradient_descent(hill, hill.start, budget=25)
        darts = OTHERS["random-search"](hill, hill.start, budget=25, seed=seed)
        wins += np.nanmin(descent.losses) < darts.losses.min()
    assert wins / 2000 == pytest.approx(0.5, abs=0.015)


def test_the_looks_for_the_network_are_counted_exactly() -> None:
    evaluations = grid_evaluations(25, 407_050)
    exact = 25**407_050
    assert evaluations.exponent == 569_031
    assert evaluations.digits == 569_032
    assert 10**evaluations.exponent <= exact < 10 ** (evaluations.exponent + 1)
    assert evaluations.mantissa == pytest.approx(exact * 10**9 // 10**evaluations.exponent / 10**9, abs=1e-8)
    assert (grid_evaluations(25, 2).mantissa, grid_evaluations(25, 2).exponent) == (6.25, 2)


@given(some.integers(1, 100), some.integers(1, 300))
def test_powers_agree_with_whole_numbers(count: int, parameters: int) -> None:
    evaluations, exact = grid_evaluations(count, parameters), count**parameters
    assert evaluations.digits == len(str(exact))
    assert evaluations.mantissa == pytest.approx(exact * 10**12 // 10**evaluations.exponent / 10**12)


@given(some.integers(2, 100), some.floats(1, 1e30))
def test_the_fewest_parameters_beyond_a_number_of_looks(count: int, evaluations: float) -> None:
    found = parameters_beyond(count, evaluations)
    assert count**found > evaluations
    assert found == 1 or count ** (found - 1) <= evaluations


@pytest.mark.parametrize("bad", [(0, 1), (1, 0)])
def test_a_grid_of_nothing_is_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="needs points"):
        grid_evaluations(*bad)
    with pytest.raises(ValueError, match="at least 2"):
        parameters_beyond(1, 10)


def test_more_parameters_hurt_random_search_and_not_gradient_descent() -> None:
    left = bowl_in_many_dimensions([1, 10, 100, 1000], budget=25)
    assert (np.diff(left.random_search) > 0).all()
    assert left.random_search[-1] > 0.8
    weights = np.random.default_rng(0).uniform(-1, 1, 50)
    start = np.square(weights).sum()
    for _ in range(24):
        weights -= 0.1 * weights
    assert left.gradient_descent == pytest.approx(np.square(weights).sum() / start)


@given(some.lists(points, max_size=60))
def test_a_walk_survives_the_address(walk: list[tuple[float, float]]) -> None:
    assert unpacked(packed(walk, WINDOW), WINDOW) == walk


@given(some.text())
def test_any_text_in_the_address_is_a_walk_or_none(text: str) -> None:
    assert all(WINDOW.contains([point])[0] for point in unpacked(text, WINDOW))


def test_letters_beyond_the_window_are_no_walk() -> None:
    assert unpacked("zzzz", WINDOW) == []


@pytest.mark.parametrize(
    "look",
    [
        None, 7, {}, {"game": "1.0", "turn": 3, "x": 0.0, "y": 0.0}, {"game": "2.0", "turn": 4, "x": 0.0, "y": 0.0},
        {"game": "1.0", "turn": 4, "x": "0", "y": 0.0}, {"game": "1.0", "turn": 4, "x": float("nan"), "y": 0.0},
        {"game": "1.0", "turn": 4, "x": 5.01, "y": 0.0}, {"game": "1.0", "turn": 4, "x": 0.0},
    ],
)  # fmt: skip
def test_a_look_out_of_turn_out_of_the_window_or_out_of_sense_is_none(look: object) -> None:
    assert wanted(look, "1.0", 4, WINDOW) is None


def test_a_look_is_taken_to_the_hundredth() -> None:
    assert wanted({"game": "1.0", "turn": 4, "x": 1.006, "y": -2}, "1.0", 4, WINDOW) == (1.01, -2.0)


def test_a_walk_by_hand_has_the_heights_of_its_points() -> None:
    hill = hidden_hill(5)
    walk = evaluated_at(hill, [(0, 0), (1, 2)])
    assert walk.best_so_far[-1] == hill.value([(0, 0), (1, 2)]).min()
