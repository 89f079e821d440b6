"""What is looked at while a network trains, and when: all of it on a ``Moment``, a copy that no further update changes.

So the next batches can be trained while this step's weights are kept, validated, measured and shown.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.data import Digits
from netlab.runs.events import EpochEnd, Event, Snapshot, Validation
from netlab.runs.milestones import evidence_steps, milestones
from netlab.runs.run import Checkpoint
from netlab.training.ahead import Clock
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Score, Trainer
from netlab.training.early_stopping import BestSoFar
from netlab.training.evidence import measured, sample
from netlab.training.lens import Lens
from netlab.training.look import Onlooker
from netlab.training.parts import validation_set
from netlab.training.recorder import Recorder

CHECKPOINT_SECONDS = 10.0


@dataclass(frozen=True)
class Moment:
    """A training as it stands after ``step`` updates.

    Attributes
    ----------
    step : int
        Updates so far.
    rate, next_rate : float
        The learning rate, and what its schedule makes of it for the next batch.
    losses, accuracies : tuple of float
        Of the batches of the epoch that is under way or has just ended.
    state : mapping of str to array
        What ``Trainer.state`` gives.
    """

    step: int
    rate: float
    next_rate: float
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    state: Mapping[str, NDArray[Any]]


class Observers:
    """All who look at a training: they validate, close epochs, measure, show, keep weights and exact states.

    Parameters
    ----------
    trainer : Trainer
        What it has compiled is used, its weights are not looked at.
    digits : Digits
        What is trained and validated on.
    batches : BatchSource
        How many there are, and of what size.
    recorder : Recorder
        Keeps what is found.
    clock : Clock
        Counts the time that it takes.
    """

    def __init__(
        self, trainer: Trainer, digits: Digits, batches: BatchSource, recorder: Recorder, clock: Clock
    ) -> None:
        spec = trainer.spec
        self._spec, self._trainer, self._digits, self._batches = spec, trainer, digits, batches
        self._recorder, self._clock, self._saved_at = recorder, clock, clock.seconds
        self.epoch_steps = batches.steps_per_epoch
        self.milestones = milestones(self.epoch_steps, spec.epochs)
        self._measures = evidence_steps(self.epoch_steps, spec.epochs)
        self.validation = validation_set(spec, digits)
        self.lens = Lens(trainer)
        self.best = BestSoFar(spec.patience) if spec.patience else None
        self.onlooker: Onlooker | None = None
        self.score: Score | None = None
        """What the last validation gave."""

    def wanted(self, step: int) -> bool:
        """Whether anything is due after so many updates."""
        return (
            step in self.milestones.validations
            or step in self.milestones.snapshots
            or self._checkpoint_due
            or (self.onlooker is not None and self.onlooker.due)
        )

    def may_end(self, step: int) -> bool:
        """Whether early stopping may end the training after so many updates; its look at that step decides."""
        return self.best is not None and step % self.epoch_steps == 0 and self.best.may_be_enough

    def look(self, moment: Moment) -> Iterator[Event]:
        """Keep the weights, validate, close the epoch, measure; and now and then an exact state, and a digit."""
        with self._clock.running():
            if moment.step in self.milestones.snapshots:
                for event in self._recorder.snapshot(moment.step, self._trainer.weights(moment.state)):
                    yield from self._recorder.tell(event) if isinstance(event, Snapshot) else iter([event])
            if moment.step in self.milestones.validations:
                score = self.score = self._trainer.evaluate(*self.validation, state=moment.state)
                yield from self._recorder.tell(Validation(moment.step, _or_none(score.loss), score.accuracy))
                if moment.step and moment.step % self.epoch_steps == 0:
                    yield from self._epoch_end(moment, score)
            if moment.step in self._measures:
                images, labels = self._sample
                weights = self._trainer.values(moment.state)
                yield from self._recorder.tell(measured(self.lens, moment.step, images, labels, weights))
        if self._checkpoint_due:
            yield from self.checkpoint(moment)
        yield from self.show(moment)

    def show(self, moment: Moment, *, now: bool = False) -> Iterator[Event]:
        """Let a digit run through the network for those who watch; it is told and not kept."""
        if self.onlooker is not None:
            with self._clock.running():
                yield from self.onlooker.look(
                    lambda: self._trainer.weights(moment.state), moment.step, now=now
                )

    def checkpoint(self, moment: Moment) -> Iterator[Event]:
        """Keep an exact state to continue from; one at an epoch's end begins the next epoch."""
        seconds = self._saved_at = self._clock.seconds
        under_way = moment.step % self.epoch_steps != 0
        epoch = {
            "epoch_losses": np.array(moment.losses if under_way else ()),
            "epoch_accuracies": np.array(moment.accuracies if under_way else ()),
        }
        best = {} if self.best is None else self.best.state(self._trainer.values(moment.state))
        arrays = {**moment.state, **epoch, **best}
        yield from self._recorder.checkpoint(Checkpoint(moment.step, moment.rate, seconds, arrays))

    @property
    def _checkpoint_due(self) -> bool:
        return not self._saved_at or self._clock.seconds - self._saved_at > CHECKPOINT_SECONDS

    @cached_property
    def _sample(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        places = sample(self._spec.seed, len(self._digits.y_train), self._batches.examples)
        return self._digits.x_train[places], self._digits.y_train[places]

    def _epoch_end(self, moment: Moment, score: Score) -> Iterator[Event]:
        event = EpochEnd(
            moment.step // self.epoch_steps, moment.step,
            _or_none(self._mean(moment.losses)), self._mean(moment.accuracies),
            _or_none(score.loss), score.accuracy,
        )  # fmt: skip
        weights = self._trainer.weights(moment.state)
        if self.best is not None:
            self.best.see(event.epoch, score.loss, list(weights.values()))
        yield from self._recorder.tell(event)
        yield from self._recorder.epoch(event, weights, moment.next_rate, self._trainer.model.to_json())
        yield from self.checkpoint(moment)

    def _mean(self, values: tuple[float, ...]) -> float:
        """Over an epoch's digits, as Keras has it: a smaller last batch counts less."""
        return float(np.average(values, weights=self._batches.sizes))


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
