"""Two ways down over a loss of two weights, seen from above."""

from __future__ import annotations

import plotly.graph_objects as go

from netlab.landscape.descent import Path
from netlab.landscape.figures import loss_contours
from netlab.landscape.height_map import height_map
from netlab.landscape.surface import Surface
from netlab.plots.lines import on_top, short
from netlab.plots.palette import ORANGE, VERMILION

HEIGHT = 270
COUNT = 41
"""Points an axis: enough for a smooth bowl, and small to send."""


def two_ways(surface: Surface, way: Path, quiet: Path | None) -> go.Figure:
    """Lines of equal loss, with the walk on batches and, if given, the one on all examples."""
    ground = height_map(surface, "plain", COUNT)
    figure = loss_contours(ground, surface.parameters, surface.minima, surface.title)
    if quiet is not None:
        figure.add_trace(_line(quiet, "all digits at each step", ORANGE, "dot", 3))
    figure.add_trace(
        _line(
            way,
            "this batch size" if quiet is not None else "all digits at each step",
            VERMILION,
            "solid",
            1.6,
        )
    )
    x, y = way.weights[0]
    figure.add_trace(
        go.Scatter(
            x=[float(x)], y=[float(y)], mode="markers", name="start", hoverinfo="skip",
            marker={"color": "#fff", "size": 11, "line": {"color": "#111", "width": 1.5}},
        )
    )  # fmt: skip
    for drawn in figure.data[:2]:  # lines of equal loss, and the star
        drawn.showlegend = False
    figure.update_layout(
        height=HEIGHT,
        showlegend=True,
        legend=on_top(),
        dragmode=False,
        margin={"l": 50, "r": 8, "t": 30, "b": 44},
    )
    return figure


def _line(path: Path, name: str, colour: str, dash: str, width: float) -> go.Scatter:
    x, y = path.weights[: path.steps_taken + 1].T
    return go.Scatter(
        x=short(x), y=short(y), mode="lines+markers", name=name, line={"color": colour, "dash": dash, "width": width},
        marker={"size": 4, "color": colour, "line": {"color": "rgba(0,0,0,0.6)", "width": 0.6}}, hovertemplate=f"{name}<br>%{{x}}, %{{y}}<extra></extra>",
    )  # fmt: skip
