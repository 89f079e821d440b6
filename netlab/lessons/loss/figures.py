"""Figures about losses: value, slope, the way out of a wrong answer, and probabilities that share 100 %."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.lessons.loss.two_losses import TwoLosses
from netlab.nn.pupil import Moment
from netlab.plots.lines import layout_with, line
from netlab.plots.palette import BLUE, GREEN, VERMILION

HEIGHT = 185
HIGHEST = 10.5  # the cross-entropy of a logit of 10 on the wrong side is 10.00005
TANGENT = 0.12  # half its length, in units of the prediction


def two_losses(curve: TwoLosses, here: TwoLosses, *, tangents: bool = True) -> go.Figure:
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
        if tangents:
            lines.append(go.Scatter(x=spans, y=at[0] + steepness * (spans - p), showlegend=False, hoverinfo="skip",
                                    mode="lines", line={"color": colour, "width": 1.5, "dash": "dot"}))  # fmt: skip
    x_axis = {"title": {"text": "prediction p (probability)"}, "range": [-0.02, 1.02]}
    return go.Figure(
        lines,
        layout_with(
            x_axis, {"title": {"text": "loss (cross-entropy in nats)"}, "range": [-0.3, HIGHEST]}, HEIGHT
        ),
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
        lines,
        layout_with(
            x_axis, {"title": {"text": "slope ∂L/∂z (loss per logit)"}, "range": [-1.08, 1.08]}, HEIGHT
        ),
    )


def reading(moments: Sequence[Moment], last: int) -> go.Figure:
    """What share of held-back digits each of two networks reads right after each look: the quadratic one first."""
    steps = np.array([moment.step for moment in moments])
    lines = [
        line(
            steps,
            np.array([moment.held[place].accuracy for moment in moments]),
            name,
            colour,
            dash,
            2.4,
            mode="lines+markers",
        )
        for place, (name, colour, dash) in enumerate(
            (("quadratic", VERMILION, "dash"), ("cross-entropy", BLUE, "solid"))
        )
    ]
    x_axis = {"title": {"text": "steps (count)"}, "range": [0, last]}
    y_axis = {"title": {"text": "digits read right (share)"}, "tickformat": ".0%", "range": [0, 1.02]}
    return go.Figure(lines, layout_with(x_axis, y_axis, HEIGHT + 50))


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
        bars,
        {
            **layout_with({"title": {"text": "class"}, "type": "category"}, y_axis, HEIGHT),
            "showlegend": False,
        },
    )


def _mark(x: float, y: float, colour: str) -> go.Scatter:
    return go.Scatter(x=[x], y=[y], mode="markers", marker={"color": colour, "size": 11}, showlegend=False)
