"""The curves of a run: every batch kept, a few hundred points handed out.

A run of the article's network has 9,375 batches. All are kept here; ``curves`` thins them so that a
screen gets what it can show: for each bucket of batches the lowest and the highest, never an average
that hides a spike.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Floats
from netlab.runs.events import BestWeights, EpochEnd, Event, LearningRate, Metrics, Started, Validation
from netlab.runs.thinning import Extremes, every

SMOOTHING = 0.98
EARLY = 49  # so many values weigh alike; from then on the last counts for 1 - SMOOTHING


def _floats() -> array[float]:
    return array("f")


@dataclass(frozen=True)
class Curve:
    """Points of one line: steps (n,) and values (n,), NaN where the value is not a number."""

    steps: NDArray[np.int32]
    values: Floats


@dataclass(frozen=True)
class Curves:
    """All lines of a run, thinned for the screen. Loss in nats (cross-entropy), accuracy as a share."""

    loss: Curve
    loss_smooth: Curve
    accuracy: Curve
    accuracy_smooth: Curve
    validation_loss: Curve
    validation_accuracy: Curve


@dataclass
class History:
    """What a run's events add up to; feed it events in order."""

    started: Started | None = None
    losses: array[float] = field(default_factory=_floats)
    accuracies: array[float] = field(default_factory=_floats)
    smooth_losses: array[float] = field(default_factory=_floats)
    smooth_accuracies: array[float] = field(default_factory=_floats)
    validations: list[Validation] = field(default_factory=list)
    epochs: list[EpochEnd] = field(default_factory=list)
    rates: list[LearningRate] = field(default_factory=list)
    best: BestWeights | None = None
    speed: float = 0.0
    seconds: float = 0.0
    _loss_extremes: Extremes = field(default_factory=Extremes, repr=False, compare=False)
    _accuracy_extremes: Extremes = field(default_factory=Extremes, repr=False, compare=False)

    @property
    def step(self) -> int:
        """Batches trained so far."""
        return len(self.losses)

    def rate_at(self, step: int, first: float) -> float:
        """The learning rate in force after ``step`` batches, of a run that began with ``first``."""
        return next((rate.value for rate in reversed(self.rates) if rate.step <= step), first)

    def add(self, event: Event) -> None:
        """Take one event in; a ``Started`` at an earlier step drops what came after it."""
        if isinstance(event, Started):
            self.started = event
            self.cut(event.step)
        elif isinstance(event, Metrics):
            self._batches(event)
        elif isinstance(event, Validation):
            self.validations.append(event)
        elif isinstance(event, EpochEnd):
            self.epochs.append(event)
        elif isinstance(event, LearningRate):
            self.rates.append(event)
        elif isinstance(event, BestWeights):
            self.best = event

    def cut(self, step: int) -> None:
        """Forget everything after ``step``: the training continues from a checkpoint there."""
        for values in (self.losses, self.accuracies, self.smooth_losses, self.smooth_accuracies):
            del values[step:]
        for extremes in (self._loss_extremes, self._accuracy_extremes):
            extremes.cut(step)
        self.validations = [item for item in self.validations if item.step <= step]
        self.epochs = [item for item in self.epochs if item.step <= step]
        self.rates = [item for item in self.rates if item.step <= step]
        self.best = self.best if self.best is not None and self.best.step <= step else None

    def curves(self, points: int = 300) -> Curves:
        """Every line with at most ``points`` points; it costs the same however long the run is."""
        smooth = every(len(self.losses), points)
        return Curves(
            _pick(self.losses, self._loss_extremes.places(self.losses, points)),
            _pick(self.smooth_losses, smooth),
            _pick(self.accuracies, self._accuracy_extremes.places(self.accuracies, points)),
            _pick(self.smooth_accuracies, smooth),
            _validation([(item.step, item.loss) for item in self.validations], points),
            _validation([(item.step, item.accuracy) for item in self.validations], points),
        )

    def _batches(self, event: Metrics) -> None:
        first = event.step - len(event.losses)
        self.cut(first)
        gap = first - len(self.losses)  # batches that a full disk did not take
        for values in (self.losses, self.accuracies, self.smooth_losses, self.smooth_accuracies):
            values.extend(array("f", [math.nan]) * gap)
        losses = [math.nan if loss is None else loss for loss in event.losses]
        self.losses.extend(losses)
        self.accuracies.extend(event.accuracies)
        smooth(self.smooth_losses, losses)
        smooth(self.smooth_accuracies, event.accuracies)
        self.speed, self.seconds = event.examples_per_second, event.seconds


def smooth(line: array[float], values: Iterable[float]) -> None:
    """Go on with an exponential mean that starts as the plain mean, so its start is not biased.

    After a value that is not a number it begins again with the next one.

    Parameters
    ----------
    line : array of float
        The means so far, one a batch; appended to in place.
    values : iterable of float
        The next batches' values; NaN where a batch was not kept.
    """
    before, count, append = (line[-1] if line else math.nan), len(line), line.append
    for value in values:
        if before - before == 0.0:  # a finite number
            weight = SMOOTHING if count >= EARLY else count / (count + 1)
            append(weight * before + (1 - weight) * value)
        else:
            append(value)
        before, count = line[-1], count + 1  # as it was rounded to float32


def load(events: Iterable[Event]) -> History:
    """The history that these events add up to.

    Parameters
    ----------
    events : iterable of Event
        In the order in which they happened.

    Returns
    -------
    History
        Empty if there are no events.
    """
    history = History()
    for event in events:
        history.add(event)
    return history


def _pick(values: array[float], places: NDArray[np.intp]) -> Curve:
    if not values:
        return Curve(np.zeros(0, np.int32), np.zeros(0, np.float32))
    return Curve((places + 1).astype(np.int32), np.frombuffer(values, np.float32)[places])


def _validation(pairs: Sequence[tuple[int, float | None]], points: int) -> Curve:
    kept = [pairs[place] for place in every(len(pairs), points)]
    values = [math.nan if value is None else value for _, value in kept]
    return Curve(np.array([step for step, _ in kept], np.int32), np.array(values, np.float32))
