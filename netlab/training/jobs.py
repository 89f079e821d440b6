"""Trainings of everybody at this server: a worker process each, a queue when the machine is full.

Imports neither Streamlit nor TensorFlow. A job is found by its run's id, by whoever has the link. Its
worker tells events over a pipe; when the pipe closes without an ending, the worker died, and the
job says so and keeps its curves.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from netlab.nets.spec import NetworkSpec
from netlab.training import limits, runs
from netlab.training.child import Child
from netlab.training.events import (
    Diverged,
    Done,
    Event,
    EventError,
    Failed,
    NotSaved,
    Paused,
    Ready,
    Resumed,
    Snapshot,
    Started,
    StartsAgain,
    Stopped,
    from_line,
)
from netlab.training.history import Curves, History
from netlab.training.reading import read

log = logging.getLogger(__name__)

LIVE = ("queued", "starting", "running", "paused")
GRACE_SECONDS = 180.0  # a hidden tab asks once a minute
STALL_SECONDS = 60.0
MOST_QUEUED = 20


class QueueFull(RuntimeError):
    """More trainings wait than this server takes."""


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

    @property
    def live(self) -> bool:
        """Whether anything may still happen."""
        return self.state in LIVE


class Worker(Child):
    """A worker process."""

    def __init__(self, on_event: Callable[[Worker, Event], None], on_end: Callable[[Worker], None]) -> None:
        self._on_event, self._on_end = on_event, on_end
        super().__init__((sys.executable, "-m", "netlab.training.worker"))

    def send(self, cmd: str, **values: Any) -> None:
        """Send a command."""
        self.write(json.dumps({"cmd": cmd, **values}))

    def heard(self, line: str) -> None:
        """Pass on an event."""
        try:
            event = from_line(line)
        except EventError as error:
            log.warning("worker %s: %s", self.process.pid, error)
            return
        self.ready = self.ready or isinstance(event, Ready)
        self._on_event(self, event)

    def ended(self) -> None:
        """Pass on the end."""
        self._on_end(self)


class Job:
    """One training: its state, its curves, its worker while it has one."""

    def __init__(self, run_id: str, spec: NetworkSpec, *, continues: bool = False) -> None:
        self.id, self.spec, self.continues = run_id, spec, continues
        self.lock = threading.RLock()
        self.state, self.reason = "queued", ""
        self.history = History()
        self.snapshots: list[int] = []
        self.not_saved: list[NotSaved] = []
        self.starts_again = ""  # why it could not be continued
        self.trouble = ""  # what of its folder could not be read
        self.kept = False  # whether it has a folder
        self.done: Done | None = None
        self.learning_rate = spec.rate
        self.worker: Worker | None = None
        self.seen = time.monotonic()

    @property
    def live(self) -> bool:
        """Whether anything may still happen."""
        return self.state in LIVE

    @property
    def can_continue(self) -> bool:
        """Whether it ended before its time and there is a checkpoint to go on from."""
        if self.state not in ("died", "stopped", "interrupted"):
            return False
        run = runs.get(self.id)
        return run is not None and run.has_checkpoint()

    def take(self, event: Event) -> None:
        """Take one event of the worker in."""
        with self.lock:
            self.history.add(event)
            match event:
                case Started() | Resumed():
                    self.state, self.kept = "running", self.kept or runs.get(self.id) is not None
                case Paused():
                    self.state = "paused"
                case Snapshot():
                    self.snapshots.append(event.step)
                case NotSaved():
                    self.not_saved.append(event)
                case StartsAgain():
                    self.starts_again = event.reason
                case Diverged() | Failed():
                    self.state, self.reason = event.name, event.reason
                case Stopped():
                    self.state = "stopped"
                case Done():
                    self.state, self.done = "done", event
            if self.history.rates:
                self.learning_rate = self.history.rates[-1].value

    def ended(self, worker: Worker) -> None:
        """The worker's process is over; without an ending told before, it died."""
        with self.lock:
            self.worker = None
            if self.live:
                self.state, self.reason = "died", worker.cause("The worker process")

    def send(self, cmd: str, **values: Any) -> None:
        """Pass a command to the worker, if there is one."""
        with self.lock:
            if self.worker is not None and self.live:
                self.worker.send(cmd, **values)


