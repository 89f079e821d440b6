"""What the three landscape pages say stands where it is seen, is written one way, and is silent where it is not so."""

from __future__ import annotations

import re

import numpy as np
import pytest

from netlab.landscape.descent import FAR, descend
from netlab.landscape.fog.view import counting, game
from netlab.landscape.formula import surface_from
from netlab.landscape.height_map import height_map
from netlab.landscape.race.view import basins
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.landscape.view.controls import suggested_rate
from netlab.nn.optimizers import OPTIMIZERS
from tests.pages import opened, said, text

COMPUTERS_WORDS = re.compile(r"\d[eE][+-]?\d|\bnan\b|\binf\b|−0(?![.\d])|\b1 steps\b|\d%")


@pytest.mark.parametrize(
    "query", [{"ls_clipnorm": "1", "ls_clipvalue": "1"}, {"ls_clipnorm": "1", "ls_global_clipnorm": "2"}]
)
def test_settings_that_cannot_go_together_are_told_outside_what_is_folded_away(query: dict[str, str]) -> None:
    at = opened("landscape", ls_surface="Beale", ls_optimizer="Momentum", **query)
    (sentence,) = [one.value for one in at.warning if "Only one kind of clipping" in one.value]
    assert "left at their defaults" in sentence
    assert not at.expander[0].warning
    assert not opened("landscape", ls_clipnorm="1").warning


def test_crossing_boundaries_are_told_outside_what_is_folded_away() -> None:
    at = opened("landscape")
    at.selectbox(key="ls_schedule").set_value("piecewise").run()
    assert not at.warning
    at.number_input(key="ls_piecewise_first_boundary").set_value(300).run()
    assert "must come after" in at.warning[0].value
    assert not at.expander[0].warning


@pytest.mark.parametrize("steps", [100, 1000])
@pytest.mark.parametrize("key", OPTIMIZERS)
def test_at_the_rate_that_is_said_to_suit_no_walk_ends_higher_than_it_began(key: str, steps: int) -> None:
    for surface in SURFACES.values():
        if surface.key not in ("saddle", "monkey-saddle"):
            rule = OPTIMIZERS[key].with_settings(learning_rate=suggested_rate(surface, OPTIMIZERS[key]))
            path = descend(surface, rule, surface.start, steps=steps)
            assert path.losses[-1] <= path.losses[0], surface.key


def test_in_other_units_the_ravine_is_a_round_bowl() -> None:
    assert "With u = 10y the loss is ½x² + ½u²" in text(opened("landscape"))
    ravine = SURFACES["ravine"]
    x, u = np.random.default_rng(3).uniform(-4, 4, (2, 50))
    np.testing.assert_allclose(ravine.value(np.stack([x, u / 10], axis=-1)), (x**2 + u**2) / 2)
    bowl = surface_from("0.5*x^2 + 0.5*y^2")
    path = descend(bowl, OPTIMIZERS["sgd"].with_settings(learning_rate=1.0), (-9.0, 15.0), steps=1)
    assert path.losses[-1] == 0


def test_the_ravine_looks_like_one() -> None:
    ravine = SURFACES["ravine"]
    ground, window = height_map(ravine), ravine.domain
    assert not ground.logarithmic
    across = ground.losses[:, int(np.abs(ground.x).argmin())] / ground.losses.max()
    along = ground.losses[int(np.abs(ground.y).argmin()), :] / ground.losses.max()
    assert across.min() < 1e-4 and across.max() > 0.9
    assert along.max() < 0.05
    assert 0.6 < (window.x_max - window.x_min) / (window.y_max - window.y_min) < 1.7
    assert "not true to scale" not in text(opened("landscape"))
    assert "not true to scale" in text(
        opened("landscape", ls_surface="Your own formula", ls_y0="-1", ls_y1="1")
    )


def test_a_window_without_height_gets_its_own_advice() -> None:
    at = opened("landscape", ls_surface="Your own formula", ls_formula="sqrt(-1-x^2)")
    assert at.warning[0].value.startswith(
        "**No height here.** The surface has no height anywhere in this window"
    )
    assert "Click the map where there is one" not in text(at)
    at = opened("landscape", ls_surface="Your own formula", ls_formula="log(x)")
    assert "Click the map where there is one" in at.warning[0].value


@pytest.mark.parametrize("formula", ["exp(700*x)", "x^1000", "sin(exp(x*y))", "x^1e9", "exp(exp(x*y))"])
@pytest.mark.parametrize("start", [1.0, -3.0, 30.0])
def test_formulas_at_the_edge_open_the_page(formula: str, start: float) -> None:
    at = opened(
        "landscape",
        ls_surface="Your own formula",
        ls_formula=formula,
        ls_x_formula=str(start),
        ls_steps="1000",
        ls_others="Lion",
    )
    assert not [one for one in said(at) if COMPUTERS_WORDS.search(one)]


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("landscape", {"ls_steps": "1"}),
        ("landscape", {"ls_rate_ravine_sgd": "100"}),
        ("landscape", {"ls_surface": "Saddle", "ls_x_saddle": "0", "ls_y_saddle": "0"}),
        ("landscape", {"ls_surface": "Goldstein-Price", "ls_rate_goldstein-price_sgd": "0.00001"}),
        ("race", {"race_steps": "10"}),
        ("race", {"race_steps": "10", "race_decay": "true"}),
        ("race", {"race_steps": "10", "ls_surface": "Your own formula", "ls_formula": "3"}),
        ("race", {"race_steps": "10", "ls_surface": "Monkey saddle"}),
        ("race", {"race_steps": "10", "ls_surface": "Goldstein-Price"}),
        ("fog", {"fog_lifted": "1"}),
        ("fog", {"fog_points": "2", "fog_parameters": "100"}),
    ],
)
def test_numbers_are_written_as_a_teacher_writes_them(page: str, query: dict[str, str]) -> None:
    assert not [one for one in said(opened(page, **query)) if COMPUTERS_WORDS.search(one)]


