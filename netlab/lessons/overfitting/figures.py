"""Two losses that part, a curve through ten points, and an error that falls twice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.lessons.overfitting.few_digits import STEPS
from netlab.lessons.overfitting.few_points import POINTS, Descent, Fit, Points, truth
from netlab.nn.pupil import Judged, Moment
from netlab.plots.lines import axes, line, short
from netlab.plots.palette import GREY, ORANGE, TRAIN_SMOOTH, VALIDATION, faint

HEIGHT = 290
POINTS_HEIGHT = 240
BEGINNING = 5
"""Looks at the beginning whose high losses need not stay in the picture."""
PLACES = np.linspace(-1.0, 1.0, 201)


def two_losses(moments: Sequence[Moment], end: int | None, per_epoch: int) -> go.Figure:
    """Training and held-back loss against steps, a star at the lowest held-back loss, and the held-back loss of the
    network beside it, if there is one. What comes after the look ``end`` is thin.
    """
    steps = np.array([one.step for one in moments], float)
    taught, held = (np.array([[judged.loss for judged in part] for part in of]) for of in _parts(moments))
    until = len(steps) if end is None else end + 1
    lines = []
    if held.shape[1] > 1:
        lines.append(line(steps, held[:, 1], "held back, no cure", GREY, "dot", 2))
    for values, name, colour, dash in (
        (taught[:, 0], "digits it learns from", TRAIN_SMOOTH, "solid"), (held[:, 0], "held back", VALIDATION, "dash"),
    ):  # fmt: skip
        lines.append(line(steps[:until], values[:until], name, colour, dash, 2.5))
        if until < len(steps):
            lines.append(line(steps[end:], values[end:], f"{name}, had it gone on", colour, dash, 1, showlegend=False, opacity=0.6))  # fmt: skip
    best = int(held[:until, 0].argmin())
    lines.append(
        go.Scatter(
            x=[moments[best].step], y=short(held[best : best + 1, 0]), mode="markers", name="its lowest",
            marker={"symbol": "star", "size": 13, "color": ORANGE, "line": {"width": 1, "color": "#111"}},
            hovertemplate="step %{x}: %{y}<extra>lowest held-back loss</extra>",
        )
    )  # fmt: skip
    layout = axes(f"steps ({per_epoch:,} are an epoch)", "loss (cross-entropy)", HEIGHT)
    layout["xaxis"] |= {"range": [0, STEPS]}
    late = held[BEGINNING:]
    layout["yaxis"] |= {"range": [0, max(1.0, 1.2 * float(late.max())) if len(late) else 2.6]}
    return go.Figure(lines, layout)


def _parts(moments: Sequence[Moment]) -> tuple[list[tuple[Judged, ...]], list[tuple[Judged, ...]]]:
    return [one.taught for one in moments], [one.held for one in moments]


def curve_through(points: Points, found: Fit) -> go.Figure:
    """Ten points, those held back, the curve that they come from, and the network's."""
    learnt = found(PLACES)
    dots = (
        (points.held_x, points.held_y, "held back", faint(VALIDATION, 0.75), "x", 6),
        (points.x, points.y, "points it learns from", TRAIN_SMOOTH, "circle", 10),
    )
    marks = [
        go.Scatter(
            x=short(x), y=short(y), mode="markers", name=name, marker={"color": colour, "symbol": symbol, "size": size},
            hovertemplate="%{x}, %{y}<extra>" + name + "</extra>",
        )
        for x, y, name, colour, symbol, size in dots
    ]  # fmt: skip
    lines = [
        line(PLACES, truth(PLACES), "where they come from", GREY, "dash", 2),
        line(PLACES, learnt, "the network", TRAIN_SMOOTH, "solid", 2.5),
    ]
    layout = axes("x", "y", POINTS_HEIGHT)
    layout["yaxis"] |= {"range": [-2.6, 2.6]}
    layout["xaxis"] |= {"range": [-1.03, 1.03]}
    return go.Figure([*lines, *marks], layout)


def falls_twice(found: Descent, here: int, tamed: Descent | None) -> go.Figure:
    """Middle losses against the number of units, both logarithmic, with the middle half of all draws as a band."""
    low, high = np.quantile(found.held_losses, (0.25, 0.75), axis=0)
    counts = found.counts.astype(float)
    band = go.Scatter(
        x=short(np.concatenate([counts, counts[::-1]])), y=short(np.concatenate([high, low[::-1]])), fill="toself",
        fillcolor=faint(VALIDATION, 0.18), line={"width": 0}, hoverinfo="skip", name="middle half of all draws",
    )  # fmt: skip
    lines = [
        band,
        line(counts, found.middle, "held back", VALIDATION, "dash", 2.5, mode="lines+markers"),
        line(counts, _seen(np.median(found.losses, axis=0)), "points it learns from", TRAIN_SMOOTH, "solid", 2.5),
    ]  # fmt: skip
    if tamed is not None:
        lines.append(line(counts, tamed.middle, "held back, with weight decay", GREY, "dot", 2.5))
    layout = axes("hidden units", "mean squared error", POINTS_HEIGHT + 30)
    layout["xaxis"] |= {"type": "log", "tickvals": [1, 2, 5, 10, 20, 50, 100, 300]}
    layout["yaxis"] |= {"type": "log", "exponentformat": "power"}
    layout["shapes"] = [_upright(POINTS, "solid"), _upright(here, "dot")]
    return go.Figure(lines, layout)


def _seen(losses: Array) -> Array:
    """A loss of nothing but rounding has no place on a logarithmic axis."""
    return np.where(losses > 1e-6, losses, np.nan)


def _upright(place: int, dash: str) -> dict[str, object]:
    look = {"color": GREY, "width": 1.5, "dash": dash}
    return {"type": "line", "yref": "paper", "x0": place, "x1": place, "y0": 0, "y1": 1, "line": look}
