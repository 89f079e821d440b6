"""Figures about dropout: what the next layer expects to hear, and how thinned networks vote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import percent
from netlab.lessons.dropout.dropout import Expectation, Rescaling, Votes
from netlab.nn.pupil import Moment
from netlab.plots.lines import layout_with, line
from netlab.plots.palette import BLUE, GREY, ORANGE, SKY, VERMILION

HEIGHT = 225


def expected_activations(found: Expectation) -> go.Figure:
    """Each unit's mean over many masks in training against what it gives in use; on the diagonal they agree."""
    top = float(max(found.use.max(), found.training.max(), 1e-3)) * 1.05
    lines = [
        go.Scatter(x=[0, top], y=[0, top], mode="lines", name="the same volume", line={"color": GREY, "dash": "dash"}),
        go.Scatter(
            x=np.asarray(found.use, np.float32), y=np.asarray(found.training, np.float32), mode="markers", name="a hidden unit",
            marker={"color": BLUE, "size": 6, "opacity": 0.6},
            error_y={"array": np.asarray(2 * found.error, np.float32), "thickness": 1, "width": 0, "color": SKY},
        ),
    ]  # fmt: skip
    x_axis = {"title": {"text": "activation in use (no unit)"}, "range": [0, top]}
    y_axis = {"title": {"text": "mean in training (no unit)"}, "range": [0, top]}
    return go.Figure(lines, layout_with(x_axis, y_axis, HEIGHT))


def volumes(rule: Rescaling, rate: float) -> go.Figure:
    """What the next layer expects to hear, as a share of all units' activation, in training and in use, at any rate."""
    rates = np.linspace(0, 0.9, 46)
    training = np.array([(1 - one) * rule.training(one) for one in rates])
    use = np.array([rule.use(one) for one in rates])
    lines = [
        go.Scatter(x=rates, y=training, name="in training, expected", line={"color": BLUE, "width": 4}),
        go.Scatter(x=rates, y=use, name="in use", line={"color": VERMILION, "dash": "dash", "width": 2}),
        go.Scatter(
            x=[rate, rate], y=[0, 1.1], mode="lines", name="this rate", line={"color": GREY, "dash": "dot"}
        ),
    ]
    x_axis = {"title": {"text": "dropout rate (share silenced)"}, "tickformat": ".0%", "range": [0, 0.9]}
    return go.Figure(
        lines,
        layout_with(
            x_axis,
            {"title": {"text": "volume (share of all units)"}, "tickformat": ".0%", "range": [0, 1.1]},
            HEIGHT,
        ),
    )


def votes(found: Votes) -> go.Figure:
    """Three answers for each digit: share of votes, mean probability of the thinned networks, the whole network's."""
    digits = [str(digit) for digit in range(found.whole.size)]
    shares = found.counts / found.counts.sum()
    bars = [
        go.Bar(x=digits, y=shares, name="votes of thinned networks", marker={"color": SKY}),
        go.Bar(
            x=digits,
            y=found.mean,
            name="their mean probability",
            marker={"color": BLUE, "pattern": {"shape": "/"}},
        ),
        go.Bar(
            x=digits,
            y=found.whole,
            name="the whole network",
            marker={"color": ORANGE, "pattern": {"shape": "x"}},
        ),
    ]
    x_axis = {"title": {"text": "digit (class)"}, "type": "category"}
    layout = layout_with(
        x_axis, {"title": {"text": "share"}, "tickformat": ".0%", "range": [0, 1.02]}, HEIGHT
    )
    return go.Figure(bars, {**layout, "barmode": "group"})


def fair(found: Array) -> str:
    """The spread of some shares in words."""
    return f"{percent(found.min())} to {percent(found.max())}"


def parting(moments: Sequence[Moment], last: int) -> go.Figure:
    """Mean losses on the digits that are learnt from and on those held back, without dropout and with it."""
    steps = np.array([moment.step for moment in moments])
    lines = []
    for place, (name, colour) in enumerate((("without dropout", VERMILION), ("with dropout", BLUE))):
        for part, dash, width in (("taught", "dot", 1.8), ("held", "solid", 2.6)):
            values = np.array([getattr(moment, part)[place].loss for moment in moments])
            told = "digits it learns from" if part == "taught" else "held-back digits"
            lines.append(
                line(steps, values, f"{name}: {told}", colour, dash if place == 0 else _OTHER[dash], width)
            )
    return go.Figure(
        lines,
        layout_with(
            {"title": {"text": "steps (count)"}, "range": [0, last]},
            {"title": {"text": "mean loss (nats)"}, "range": [0, 2.6]},
            HEIGHT + 50,
        ),
    )


_OTHER = {"dot": "dashdot", "solid": "longdash"}
"""Dashes of the second network: lines differ without their colours too."""