def test_a_saddle_s_middle_says_that_the_slope_is_0() -> None:
    shown = text(opened("landscape", ls_surface="Saddle", ls_x_saddle="0", ls_y_saddle="0"))
    assert "The slope here is exactly 0 (a saddle). So plain gradient descent stays." in shown
    assert "exactly 0" not in text(opened("landscape", ls_surface="Saddle"))


def test_the_race_says_that_nothing_decays_and_shows_what_decay_does() -> None:
    at = opened("race")
    assert "All run without weight decay" in text(at)
    at.toggle(key="race_decay").set_value(True).run()
    shown = text(at)
    assert "All run without weight decay" not in shown
    assert "AdamW's weight decay draws its weights to 0" in shown
    assert "9.46·10⁻⁵ where the same landscape lies (4, 1) farther from 0" in shown
    assert at.dataframe[0].value.set_index("optimizer")["loss at the end"]["AdamW"] < 1e-30


@pytest.mark.parametrize(
    ("surface", "rate", "start", "sentence"),
    [
        (surface_from("x^100 + y^2"), 0.1, (-3.0, 2.5), "**takes no step**"),
        (surface_from("log(x) + y^2"), 1.0, (0.5, 1.0), "**runs off the surface**"),
        (SURFACES["monkey-saddle"], 0.1, (-1.0, 0.0), "**falls without end**"),
        (SURFACES["ravine"], 10.0, (-9.0, 1.5), "**diverges**"),
        (SURFACES["ravine"], 0.018, (-9.0, 1.5), "**no minimum**"),
        (SURFACES["ravine"], 0.018, (0.1, 0.1), "**minimum 1**"),
    ],
)
def test_the_basin_map_tells_each_end_of_a_path_as_what_it_is(
    surface: Surface, rate: float, start: tuple[float, float], sentence: str
) -> None:
    path = descend(surface, OPTIMIZERS["sgd"].with_settings(learning_rate=rate), start, steps=100)
    said = basins._where_it_ends(surface, path, start)
    every = (
        "**takes no step**",
        "**runs off the surface**",
        "**falls without end**",
        "**diverges**",
        "**no minimum**",
        "**minimum 1**",
    )
    assert [one for one in every if one in said] == [sentence]


def test_how_far_is_too_far_is_written_as_a_power() -> None:
    path = descend(
        SURFACES["ravine"], OPTIMIZERS["sgd"].with_settings(learning_rate=0.03), (-9, 1.5), steps=1000
    )
    assert FAR == 1e12
    assert "a weight passed 10¹²" in str(path.diverged)


@pytest.mark.parametrize(
    ("best", "sentence"),
    [
        ((1.0, 2.0, 3.0), "**You got lowest**, then gradient descent, then random search."),
        ((3.0, 2.0, 1.0), "**Random search got lowest**, then gradient descent, then you."),
        (
            (1.0, 1.04, 3.0),
            "**You and gradient descent got lowest**, level with each other, then random search.",
        ),
        (
            (2.0, 1.0, 2.01),
            "**Gradient descent got lowest**, then you and random search, level with each other.",
        ),
        ((2.0, 2.0, 2.0), "**All three are level** at 2.0."),
    ],
)
def test_the_order_in_the_fog_names_a_winner_only_where_there_is_one(
    best: tuple[float, float, float], sentence: str
) -> None:
    assert game._order(dict(zip(("you", "gradient descent", "random search"), best, strict=True))) == sentence


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            [0.0, -0.001, -0.04, 0.0, 1.0],
            "At (0.00, 0.00) the loss is 0.0 and the slope 1.0; downhill is to the bottom.",
        ),
        (
            [1.0, 2.0, 3.0, 0.0, 0.0],
            "At (1.00, 2.00) the loss is 3.0 and the slope 0.0; it is level, so there is no way downhill.",
        ),
        (
            [-1.5, 2.0, 3.0, 1.0, 0.0],
            "At (−1.50, 2.00) the loss is 3.0 and the slope 1.0; downhill is to the left.",
        ),
    ],
)
def test_a_look_is_told_without_a_minus_before_0(row: list[float], sentence: str) -> None:
    assert game._foot([row], 3).startswith(sentence)


def test_looks_left_are_counted_and_end() -> None:
    row = [[0.0, 0.0, 1.0, 1.0, 0.0]]
    assert [game._foot(row, left).rpartition("1. ")[2] for left in (2, 1, 0)] == [
        "2 looks are left.",
        "1 look is left.",
        "No looks are left: lift the fog.",
    ]


def test_durations_are_words() -> None:
    assert [counting._duration(seconds) for seconds in (0.005, 2.0, 7200.0, 3e15)] == [
        "5 milliseconds",
        "2 seconds",
        "2 hours",
        "9.51·10⁷ years",
    ]


def test_the_luck_of_the_start_is_told_only_after_the_fog() -> None:
    assert "Luck of the start" in text(opened("fog", fog_lifted="1"))
    assert "Luck of the start" not in text(opened("fog"))


def test_tables_are_written_as_sentences_are_and_stay_numbers() -> None:
    table = opened("race", race_steps="10").dataframe[0].value
    assert np.issubdtype(table["best rate"].dtype, np.floating)
