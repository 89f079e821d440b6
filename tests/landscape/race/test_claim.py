"""The count of who reaches the lowest minimum is that of single walks, and the sentence says what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.landscape.descent import descend
from netlab.landscape.double_well import DEEPEST, double_well
from netlab.landscape.race.claim import Census, census, claim_alt, claim_told, lowest_places
from netlab.landscape.race.figures_basins import claim_shares
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

depths = st.floats(0.0, DEEPEST)


@given(depths, depths)
def test_the_double_well_is_its_formula_and_its_mirror_image_mirrors_the_depths(
    left: float, right: float
) -> None:
    points = np.random.default_rng(0).uniform(-2, 2, (20, 2))
    x, y = points.T
    expected = (
        x**2
        + y**2
        - left * np.exp(-((x + 1) ** 2 + y**2) / 0.2)
        - right * np.exp(-((x - 1) ** 2 + y**2) / 0.2)
    )
    np.testing.assert_allclose(double_well(left, right).value(points), expected, atol=1e-9)
    np.testing.assert_allclose(double_well(right, left).value(points * (-1, 1)), expected, atol=1e-9)


def test_the_deeper_well_is_the_lowest_minimum_and_the_lesson_says_which() -> None:
    assert double_well(3.0, 2.0).minima[0].point[0] < 0 < double_well(2.0, 3.0).minima[0].point[0]
    assert "the left one deeper" in double_well(3.0, 2.0).lesson
    assert "the right one deeper" in double_well(2.0, 3.0).lesson
    assert "equally deep" in double_well(2.0, 2.0).lesson
    assert len(lowest_places(double_well(2.0, 2.0))) == 2
    assert len(lowest_places(double_well())) == 1
    assert len(lowest_places(SURFACES["himmelblau"])) == 4


@pytest.mark.parametrize("depth", [-0.1, DEEPEST + 0.1, float("nan")])
def test_a_depth_that_cannot_be_is_refused(depth: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 5 deep"):
        double_well(depth, 1.0)


@pytest.mark.parametrize("key", ["sgd", "momentum", "adam"])
def test_the_share_is_that_of_walks_taken_one_by_one(key: str) -> None:
    surface = double_well()
    found = census(surface, steps=60, along=6, among={key: OPTIMIZERS[key]})
    assert found is not None
    rule = OPTIMIZERS[key].with_settings(learning_rate=found.rates[key])
    ends = [descend(surface, rule, start, steps=60).weights[-1] for start in surface.domain.grid(6)]
    reached = [np.hypot(*(end - surface.minima[0].point)) <= surface.domain.diagonal / 50 for end in ends]
    assert np.mean(reached) == pytest.approx(
        found.best[key], abs=1 / 36
    )  # float32 may push one over a border
    default = OPTIMIZERS[key].with_settings(learning_rate=OPTIMIZERS[key].default_learning_rate)
    ends = [descend(surface, default, start, steps=60).weights[-1] for start in surface.domain.grid(6)]
    reached = [np.hypot(*(end - surface.minima[0].point)) <= surface.domain.diagonal / 50 for end in ends]
    assert np.mean(reached) == pytest.approx(found.default[key], abs=1 / 36)


def test_on_the_function_of_the_claim_another_rule_reaches_it_from_more_starts() -> None:
    found = census(double_well(), steps=100, along=15)
    assert found is not None
    assert list(found.best.values()) == sorted(found.best.values(), reverse=True)
    ahead = [key for key, share in found.best.items() if share > found.best["adam"] + 0.02]
    told = claim_told(found)
    assert ahead and told.startswith("**It does not hold here.**")
    assert f"behind {len(ahead)} of {len(OPTIMIZERS) - 1} others" in told
    assert OPTIMIZERS[ahead[0]].title in told


def made(
    best: dict[str, float], default: dict[str, float] | None = None, lowest: int = 1, minima: int = 2
) -> Census:
    order = dict(sorted(best.items(), key=lambda item: -item[1]))
    return Census(order, dict.fromkeys(best, 0.1), default or {}, 100, 50, lowest, minima)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (made({"adam": 0.8, "sgd": 0.5}), "**It holds here.** Adam reaches the lowest minimum from 80"),
        (made({"adam": 0.8, "sgd": 0.81}), "**It holds only half.**"),
        (
            made({"adam": 0.6, "sgd": 0.8}),
            "Gradient descent reaches the lowest minimum from the most starts, 80",
        ),
        (made({"adam": 0.0, "sgd": 0.0}), "Nobody reaches the lowest minimum from any of 100 starts"),
        (made({"adam": 0.8, "sgd": 0.5}, {"adam": 0.1, "sgd": 0.4}), "Gradient descent from 40"),
        (made({"adam": 0.8, "sgd": 0.5}, {"adam": 0.4, "sgd": 0.4}), "nobody from clearly more."),
        (made({"adam": 0.8, "sgd": 0.5}, minima=1), "There is only one minimum here"),
        (made({"adam": 0.8, "sgd": 0.5}, lowest=4, minima=4), "All 4 minima here are equally low"),
    ],
)
def test_the_sentence_says_what_the_numbers_say(found: Census, said: str) -> None:
    assert said in claim_told(found)


def test_the_figure_marks_the_claimed_and_its_bars_can_be_pressed() -> None:
    found = made({"adam": 0.6, "sgd": 0.8}, {"adam": 0.1})
    bars, marks = claim_shares(found, "adam").data
    assert list(bars.customdata) == ["sgd", "adam"] and list(bars.x) == [0.8, 0.6]
    assert bars.marker.color[0] != bars.marker.color[1]
    assert list(marks.y) == ["Adam"]
    assert "Gradient descent does so from 80" in claim_alt(found)


def test_where_no_minimum_is_known_nothing_is_counted() -> None:
    assert census(SURFACES["saddle"], steps=5, along=3) is None
    with pytest.raises(ValueError, match="at least 2 starts"):
        census(double_well(), steps=5, along=1)
