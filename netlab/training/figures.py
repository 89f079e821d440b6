"""The curves of a training: accuracy and loss against epochs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.formatting import percent, plain
from netlab.plots.lines import on_top, short, significant
from netlab.plots.palette import TRAIN, TRAIN_SMOOTH, VALIDATION, faint
from netlab.runs.history import Curve, Curves
from netlab.training.axes import Axis

HEIGHT = 340
"""Of a figure that stands alone; on the page the window decides."""


@dataclass(frozen=True)
class Span:
    """What the batches of a run are measured by, and how its axes are drawn.

    Attributes
    ----------
    run : str
        Names the zoom: as long as it and ``look`` stay the same, a reader's zoom stays too, and hidden lines while it does.
    steps_per_epoch : int
        1 also where it is not known yet.
    epochs, heights : Axis
        The horizontal axis and the vertical one.
    rates : tuple of (step, learning rate)
        When a reader changed the learning rate, and to what.
    look : str
        What the reader has chosen of the axes.
    validation : str
        What is validated on (see ``netlab.nets.naming``).
    """

    run: str
    steps_per_epoch: int
    epochs: Axis
    heights: Axis
    rates: tuple[tuple[int, float], ...] = ()
    look: str = ""
    validation: str = "test digits"

    @property
    def pictures(self) -> str:
        """What the pictures are called: digits, or pictures."""
        return self.validation.split()[-1]

    @property
    def read(self) -> str:
        """What is done with them: digits are read, other pictures named."""
        return "read" if self.pictures == "digits" else "named"


def accuracy_curves(curves: Curves, span: Span) -> go.Figure:
    """Share of right answers against epochs: each training batch, their mean, validation.

    On a logarithmic axis the share of wrong answers; where there is none, the line lies on the lower edge.
    """
    lines = (curves.accuracy, curves.accuracy_smooth, curves.validation_accuracy)
    if span.heights.log:
        axis: dict[str, Any] = {"title": {"text": f"{span.pictures} {span.read} wrongly"}, "tickformat": "~%"}
        edge = span.heights.low
        heights = [
            short(np.where(np.isfinite(line.values), np.maximum(1 - line.values, edge), np.nan))
            for line in lines
        ]
        told = [[_wrong(value) for value in line.values.tolist()] for line in lines]
        return go.Figure(
            _lines(lines, heights, "%{text} wrong", span, curves.window, told), _layout(axis, span)
        )
    axis = {"title": {"text": f"{span.pictures} {span.read} correctly"}, "tickformat": "~%"}
    heights = [short(line.values) for line in lines]
    return go.Figure(_lines(lines, heights, "%{y:.1%}", span, curves.window), _layout(axis, span))


def _wrong(share: float) -> str:
    """What the axis cannot show, since it has no zero: how many are read wrongly, in few letters."""
    return f"{100 * (1 - share):.3g}%" if np.isfinite(share) else ""


def loss_curves(curves: Curves, span: Span, *, loss_name: str) -> go.Figure:
    """Loss against epochs; else as ``accuracy_curves``."""
    axis = {"title": {"text": f"loss ({loss_name})"}, "tickformat": "~g"}
    lines = (curves.loss, curves.loss_smooth, curves.validation_loss)
    heights = [
        short(np.where(line.values > 0, line.values, np.nan) if span.heights.log else line.values)
        for line in lines
    ]
    return go.Figure(_lines(lines, heights, "%{y:.4~g}", span, curves.window), _layout(axis, span))


def _lines(
    lines: tuple[Curve, Curve, Curve],
    heights: list[list[float | None]],
    unit: str,
    span: Span,
    window: int,
    told: list[list[str]] | None = None,
) -> list[go.Scatter]:
    words: list[list[str]] | list[None] = told or [None, None, None]
    raw, mean, validation = (
        {"x": _epochs(line, span), "y": height, "text": text}
        for line, height, text in zip(lines, heights, words, strict=True)
    )
    batches = [line.steps.tolist() for line in lines]
    at = " at batch %{customdata:,}<extra></extra>"
    return [
        go.Scatter(
            **raw, name="training batches", mode="markers", customdata=batches[0],
            hovertemplate=f"training: {unit}{at}", marker={"color": faint(TRAIN, 0.55), "size": 3.5},
        ),
        go.Scatter(
            **mean, name=f"mean of {window:,}", mode="lines",
            hovertemplate=f"mean of {window:,}: {unit}<extra></extra>", line={"color": TRAIN_SMOOTH, "width": 2.5},
        ),
        go.Scatter(
            **validation, name=span.validation, mode="lines+markers", customdata=batches[2], cliponaxis=False,
            hovertemplate=f"{span.validation}: {unit}{at}", line={"color": VALIDATION, "width": 2, "dash": "dash"},
            marker={"symbol": "diamond", "size": 8},
        ),
    ]  # fmt: skip


def _epochs(line: Curve, span: Span) -> list[float]:
    """To the fourth place and figure: more would not be seen."""
    return list(significant(np.round(line.steps / span.steps_per_epoch, 4)).tolist())


def _layout(y_axis: dict[str, Any], span: Span) -> dict[str, Any]:
    return {
        "template": None,
        "height": HEIGHT,
        "uirevision": span.run,
        "hovermode": "x unified",
        "hoverlabel": {"namelength": -1, "font": {"size": 12}},
        "margin": {"l": 56, "r": 12, "t": 26, "b": 44},
        "legend": on_top() | {"font": {"size": 11}},
        "xaxis": {
            "title": {
                "text": f"epochs (one is {span.steps_per_epoch:,} batches)"
                if span.steps_per_epoch > 1
                else "epochs"
            },
            "type": "log" if span.epochs.log else "linear",
            "range": span.epochs.limits,
            "unifiedhovertitle": {"text": "after %{x:.4~g} epochs"},
            "uirevision": f"{span.run} {span.look}",
            "tickformat": "~g",
        },
        "yaxis": {
            **y_axis,
            "type": "log" if span.heights.log else "linear",
            "range": span.heights.limits,
            "uirevision": f"{span.run} {span.look}",
            "automargin": True,
        },
        "shapes": [_upright(step / span.steps_per_epoch) for step, _ in span.rates],
        "annotations": [_changed(step, rate, span) for step, rate in span.rates],
    }


def _upright(epoch: float) -> dict[str, Any]:
    line = {"width": 1, "dash": "solid", "color": "rgba(128,128,128,0.5)"}
    return {"type": "line", "yref": "paper", "x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "line": line}


def _changed(step: int, rate: float, span: Span) -> dict[str, Any]:
    epoch = max(step, 1) / span.steps_per_epoch
    return {
        "text": f"η {plain(rate, 3)}", "x": float(np.log10(epoch)) if span.epochs.log else epoch, "yref": "paper",
        "y": 1, "xanchor": "left", "yanchor": "top", "showarrow": False, "font": {"size": 11}, "textangle": 90,
    }  # fmt: skip


def curves_sentence(curves: Curves, validation: str = "test digits") -> str:
    """The curves in one sentence, for those who cannot see them."""
    if not curves.step:
        return "Training curves: nothing trained yet."
    loss, accuracy = curves.loss_smooth.values, curves.accuracy_smooth.values
    text = (
        f"Training curves after {curves.step:,} batches: training accuracy, averaged, "
        f"{percent(accuracy[-1])}, loss {loss[-1]:.3f} (it began at {loss[0]:.3f})."
    )
    if len(curves.validation_accuracy.values):
        text += f" Latest accuracy on {validation} {percent(curves.validation_accuracy.values[-1])}."
    return text
