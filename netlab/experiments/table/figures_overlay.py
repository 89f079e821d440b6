"""Curves of several runs over each other: a colour a run, validation strong, the mean of training thin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.experiments.table.overlay import Track, errors, farthest
from netlab.plots.lines import on_top, short
from netlab.plots.palette import SERIES, faint
from netlab.runs.history import Curve
from netlab.training.axes import Axis

HEIGHT = 330
UNITS = {
    "epochs": "epochs",
    "steps": "steps (batches)",
    "seconds": "seconds of training",
    "examples": "images learnt from",
}
MARKS = ("diamond", "square")


def accuracy_overlay(tracks: Sequence[Track], heights: Axis, across: str) -> go.Figure:
    """Share of right answers of several runs; on a logarithmic axis the share of wrong ones."""
    if heights.log:
        axis: dict[str, Any] = {"title": {"text": "read wrongly"}, "tickformat": "~%"}
        return _figure(
            tracks,
            heights,
            across,
            axis,
            _accuracies,
            lambda curve: errors(curve, heights.low),
            "%{y:.2~%} wrong",
        )
    axis = {"title": {"text": "read correctly"}, "tickformat": "~%"}
    return _figure(tracks, heights, across, axis, _accuracies, lambda curve: curve.values, "%{y:.2%}")


def loss_overlay(tracks: Sequence[Track], heights: Axis, across: str) -> go.Figure:
    """Loss of several runs."""
    axis = {"title": {"text": "loss"}, "tickformat": "~g"}

    def value(curve: Curve) -> Array:
        return np.where(curve.values > 0, curve.values, np.nan) if heights.log else curve.values

    return _figure(tracks, heights, across, axis, _losses, value, "%{y:.4~g}")


def _accuracies(track: Track) -> tuple[Curve, Curve]:
    return track.curves.accuracy_smooth, track.curves.validation_accuracy


def _losses(track: Track) -> tuple[Curve, Curve]:
    return track.curves.loss_smooth, track.curves.validation_loss


def _figure(
    tracks: Sequence[Track], heights: Axis, across: str, axis: dict[str, Any],
    lines: Callable[[Track], tuple[Curve, Curve]], value: Callable[[Curve], Array], unit: str,
) -> go.Figure:  # fmt: skip
    traces = []
    for place, track in enumerate(tracks):
        colour, mark = SERIES[place % len(SERIES)], MARKS[place // len(SERIES) % len(MARKS)]
        dash = "solid" if place < len(SERIES) else "dash"
        training, validation = lines(track)
        name = escape(track.name)
        common = {"legendgroup": track.id, "mode": "lines"}
        traces += [
            go.Scatter(
                x=short(track.training), y=short(value(training)), name=name, showlegend=not len(validation.values), **common,
                line={"color": faint(colour, 0.55), "width": 1.3, "dash": dash}, hoverinfo="skip",
            ),
            go.Scatter(
                x=short(track.validation), y=short(value(validation)), name=name, **common | {"mode": "lines+markers"},
                line={"color": colour, "width": 2.4, "dash": dash}, marker={"symbol": mark, "size": 7}, cliponaxis=False,
                showlegend=bool(len(validation.values)), text=[name] * len(validation.values),
                hovertemplate=f"%{{text}}: {unit}<extra></extra>",
            ),
        ]  # fmt: skip
    return go.Figure(traces, _layout(tracks, heights, across, axis))


def _layout(tracks: Sequence[Track], heights: Axis, across: str, axis: dict[str, Any]) -> dict[str, Any]:
    shown = f"{across} {heights.log} {' '.join(track.id for track in tracks)}"
    return {
        "template": None,
        "height": HEIGHT,
        "uirevision": shown,
        "hovermode": "closest",
        "hoverlabel": {"namelength": -1},
        "margin": {"l": 56, "r": 12, "t": 26, "b": 44},
        "legend": on_top() | {"font": {"size": 11}},
        "xaxis": {"title": {"text": UNITS[across]}, "range": [0.0, farthest(tracks)], "tickformat": "~g", "uirevision": shown},
        "yaxis": {
            **axis, "type": "log" if heights.log else "linear", "range": heights.limits, "automargin": True,
            "uirevision": shown,
        },
    }  # fmt: skip
