"""The noise ball: where walkers stand, how high they hover against rate and η/(1 − μ), and what schedules come to."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.noise.annealing import Trial
from netlab.landscape.noise.ball import MOMENTA, Ball
from netlab.plots.lines import axes, on_top, short
from netlab.plots.palette import BLUE, DASHES, GREEN, GREY, ORANGE, PURPLE, VERMILION

HEIGHT = 360
LEAST = 1e-12
_COLOURS, _MARKS = (BLUE, VERMILION, GREEN), ("circle", "square", "diamond")


def ball_figure(ball: Ball, own: tuple[float, float, float] | None) -> go.Figure:
    """Heights against the rate on the left and against η/(1 − μ) on the right; ``own`` is the reader's (η, μ, height)."""
    traces: list[go.Scatter] = []
    for place, mu in enumerate(MOMENTA):
        rates = ball.learning_rates(place)
        traces += _pair(ball, place, mu, rates, "x", shown=True)
        traces += _pair(ball, place, mu, ball.speeds, "x2", shown=False)
    if own is not None and np.isfinite(own[2]):
        rate, mu, height = own
        traces += [_star(rate, height, "x", True), _star(rate / (1.0 - mu), height, "x2", False)]
    layout = axes("learning rate η", "height above the minimum", HEIGHT)
    logarithmic = {"type": "log", "exponentformat": "power", "zeroline": False, "dtick": "D2"}
    layout["xaxis"] |= {**logarithmic, "domain": [0.0, 0.47]}
    layout["xaxis2"] = {"title": {"text": "η/(1 − μ)"}, **logarithmic, "domain": [0.53, 1.0], "anchor": "y"}
    layout["yaxis"] |= logarithmic
    layout["margin"] = {"l": 70, "r": 10, "t": 34, "b": 46}
    return go.Figure(traces, layout)


def _pair(ball: Ball, place: int, mu: float, x: Array, axis: str, *, shown: bool) -> list[go.Scatter]:
    colour, name = _COLOURS[place], f"μ = {plain(mu)}"
    marks = go.Scatter(
        x=short(x), y=short(np.maximum(ball.measured[place], LEAST)), xaxis=axis, mode="markers", name=name, legendgroup=name, showlegend=shown,
        marker={"color": colour, "size": 9, "symbol": _MARKS[place]}, hovertemplate=f"{name}<br>%{{x}}: %{{y}}<extra>measured</extra>",
    )  # fmt: skip
    theory = go.Scatter(
        x=short(x), y=short(np.maximum(ball.expected[place], LEAST)), xaxis=axis, mode="lines", name=f"theory, {name}", legendgroup=name,
        showlegend=False, line={"color": colour, "width": 1.2}, hovertemplate=f"{name}<br>%{{x}}: %{{y}}<extra>theory</extra>",
    )  # fmt: skip
    return [marks, theory]


def _star(x: float, height: float, axis: str, shown: bool) -> go.Scatter:
    return go.Scatter(
        x=[x], y=[max(height, LEAST)], xaxis=axis, mode="markers", name="yours", legendgroup="yours", showlegend=shown,
        marker={"color": ORANGE, "size": 15, "symbol": "star", "line": {"color": "#222", "width": 1}},
        hovertemplate="yours<br>%{x}: %{y}<extra></extra>",
    )  # fmt: skip


def cloud(
    places: Array, minimum: tuple[float, float], parameters: tuple[str, str], ellipse: Array | None
) -> go.Figure:
    """Where walkers (n, 2) stand round the minimum; ``ellipse`` (m, 2) is theory's line of two standard deviations."""
    x, y = places.T
    traces = [
        go.Scatter(
            x=short(x), y=short(y), mode="markers", name="where a walk stands", marker={"color": BLUE, "size": 6, "opacity": 0.7},
            hovertemplate="%{x}, %{y}<extra></extra>",
        )
    ]  # fmt: skip
    if ellipse is not None:
        traces.append(
            go.Scatter(
                x=short(ellipse[:, 0]), y=short(ellipse[:, 1]), mode="lines", name="theory: 86 % inside", line={"color": VERMILION, "width": 1.6},
                hoverinfo="skip",
            )
        )  # fmt: skip
    traces.append(
        go.Scatter(
            x=[minimum[0]], y=[minimum[1]], mode="markers", name="minimum",
            marker={"symbol": "star", "size": 13, "color": "#fff", "line": {"color": "#222", "width": 1.2}}, hoverinfo="skip",
        )
    )  # fmt: skip
    layout = axes(*parameters, HEIGHT)
    layout["yaxis"] |= {"scaleanchor": "x", "zeroline": False, "exponentformat": "power"}
    layout["xaxis"] |= {"zeroline": False, "exponentformat": "power"}
    return go.Figure(traces, layout)


def schedules_figure(trial: Trial) -> go.Figure:
    """The mean height above the minimum by step, a line a schedule."""
    lines = [
        go.Scatter(
            x=list(trial.looks), y=short(np.maximum(heights, LEAST)), mode="lines", name=name,
            line={"color": colour, "dash": dash, "width": 2.2}, hovertemplate=f"{name}<br>step %{{x}}: %{{y}}<extra></extra>",
        )
        for name, heights, colour, dash in zip(
            trial.names, trial.heights, (GREY, BLUE, VERMILION, GREEN, PURPLE), (*DASHES[:5],), strict=True
        )
    ]  # fmt: skip
    layout = axes("step (count)", "height above the minimum", HEIGHT)
    layout["yaxis"] |= {"type": "log", "exponentformat": "power", "zeroline": False}
    layout["xaxis"] |= {"zeroline": False}
    layout["legend"] = on_top()
    layout["margin"] = {"l": 70, "r": 10, "t": 34, "b": 46}
    return go.Figure(lines, layout)
