"""Figures of curves and their imitations: titled axes, every method told apart without colour, nothing infinite sent."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlab.lessons.functions.curve_fitting import error_curves
from netlab.lessons.functions.figures import (
    compared_sums,
    error_against_terms,
    learned_curves,
    seed_errors,
    tower_surface,
)  # fmt: skip
from netlab.lessons.functions.hand_constructions import relu_hinges
from netlab.lessons.functions.targets import sine, step
from netlab.lessons.numbers.figures import class_counts, nearest_words
from netlab.lessons.numbers.word_vectors import Neighbour
from netlab.plots.lines import short, significant

X = np.linspace(-2, 2, 41)


def all_figures() -> list[go.Figure]:
    network, wanted = relu_hinges(sine(), 5), sine()(X)
    learned = np.stack([wanted + shift for shift in (0.0, 0.1, np.nan)])
    return [
        learned_curves(X, wanted, learned, 0),
        seed_errors([0, 20], np.array([[1.0, 2.0], [0.5, np.inf]]), 0.1, 2000),
        compared_sums(X, wanted, {"relu": network(X), "taylor": X * 1e300 * 10}),
        error_against_terms(
            error_curves(step(), np.array([1, 8])), 8, [(8, "relu", np.array([0.1, np.nan]))]
        ),
        class_counts([5] * 10, [1] * 10),
        nearest_words("queen", [Neighbour("king", 0.9)]),
    ]


def test_both_axes_are_titled_and_the_json_is_finite() -> None:
    for figure in all_figures():
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        json.dumps(figure.to_plotly_json(), allow_nan=False)


def test_towers_are_drawn_over_their_places_with_the_surface_that_they_imitate() -> None:
    places = np.linspace(-1, 1, 17)
    heights, wanted = np.ones((17, 17)), np.zeros((17, 17))
    alone, both = (tower_surface(places, heights, one) for one in (None, wanted))
    assert len(alone.data) == 1
    assert np.array(alone.data[0].z).shape == (17, 17)
    assert len(both.data) > 2
    json.dumps(both.to_plotly_json(), allow_nan=False)


def test_all_seeds_are_drawn_the_best_apart() -> None:
    learned = np.arange(6.0)[:, None] + X
    figure = learned_curves(X, X, learned, 2)
    others, _, best = figure.data
    assert list(best.y) == short(learned[2])
    assert sum(value is None for value in others.y) == 5
    assert short(learned[3])[0] in others.y


def test_the_chosen_number_of_terms_is_marked_and_a_missing_series_is_a_gap() -> None:
    figure = error_against_terms(error_curves(step(), np.array([1, 8])), 8)
    assert figure.layout.shapes[0].x0 == 8
    (taylor,) = [trace for trace in figure.data if trace.name == "Taylor"]
    assert taylor.y == (None, None)
    assert len({trace.line.dash for trace in figure.data}) == len(figure.data)


def test_the_outside_is_shaded_only_where_it_is_shown() -> None:
    inside = np.linspace(-1, 1, 11)
    assert not compared_sums(inside, inside, {}).layout.shapes
    assert len(compared_sums(X, X, {}).layout.shapes) == 2


def test_numbers_are_short_and_what_is_none_stays_none() -> None:
    assert short(np.array([1 / 3, np.nan, np.inf, 123456.0])) == [0.3333, None, None, 123500.0]


def test_bars_carry_the_counts() -> None:
    figure = class_counts(list(range(10)), [0] * 10)
    assert list(figure.data[0].y) == list(range(10))
    assert figure.data[0].marker.pattern.shape != figure.data[1].marker.pattern.shape


@given(
    st.floats(-1e290, 1e290, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-290)
)
def test_rounding_is_python_s_own_within_a_last_digit(value: float) -> None:
    rounded = float(significant(np.array([value]))[0])
    assert rounded == pytest.approx(value, rel=5.1e-4)
    if 1e-15 < abs(value) < 1e15:
        assert len(repr(rounded).replace("e", " ").split()[0].strip("-0.").replace(".", "").rstrip("0")) <= 4
