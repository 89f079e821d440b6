"""The curves of a training: accuracy and loss against batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.formatting import percent, plain
from netlab.plots.lines import on_top
from netlab.plots.palette import TRAIN, TRAIN_SMOOTH, VALIDATION, faint
from netlab.runs.history import Curve, Curves

HEIGHT = 340
MOST_EPOCH_LINES = 10


@dataclass(frozen=True)
class Span:
    """What the batches of a run are measured by.

    Attributes
    ----------
    run : str
        Names the zoom: as long as it stays the same, a reader's zoom and hidden lines stay too.
    steps_per_epoch, total_steps, end : int
        ``end`` is the last batch shown: all of them, or the last one of a run that ended before its time.
    rates : tuple of (step, learning rate)
        When a reader changed the learning rate, and to what.
    validation : str
        What is validated on (see ``netlab.nets.naming``).
    """

    run: str
    steps_per_epoch: int
    total_steps: int
    end: int
    rates: tuple[tuple[int, float], ...] = ()
    validation: str = "test digits"


def accuracy_curves(curves: Curves, span: Span) -> go.Figure:
    """Share of right answers against batches: each training batch, their smoothed course, validation."""
    axis = {
        "title": {
            "text": f"{span.validation.split()[-1]} {'read' if span.validation.endswith('digits') else 'named'} correctly"
        },
        "tickformat": ".0%",
        "range": [0, 1.02],
    }
    lines = _lines(
        curves.accuracy, curves.accuracy_smooth, curves.validation_accuracy, ".1%", span.validation
    )
    return go.Figure(lines, _layout(axis, span))


def loss_curves(curves: Curves, span: Span, *, log: bool, loss_name: str) -> go.Figure:
    """Loss against batches, on a linear or a logarithmic axis; else as ``accuracy_curves``."""
    axis: dict[str, Any] = {"title": {"text": f"loss ({loss_name})"}, "type": "log" if log else "linear"}
    axis |= {"tickformat": "~g"} if log else {"rangemode": "tozero"}
    lines = _lines(curves.loss, curves.loss_smooth, curves.validation_loss, ".4f", span.validation)
    return go.Figure(lines, _layout(axis, span))


def _lines(raw: Curve, smooth: Curve, validation: Curve, unit: str, name: str) -> list[go.Scatter]:
    seen = {"color": VALIDATION, "width": 2, "dash": "dash"}
    return [
        _line(raw, "training, each batch", unit, line={"color": faint(TRAIN, 0.4), "width": 1}),
        _line(smooth, "training, average", unit, line={"color": TRAIN_SMOOTH, "width": 2.5}),
        _line(
            validation,
            name,
            unit,
            line=seen,
            mode="lines+markers",
            marker={"symbol": "diamond", "size": 8},
        ),
    ]


def _line(curve: Curve, name: str, unit: str, **look: Any) -> go.Scatter:
    hover = f"batch %{{x}}: %{{y:{unit}}}<extra>{name}</extra>"
    return go.Scatter(
        x=curve.steps.tolist(), y=_short(curve), name=name, hovertemplate=hover, **{"mode": "lines", **look}
    )


def _short(curve: Curve) -> list[float | None]:
    """Values with four significant digits; what is not a number leaves a gap."""
    return [float(f"{value:.4g}") if np.isfinite(value) else None for value in curve.values.tolist()]


def _layout(y_axis: dict[str, Any], span: Span) -> dict[str, Any]:
    epochs = span.total_steps // span.steps_per_epoch
    apart = -(-epochs // MOST_EPOCH_LINES)
    return {
        "template": None,
        "height": HEIGHT,
        "uirevision": span.run,
        "hovermode": "closest",
        "margin": {"l": 60, "r": 10, "t": 34, "b": 46},
        "legend": on_top(),
        "xaxis": {
            "title": {"text": f"batches ({span.steps_per_epoch:,} are one epoch)"},
            "range": [0, span.end],
        },
        "yaxis": {**y_axis, "automargin": True},
        "shapes": [
            *(_upright(epoch * span.steps_per_epoch, "dot") for epoch in range(apart, epochs + 1, apart)),
            *(_upright(step, "solid") for step, _ in span.rates),
        ],
        "annotations": [_changed(step, rate) for step, rate in span.rates],
    }


def _upright(step: int, dash: str) -> dict[str, Any]:
    line = {"width": 1, "dash": dash, "color": "rgba(128,128,128,0.5)"}
    return {"type": "line", "yref": "paper", "x0": step, "x1": step, "y0": 0, "y1": 1, "line": line}


def _changed(step: int, rate: float) -> dict[str, Any]:
    return {
        "text": f"η {plain(rate, 3)}", "x": step, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False,
        "font": {"size": 11}, "textangle": 90,
    }  # fmt: skip


def curves_sentence(curves: Curves, validation: str = "test digits") -> str:
    """The curves in one sentence, for those who cannot see them."""
    if not len(curves.loss_smooth.values):
        return "Training curves: nothing trained yet."
    loss, accuracy = curves.loss_smooth.values, curves.accuracy_smooth.values
    text = (
        f"Training curves after {int(curves.loss_smooth.steps[-1]):,} batches: training accuracy, averaged, "
        f"{percent(accuracy[-1])}, loss {loss[-1]:.3f} (it began at {loss[0]:.3f})."
    )
    if len(curves.validation_accuracy.values):
        text += f" Latest accuracy on {validation} {percent(curves.validation_accuracy.values[-1])}."
    return text
