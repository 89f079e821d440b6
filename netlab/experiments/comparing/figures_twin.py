"""The curves of two runs on shared axes, the difference between them, and where they part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.comparing.twin import Gap
from netlab.plots.lines import layout_with, short
from netlab.plots.palette import BLUE, GREY, VERMILION
from netlab.runs.history import Curve, Curves

HEIGHT = 330
COLOURS = {"A": BLUE, "B": VERMILION}


@dataclass(frozen=True)
class Side:
    """One of the two: "A" or "B", its lines, and how many batches its epochs have (1 if that is not known yet)."""

    part: str
    curves: Curves
    steps_per_epoch: int


def twin_curves(sides: list[Side], epochs: float, parted: float | None, key: str, axis: str) -> go.Figure:
    """Accuracy of both runs against epochs: the smoothed training a line, validation dashed with diamonds.

    ``parted`` is the epoch of the first batch that differs; ``key`` names the zoom, ``axis`` the heights.
    """
    traces = [trace for side in sides for trace in _lines(side)]
    heights = {
        "title": {"text": axis},
        "tickformat": "~%",
        "automargin": True,
        "uirevision": key,
    }
    return go.Figure(traces, _layout(heights, epochs, parted, HEIGHT, key, told=True))


def gap_curves(gap: Gap, epochs: float, parted: float | None, key: str) -> go.Figure:
    """B minus A, in points of per cent, against epochs."""
    traces = [
        go.Scatter(
            x=short(gap.epochs), y=short(100 * gap.training), name="training, B minus A", mode="lines",
            line={"color": GREY, "width": 2}, hovertemplate="training: %{y:+.2~f} points<extra></extra>",
        ),
        go.Scatter(
            x=short(gap.validation_epochs), y=short(100 * gap.validation), name="validation, B minus A",
            mode="lines+markers", line={"color": VERMILION, "width": 2, "dash": "dash"},
            marker={"symbol": "diamond", "size": 8}, cliponaxis=False,
            hovertemplate="validation: %{y:+.2~f} points<extra></extra>",
        ),
    ]  # fmt: skip
    heights = {
        "title": {"text": "points"}, "zeroline": True, "zerolinecolor": GREY, "zerolinewidth": 1.5, "automargin": True,
        "uirevision": key,
    }  # fmt: skip
    return go.Figure(traces, _layout(heights, epochs, parted, HEIGHT, key, told=False))


def _lines(side: Side) -> list[go.Scatter]:
    colour, lines = COLOURS[side.part], side.curves
    return [
        go.Scatter(
            x=_epochs(lines.accuracy_smooth, side), y=short(lines.accuracy_smooth.values), mode="lines",
            name=f"{side.part} training, mean of {lines.window:,}", line={"color": colour, "width": 2},
            hovertemplate=f"{side.part} training: %{{y:.1%}}<extra></extra>",
        ),
        go.Scatter(
            x=_epochs(lines.validation_accuracy, side), y=short(lines.validation_accuracy.values), mode="lines+markers",
            name=f"{side.part} validation", line={"color": colour, "width": 2, "dash": "dash"},
            marker={"symbol": "diamond", "size": 8}, cliponaxis=False,
            hovertemplate=f"{side.part} validation: %{{y:.1%}}<extra></extra>",
        ),
    ]  # fmt: skip


def _epochs(line: Curve, side: Side) -> list[float]:
    return np.round(np.asarray(line.steps, float) / side.steps_per_epoch, 5).tolist()


def _layout(
    heights: dict[str, Any], epochs: float, parted: float | None, height: int, key: str, *, told: bool
) -> dict[str, Any]:
    along = {"title": {"text": "epochs"}, "range": [0, epochs], "tickformat": "~g", "uirevision": key}
    marks: dict[str, Any] = {"shapes": [], "annotations": []}
    if parted is not None:
        line = {"width": 1.5, "dash": "dot", "color": GREY}
        marks["shapes"] = [
            {"type": "line", "yref": "paper", "x0": parted, "x1": parted, "y0": 0, "y1": 1, "line": line}
        ]
        if told:
            marks["annotations"] = [
                {
                    "text": "they part", "x": parted, "yref": "paper", "y": 0.02, "xanchor": "left", "yanchor": "bottom",
                    "showarrow": False, "font": {"size": 11}, "xshift": 3,
                }
            ]  # fmt: skip
    return layout_with(along, heights, height) | {"uirevision": key, "hovermode": "x unified"} | marks
