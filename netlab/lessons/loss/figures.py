"""Figures about losses: value, slope, the way out of a wrong answer, and probabilities that share 100 %."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.lessons.loss.two_losses import TwoLosses
from netlab.plots.lines import on_top
from netlab.plots.palette import BLUE, GREEN, GREY, VERMILION

HEIGHT = 320
TANGENT = 0.12  # half its length, in units of the prediction


def two_losses(curve: TwoLosses, here: TwoLosses) -> go.Figure:
    """Both losses against the prediction p, with a tangent at the present one."""
    p = float(here.predictions[0])
    spans = np.clip([p - TANGENT, p + TANGENT], 0.0, 1.0)
    lines = []
    for name, values, at, slope, colour, dash in (
        ("quadratic", curve.quadratic, here.quadratic, here.quadratic_derivative, VERMILION, "dash"),
        (
            "cross-entropy",
            curve.cross_entropy,
            here.cross_entropy,
            here.cross_entropy_derivative,
            BLUE,
            "solid",
        ),
    ):
        steepness = float(slope[0] / max(float(here.factor[0]), 1e-12))  # ∂L/∂p = ∂L/∂z : ∂p/∂z
        lines.append(
            go.Scatter(x=curve.predictions, y=values, name=name, line={"color": colour, "dash": dash})
        )
        lines.append(_mark(p, float(at[0]), colour))
        lines.append(go.Scatter(x=spans, y=at[0] + steepness * (spans - p), showlegend=False, hoverinfo="skip",
                                mode="lines", line={"color": colour, "width": 1.5, "dash": "dot"}))  # fmt: skip
    x_axis = {"title": {"text": "prediction p (probability)"}, "range": [-0.02, 1.02]}
    return go.Figure(
        lines, _layout(x_axis, {"title": {"text": "loss (cross-entropy in nats)"}, "range": [-0.15, 5]})
    )


def two_slopes(curve: TwoLosses, here: TwoLosses) -> go.Figure:
    """Both slopes against the logit z: what the weights behind the unit get to feel."""
    z = float(here.logits[0])
    lines = [
        go.Scatter(x=curve.logits, y=curve.quadratic_derivative, name="quadratic: (p − y) σ′(z)",
                   line={"color": VERMILION, "dash": "dash"}),
        go.Scatter(x=curve.logits, y=curve.cross_entropy_derivative, name="cross-entropy: p − y", line={"color": BLUE}),
        _mark(z, float(here.quadratic_derivative[0]), VERMILION),
        _mark(z, float(here.cross_entropy_derivative[0]), BLUE),
    ]  # fmt: skip
    x_axis = {"title": {"text": "logit z (no unit)"}}
    return go.Figure(
        lines, _layout(x_axis, {"title": {"text": "slope ∂L/∂z (loss per logit)"}, "range": [-1.08, 1.08]})
    )


def way_out(quadratic: Array, cross_entropy: Array, target: float) -> go.Figure:
    """The prediction after each step down each loss, from the same wrong start."""
    lines = [
        go.Scatter(y=quadratic, name="quadratic", line={"color": VERMILION, "dash": "dash"}),
        go.Scatter(y=cross_entropy, name="cross-entropy", line={"color": BLUE}),
        go.Scatter(x=[0, len(quadratic) - 1], y=[target, target], name="target", mode="lines",
                   line={"color": GREY, "dash": "dot"}),
    ]  # fmt: skip
    y_axis = {"title": {"text": "prediction p (probability)"}, "range": [-0.03, 1.03]}
    return go.Figure(lines, _layout({"title": {"text": "steps (count)"}}, y_axis))


def shares(names: Sequence[str], probabilities: Array, target: int, texts: Sequence[str]) -> go.Figure:
    """Probabilities as bars, the true class in another colour and marked; with a text on each."""
    labels = [f"{name} (true)" if place == target else name for place, name in enumerate(names)]
    colours = [GREEN if place == target else BLUE for place in range(len(names))]
    bars = go.Bar(
        x=labels,
        y=probabilities,
        marker={"color": colours},
        text=list(texts),
        textposition="outside",
        cliponaxis=False,
    )
    y_axis = {"title": {"text": "probability (share)"}, "tickformat": ".0%", "range": [0, 1.08]}
    return go.Figure(
        bars, {**_layout({"title": {"text": "class"}, "type": "category"}, y_axis), "showlegend": False}
    )


def _mark(x: float, y: float, colour: str) -> go.Scatter:
    return go.Scatter(x=[x], y=[y], mode="markers", marker={"color": colour, "size": 11}, showlegend=False)


def _layout(x_axis: dict[str, Any], y_axis: dict[str, Any]) -> dict[str, Any]:
    return {
        "template": None,
        "height": HEIGHT,
        "margin": {"l": 60, "r": 12, "t": 34, "b": 48},
        "legend": on_top(),
        "xaxis": x_axis,
        "yaxis": y_axis,
    }
