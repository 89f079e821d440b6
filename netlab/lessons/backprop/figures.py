"""Figures about gradients: how well a nudge measures one, and what updates with it do to the loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.lessons.backprop.gradient_check import DifferenceCurve
from netlab.plots.lines import on_top
from netlab.plots.palette import BLUE, GREY, VERMILION

HEIGHT = 300


def difference_errors(curve: DifferenceCurve) -> go.Figure:
    """Relative error of the central difference against the size of the nudge, both logarithmic."""
    lines = [
        go.Scatter(
            x=curve.steps,
            y=np.maximum(curve.float32, 1e-16),
            name="float32",
            line={"color": VERMILION, "dash": "dash"},
        ),
        go.Scatter(x=curve.steps, y=np.maximum(curve.float64, 1e-16), name="float64", line={"color": BLUE}),
    ]
    return go.Figure(
        lines, _layout(_log("nudge h (units of the weight)"), _log("relative error (of the gradient)"))
    )


def loss_after_updates(losses: Array, now: int, right: Array | None = None) -> go.Figure:
    """Mean loss after each update, a mark where we are; with a mistake planted, the right course beside it."""
    lines = [go.Scatter(y=losses, name="loss" if right is None else "with the mistake", line={"color": BLUE})]
    if right is not None:
        lines.append(go.Scatter(y=right, name="without it", line={"color": GREY, "dash": "dash"}))
    here = go.Scatter(
        x=[now], y=[losses[now]], mode="markers", name="now", marker={"color": VERMILION, "size": 11}
    )
    y_axis = {"title": {"text": "mean loss (no unit)"}, "rangemode": "tozero"}
    return go.Figure([*lines, here], _layout({"title": {"text": "updates (count)"}}, y_axis))


def _log(title: str) -> dict[str, Any]:
    return {"title": {"text": title}, "type": "log", "exponentformat": "power", "dtick": 2}


def _layout(x_axis: dict[str, Any], y_axis: dict[str, Any]) -> dict[str, Any]:
    return {
        "template": None,
        "height": HEIGHT,
        "margin": {"l": 64, "r": 12, "t": 34, "b": 48},
        "legend": on_top(),
        "xaxis": x_axis,
        "yaxis": y_axis,
    }
