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
from netlab.runs.events import EpochEnd, Event, LearningRate, Metrics, Started, Validation

SMOOTHING = 0.98


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
    speed: float = 0.0
    seconds: float = 0.0

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

    def cut(self, step: int) -> None:
        """Forget everything after ``step``: the training continues from a checkpoint there."""
        for values in (self.losses, self.accuracies, self.smooth_losses, self.smooth_accuracies):
            del values[step:]
        self.validations = [item for item in self.validations if item.step <= step]
        self.epochs = [item for item in self.epochs if item.step <= step]
        self.rates = [item for item in self.rates if item.step <= step]

    def curves(self, points: int = 300) -> Curves:
        """Every line with at most ``points`` points."""
        raw, smooth = extremes(self.losses, points), every(len(self.losses), points)
        raw_accuracy = extremes(self.accuracies, points)
        return Curves(
            _pick(self.losses, raw),
            _pick(self.smooth_losses, smooth),
            _pick(self.accuracies, raw_accuracy),
            _pick(self.smooth_accuracies, smooth),
            _validation([(item.step, item.loss) for item in self.validations], points),
            _validation([(item.step, item.accuracy) for item in self.validations], points),
        )

    def _batches(self, event: Metrics) -> None:
        first = event.step - len(event.losses)
        self.cut(first)
        for values in (self.losses, self.accuracies, self.smooth_losses, self.smooth_accuracies):
            values.extend([math.nan] * (first - len(values)))  # batches that a full disk did not take
        for loss, accuracy in zip(event.losses, event.accuracies, strict=True):
            number = math.nan if loss is None else loss
            self.losses.append(number)
            self.accuracies.append(accuracy)
            self.smooth_losses.append(smoothed(self.smooth_losses, number))
            self.smooth_accuracies.append(smoothed(self.smooth_accuracies, accuracy))
        self.speed, self.seconds = event.examples_per_second, event.seconds


def smoothed(before: Sequence[float], value: float) -> float:
    """The next value of an exponential mean that starts as the plain mean, so its start is not biased."""
    weight = min(SMOOTHING, len(before) / (len(before) + 1))
    if not before or not math.isfinite(before[-1]):
        return value
    return weight * before[-1] + (1 - weight) * value


def every(count: int, points: int) -> NDArray[np.intp]:
    """At most ``points`` places out of ``count``, evenly spread, the last one always among them."""
    if count <= points:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, points).astype(np.intp))


def extremes(values: Sequence[float], points: int) -> NDArray[np.intp]:
    """Places of the lowest and the highest value of each of ``points / 2`` buckets, in order."""
    count = len(values)
    if count <= points:
        return np.arange(count)
    size = -(-count // (points // 2))
    padded = np.full(size * -(-count // size), np.nan)
    padded[:count] = np.array(values)
    padded[~np.isfinite(padded)] = np.nan
    buckets = padded.reshape(-1, size)
    starts = np.arange(len(buckets)) * size
    low = np.argmin(np.where(np.isnan(buckets), np.inf, buckets), axis=1) + starts
    high = np.argmax(np.where(np.isnan(buckets), -np.inf, buckets), axis=1) + starts
    return np.unique(np.concatenate([low, high, [count - 1]]).clip(0, count - 1))


def load(events: Iterable[Event]) -> History:
    """The history that these events add up to."""
    history = History()
    for event in events:
        history.add(event)
    return history


def _pick(values: Sequence[float], places: NDArray[np.intp]) -> Curve:
    picked = np.array(values, np.float32)[places]
    return Curve((places + 1).astype(np.int32), picked)


def _validation(pairs: Sequence[tuple[int, float | None]], points: int) -> Curve:
    kept = [pairs[place] for place in every(len(pairs), points)]
    values = [math.nan if value is None else value for _, value in kept]
    return Curve(np.array([step for step, _ in kept], np.int32), np.array(values, np.float32))
