"""Trainings of everybody at this server: a worker each while it trains, a queue when the machine is full.

Imports neither Streamlit nor TensorFlow. A job is found by its run's id, by whoever has the link. Its
worker reports events; when it ends without a run's ending, it died, and the job says so and keeps its
curves. A worker whose run is over takes the next in the queue or stands by. The one lock of the queue is
held for moments: nothing that asks the disk happens under it.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from netlab.nets.spec import NetworkSpec
from netlab.processes import limits, sharing
from netlab.runs import origin as origins
from netlab.runs import store
from netlab.runs.events import Event, Ready
from netlab.runs.origin import Origin
from netlab.runs.run import RunError
from netlab.training import quota, shelf
from netlab.training.handle import LocalWorker, Worker, WorkerFactory
from netlab.training.job import LIVE, Job, View
from netlab.training.quota import QueueFull
from netlab.training.spare import Spare

__all__ = ["LIVE", "PAUSE_SECONDS", "Job", "JobQueue", "QueueFull", "View"]

log = logging.getLogger(__name__)

PAUSE_SECONDS = 30.0  # then a paused job gives its worker back
MOST_READ = 200  # jobs that are over and remembered; more are read from the disk again


class JobQueue:
    """All jobs of this server, the queue, and workers kept warm while nothing trains: one, or all that have trained.

    Parameters
    ----------
    slots : int, optional
        How many train at once; by default as many as the machine can take.
    grace : float, optional
        Seconds after which a job that nobody looks at is stopped. By default ``NETLAB_GRACE_SECONDS``, else three
        minutes on a shared server and for ever on a machine of one's own.
    warm : bool, optional
        Whether workers are kept warm; by default unless ``NETLAB_WARM`` is 0.
    pause : float, optional
        Seconds after which a paused job gives its worker back; by default ``NETLAB_PAUSE_SECONDS``, else 30.
    make_worker : WorkerFactory, optional
        Starts a worker, given what is called with each of its events and with its end; by default a process of this
        machine.
    """

    def __init__(
        self, *, slots: int | None = None, grace: float | None = None, warm: bool | None = None,
        pause: float | None = None, make_worker: WorkerFactory = LocalWorker,
    ) -> None:  # fmt: skip
        self.slots = slots or limits.slots()
        self._grace = grace if grace is not None else _seconds("NETLAB_GRACE_SECONDS")
        asked = pause if pause is not None else _seconds("NETLAB_PAUSE_SECONDS")
        self.pause = PAUSE_SECONDS if asked is None else asked
        self.digits: Ready | None = None  # which digits the workers found, once one has
        self._jobs: dict[str, Job] = {}
        self._queue: list[Job] = []
        self._leaving: dict[Worker, str] = {}  # paused runs that are being let go
        self._deleted: set[str] = set()
        self._hidden: dict[str, float] = {}  # runs that can be brought back, and until when
        self._locks = shelf.Locks()
        self._closed = threading.Event()
        self._lock = threading.RLock()
        keep_warm = os.environ.get("NETLAB_WARM", "1") != "0" if warm is None else warm
        self._make_worker = make_worker
        self._spare = Spare(self._new_worker, wanted=keep_warm)
        threading.Thread(target=_clean, args=(0.0,), daemon=True, name="leftovers").start()
        threading.Thread(target=self._watch, daemon=True, name="jobs").start()
        self._dispatch()

    @property
    def grace(self) -> float:
        """Seconds after which a job that nobody looks at is stopped."""
        if self._grace is not None:
            return self._grace
        return sharing.GRACE_SECONDS if sharing.shared() else float("inf")

    @property
    def trouble(self) -> str:
        """Why no worker could be started the last time; empty if one could."""
        return self._spare.trouble

    @property
    def looking(self) -> bool:
        """Whether a worker is on its way to the digits."""
        return bool(self._spare.workers) or bool(self.running())

    @property
    def closed(self) -> bool:
        """Whether it trains nothing any more."""
        return self._closed.is_set()

    def submit(
        self, spec: NetworkSpec, run_id: str | None = None, owner: str = "", origin: Origin | None = None
    ) -> Job:
        """Queue a new training, under a new id if none is given; it starts at once if a slot is free.

        It is written down before this returns, so that its link is good whatever happens to the server. With ``origin``
        it begins with the weights of that moment.

        Raises
        ------
        QueueFull
            If too many wait already, or too many of this owner's, or the disk of a shared server has no room.
        """
        job = Job(run_id or store.new_id(), spec, owner=owner, wake=self._wake, origin=origin)
        self._check_disk(spec)
        self._take_place(job)
        try:
            run = store.create(spec, job.id)
            if origin is not None:
                origins.write(run, origin)
            job.kept = True
        except OSError as error:  # its worker tries again, and tells the reader
            log.warning("run %s is not written down: %s", job.id, error)
        self._dispatch()
        return job

    def continue_run(self, run_id: str, owner: str = "") -> Job | None:
        """Go on with a run that died, was stopped or interrupted, from its last checkpoint; else the job as it is.

        Raises
        ------
        QueueFull
            As ``submit`` does.
        """
        with self._locks.of(run_id):
            before = self.find(run_id)
            if before is None or not before.can_continue:
                return before
            job = Job(run_id, before.spec, continues=before.begun, owner=owner, wake=self._wake)
            job.history, job.snapshots, job.kept = before.history, before.snapshots, True
            self._take_place(job)
        self._dispatch()
        return job

    def find(self, run_id: str | None) -> Job | None:
        """The job of a run: one of this server's, or one read from disk; None if there is no such run.

        Raises
        ------
        netlab.runs.store.RunError
            If its description cannot be read.
        """
        if not run_id:
            return None
        job = self._jobs.get(run_id)
        if job is not None and (job.live or not job.kept):
            return job
        with self._locks.of(run_id):
            job = self._jobs.get(run_id)
            if job is not None and job.live:
                return job
            return self._remember(run_id, job, shelf.now(run_id, job))

    def was_deleted(self, run_id: str) -> bool:
        """Whether this server knows that the run was deleted."""
        return run_id in self._deleted or store.was_deleted(run_id)

    def delete(self, run_id: str, *, undo: bool = False) -> None:
        """Delete a run from the disk and forget it; with ``undo`` it can be brought back for ten minutes.

        Raises
        ------
        RunError
            If there is no such run, it is under way, or the disk refuses.
        """
        with self._locks.of(run_id):
            job = self.find(run_id)
            if job is None:
                raise RunError(f"There is no run {run_id} any more.")
            if job.live:
                raise RunError(f"Run {run_id} is under way; stop it, then delete it.")
            run = store.get(run_id)
            try:
                if run is not None and undo:
                    run.hide()
                    self._hidden[run_id] = time.monotonic() + store.UNDO_SECONDS
                elif run is not None:
                    run.delete()
            finally:
                if store.get(run_id) is None:
                    self._remember(run_id, job, None)

    def bring_back(self, run_id: str) -> None:
        """Undo a deletion.

        Raises
        ------
        RunError
            If the run's files are gone.
        """
        with self._locks.of(run_id):
            store.bring_back(run_id)
            self._hidden.pop(run_id, None)
            self._deleted.discard(run_id)

    def view(self, job: Job, points: int = 300, *, beginning: bool = False) -> View:
        """What there is to show of a job, its ``beginning`` closely or not; asking also says that somebody is watching."""
        job.seen = time.monotonic()
        can_continue = job.can_continue
        with self._lock:
            place = self._queue.index(job) + 1 if job in self._queue else 0
        with job.lock:
            return View(
                job.id, job.spec, job.state, job.reason, place, job.history.started, job.history.step,
                job.history.curves(points, beginning=beginning), job.history, tuple(job.snapshots), tuple(job.not_saved),
                job.starts_again, job.learning_rate, job.done, can_continue and not job.live, job.gave_back, job.batch_shown,
            )  # fmt: skip

    def running(self) -> list[Job]:
        """Jobs that hold a worker now."""
        with self._lock:
            return [job for job in self._jobs.values() if job.worker is not None]

    def live(self) -> list[Job]:
        """Jobs of which anything may still happen."""
        with self._lock:
            return [job for job in self._jobs.values() if job.live]

    def stop(self, job: Job, reason: str = "") -> None:
        """End a job: a queued one at once, a running one after its batch, or in three seconds at the latest."""
        with self._lock:
            waited = job in self._queue
            if waited:
                self._queue.remove(job)
        if waited and not job.begun:
            reason = reason or "It was taken out of the queue."
        job.stop(reason)

    def close(self) -> None:
        """End all workers; for tests and an orderly exit."""
        self._closed.set()
        with self._lock:
            self._spare.wanted = False
            workers = [job.worker for job in self._jobs.values() if job.worker]
            workers += [*self._leaving, *self._spare.workers]
        for worker in workers:
            worker.kill()
            worker.wait()

    def _check_disk(self, spec: NetworkSpec) -> None:
        if sharing.shared():
            with self._lock:
                live = [job.spec for job in self._jobs.values() if job.live]
            quota.check_disk(spec, live)

    def _take_place(self, job: Job) -> None:
        with self._lock:
            if len(self.running()) + len(self._queue) >= self.slots:
                quota.check_places(self._queue, job.owner, self.slots)
            self._jobs[job.id] = job
            self._queue.append(job)

    def _wake(self, job: Job) -> None:
        """A job that gave its worker back goes on: it had its place before, so no quota holds it up."""
        job.seen = time.monotonic()
        with self._lock:
            self._queue.append(job)
        self._dispatch()

    def _remember(self, run_id: str, before: Job | None, now: Job | None) -> Job | None:
        """Put what the disk says in the place of what was known, unless something else has come there meanwhile."""
        with self._lock:
            if self._jobs.get(run_id) is not before:
                return self._jobs.get(run_id)
            if now is not None:
                self._jobs[run_id] = now
                self._forget_old()
            elif self._jobs.pop(run_id, None) is not None:
                self._deleted.add(run_id)
            return now

    def _forget_old(self) -> None:
        over = [job for job in self._jobs.values() if job.kept and job.worker is None and not job.live]
        for job in sorted(over, key=lambda one: one.seen)[:-MOST_READ]:
            del self._jobs[job.id]

    def _dispatch(self) -> None:
        with self._lock:
            if self._closed.is_set():
                return
            while self._places_left() > 0 and (job := self._next()) is not None:
                self._queue.remove(job)
                self._give_worker(job)
            if not self._queue and not self._leaving and (not self.running() or self._somebody_may_return()):
                self._spare.keep()

    def _places_left(self) -> int:
        return self.slots - len(self.running()) - len(self._leaving)

    def _next(self) -> Job | None:
        """The first that waits; one whose folder a worker is about to let go is passed over."""
        return next((job for job in self._queue if job.id not in self._leaving.values()), None)

    def _somebody_may_return(self) -> bool:
        """Whether a job that gave its worker back would find a free slot."""
        back = any(job.gave_back for job in self._jobs.values())
        return back and len(self.running()) < self.slots

    def _new_worker(self) -> Worker:
        return self._make_worker(self._event, self._end)

    def _give_worker(self, job: Job) -> None:
        if job.stopping is not None:
            return
        try:
            worker = self._spare.take() or self._new_worker()
        except OSError as error:
            job.fail(f"Its worker could not be started ({error.strerror or error}). Try again later.")
            return
        job.begin(worker)

    def _owner(self, worker: Worker) -> Job | None:
        with self._lock:
            return next((job for job in self._jobs.values() if job.worker is worker), None)

    def _event(self, worker: Worker, event: Event) -> None:
        job = self._owner(worker)
        if isinstance(event, Ready):
            self.digits = event
            with self._lock:
                self._spare.heard(worker)
            if event.after:
                self._freed(worker, job, worn=event.worn)
        elif job is not None:
            job.take(event)

    def _freed(self, worker: Worker, job: Job | None, *, worn: bool) -> None:
        """A worker's run is over and it can train another: it stands by, and the next in the queue takes it."""
        if job is not None:
            job.ended(worker)
        self._left(worker)
        with self._lock:
            if self._closed.is_set() or not (self._spare.wanted or self._queue):
                worker.kill()
            else:
                self._spare.give(worker, worn=worn, most=max(1, self._places_left()))
        self._dispatch()

    def _end(self, worker: Worker) -> None:
        job = self._owner(worker)
        if job is not None:
            job.ended(worker)
        else:
            with self._lock:
                self._spare.lost(worker)
        self._left(worker)
        self._dispatch()

    def _left(self, worker: Worker) -> None:
        """If it let a paused run go, whatever was asked of the run meanwhile can be written down now."""
        with self._lock:
            job = self._jobs.get(self._leaving.pop(worker, ""))
        if job is not None and job.stopping is not None:
            job.end(job.stopping)

    def _watch(self) -> None:
        while not self._closed.wait(1.0):
            try:
                self._round()
            except (
                OSError,
                RuntimeError,
            ):  # no thread or process to be had at this moment: the next round tries again
                log.exception("the jobs could not be looked after")

    def _round(self) -> None:
        with self._lock:
            live = [job for job in self._jobs.values() if job.live]
        for job in live:
            self._look_after(job)
        with self._lock:
            waiting = [*self._leaving, *self._spare.workers]
        for worker in waiting:
            _end_if_it_hangs(worker)
        self._dispatch()
        if any(time.monotonic() >= end for end in list(self._hidden.values())):
            self._hidden = {run_id: end for run_id, end in self._hidden.items() if time.monotonic() < end}
            _clean(store.UNDO_SECONDS)

    def _look_after(self, job: Job) -> None:
        """End what hangs, stop what nobody looks at, take the worker of what is paused for long."""
        worker = job.worker
        if worker is not None and _end_if_it_hangs(worker):
            return
        if time.monotonic() - job.seen > self.grace and job.stopping is None:
            why = sharing.left_alone(self.grace)
            threading.Thread(target=self.stop, args=(job, why), daemon=True, name="stopping").start()
        elif job.paused_for() > self.pause:
            with self._lock:  # until it is free its place is not
                if (freed := job.give_back()) is not None:
                    self._leaving[freed] = job.id
                    freed.release()


def _end_if_it_hangs(worker: Worker) -> bool:
    why = worker.overdue()
    if why:
        worker.kill(why)
    return bool(why)


def _clean(undo_seconds: float) -> None:
    try:
        store.remove_leftovers(undo_seconds)
    except OSError as error:
        log.warning("what a deleted run left behind stays for now: %s", error)


def _seconds(name: str) -> float | None:
    said = os.environ.get(name, "")
    return float(said) if said else None
