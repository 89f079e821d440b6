"""Bumps and towers against the steps that they are made of: pairs cancel outside, bounds hold, and more of them err less."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from netlab.lessons.functions.bumps import BUMPS, bump_bound, bump_layer, bumps, side_by_side
from netlab.lessons.functions.by_hand import RULES, ByHand, weights_table
from netlab.lessons.functions.hand_constructions import errors
from netlab.lessons.functions.targets import TARGETS, sine
from netlab.lessons.functions.towers import STAGES, Towers, off_by, stage, surface, towers
from netlab.lessons.functions.view.towers import many_told

X = np.linspace(-1, 1, 401)


def test_a_bump_is_a_step_up_and_a_step_down() -> None:
    one = bump_layer(np.array([0.25]), np.array([0.8]), 0.5, 80.0, 0.1)
    assert one.outer.tolist() == [0.8, -0.8]
    assert one.knots.tolist() == [0.0, 0.5]
    np.testing.assert_allclose(one(X), 0.1 + 0.8 * (expit(80 * X) - expit(80 * (X - 0.5))), atol=1e-12)
    assert one(np.array([0.25]))[0] == pytest.approx(0.9)
    np.testing.assert_allclose(one(np.array([-0.5, 0.9])), 0.1, atol=1e-9)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("count", [1, 2, 5, 8, 33])
def test_the_error_of_bumps_side_by_side_is_within_its_bound(name: str, count: int) -> None:
    target = TARGETS[name]()
    built = bumps(target, count)
    middles, width = side_by_side(count)
    assert built.inner.size == 2 * count
    np.testing.assert_allclose(built(middles), target(middles), atol=1e-3)
    assert middles[0] - width / 2 == pytest.approx(-1)
    assert middles[-1] + width / 2 == pytest.approx(1)
    assert errors(built, target).largest <= bump_bound(target, count).largest


def test_more_bumps_err_less_without_end() -> None:
    measured = [errors(bumps(sine(), count), sine()).rms for count in (8, 16, 32, 64, 128)]
    for few, many in pairwise(measured):
        assert many < 0.6 * few


def test_no_bump_is_refused() -> None:
    with pytest.raises(ValueError, match="Use 1 for a single bump"):
        side_by_side(0)
    with pytest.raises(ValueError, match="Use 1 for a single tower"):
        towers(0)


@given(st.sampled_from(sorted(RULES)), st.integers(1, 8), st.integers(0, 1000))
def test_sliders_are_the_network_that_their_table_says(kind: str, count: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    built = ByHand(kind, generator.uniform(-1, 1, count), generator.uniform(-3, 3, count), 0.25, 30.0, 0.4)
    network = built.network()
    rows = weights_table(network)
    assert len(rows) == (2 * count if kind == BUMPS.name else count)
    assert {row["weight w of x"] for row in rows} == {"1" if kind == "relu" else "30"}
    single = {"relu": lambda x: np.maximum(0, x), "sigmoid": lambda x: expit(30 * x)}
    single["bump"] = lambda x: expit(30 * (x + 0.2)) - expit(30 * (x - 0.2))
    wanted = 0.25 + sum(by * single[kind](X - at) for at, by in zip(built.places, built.heights, strict=True))
    np.testing.assert_allclose(network(X), wanted, atol=1e-9)


def test_a_tower_stands_alone() -> None:
    places = np.linspace(-1, 1, 41)
    inside = np.abs(places) < 0.39
    outside = np.abs(places) > 0.61
    for name in STAGES[:-1]:
        heights = stage(name, places, places)
        assert heights.shape == (41, 41)
        meet = heights[np.ix_(inside, inside)]
        np.testing.assert_allclose(meet, 2 if name == "cross" else 1, atol=0.01)
        arm = {"step": 1, "ridge": 1, "cross": 1, "tower": 0}[name]
        np.testing.assert_allclose(heights[np.ix_(outside, inside)], arm, atol=0.01)
        np.testing.assert_allclose(heights[np.ix_(outside, places < -0.61)], 0, atol=0.01)


def test_towers_meet_the_surface_at_their_middles_and_more_of_them_err_less() -> None:
    built = towers(6)
    np.testing.assert_allclose(
        built(built.middles, built.middles), surface(built.middles[None], built.middles[:, None]), atol=1e-6
    )
    assert (built.first_layer, built.second_layer) == (24, 36)
    measured = [off_by(towers(count)) for count in (2, 6, 12, 24)]
    assert measured == sorted(measured, reverse=True)
    assert measured[-1] < 0.25 * measured[0]
    assert off_by(Towers(built.middles, built.width, 0 * built.heights)) == pytest.approx(0.4950, abs=1e-3)


def test_what_is_told_of_many_towers_is_what_they_are() -> None:
    assert "36 towers of 24 steps" in many_told(towers(6))
    assert f"off by **{off_by(towers(6)):.2g}**" in many_told(towers(6))
    assert "1 tower of 4 steps (towers in a row share theirs) and 1 neuron in" in many_told(towers(1))
