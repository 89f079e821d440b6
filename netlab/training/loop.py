"""The five steps of learning, as a generator: initialise, then forward, loss, back-propagate, repeat.

``train`` yields events and knows nothing of processes, pipes or pages. Between chunks of batches (about a
tenth of a second each) it looks into its inbox: pause, resume, one batch, one epoch, another learning
rate, stop. The size of a chunk never changes a number: batches and dropout follow from the seed
and the step alone.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from netlab.data import DataError, Digits
from netlab.nets.spec import TEST, NetworkSpec
from netlab.nn.schedules import SPANNING
from netlab.runs.diagnosis import why_diverged
from netlab.runs.events import (
    BestWeights,
    Diverged,
    Done,
    EpochEnd,
    Event,
    Failed,
    LearningRate,
    Metrics,
    Paused,
    Resumed,
    Snapshot,
    Started,
    Stopped,
    Validation,
)
from netlab.runs.milestones import evidence_steps, milestones
from netlab.runs.run import Checkpoint, RunError
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Score, Trainer, out_of_memory
from netlab.training.early_stopping import BestSoFar
from netlab.training.evidence import measured, sample
from netlab.training.lens import Lens
from netlab.training.look import Onlooker
from netlab.training.parts import training_labels, validation_set
from netlab.training.recorder import Recorder
from netlab.training.shown_batch import BatchLook

CHUNK_SECONDS = 0.1
CHECKPOINT_SECONDS = 10.0
LARGEST_CHUNK = 256

CommandKind = Literal["pause", "resume", "batch", "epoch", "stop", "learning_rate", "look", "release"]


@dataclass(frozen=True)
class Command:
    """What a reader asks of a running training."""

    kind: CommandKind
    value: float = 0.0
    reason: str = ""


class Inbox(Protocol):
    """Where commands come from."""

    def take(self, *, wait: bool) -> Command | None:
        """The next command; None if there is none and ``wait`` is false."""


class Empty:
    """An inbox nobody writes to: the training runs from start to end."""

    def take(self, *, wait: bool) -> Command | None:
        """No command, ever."""
        return None


def train(
    spec: NetworkSpec,
    digits: Digits,
    *,
    run_id: str,
    inbox: Inbox | None = None,
    keep: bool = True,
    continue_from: Checkpoint | None = None,
    first: Command | None = None,
    look: bool = False,
) -> Iterator[Event]:
    """Train a network and tell what happens, to the end or until told to stop.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    digits : Digits
        What to train and validate on.
    run_id : str
        Name of the run's folder (32 hexadecimal digits).
    inbox : Inbox, optional
        Where commands come from; none by default.
    keep : bool
        Whether to write the run to disk.
    continue_from : Checkpoint, optional
        A state of this very run to go on from.
    first : Command, optional
        What to do before anything else, as if it came first in the inbox: one batch, say.
    look : bool
        Whether to tell, now and then, what one digit sets off in the network: ``Look`` events, which are not kept.

    Yields
    ------
    Event
        ``Started`` first; one of ``Done``, ``Stopped``, ``Diverged``, ``Failed`` last, none of them if it is released.
    """
    training = None
    try:
        training = _Training(spec, digits, run_id, inbox or Empty(), keep, continue_from)
        if look:
            training.onlooker = Onlooker(spec, digits.x_test, digits.y_test)
        yield from training.events(first)
    except (RunError, DataError) as error:
        # Another process trains this very run, or there is nothing to validate on: not a word is written into it.
        yield Failed(str(error))
    except out_of_memory():
        ending = Failed(
            f"There was not enough memory for this network ({spec.parameter_count:,} parameters, "
            f"batches of {spec.batch_size}). Make it narrower or the batches smaller."
        )
        if training is not None:
            yield from training.recorder.finish(ending, None)
        yield ending
    finally:
        if training is not None:
            training.recorder.close()


class _Training:
    def __init__(
        self,
        spec: NetworkSpec,
        digits: Digits,
        run_id: str,
        inbox: Inbox,
        keep: bool,
        checkpoint: Checkpoint | None,
    ) -> None:
        self.spec, self.digits, self.run_id, self.inbox = spec, digits, run_id, inbox
        self.batches = BatchSource(spec, digits.x_train, training_labels(spec, digits))
        self.validation = validation_set(spec, digits)
        self.epoch_steps = self.batches.steps_per_epoch
        self.total = self.epoch_steps * spec.epochs
        self.milestones = milestones(self.epoch_steps, spec.epochs)
        self.measures = evidence_steps(self.epoch_steps, spec.epochs)
        self.trainer = Trainer(spec)
        self.lens = Lens(self.trainer)
        self.best = BestSoFar(spec.patience) if spec.patience else None
        self.recorder = Recorder(spec, run_id, keep=keep)
        self.step, self.rate, self.seconds = 0, spec.rate, 0.0
        self.paused, self.until = False, self.total
        self.shows = False  # whether the next batch is one that its reader wants to see
        self.continues = checkpoint is not None
        self.examples, self.speed, self.last_loss = 0, 0.0, math.nan
        self.score: Score | None = None
        self.epoch_losses: list[float] = []
        self.epoch_accuracies: list[float] = []
        if checkpoint is not None:
            self._restore(checkpoint)
        self.saved_at = self.seconds
        self.onlooker: Onlooker | None = None

    def events(self, first: Command | None) -> Iterator[Event]:
        yield from self.recorder.open(self.trainer.model.to_json())
        yield from self._tell(self._started())
        if not self.continues:
            yield from self._look()
        yield from self._show(now=True)
        while self.step < self.total and not (self.best and self.best.enough):
            command, first = first or self.inbox.take(wait=self.paused), None
            if command is not None:
                if command.kind == "stop":
                    yield from self._end(Stopped(self.step, self.seconds, command.reason))
                    return
                if command.kind == "release":  # another worker goes on from the last checkpoint
                    return
                yield from self._obey(command)
                continue
            ending = yield from self._chunk()
            if ending is not None:
                yield from self._end(ending)
                return
            if self.step >= self.until and self.step < self.total:
                yield from self._pause()
        yield from self._put_back()
        yield from self._end(self._done())

    def _tell(self, event: Event) -> Iterator[Event]:
        """Keep first, tell then: what a reader has seen is on the disk, whenever this process is killed."""
        failures = list(self.recorder.event(event))
        yield event
        yield from failures

    def _started(self) -> Started:
        return Started(
            self.run_id, self.spec.parameter_count, self.batches.examples, len(self.validation[1]),
            self.epoch_steps, self.total, self.digits.source, self.digits.note, self.step,
            self.digits.warnings, self.spec.validation,
        )  # fmt: skip

    def _obey(self, command: Command) -> Iterator[Event]:
        if command.kind == "pause" and not self.paused:
            yield from self._pause()
        elif command.kind == "learning_rate":
            self.rate = command.value
            yield from self._tell(LearningRate(self.step, command.value))
        elif command.kind == "look" and self.onlooker is not None:
            self.onlooker.choose(int(command.value))
            yield from self._show(now=True)
        elif command.kind in ("resume", "batch", "epoch"):
            self.until = {
                "resume": self.total,
                "batch": self.step + 1,
                "epoch": (self.step // self.epoch_steps + 1) * self.epoch_steps,
            }[command.kind]
            self.paused, self.shows = False, command.kind == "batch"
            yield from self._tell(Resumed(self.step))

    def _pause(self) -> Iterator[Event]:
        self.paused, self.until = True, self.total
        yield from self._checkpoint()
        yield from self._show(now=True)
        yield from self._tell(Paused(self.step))

    def _chunk(self) -> Generator[Event, None, Event | None]:
        """Train up to the next moment or for a tenth of a second; give the ending if there is one."""
        began = time.monotonic()
        stop = min(self.milestones.next_after(self.step, self.total), self.until)
        wanted = max(1, min(int(self.speed / self.spec.batch_size * CHUNK_SECONDS), LARGEST_CHUNK))
        images, labels = self.batches.take(self.step, min(wanted, stop - self.step))
        look = BatchLook(self.lens, self.step, images[0], labels[0]) if self.shows else None
        began = began if look is None else time.monotonic()
        result = self.trainer.run(self.step, images, labels, self._rates(len(labels)))
        self._count(labels.size, time.monotonic() - began)
        good = (
            int(np.argmin(np.isfinite(result.losses)))
            if not np.isfinite(result.losses).all()
            else len(labels)
        )
        losses, accuracies = result.losses.tolist()[: good + 1], result.accuracies.tolist()[: good + 1]
        self.step += len(losses)
        yield from self._tell(Metrics(self.step, tuple(losses), tuple(accuracies), self.speed, self.seconds))
        if good < len(labels):
            before = losses[good - 1] if good else self.last_loss
            return Diverged(self.step, why_diverged(self.spec, self.rate, self.step, before))
        if look is not None:
            yield look.after()  # told, not kept
        self.last_loss = losses[-1]
        self.epoch_losses += losses
        self.epoch_accuracies += accuracies
        yield from self._look()
        yield from self._show()
        return None

    def _rates(self, count: int) -> NDArray[np.float32]:
        """The learning rate in force for each of the next ``count`` batches, its schedule included."""
        scheduled = self.rate * SPANNING[self.spec.schedule].factors(self.step, count, self.total)
        return scheduled.astype(np.float32)

    def _count(self, examples: int, seconds: float) -> None:
        self.examples += examples
        self.seconds += seconds
        if self.until == self.step + 1 < self.total:
            return  # one batch on its own tells nothing of the speed
        now = examples / max(seconds, 1e-9)
        self.speed = now if not self.speed else 0.7 * self.speed + 0.3 * now

    def _look(self) -> Iterator[Event]:
        """At a moment: keep the weights, validate, close the epoch; and now and then an exact state."""
        began = time.monotonic()
        if self.step in self.milestones.snapshots:
            for event in self.recorder.snapshot(self.step, self.trainer.weights()):
                yield from self._tell(event) if isinstance(event, Snapshot) else iter([event])
        if self.step in self.milestones.validations:
            score = self._validate()
            yield from self._tell(Validation(self.step, _or_none(score.loss), score.accuracy))
            if self.step and self.step % self.epoch_steps == 0:
                yield from self._epoch_end(score)
        if self.step in self.measures:
            yield from self._tell(measured(self.lens, self.step, *self._sample))
        self.seconds += time.monotonic() - began
        if not self.saved_at or self.seconds - self.saved_at > CHECKPOINT_SECONDS:
            yield from self._checkpoint()

    def _show(self, *, now: bool = False) -> Iterator[Event]:
        """Let a digit run through the network for those who watch; it is told and not kept."""
        if self.onlooker is not None:
            began = time.monotonic()
            yield from self.onlooker.look(self.trainer.weights, self.step, now=now)
            self.seconds += time.monotonic() - began

    @cached_property
    def _sample(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        places = sample(self.spec.seed, len(self.digits.y_train), self.batches.examples)
        return self.digits.x_train[places], self.digits.y_train[places]

    def _validate(self) -> Score:
        self.score = self.trainer.evaluate(*self.validation)
        return self.score

    def _epoch_end(self, score: Score) -> Iterator[Event]:
        event = EpochEnd(
            self.step // self.epoch_steps, self.step,
            _or_none(self._mean(self.epoch_losses)), self._mean(self.epoch_accuracies),
            _or_none(score.loss), score.accuracy,
        )  # fmt: skip
        self.epoch_losses, self.epoch_accuracies = [], []
        if self.best is not None:
            self.best.see(event.epoch, score.loss, list(self.trainer.weights().values()))
        yield from self._tell(event)
        rate, model = float(self._rates(1)[0]), self.trainer.model.to_json()
        yield from self.recorder.epoch(event, self.trainer.weights(), rate, model)
        yield from self._checkpoint()

    def _mean(self, values: list[float]) -> float:
        """Over an epoch's digits, as Keras has it: a smaller last batch counts less."""
        return float(np.average(values, weights=self.batches.sizes))

    def _checkpoint(self) -> Iterator[Event]:
        self.saved_at = self.seconds
        epoch = {
            "epoch_losses": np.array(self.epoch_losses),
            "epoch_accuracies": np.array(self.epoch_accuracies),
        }
        best = {} if self.best is None else self.best.state(list(self.trainer.weights().values()))
        arrays = {**self.trainer.state(), **epoch, **best}
        yield from self.recorder.checkpoint(Checkpoint(self.step, self.rate, self.seconds, arrays))

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.trainer.restore(checkpoint.arrays)
        if self.best is not None:
            self.best.restore(checkpoint.arrays)
        self.step, self.rate, self.seconds = checkpoint.step, checkpoint.learning_rate, checkpoint.seconds
        self.epoch_losses = checkpoint.arrays["epoch_losses"].tolist()
        self.epoch_accuracies = checkpoint.arrays["epoch_accuracies"].tolist()

    def _put_back(self) -> Iterator[Event]:
        """With early stopping: go back to the weights of the epoch whose validation loss was lowest."""
        if self.best is not None and self.best.epoch and math.isfinite(self.best.loss):
            self.trainer.put_back(self.best.weights)
            self.score = None
            yield from self._tell(BestWeights(self.step, self.best.epoch, self.best.loss))

    def _done(self) -> Done:
        """The end; held-back pictures leave the test pictures unread until now."""
        if self.spec.validation != TEST:
            self.score = self.trainer.evaluate(self.digits.x_test, self.digits.y_test)
        score = self.score or self._validate()
        speed = self.examples / max(self.seconds, 1e-9)
        return Done(
            self.spec.parameter_count, score.accuracy, _or_none(score.loss), self.seconds, speed,
            self.run_id, self.recorder.complete,
        )  # fmt: skip

    def _end(self, ending: Event) -> Iterator[Event]:
        if isinstance(ending, Stopped):
            yield from self._checkpoint()
        if not isinstance(ending, Diverged):
            yield from self._show(now=True)
        weights = None if isinstance(ending, Diverged) else self.trainer.weights()
        yield from self.recorder.event(ending)
        yield from self.recorder.finish(ending, weights)
        yield ending


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
