"""The curves of a run: every batch kept, a few hundred points handed out.

A run of the article's network has 9,375 batches. All are kept here; ``curves`` thins them so that a
screen gets what it can show: for each bucket of batches the lowest and the highest, never an average
that hides a spike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Floats
from netlab.runs import smoothing
from netlab.runs.events import (
    BestWeights,
    EpochEnd,
    Event,
    Evidence,
    LearningRate,
    Metrics,
    Started,
    Validation,
)  # fmt: skip
from netlab.runs.line import Line
from netlab.runs.thinning import Extremes, Tally, early, every

USUAL_WINDOW = 100  # of a run that has not said how long its epochs are
MOST_TIMES = 10_000  # moments whose seconds are known; between two of them time is taken as even
GAP_PIECE = 100_000  # batches of a gap that are filled at a time: what is summed for a piece is small


@dataclass(frozen=True)
class Curve:
    """Points of one line: steps (n,) and values (n,), NaN where the value is not a number.

    A mean stands at the middle of the steps that it reaches over, which may be half a step.
    """

    steps: NDArray[np.int32] | NDArray[np.float64]
    values: Floats


@dataclass(frozen=True)
class Curves:
    """All lines of a run, thinned for the screen. Loss in nats (cross-entropy), accuracy as a share.

    ``window`` is how many batches a smooth line's means reach over, ``step`` the last batch trained.
    """

    loss: Curve
    loss_smooth: Curve
    accuracy: Curve
    accuracy_smooth: Curve
    validation_loss: Curve
    validation_accuracy: Curve
    window: int = USUAL_WINDOW
    step: int = 0


@dataclass
class History:
    """What a run's events add up to; feed it events in order.

    ``smooth_losses`` and ``smooth_accuracies`` have for each batch the mean of the last ones, at most ``window``
    (netlab/runs/smoothing.py). ``times`` has for messages about batches their last step, and how many seconds of
    training were over by then: of each message, in a long run of every second one, or fourth, and so on.
    """

    started: Started | None = None
    losses: Line = field(default_factory=Line)
    accuracies: Line = field(default_factory=Line)
    smooth_losses: Line = field(default_factory=Line)
    smooth_accuracies: Line = field(default_factory=Line)
    validations: list[Validation] = field(default_factory=list)
    epochs: list[EpochEnd] = field(default_factory=list)
    rates: list[LearningRate] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    best: BestWeights | None = None
    times: list[tuple[int, float]] = field(default_factory=list)
    speed: float = 0.0
    seconds: float = 0.0
    _loss_extremes: Extremes = field(default_factory=Extremes, repr=False, compare=False)
    _accuracy_extremes: Extremes = field(default_factory=Extremes, repr=False, compare=False)
    _loss_tally: Tally = field(default_factory=Tally, repr=False, compare=False)
    _accuracy_tally: Tally = field(default_factory=Tally, repr=False, compare=False)

    @property
    def step(self) -> int:
        """Batches trained so far."""
        return len(self.losses)

    @property
    def window(self) -> int:
        """How many batches a smooth value is the mean of: at most an epoch."""
        begun = self.started
        return USUAL_WINDOW if begun is None else smoothing.window(begun.examples, begun.steps_per_epoch)

    @property
    def missing(self) -> int:
        """Batches that were trained and not written down, since the disk was full or could not be reached."""
        return int(np.isnan(self.accuracies.values).sum())

    def gap(self) -> float | None:
        """Training less validation accuracy at the end of the latest epoch, both at that moment.

        Training is the mean of that epoch's last batches, as many as a smooth value reaches over.

        Returns
        -------
        float or None
            A share; None before the first epoch is over, or where its batches were not kept.
        """
        last = self.epochs[-1] if self.epochs else None
        if last is None or not 0 < last.step <= len(self.smooth_accuracies):
            return None
        training = self.smooth_accuracies[last.step - 1]
        return training - last.validation_accuracy if math.isfinite(training) else None

    def losses_outside(self, low: float, high: float) -> tuple[int, int]:
        """How many batches' losses lie below ``low``, and above ``high``.

        Returns
        -------
        tuple of int
            Both counts; what was counted before is not looked at again.
        """
        return self._loss_tally.outside(self.losses, low, high)

    def accuracies_outside(self, low: float, high: float) -> tuple[int, int]:
        """As ``losses_outside``, of the batches' accuracies.

        Returns
        -------
        tuple of int
            How many lie below ``low``, and above ``high``.
        """
        return self._accuracy_tally.outside(self.accuracies, low, high)

    def rate_at(self, step: int, first: float) -> float:
        """The learning rate in force after ``step`` batches, of a run that began with ``first``."""
        return next((rate.value for rate in reversed(self.rates) if rate.step <= step), first)

    def seconds_at(self, steps: NDArray[Any]) -> NDArray[np.float64]:
        """How long the training had taken at each of some steps, straight between two that are known.

        Parameters
        ----------
        steps : array of numbers, shape (n,)

        Returns
        -------
        array of float, shape (n,)
            Seconds, rising with the steps; NaN if no time is known.
        """
        if not self.times:
            return np.full(len(steps), np.nan)
        at, seconds = np.array([(0, 0.0), *self.times], np.float64).T
        return np.interp(steps, at, np.maximum.accumulate(seconds))

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
        elif isinstance(event, Evidence):
            self.evidence.append(event)
        elif isinstance(event, BestWeights):
            self.best = event

    def cut(self, step: int) -> None:
        """Forget everything after ``step``: the training continues from a checkpoint there."""
        for values in (self.losses, self.accuracies, self.smooth_losses, self.smooth_accuracies):
            values.cut(step)
        for kept in (self._loss_extremes, self._accuracy_extremes, self._loss_tally, self._accuracy_tally):
            kept.cut(step)
        while self.times and self.times[-1][0] > step:
            self.times.pop()
        self.validations = [item for item in self.validations if item.step <= step]
        self.epochs = [item for item in self.epochs if item.step <= step]
        self.rates = [item for item in self.rates if item.step <= step]
        self.evidence = [item for item in self.evidence if item.step <= step]
        self.best = self.best if self.best is not None and self.best.step <= step else None

    def curves(self, points: int = 300, *, beginning: bool = False) -> Curves:
        """Every line with at most ``points`` points; it costs the same however long the run is.

        Parameters
        ----------
        points : int
            How many at most.
        beginning : bool
            Whether the beginning is to be told more closely, for an axis that is logarithmic: some forty points more.

        Returns
        -------
        Curves
        """
        count = len(self.losses)
        more = early(count) if beginning else np.zeros(0, np.intp)
        smooth = np.union1d(every(count, points), more)
        losses = np.union1d(self._loss_extremes.places(self.losses, points), more)
        accuracies = np.union1d(self._accuracy_extremes.places(self.accuracies, points), more)
        return Curves(
            _pick(self.losses, losses),
            _mean(self.smooth_losses, smooth, self.window),
            _pick(self.accuracies, accuracies),
            _mean(self.smooth_accuracies, smooth, self.window),
            _validation([(item.step, item.loss) for item in self.validations], points),
            _validation([(item.step, item.accuracy) for item in self.validations], points),
            self.window,
            count,
        )

    def _batches(self, event: Metrics) -> None:
        first = event.step - len(event.losses)
        self.cut(first)
        gap = first - len(self.losses)  # batches that a full disk did not take
        for start in range(0, gap, GAP_PIECE):
            nothing = np.full(min(GAP_PIECE, gap - start), np.nan, np.float32)
            self._extend(nothing, nothing)
        self._extend([math.nan if loss is None else loss for loss in event.losses], event.accuracies)
        self.speed, self.seconds = event.examples_per_second, event.seconds
        self.times.append((event.step, event.seconds))
        if len(self.times) > MOST_TIMES:
            self.times = [*self.times[1:-1:2], self.times[-1]]

    def _extend(self, losses: ArrayLike, accuracies: ArrayLike) -> None:
        self.losses.extend(losses)
        self.accuracies.extend(accuracies)
        smoothing.go_on(self.smooth_losses, self.losses, self.window)
        smoothing.go_on(self.smooth_accuracies, self.accuracies, self.window)


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


def _pick(values: Line, places: NDArray[np.intp]) -> Curve:
    return Curve((places + 1).astype(np.int32), values.values[places])


def _mean(values: Line, places: NDArray[np.intp], window: int) -> Curve:
    curve = _pick(values, places)
    return Curve(smoothing.middle(curve.steps.astype(np.int32), window), curve.values)


def _validation(pairs: Sequence[tuple[int, float | None]], points: int) -> Curve:
    kept = [pairs[place] for place in every(len(pairs), points)]
    values = [math.nan if value is None else value for _, value in kept]
    return Curve(np.array([step for step, _ in kept], np.int32), np.array(values, np.float32))
