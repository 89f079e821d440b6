"""Where the axes of a run's curves begin and end, so that what is learnt can be seen: by default the part of the run
that is over, and of accuracy and loss what is still to be won.

Limits move in steps, so that the picture stands still between two of them, and follow the lines (means of batches, and
validation), never a single batch: a wild one is cut off, and the page says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import percent, plain
from netlab.runs.history import Curve, Curves

SPANS = {"far": "So far", "whole": "Whole run", "log": "Logarithmic"}
"""How much of a run the horizontal axis shows."""
HEIGHTS = {"left": "What is left", "all": "All", "errors": "Errors, logarithmic"}
"""What the vertical axes show."""

LATER = 0.2
"""What is left is seen by the lines after this share of the run so far; before it a network falls from guessing."""
WILD = 4.0
"""A point of a line that is more than so many times its upper quartile does not move the axis."""
WILD_BATCH = 3.0
"""So many times the loss that 95 % of the batches drawn stay below, a batch is wild."""
FEWEST_BATCHES = 30  # what a run that has just begun shows at least
LEAST_ERROR = 1e-4  # one of 10,000 digits
MANTISSAS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
DECADE = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """An axis from ``low`` to ``high``, in what is drawn against it."""

    low: float
    high: float
    log: bool = False

    @property
    def limits(self) -> list[float]:
        """As Plotly wants its range: logarithms of a logarithmic axis."""
        ends = [self.low, self.high]
        return [math.log10(end) for end in ends] if self.log else ends


def ceiling(value: float, marks: Sequence[float] = MANTISSAS) -> float:
    """The smallest of the marks times a power of ten that is not below a positive number.

    Parameters
    ----------
    value : float
        More than 0.
    marks : sequence of float
        From 1 to 10, rising.

    Returns
    -------
    float

    Examples
    --------
    >>> ceiling(0.33), ceiling(7.0), ceiling(20.0)
    (0.4, 8.0, 20.0)
    """
    power = math.floor(math.log10(value))
    small, scale = 10.0 ** max(-power, 0), 10.0 ** max(power, 0)  # whole powers, so that 0.3 stays 0.3
    mark = next(mark for mark in marks if mark * (1 + 1e-9) >= value * small / scale)
    return mark * scale / small


def floor(value: float, marks: Sequence[float] = DECADE) -> float:
    """The largest of the marks times a power of ten that is not above a positive number.

    Parameters
    ----------
    value : float
        More than 0.
    marks : sequence of float
        From 1 to 10, rising.

    Returns
    -------
    float

    Examples
    --------
    >>> floor(0.33), floor(7.0), floor(20.0)
    (0.2, 5.0, 20.0)
    """
    power = math.floor(math.log10(value))
    small, scale = 10.0 ** max(-power, 0), 10.0 ** max(power, 0)
    mark = next(mark for mark in reversed(marks) if mark * (1 - 1e-9) <= value * small / scale)
    return mark * scale / small


def epochs_axis(step: int, total_steps: int, steps_per_epoch: int, span: str, *, live: bool) -> Axis:
    """The horizontal axis, in epochs.

    While a run is on, "far" ends at a round number not far behind the last batch, of which at least two thirds are
    full; of a run that is over it ends with it. What has no batch yet shows the whole run.

    Parameters
    ----------
    step, total_steps, steps_per_epoch : int
        Batches trained so far, of the whole run, of one epoch.
    span : str
        A key of ``SPANS``.
    live : bool
        Whether more batches may come.

    Returns
    -------
    Axis
    """
    whole = total_steps / steps_per_epoch
    if not step or span == "whole":
        end = whole
    elif live:
        end = min(ceiling(max(step, FEWEST_BATCHES) / steps_per_epoch), whole)
    else:
        end = step / steps_per_epoch
    first = 1 / steps_per_epoch
    if span == "log":
        return Axis(first, max(end, 2 * first), log=True)
    return Axis(0.0, max(end, first))


def accuracy_axis(curves: Curves, heights: str) -> Axis:
    """The axis of accuracy or, for "errors", of the share read wrongly.

    "left" ends at 1 and begins at a round number below what the lines were after the first fifth of the run so far.

    Parameters
    ----------
    curves : Curves
    heights : str
        A key of ``HEIGHTS``.

    Returns
    -------
    Axis
    """
    if heights == "errors":
        wrong = _finite([1 - line.values for line in (curves.accuracy_smooth, curves.validation_accuracy)])
        made = wrong[wrong > LEAST_ERROR / 2]
        low = floor(max(float(made.min()) / 1.5, LEAST_ERROR)) if made.size else LEAST_ERROR
        return Axis(min(low, 0.1), 1.0, log=True)
    lines = [_later(line, curves.step) for line in (curves.accuracy_smooth, curves.validation_accuracy)]
    reached = _finite(lines)
    if heights == "all" or not reached.size:
        return Axis(0.0, 1.02)
    room = ceiling(max(1.1 * (1 - float(reached.min())), 0.01))
    return Axis(round(1 - room, 4), 1 + 0.02 * room) if room < 0.8 else Axis(0.0, 1.02)


def loss_axis(curves: Curves, heights: str) -> Axis:
    """The axis of the loss; for "errors" a logarithmic one, from which only what is far below the lines is cut.

    "left" begins at 0 and ends a third above the highest that a line was after the first fifth of the run so far.
    "all" ends above the highest batch, unless that is wild: more than the run began with, more than ``WILD_BATCH`` times
    what 95 % of the drawn batches stay below, and more than any mean or validation that is not wild itself (``WILD``).

    Parameters
    ----------
    curves : Curves
    heights : str
        A key of ``HEIGHTS``.

    Returns
    -------
    Axis
    """
    lines, batches = (curves.loss_smooth, curves.validation_loss), _finite([curves.loss.values])
    drawn = np.concatenate([batches, _finite([line.values for line in lines])])
    drawn = drawn[drawn > 0]
    if not drawn.size:
        return Axis(1e-3, 10.0, log=True) if heights == "errors" else Axis(0.0, 2.5)
    if heights == "errors":
        means = _finite([line.values for line in lines])
        low = floor(float(np.min(means[means > 0], initial=drawn.max())) / 3)
        return Axis(low, max(ceiling(float(drawn.max()), DECADE), 10 * low), log=True)
    if heights == "left":
        tops = [_tamed(_finite([_later(line, curves.step)])) for line in lines]
        return Axis(0.0, ceiling(1.3 * max(*tops, 1e-6)))
    start = float(_finite([line.values[:1] for line in lines]).max(initial=0.0))
    usual = WILD_BATCH * float(np.quantile(batches, 0.95)) if batches.size else 0.0
    limit = max(1.1 * start, usual, *(_tamed(_finite([line.values])) for line in lines), 1e-6)
    return Axis(0.0, ceiling(min(1.02 * float(drawn.max()), limit)))


def cut_sentence(axis: Axis, below: int, above: int, curve: Curve, *, what: str) -> str:
    """What of the batches lies outside of an axis; empty if nothing does.

    Parameters
    ----------
    axis : Axis
    below, above : int
        How many batches lie below it, and above it.
    curve : Curve
        The batches as they are drawn, the lowest and the highest among them.
    what : str
        "loss" or "accuracy".

    Returns
    -------
    str
        A sentence, or nothing.

    Examples
    --------
    >>> cut_sentence(Axis(0, 3), 0, 3, Curve(np.arange(1, 3), np.array([2.0, 41.2])), what="loss")
    '3 batches lie above the loss axis. The highest is at 41.2.'
    """
    values = _finite([curve.values])
    if not values.size:
        return ""
    show = percent if what == "accuracy" else lambda value: plain(value, 3)
    ends = [(above, "above", values.max()), (below, "below", values.min())]
    told = []
    for count, side, value in ends:
        if count:
            sentence = _ONE_OUTSIDE[side] if count == 1 else _OUTSIDE[side]
            told.append(sentence.format(count=count, what=what, value=show(value)))
    return " ".join(told)


_ONE_OUTSIDE = {
    "above": "1 batch lies above the {what} axis, at {value}.",
    "below": "1 batch lies below the {what} axis, at {value}.",
}
_OUTSIDE = {
    "above": "{count:,} batches lie above the {what} axis. The highest is at {value}.",
    "below": "{count:,} batches lie below the {what} axis. The lowest is at {value}.",
}


def mean_sentence(curves: Curves, *, drops: bool) -> str:
    """What is averaged in the line of training, and how; empty before the first batch.

    Parameters
    ----------
    curves : Curves
    drops : bool
        Whether the network has dropout, which training is measured with.

    Returns
    -------
    str
    """
    if not curves.step:
        return ""
    if curves.window == 1:
        told = "The training line goes through every batch."
    else:
        told = f"The training line is the mean of {curves.window:,} batches (of fewer at the start), drawn at the middle of them."
    return f"{told} Training is measured with dropout." if drops else told


def _later(line: Curve, step: int) -> Array:
    """The values of a line after the first fifth of ``step`` batches; all of them if there is none after it."""
    later = line.values[line.steps >= LATER * step]
    return later if len(later) else line.values[-1:]


def _tamed(values: Array) -> float:
    """The highest of values that is not wild: not more than ``WILD`` times their upper quartile. 0 of none."""
    if not values.size:
        return 0.0
    return float(values[values <= max(WILD * float(np.quantile(values, 0.75)), float(values.min()))].max())


def _finite(parts: Sequence[Array]) -> Array:
    values = np.concatenate([np.asarray(part, np.float64) for part in parts])
    return np.asarray(values[np.isfinite(values)])
