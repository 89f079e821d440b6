"""The five steps of learning, as a generator: initialise, then forward, loss, back-propagate, repeat.

``train`` yields events and knows nothing of processes, pipes or pages. Between chunks of batches (about a
tenth of a second each) it looks into its inbox: pause, resume, one batch, one epoch, another learning
rate, stop. The size of a chunk never changes a number: batches and dropout follow from the seed
and the step alone.

While a chunk is told, and its moment validated and kept from a copy (``moments.py``), the next one is trained in a
thread beside it. It is begun only where no command waits and nothing ends, so a command holds from a step that no
batch after it was trained at, and what was trained is always told.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from netlab.data import DataError, Digits
from netlab.nets.spec import TEST, NetworkSpec
from netlab.nets.weight_file import Weights
from netlab.nn.schedules import SPANNING
from netlab.runs.diagnosis import why_diverged
from netlab.runs.events import (
    BestWeights,
    Diverged,
    Done,
    Event,
    Failed,
    LearningRate,
    Metrics,
    Paused,
    Resumed,
    Started,
    Stopped,
)
from netlab.runs.run import Checkpoint, RunError
from netlab.training.ahead import Ahead, Clock
from netlab.training.batches import BatchSource
from netlab.training.compiled_loop import Batches, Trainer, out_of_memory
from netlab.training.look import Onlooker
from netlab.training.moments import Moment, Observers
from netlab.training.parts import training_labels
from netlab.training.recorder import Recorder
from netlab.training.shown_batch import BatchLook

CHUNK_SECONDS = 0.1
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
    begin_with: Weights | None = None,
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
    begin_with : Weights, optional
        What a run that begins has instead of weights drawn from its seed, as ``weight_shapes`` orders them; the
        optimizer's memory is empty.
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
        if begin_with is not None and continue_from is None:
            training.trainer.put_back(list(begin_with.values()))
        if look:
            training.observers.onlooker = Onlooker(spec, digits.x_test, digits.y_test)
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
            training.close()


@dataclass(frozen=True)
class _Trained:
    """Consecutive batches, how many digits they have, and when they were trained, on the clock of ``time.monotonic``."""

    batches: Batches
    examples: int
    began: float
    ended: float


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
        self.epoch_steps = self.batches.steps_per_epoch
        self.total = self.epoch_steps * spec.epochs
        self.trainer = Trainer(spec)
        self.recorder = Recorder(spec, run_id, keep=keep)
        self.clock = Clock(0.0 if checkpoint is None else checkpoint.seconds)
        self.observers = Observers(self.trainer, digits, self.batches, self.recorder, self.clock)
        self.step, self.rate = 0, spec.rate
        self.paused, self.until = False, self.total
        self.shows = False  # whether the next batch is one that its reader wants to see
        self.continues = checkpoint is not None
        self.examples, self.speed, self.last_loss = 0, 0.0, math.nan
        self.losses: list[float] = []  # of the epoch, and so are the accuracies
        self.accuracies: list[float] = []
        self.ahead: Ahead[_Trained] = Ahead()
        self.command: Command | None = None  # the next, where it was taken before its time
        if checkpoint is not None:
            self._restore(checkpoint)

    @property
    def over(self) -> bool:
        best = self.observers.best
        return self.step >= self.total or (best is not None and best.enough)

    def events(self, first: Command | None) -> Iterator[Event]:
        yield from self.recorder.open(self.trainer.model.to_json())
        yield from self.recorder.tell(self._started())
        self.command = first
        self.trainer.compile()
        moment = self._moment()
        self._go_ahead()
        if not self.continues:
            yield from self.observers.look(moment)
        yield from self.observers.show(moment, now=True)
        while not self.over:
            command = None if self.ahead.under_way else self._next_command(wait=self.paused)
            if command is not None:
                if command.kind == "stop":
                    yield from self._end(Stopped(self.step, self.clock.seconds, command.reason))
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

    def close(self) -> None:
        """Let go of the thread and of the run's folder."""
        self.ahead.close()
        self.recorder.close()

    def _next_command(self, *, wait: bool) -> Command | None:
        command, self.command = self.command, None
        return command or self.inbox.take(wait=wait)

    def _moment(self) -> Moment:
        """This step, to be looked at while the next are trained; call it while nothing is under way."""
        return Moment(
            self.step, self.rate, float(self._rates(self.step, self.rate, 1)[0]),
            tuple(self.losses), tuple(self.accuracies), self.trainer.state(),
        )  # fmt: skip

    def _go_ahead(self) -> None:
        """Begin the next chunk, unless something is to happen before it; from here on the trainer is another step's."""
        if self.step >= self.until or self.over or self.observers.may_end(self.step):
            return
        self.command = self._next_command(wait=False)
        if self.command is None:
            self.ahead.begin(self._next_batches())

    def _next_batches(self) -> Callable[[], _Trained]:
        """The work of training up to the next moment or for a tenth of a second."""
        step, rate = self.step, self.rate
        stop = min(self.observers.milestones.next_after(step, self.total), self.until)
        wanted = max(1, min(int(self.speed / self.spec.batch_size * CHUNK_SECONDS), LARGEST_CHUNK))

        def work() -> _Trained:
            began = time.monotonic()
            images, labels = self.batches.take(step, min(wanted, stop - step))
            result = self.trainer.run(step, images, labels, self._rates(step, rate, len(labels)))
            return _Trained(result, labels.size, began, time.monotonic())

        return work

    def _started(self) -> Started:
        return Started(
            self.run_id, self.spec.parameter_count, self.batches.examples, len(self.observers.validation[1]),
            self.epoch_steps, self.total, self.digits.source, self.digits.note, self.step,
            self.digits.warnings, self.spec.validation,
        )  # fmt: skip

    def _obey(self, command: Command) -> Iterator[Event]:
        if command.kind == "pause" and not self.paused:
            yield from self._pause()
        elif command.kind == "learning_rate":
            self.rate = command.value
            yield from self.recorder.tell(LearningRate(self.step, command.value))
        elif command.kind == "look" and self.observers.onlooker is not None:
            self.observers.onlooker.choose(int(command.value))
            yield from self.observers.show(self._moment(), now=True)
        elif command.kind in ("resume", "batch", "epoch"):
            self.until = {
                "resume": self.total,
                "batch": self.step + 1,
                "epoch": (self.step // self.epoch_steps + 1) * self.epoch_steps,
            }[command.kind]
            self.paused, self.shows = False, command.kind == "batch"
            yield from self.recorder.tell(Resumed(self.step))

    def _pause(self) -> Iterator[Event]:
        self.paused, self.until = True, self.total
        moment = self._moment()
        yield from self.observers.checkpoint(moment)
        yield from self.observers.show(moment, now=True)
        yield from self.recorder.tell(Paused(self.step))

    def _chunk(self) -> Generator[Event, None, Event | None]:
        """Take in a chunk, tell of it and look at where it led; give the ending if there is one."""
        look = None
        if self.shows:  # a batch on its own: nothing is trained ahead, neither before it nor behind it
            images, labels = self.batches.take(self.step, 1)
            look = BatchLook(self.observers.lens, self.step, images[0], labels[0])
        trained = self.ahead.result(self._next_batches())
        self._count(trained)
        found, count = trained.batches, len(trained.batches.losses)
        good = count if np.isfinite(found.losses).all() else int(np.argmin(np.isfinite(found.losses)))
        losses, accuracies = found.losses.tolist()[: good + 1], found.accuracies.tolist()[: good + 1]
        first, self.step = self.step, self.step + len(losses)
        moment = None
        if good == count:
            moment = self._take_in(first, losses, accuracies)
            self._go_ahead()
        told = Metrics(self.step, tuple(losses), tuple(accuracies), self.speed, self.clock.seconds)
        yield from self.recorder.tell(told)
        if good < count:
            before = losses[good - 1] if good else self.last_loss
            return Diverged(self.step, why_diverged(self.spec, self.rate, self.step, before))
        self.last_loss = losses[-1]
        if look is not None:
            yield look.after()  # told, not kept
        if moment is not None:
            yield from self.observers.look(moment)
        return None

    def _take_in(self, first: int, losses: list[float], accuracies: list[float]) -> Moment | None:
        """Add to the epoch; the moment, if it is looked at."""
        if first % self.epoch_steps == 0:
            self.losses, self.accuracies = [], []
        self.losses += losses
        self.accuracies += accuracies
        return self._moment() if self.observers.wanted(self.step) else None

    def _rates(self, step: int, rate: float, count: int) -> NDArray[np.float32]:
        """The learning rate in force for each of the next ``count`` batches, its schedule included."""
        scheduled = rate * SPANNING[self.spec.schedule].factors(step, count, self.total)
        return scheduled.astype(np.float32)

    def _count(self, trained: _Trained) -> None:
        self.examples += trained.examples
        self.clock.spend(trained.began, trained.ended)
        if self.until == self.step + 1 < self.total:
            return  # one batch on its own tells nothing of the speed
        now = trained.examples / max(trained.ended - trained.began, 1e-9)
        self.speed = now if not self.speed else 0.7 * self.speed + 0.3 * now

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.trainer.restore(checkpoint.arrays)
        if self.observers.best is not None:
            self.observers.best.restore(checkpoint.arrays)
        self.step, self.rate = checkpoint.step, checkpoint.learning_rate
        self.losses = checkpoint.arrays["epoch_losses"].tolist()
        self.accuracies = checkpoint.arrays["epoch_accuracies"].tolist()

    def _put_back(self) -> Iterator[Event]:
        """With early stopping: go back to the weights of the epoch whose validation loss was lowest."""
        best = self.observers.best
        if best is not None and best.epoch and math.isfinite(best.loss):
            self.trainer.put_back(best.weights)
            self.observers.score = None
            yield from self.recorder.tell(BestWeights(self.step, best.epoch, best.loss))

    def _done(self) -> Done:
        """The end; held-back pictures leave the test pictures unread until now."""
        score = self.observers.score
        if self.spec.validation != TEST or score is None:
            score = self.trainer.evaluate(self.digits.x_test, self.digits.y_test)
        speed = self.examples / max(self.clock.seconds, 1e-9)
        return Done(
            self.spec.parameter_count, score.accuracy, _or_none(score.loss), self.clock.seconds, speed,
            self.run_id, self.recorder.complete,
        )  # fmt: skip

    def _end(self, ending: Event) -> Iterator[Event]:
        weights = None
        if not isinstance(ending, Diverged):
            moment, weights = self._moment(), self.trainer.weights()
            if isinstance(ending, Stopped):
                yield from self.observers.checkpoint(moment)
            yield from self.observers.show(moment, now=True)
        yield from self.recorder.event(ending)
        yield from self.recorder.finish(ending, weights)
        yield ending


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
