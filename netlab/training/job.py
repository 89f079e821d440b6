"""One training as the server knows it: its state, its curves, its worker while it has one.

A job that is paused for long gives its worker back and keeps the state "paused"; ``send`` then wakes it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any

from netlab.nets.spec import NetworkSpec
from netlab.processes import sharing
from netlab.runs import store
from netlab.runs.events import (
    BatchShown,
    Diverged,
    Done,
    Event,
    Failed,
    LearningRate,
    Look,
    NotSaved,
    Paused,
    Resumed,
    Snapshot,
    Started,
    StartsAgain,
    Stopped,
)
from netlab.runs.history import Curves, History
from netlab.runs.origin import Origin
from netlab.runs.run import Run, RunError
from netlab.training.handle import Worker

log = logging.getLogger(__name__)

LIVE = ("queued", "starting", "running", "paused")
UNFINISHED = ("died", "stopped", "interrupted")
GOES_ON = ("resume", "batch", "epoch")
MOST_MOVES = 5
"""So often a run that comes no further is taken up after its machine was lost; the run may be what kills machines."""


@dataclass(frozen=True)
class View:
    """What a page shows of a job at one moment."""

    id: str
    spec: NetworkSpec
    state: str
    reason: str
    place: int
    started: Started | None
    step: int
    curves: Curves
    history: History
    snapshots: tuple[int, ...]
    not_saved: tuple[NotSaved, ...]
    starts_again: str
    learning_rate: float
    done: Done | None
    can_continue: bool
    gave_back: bool = False
    shown: BatchShown | None = None
    wait: float | None = None
    moved: str = ""

    @property
    def live(self) -> bool:
        """Whether anything may still happen."""
        return self.state in LIVE


class Job:
    """One training: its state, its curves, its worker while it has one."""

    def __init__(
        self, run_id: str, spec: NetworkSpec, *, continues: bool = False, owner: str = "",
        wake: Callable[[Job], None] | None = None, origin: Origin | None = None,
    ) -> None:  # fmt: skip
        self.id, self.spec, self.continues, self.owner = run_id, spec, continues, owner
        self.lock = threading.RLock()
        self.state, self.reason = "queued", ""
        self.history = History()
        self.snapshots: list[int] = []
        self.not_saved: list[NotSaved] = []
        self.starts_again = ""  # why it could not be continued
        self.moved = ""  # what is to be said of the machine that it lost, if it lost one
        self._moves, self._moved_at = 0, -1  # since it came further, and the last state that was kept then
        self._onward = ""  # how far it was told to go on, until it is paused again
        self.trouble = ""  # what of its folder could not be read
        self.kept = False  # whether it has a folder
        self.stamp: object = None  # of the folder when it was last read or written by us
        self.done: Done | None = None
        self.look: Look | None = None  # the newest that its worker told
        self.learning_rate = spec.rate
        self.shown: BatchShown | None = None  # the batch that was asked for last
        self.worker: Worker | None = None
        self.seen = time.monotonic()
        self.holders: dict[str, float] = (
            {owner: self.seen} if owner else {}
        )  # who asked for it, and when each last looked
        self.joinable = False  # whether who asks for the same training gets this run
        self.paused_at: float | None = None  # None while it is not paused, or is about to go on
        self.freeing = False  # whether it is to give its place back as soon as it is paused
        self.first = ""  # what it does when it has a worker again
        self.stopping: str | None = None  # why it is being stopped, once it is
        self.origin = (
            origin  # the moment of another run that it begins with; None if at random, or told by its folder
        )
        self._wake = wake

    @property
    def live(self) -> bool:
        """Whether anything may still happen."""
        return self.state in LIVE

    @property
    def begun(self) -> bool:
        """Whether it ever had a network."""
        return self.history.started is not None

    @property
    def gave_back(self) -> bool:
        """Whether it is paused and has given its place to others."""
        return self.state == "paused" and self.worker is None

    @property
    def batch_shown(self) -> BatchShown | None:
        """The batch that was asked for, until the run goes on from it."""
        return self.shown if self.shown is not None and self.shown.step == self.history.step else None

    @property
    def can_continue(self) -> bool:
        """Whether it ended before its time and can go on: from a checkpoint, or from its start if it never began.

        Asks the disk: do not hold a lock meanwhile.
        """
        if self.state not in UNFINISHED:
            return False
        run = store.get(self.id)
        return run is not None and (run.has_checkpoint() or not self.begun)

    def look_in(self, viewer: str = "") -> None:
        """Somebody watches it."""
        self.seen = time.monotonic()
        if viewer in self.holders:
            self.holders[viewer] = self.seen

    def watched_beside(self, who: Collection[str]) -> bool:
        """Whether others who asked for it have looked at it lately."""
        now = time.monotonic()
        others = [seen for holder, seen in list(self.holders.items()) if holder not in who]
        return any(now - seen < sharing.GRACE_SECONDS for seen in others)

    def take(self, event: Event) -> None:
        """Take one event of the worker in."""
        kept = isinstance(event, Started) and store.get(self.id) is not None
        with self.lock:
            self.history.add(event)
            self.kept = self.kept or kept
            match event:
                case Started() | Resumed():
                    self.state, self.paused_at = "running", None
                case Paused():
                    self.state, self.paused_at, self._onward = "paused", time.monotonic(), ""
                case Snapshot():
                    self.snapshots.append(event.step)
                case Look():
                    self.look = event
                case BatchShown():
                    self.shown = event
                case NotSaved():
                    self.not_saved.append(event)
                case StartsAgain():
                    self.starts_again = event.reason
                case Diverged() | Failed() | Stopped():
                    self.state, self.reason = event.name, event.reason
                case Done():
                    self.state, self.done = "done", event
            if self.history.rates:
                self.learning_rate = self.history.rates[-1].value

    def ended(self, worker: Worker) -> None:
        """The worker is over or free; without an ending reported before, it was stopped by us, or it died."""
        if self.live:
            if self.stopping is None:
                self._close("died", worker.cause())
            else:
                self.end(self.stopping or worker.why)
        run = store.get(self.id)
        self.stamp = None if run is None else run.stamp()
        with self.lock:
            self.worker = None

    def move(self) -> bool:
        """Its worker was lost with its machine: it waits for another, to go on from its last checkpoint.

        Returns
        -------
        bool
            False if it is over, is being stopped, or was moved too often without coming further: then it has ended.
        """
        run = store.get(self.id)
        kept = max(run.exact_steps(), default=-1) if run is not None else -1
        with self.lock:
            if not self.live or self.stopping is not None:
                return False
            self._moves = 1 if kept > self._moved_at else self._moves + 1
            self._moved_at = kept
            if self._moves > MOST_MOVES:
                return False
            self.moved = (
                f"The computer that trained it was lost at batch {self.history.step:,}. Another one goes on from the last "
                "exact state that was kept, and every number comes out as it would have."
            )
            self.worker, self.paused_at = None, None
            if self.state != "paused" or kept < 0:
                self.state, self.first, self.continues = "queued", self._onward, self.begun
            return True

    def end(self, reason: str) -> None:
        """It was stopped and has no worker to write that down: it is written here."""
        run = store.get(self.id) if self.kept else None
        if run is not None:
            _write_end(run, Stopped(self.history.step, self.history.seconds, reason))
            self.stamp = run.stamp()
        self._close("stopped", reason)

    def _close(self, state: str, reason: str) -> None:
        with self.lock:
            self.state, self.reason = state, reason

    def send(self, cmd: str, **values: Any) -> None:
        """Pass a command to the worker; a job that gave it back waits for another and then obeys."""
        with self.lock:
            wakes = self.gave_back and cmd in GOES_ON
            if self.worker is not None and self.live:
                self._pass_on(cmd, values)
                return
            if wakes:
                self.state, self.first, self.continues, self._onward = "queued", cmd, True, cmd
        if wakes and self._wake is not None:
            self._wake(self)
        elif cmd == "learning_rate" and self.live and self.begun:
            self._note_rate(LearningRate(self.history.step, float(values["value"])))

    def stop(self, reason: str) -> None:
        """End it after its batch; at once if it has not begun or has no worker. Its queue must be left before."""
        with self.lock:
            if not self.live or self.stopping is not None:
                return
            self.stopping, worker = reason, self.worker
            if worker is not None and (worker.ready or self.begun):
                worker.stop(reason)
            elif worker is not None:
                self.stopping = reason or "It was stopped before it began."
                worker.kill()
        if worker is None:
            self.end(reason)

    def begin(self, worker: Worker) -> None:
        """Have a worker train it."""
        with self.lock:
            self.worker, self.state = worker, "starting"
            worker.train(self.order())

    def fail(self, reason: str) -> None:
        """It cannot be trained."""
        self._close("died", reason)

    def give_back(self) -> Worker | None:
        """Take the worker of a paused job away if its exact state is kept: what it would do, another does as well."""
        unsaved = {missing.what for missing in self.not_saved}
        with self.lock:
            if (
                self.paused_at is None
                or self.state != "paused"
                or not self.kept
                or unsaved & {"this run", "a checkpoint"}
            ):
                return None
            worker, self.worker, self.paused_at, self.freeing = self.worker, None, None, False
            return worker

    def paused_for(self) -> float:
        """Seconds since anybody last did anything to a paused job that has a worker; else 0."""
        since = self.paused_at
        return 0.0 if since is None else time.monotonic() - since

    def order(self) -> dict[str, Any]:
        """What a worker is told so that it trains this job."""
        rates = [(rate.step, rate.value) for rate in self.history.rates]
        first = {"cmd": self.first} if self.first else None
        origin = None if self.origin is None else asdict(self.origin)
        return {
            "run": self.id, "spec": self.spec.to_json(), "continue": self.continues, "rates": rates, "first": first,
            "origin": origin,
        }  # fmt: skip

    def _pass_on(self, cmd: str, values: dict[str, Any]) -> None:
        assert self.worker is not None
        if cmd in GOES_ON:
            self._onward = cmd
            self.paused_at, self.freeing = None, False  # it is about to go on: nobody takes its worker now
        elif self.paused_at is not None and cmd != "look":  # who only looks keeps no place
            self.paused_at = time.monotonic()
        self.worker.send(cmd, **values)

    def _note_rate(self, event: LearningRate) -> None:
        self.take(event)
        run = store.get(self.id)
        try:
            if run is not None:
                run.append(event)
        except OSError as error:
            log.warning("the learning rate of run %s is not written down: %s", self.id, error)


def _write_end(run: Run, ending: Stopped) -> None:
    try:
        handle = run.hold()
        try:
            run.finish(ending, None)
        finally:
            os.close(handle)
    except (OSError, RunError) as error:
        log.warning("how run %s ended is not written down: %s", run.id, error)