class Registry:
    """All jobs of this server, the queue, and one worker kept warm while nothing trains."""

    def __init__(
        self, *, slots: int | None = None, grace: float | None = None, warm: bool | None = None
    ) -> None:
        self.slots = slots or limits.slots()
        self.grace = (
            grace if grace is not None else float(os.environ.get("NETLAB_GRACE_SECONDS", GRACE_SECONDS))
        )
        self.digits: Ready | None = None  # which digits the workers found, once one has
        self._jobs: dict[str, Job] = {}
        self._queue: list[Job] = []
        self._spare: Worker | None = None
        self._keep_warm = os.environ.get("NETLAB_WARM", "1") != "0" if warm is None else warm
        self._closed = threading.Event()
        self._lock = threading.RLock()
        threading.Thread(target=self._watch, daemon=True, name="jobs").start()
        self._dispatch()

    def submit(self, spec: NetworkSpec, run_id: str | None = None) -> Job:
        """Queue a new training, under a new id if none is given; it starts at once if a slot is free.

        Raises
        ------
        QueueFull
            If too many wait already.
        """
        return self._enqueue(Job(run_id or runs.new_id(), spec))

    def continue_run(self, run_id: str) -> Job | None:
        """Go on with a run that died, was stopped or interrupted, from its last checkpoint."""
        with self._lock:
            before = self.find(run_id)
            if before is None or not before.can_continue:
                return before
            job = Job(run_id, before.spec, continues=True)
            job.history, job.snapshots = before.history, before.snapshots
            return self._enqueue(job)

    def find(self, run_id: str | None) -> Job | None:
        """The job of a run: one of this server's, or one read from disk; None if there is no such run."""
        if not run_id:
            return None
        with self._lock:
            job = self._jobs.get(run_id)
            if job is not None and (job.live or not job.kept):
                return job
            run = runs.get(run_id)
            if run is None:
                self._jobs.pop(run_id, None)  # deleted, perhaps by another process
                return None
            return self._jobs.setdefault(run_id, _from_disk(run)) if job is None else job

    def delete(self, run_id: str) -> None:
        """Delete a run from the disk and forget it.

        Raises
        ------
        RunError
            If there is no such run, it is under way, or the disk refuses.
        """
        with self._lock:
            job = self.find(run_id)
            if job is None:
                raise runs.RunError(f"There is no run {run_id} any more.")
            if job.live:
                raise runs.RunError(f"Run {run_id} is under way; stop it, then delete it.")
            try:
                run = runs.get(run_id)
                if run is not None:
                    run.delete()
            finally:
                if runs.get(run_id) is None:
                    self._jobs.pop(run_id, None)

    def view(self, job: Job, points: int = 300) -> View:
        """What there is to show of a job; asking also says that somebody is watching."""
        job.seen = time.monotonic()
        with self._lock:
            place = self._queue.index(job) + 1 if job in self._queue else 0
        with job.lock:
            return View(
                job.id, job.spec, job.state, job.reason, place, job.history.started, job.history.step,
                job.history.curves(points), job.history, tuple(job.snapshots), tuple(job.not_saved),
                job.starts_again, job.learning_rate, job.done, job.can_continue,
            )  # fmt: skip

    def running(self) -> list[Job]:
        """Jobs that hold a worker now."""
        with self._lock:
            return [job for job in self._jobs.values() if job.worker is not None]

    def stop(self, job: Job) -> None:
        """End a job: a queued one at once, a running one after its batch."""
        with self._lock:
            if job in self._queue:
                self._queue.remove(job)
                job.state, job.reason = "stopped", "It was taken out of the queue before it began."
                return
        job.send("stop")

    def close(self) -> None:
        """End all workers; for tests and an orderly exit."""
        self._closed.set()
        with self._lock:
            self._keep_warm = False
            workers = [job.worker for job in self._jobs.values() if job.worker] + [self._spare]
        for worker in filter(None, workers):
            worker.kill()
            worker.process.wait()

    def _enqueue(self, job: Job) -> Job:
        with self._lock:
            if len(self._queue) >= MOST_QUEUED:
                raise QueueFull(
                    f"{MOST_QUEUED} trainings are waiting already, and {self.slots} can run at once. Try again later."
                )
            self._jobs[job.id] = job
            self._queue.append(job)
            self._dispatch()
        return job

    def _dispatch(self) -> None:
        with self._lock:
            while self._queue and len(self.running()) < self.slots:
                self._give_worker(self._queue.pop(0))
            idle = not self.running() and not self._queue
            if self._keep_warm and idle and self._spare is None and not self._closed.is_set():
                self._spare = Worker(self._event, self._end)

    def _give_worker(self, job: Job) -> None:
        worker, self._spare = self._spare or Worker(self._event, self._end), None
        job.worker, job.state = worker, "starting"
        worker.last_heard = time.monotonic()
        worker.send("train", run=job.id, spec=job.spec.to_json(), **{"continue": job.continues})

    def _owner(self, worker: Worker) -> Job | None:
        with self._lock:
            return next((job for job in self._jobs.values() if job.worker is worker), None)

    def _event(self, worker: Worker, event: Event) -> None:
        if isinstance(event, Ready):
            self.digits = event
        job = self._owner(worker)
        if job is not None:
            job.take(event)

    def _end(self, worker: Worker) -> None:
        with self._lock:
            job = self._owner(worker)
            if job is not None:
                job.ended(worker)
            elif worker is self._spare:
                self._spare = None
                if not worker.ready:
                    self._keep_warm = False  # it cannot even start; do not try for ever
                    log.error("a worker did not start: %s", worker.cause("The worker process"))
        if not self._closed.is_set():
            self._dispatch()

    def _watch(self) -> None:
        try:
            runs.remove_leftovers()
        except OSError as error:
            log.warning("what a deleted run left behind stays for now: %s", error)
        while not self._closed.wait(1.0):
            now = time.monotonic()
            for job in [job for job in list(self._jobs.values()) if job.live]:
                if now - job.seen > self.grace:
                    self.stop(job)
                elif job.state == "running" and job.worker and now - job.worker.last_heard > STALL_SECONDS:
                    job.worker.kill()


def _from_disk(run: runs.Run) -> Job:
    """The job of a kept run; one that cannot be read is "unreadable", and nothing but its reason is to be shown."""
    kept = read(run)
    job = Job(run.id, kept.spec or NetworkSpec())
    job.kept = True
    job.history, job.snapshots, job.trouble = kept.history, kept.snapshots, kept.trouble
    job.state = "interrupted" if kept.ending is None else kept.ending.name
    job.reason = getattr(kept.ending, "reason", "")
    if kept.spec is None:
        job.state, job.reason = "unreadable", kept.trouble
    job.done = kept.ending if isinstance(kept.ending, Done) else None
    job.learning_rate = job.history.rates[-1].value if job.history.rates else job.spec.rate
    return job
