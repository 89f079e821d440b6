"""Counting looks: a grid shows all of two parameters, and none of 407,050."""

from __future__ import annotations

from typing import Any

import streamlit as st

from netlab.app.choice import slide
from netlab.app.components import live_figure
from netlab.formatting import percent, plain
from netlab.landscape.fog.figures import left_in_many_dimensions
from netlab.landscape.fog.search import (
    Dimensions,
    Power,
    bowl_in_many_dimensions,
    grid_evaluations,
    parameters_beyond,
)
from netlab.nets.spec import NetworkSpec

BIND: Any = {"bind": "query-params", "persist_state": "session"}
NETWORK = NetworkSpec().parameter_count
PARAMETERS = (1, 2, 3, 4, 6, 10, 17, 100, 7_850, NETWORK)
SHOWN = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
EVALUATIONS_A_SECOND = 10**6
BUDGET = 25
UNIVERSE = 4.35e17
"""Seconds since the beginning: 13.8 thousand million years (Planck Collaboration, 2020)."""


def count_the_looks() -> None:
    """Let the reader choose points an axis and parameters, and see how many looks the whole picture takes."""
    left, right = st.columns(2)
    points = int(left.slider("Points an axis", 2, 100, 25, key="fog_points", **BIND))
    parameters = slide(
        right.select_slider, "Parameters", PARAMETERS, 2, key="fog_parameters", titles="{:,}".format
    )
    evaluations = grid_evaluations(points, parameters)
    st.latex(rf"{points}^{{{_number(parameters)}}} {_equals(evaluations)} \text{{ looks}}")
    st.markdown(f"{_time(evaluations)} {_limit(points)}")
    network = grid_evaluations(points, NETWORK)
    st.markdown(
        f"For this project's network of {NETWORK:,} parameters, {points} points an axis are ${points}^{{{_number(NETWORK)}}} "
        rf"\approx {network.mantissa:.2f} \cdot 10^{{{_number(network.exponent)}}}$: a number of {network.digits:,} digits. "
        "The atoms in the visible universe are estimated at $10^{80}$. Training the network takes 9,375 looks (five epochs "
        "of 1,875 batches), each a height and a slope in all directions at once."
    )


def _number(value: int) -> str:
    return f"{value:,}".replace(",", r"{,}")


def _equals(evaluations: Power) -> str:
    if evaluations.exponent < 9:
        return f"= {_number(round(evaluations.mantissa * 10**evaluations.exponent))}"
    return rf"\approx {evaluations.mantissa:.3f} \cdot 10^{{{_number(evaluations.exponent)}}}"


def _time(evaluations: Power) -> str:
    if evaluations.exponent > 300:
        return f"At a million looks a second that takes $10^{{{_number(evaluations.exponent - 6)}}}$ seconds; the universe is younger than $10^{{18}}$."
    seconds = evaluations.mantissa * 10.0**evaluations.exponent / EVALUATIONS_A_SECOND
    if seconds > UNIVERSE / 10:
        return f"At a million looks a second that takes {plain(seconds / UNIVERSE, 3)} times the age of the universe."
    return f"At a million looks a second that takes {_duration(seconds)}."


def _duration(seconds: float) -> str:
    for name, length in (("years", 31_557_600.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{plain(seconds / length, 3)} {name}"
    return f"{plain(seconds, 3)} seconds" if seconds >= 1 else f"{plain(1000 * seconds, 3)} milliseconds"


def _limit(points: int) -> str:
    most = parameters_beyond(points, UNIVERSE * EVALUATIONS_A_SECOND)
    return f"With {points} points an axis, {most} parameters already take longer than the universe is old."


@st.cache_data(show_spinner=False)
def _left() -> Dimensions:
    return bowl_in_many_dimensions(SHOWN, budget=BUDGET)


def same_game_with_more_parameters() -> None:
    """Draw what the same budget leaves of the loss when the bowl has more parameters."""
    left = _left()
    alt = (
        f"After {BUDGET} looks random search has {percent(left.random_search[0], 2)} of the loss left with 1 parameter and "
        f"{percent(left.random_search[-1], 0)} with 1,000; gradient descent {percent(left.gradient_descent[0], 2)} with any number."
    )
    live_figure("left_in_many_dimensions", left_in_many_dimensions(left, BUDGET), alt)
    st.caption(
        "The loss is the plainest bowl: half the sum of the squares of all parameters. Each game starts at a random place, with every "
        "parameter between −1 and 1, and random search looks at such places too. Gradient descent walks at rate 0.1. Drawn is the middle one "
        "(the median) of 40 games. The slope points the right way in every direction at "
        "once; a random point would have to be right in every direction by luck."
    )
