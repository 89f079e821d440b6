"""A curve and the sums that imitate it: built by hand, learnt by twenty networks, or written as a series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.lessons.functions.curve_fitting import ErrorCurve
from netlab.plots.lines import axes, line, shade, short
from netlab.plots.palette import BLUE, GREEN, GREY, ORANGE, ORANGE_TO_BLUE, PURPLE, SKY, faint

HEIGHT = 400
LOOKS = {
    "relu": ("hinges", BLUE, "solid"),
    "sigmoid": ("steps", GREEN, "dashdot"),
    "taylor": ("Taylor", PURPLE, "dot"),
    "fourier": ("Fourier", ORANGE, "longdash"),
}


def learned_curves(x: Array, wanted: Array, learned: Array, best: int) -> go.Figure:
    """The target and every learnt network, (seeds, n), the best of them strong."""
    others = _bundle(x, np.delete(learned, best, axis=0), "the others", 0.55)
    strong = line(x, learned[best], f"best: network {best + 1} of {len(learned)}", BLUE, "solid", 3)
    return go.Figure([others, _target(x, wanted), strong], _layout(x, wanted, "y"))


def seed_errors(steps: Sequence[int], rms: Array, by_hand: float, last_step: int) -> go.Figure:
    """Each seed's error, (moments, seeds), as it learns, beside the hand construction's; logarithmic."""
    every = _bundle(np.asarray(steps), rms.T, "each network", 0.8)
    hand = line(np.array([0, last_step]), np.full(2, by_hand), "built by rule", GREY, "dash", 2.5)
    layout = axes("steps of learning", "root mean square error", HEIGHT)
    layout["xaxis"]["range"] = [0, last_step]
    layout["yaxis"] |= {
        "type": "log",
        "tickvals": [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 2, 5],
    }
    return go.Figure([every, hand], layout)


def _bundle(x: Array, curves: Array, name: str, opacity: float) -> go.Scatter:
    """Many curves, (curves, n), as one line with gaps: twenty times fewer things to draw."""
    gap = np.full((len(curves), 1), np.nan)
    places = np.tile(np.append(x, np.nan), len(curves))
    heights = np.concatenate([curves, gap], axis=1).reshape(-1)
    return line(places, heights, name, faint(SKY, opacity), "solid", 1.2)


def compared_sums(x: Array, wanted: Array, sums: Mapping[str, Array]) -> go.Figure:
    """The target and every method's sum of the same number of terms, (n,) each."""
    lines = [line(x, values, *LOOKS[name], 2.2) for name, values in sums.items()]
    return go.Figure([_target(x, wanted), *lines], _layout(x, wanted, "y"))


def error_against_terms(
    curves: Sequence[ErrorCurve], terms: int, learned: Sequence[tuple[int, str, Array]] = ()
) -> go.Figure:
    """Root mean square error against the number of terms, both logarithmic; the chosen number marked.

    ``learned`` are networks that have learnt: their number of units, their activation, and an error for each seed.
    """
    lines = [line(curve.counts, curve.rms, *LOOKS[curve.name], 2.2, mode="lines+markers") for curve in curves]
    lines += [
        go.Scatter(
            x=[count] * len(rms), y=short(rms), mode="markers", name="learnt" if place == 0 else f"learnt, {activation}",
            showlegend=place == 0, marker={"symbol": "x-thin", "size": 8, "line": {"width": 1.5, "color": SKY}},
            hovertemplate=f"{activation}, {count} units: %{{y}}<extra>learnt</extra>",
        )
        for place, (count, activation, rms) in enumerate(learned)
    ]  # fmt: skip
    layout = axes("number of terms K", "root mean square error", HEIGHT)
    layout["xaxis"] |= {"type": "log", "tickvals": [1, 2, 4, 8, 16, 32]}
    layout["yaxis"] |= {"type": "log", "range": [-3.3, 1], "dtick": 1}
    here = {"color": GREY, "width": 1.5, "dash": "dot"}
    layout["shapes"] = [
        {"type": "line", "yref": "paper", "x0": terms, "x1": terms, "y0": 0, "y1": 1, "line": here}
    ]
    return go.Figure(lines, layout)


def tower_surface(places: Array, heights: Array, wanted: Array | None) -> go.Figure:
    """Heights (n, n) over a square of two inputs; the surface that they imitate as a net of lines, where there is one."""
    short_places = short(places)
    solid = go.Surface(
        x=short_places, y=short_places, z=np.round(heights, 2).tolist(), colorscale=ORANGE_TO_BLUE, cmid=0, showscale=False,
        hovertemplate="x₁ %{x}, x₂ %{y}: %{z}<extra></extra>",
    )  # fmt: skip
    traces: list[go.Surface | go.Scatter3d] = [solid]
    if wanted is not None:
        traces += [
            go.Scatter3d(
                x=short_places, y=[float(places[row])] * len(places), z=np.round(wanted[row], 2).tolist(), mode="lines",
                line={"color": GREY, "width": 4}, hoverinfo="skip", showlegend=False,
            )
            for row in range(0, len(places), 8)
        ]  # fmt: skip
    low, high = min(0.0, float(heights.min())), max(1.0, float(heights.max()))
    layout: dict[str, Any] = {
        "template": None, "height": 380, "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "showlegend": False,
        "scene": {
            "xaxis": {"title": {"text": "x₁"}}, "yaxis": {"title": {"text": "x₂"}}, "zaxis": {"title": {"text": "y"}, "range": [low, high]},
            "aspectmode": "manual", "aspectratio": {"x": 1, "y": 1, "z": 0.6},
            "camera": {"eye": {"x": -1.25, "y": -1.6, "z": 1.0}},
        },
    }  # fmt: skip
    return go.Figure(traces, layout)


def _target(x: Array, wanted: Array) -> go.Scatter:
    return line(x, wanted, "target", GREY, "dash", 3)


def _layout(x: Array, wanted: Array, y_title: str) -> dict[str, Any]:
    layout = axes("x", y_title, HEIGHT)
    low, high = float(wanted.min()), float(wanted.max())
    room = 0.35 * (high - low) + 0.1
    layout["yaxis"]["range"] = [low - room, high + room]
    layout["xaxis"]["range"] = [float(x[0]), float(x[-1])]
    layout["shapes"] = [shade(float(x[0]), -1), shade(1, float(x[-1]))] if x[-1] > 1 else []
    return layout
