"""A run and its branches in one picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.rewind.branch import Limb
from netlab.plots.lines import layout_with, short
from netlab.plots.palette import DASHES, SERIES

HEIGHT = 320


def family(limbs: Sequence[Limb]) -> go.Figure:
    """Validation accuracy against images: the run first, each branch from the point where it leaves."""
    first = limbs[0]
    traces = []
    for place, one in enumerate(limbs):
        images, accuracies = list(one.images), list(one.accuracies)
        look = {"color": SERIES[place % len(SERIES)], "dash": DASHES[place % len(DASHES)], "width": 2.5}
        traces.append(
            go.Scatter(
                x=images, y=short(np.array(accuracies)), name=one.name, mode="lines+markers", line=look,
                marker={"size": 6}, hovertemplate="%{y:.2%} after %{x:,} images<extra>%{fullData.name}</extra>",
            )
        )  # fmt: skip
        if place:
            traces.append(
                go.Scatter(
                    x=[one.begins], y=short(np.array([_at(first, one.begins)])), mode="markers", showlegend=False,
                    marker={"symbol": "circle-open", "size": 13, "color": look["color"], "line": {"width": 2.5}},
                    hovertemplate="leaves here<extra></extra>",
                )
            )  # fmt: skip
    x_axis = {
        "title": {"text": "images looked at, repetitions counted"},
        "tickformat": "~s",
        "rangemode": "tozero",
    }
    y_axis = {"title": {"text": "validation pictures right"}, "tickformat": "~%"}
    return go.Figure(traces, layout_with(x_axis, y_axis, HEIGHT))


def _at(first: Limb, images: int) -> float:
    """The first run's accuracy there: of the validation nearest before it."""
    before = [accuracy for at, accuracy in zip(first.images, first.accuracies, strict=True) if at <= images]
    return before[-1] if before else float("nan")
