"""The accuracy that a reader expected of a run: drawn or typed before it began, kept with it, held against what came.

Epochs count from 0, before the first update; accuracies are shares of the digits that the run is validated on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.files import FileError, json_object
from netlab.formatting import counted, fixed, percent
from netlab.runs.run import Run
from netlab.storage import atomic_write

FILE = "prediction.json"
MOST_BYTES = 20_000
MOST_POINTS = 200
MOST_EPOCHS = 200
GUESSING = 0.1
"""Of ten digits one is right by chance: where every curve begins."""
CLOSE = 5
"""Tenths of a point within which an expectation is called right."""


class PredictionError(ValueError):
    """What is no curve of accuracies over epochs."""


@dataclass(frozen=True)
class Prediction:
    """A curve of accuracies, with straight lines between its points.

    Attributes
    ----------
    epochs, accuracies : tuple of float
        Points from the left to the right, epochs rising from 0, shares from 0 to 1.
    """

    epochs: tuple[float, ...]
    accuracies: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 2 <= len(self.epochs) == len(self.accuracies) <= MOST_POINTS:
            raise PredictionError(
                f"A prediction has 2 to {MOST_POINTS} epochs and as many accuracies; got {len(self.epochs)} and "
                f"{len(self.accuracies)}."
            )
        if self.epochs[0] != 0 or not all(_in(epoch, 0.0, MOST_EPOCHS) for epoch in self.epochs):
            raise PredictionError(f"Epochs begin at 0 and end at {MOST_EPOCHS} at most.")
        if any(after <= before for before, after in zip(self.epochs[:-1], self.epochs[1:], strict=True)):
            raise PredictionError("Each epoch of a prediction is later than the one before.")
        if not all(_in(share, 0.0, 1.0) for share in self.accuracies):
            raise PredictionError("Accuracies are shares from 0 to 1.")

    @property
    def end(self) -> float:
        """The last epoch that it says anything of."""
        return self.epochs[-1]

    def at(self, epoch: float) -> float:
        """The accuracy expected after so many epochs; after the end it stays what it was there.

        Parameters
        ----------
        epoch : float
            0 and up.

        Returns
        -------
        float
            A share.

        Examples
        --------
        >>> Prediction((0, 1, 3), (0.1, 0.9, 0.97)).at(2)
        0.935
        """
        return float(np.interp(epoch, self.epochs, self.accuracies))

    def over(self, epochs: int) -> Prediction:
        """The same expectation of a run of so many epochs: cut there, or level from its end on.

        Parameters
        ----------
        epochs : int
            1 and up.

        Returns
        -------
        Prediction
            It ends at ``epochs``.
        """
        inner = [point for point in zip(self.epochs, self.accuracies, strict=True) if point[0] < epochs]
        if self.end < epochs and len(inner) == MOST_POINTS:
            inner = inner[:-1]
        points = [*inner, (float(epochs), self.at(epochs))]
        return Prediction(tuple(epoch for epoch, _ in points), tuple(share for _, share in points))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values; ``from_json`` gives it back."""
        return {"epochs": list(self.epochs), "accuracies": list(self.accuracies)}


def from_ends(first: float, last: float, epochs: int) -> Prediction:
    """A curve from a guess, over the accuracy after the first epoch, to that at the end.

    Parameters
    ----------
    first, last : float
        Shares; of a run of one epoch only ``last`` counts.
    epochs : int
        1 and up.

    Returns
    -------
    Prediction
        Of two or three points.
    """
    if epochs == 1:
        return Prediction((0.0, 1.0), (GUESSING, last))
    return Prediction((0.0, 1.0, float(epochs)), (GUESSING, first, last))


def from_json(values: Any) -> Prediction:
    """Read a prediction that a browser or a file tells, as a stranger's.

    Parameters
    ----------
    values : object
        Should be an object with lists of numbers, ``epochs`` and ``accuracies``.

    Returns
    -------
    Prediction
        Its points are checked.

    Raises
    ------
    PredictionError
        If it is no such curve.
    """
    known = values if isinstance(values, dict) else {}
    return Prediction(_list(known.get("epochs")), _list(known.get("accuracies")))


def _list(values: Any) -> tuple[float, ...]:
    if not isinstance(values, list) or len(values) > MOST_POINTS:
        raise PredictionError(
            f"A prediction is an object with two lists, epochs and accuracies, of at most {MOST_POINTS} numbers."
        )
    if not all(type(number) in (int, float) for number in values):
        raise PredictionError("A prediction has nothing but numbers in its lists.")
    return tuple(map(float, values))


def keep(run: Run, prediction: Prediction) -> None:
    """Write it into a run's folder.

    Parameters
    ----------
    run : Run
        Its folder exists.
    prediction : Prediction
        What was expected of it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    atomic_write(run.folder / FILE, json.dumps(prediction.to_json()).encode())


def kept(run: Run) -> Prediction | None:
    """What was expected of a run, read as a stranger's.

    Parameters
    ----------
    run : Run
        Any run.

    Returns
    -------
    Prediction or None
        None if nothing was, or it cannot be read.
    """
    try:
        return from_json(json_object(run.folder / FILE, MOST_BYTES, run.folder))
    except (FileError, PredictionError):
        return None


def in_words(prediction: Prediction) -> str:
    """An expectation in a few words.

    Parameters
    ----------
    prediction : Prediction
        The curve.

    Returns
    -------
    str
        The accuracy after the first epoch and at the end.
    """
    last = f"{_percent(prediction.at(prediction.end))} at the end"
    return last if prediction.end <= 1 else f"{_percent(prediction.at(1))} after epoch 1 and {last}"


def gap(prediction: Prediction, epochs: Sequence[tuple[int, float]]) -> str:
    """Hold an expectation against what came.

    Parameters
    ----------
    prediction : Prediction
        What was expected.
    epochs : sequence of (epoch, accuracy)
        What was measured, at the ends of epochs, in order.

    Returns
    -------
    str
        What was expected after the first epoch and after the last one that was measured, what came, and the gap;
        empty before the end of the first epoch.

    Examples
    --------
    >>> gap(Prediction((0, 1), (0.1, 0.9)), [(1, 0.964)]).replace("\\xa0", " ")
    'You expected 90 % after 1 epoch; it was 96.4 %. That is 6.4 points more.'
    """
    if not epochs:
        return ""
    ends = [epochs[0], *([epochs[-1]] if len(epochs) > 1 else [])]
    return " ".join(_gap_at(prediction, epoch, share) for epoch, share in ends)


def _gap_at(prediction: Prediction, epoch: int, share: float) -> str:
    expected = prediction.at(epoch)
    tenths = round(1000 * share) - round(1000 * expected)
    told = f"You expected {_percent(expected)} after {counted(epoch, 'epoch')}; it was {percent(share)}."
    if abs(tenths) < CLOSE:
        return f"{told} You were right to half a point."
    size = fixed(abs(tenths) / 10, 1)
    points = "1.0 point" if size == "1.0" else f"{size} points"
    return f"{told} That is {points} more." if tenths > 0 else f"{told} That is {points} less."


def _percent(share: float) -> str:
    """A share as it was drawn or typed: without a decimal place that says nothing."""
    whole = abs(100 * share - round(100 * share)) < 0.05
    return percent(share, 0 if whole else 1)


def _in(value: float, low: float, high: float) -> bool:
    return math.isfinite(value) and low <= value <= high
