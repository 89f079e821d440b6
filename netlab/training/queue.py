"""Trainings of everybody at this server: a worker each while it trains, a queue when the machine is full.

Imports neither Streamlit nor TensorFlow. A job is found by its run's id, by whoever has the link. Its
worker reports events; when it ends without a run's ending, it died, and the job says so and keeps its
curves. A worker whose run is over takes the next in the queue or stands by; who is next is told by ``turns``, how long
that takes by ``waiting``, and who shares a run by ``same``. The one lock of the queue is held for moments: nothing that
asks the disk happens under it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Collection

from netlab.extras import no_training
from netlab.nets.spec import NetworkSpec
from netlab.processes import limits, sharing
from netlab.runs import origin as origins
from netlab.runs import owners, server, store
from netlab.runs.events import ENDINGS, Event, Ready
from netlab.runs.origin import Origin
from netlab.runs.run import RunError
from netlab.runs.server import Here
from netlab.training import class_rules, quota, shelf
from netlab.training.handle import LocalWorker, Worker, WorkerFactory
from netlab.training.job import LIVE, Job, View
from netlab.training.quota import NoTraining, QueueFull
from netlab.training.same import Same
from netlab.training.spare import Spare
from netlab.training.turns import Turns
from netlab.training.waiting import Watch

__all__ = ["LIVE", "PAUSE_SECONDS", "Job", "JobQueue", "QueueFull", "View"]

log = logging.getLogger(__name__)

PAUSE_SECONDS = 30.0  # then a paused job gives its worker back
MOST_READ = 200  # jobs that are over and remembered; more are read from the disk again


class JobQueue:
    """All jobs of this server, the queue, and workers kept warm while nothing trains: one, or all that have trained.

    Parameters
    ----------
    slots : int or callable, optional
        How many train at once, or what tells it whenever it is asked; by default as many as the machine can take.
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
    clock : callable, optional
        Tells the seconds by which waits are estimated.
    unable : str, optional
        Why nothing can be trained; by default that TensorFlow is missing, where it is and this machine would train.
    trouble : callable, optional
        Tells why there is no place to train at the moment; empty if there is one.
    """

    def __init__(
        self, *, slots: int | Callable[[], int] | None = None, grace: float | None = None, warm: bool | None = None,
        pause: float | None = None, make_worker: WorkerFactory = LocalWorker, clock: Callable[[], float] = time.monotonic,
        unable: str | None = None, trouble: Callable[[], str] = str,
    ) -> None:  # fmt: skip
        self._slots = slots or limits.slots()
        self._grace = grace if grace is not None else _seconds("NETLAB_GRACE_SECONDS")
        asked = pause if pause is not None else _seconds("NETLAB_PAUSE_SECONDS")
        self.pause = PAUSE_SECONDS if asked is None else asked
        self.digits: Ready | None = None  # which digits the workers found, once one has
        self._jobs: dict[str, Job] = {}
        self._queue: list[Job] = []
        self._leaving: dict[Worker, str] = {}  # paused runs that are being let go
        self._deleted: set[str] = set()
        self._hidden: dict[str, float] = {}  # runs that can be brought back, and until when
        self._changing: set[str] = set()  # runs whose settings are being written
        self._locks, self._here = shelf.Locks(), Here()
        self._turns, self._same, self._speeds = Turns(), Same(), Watch(clock)
        self._closed = threading.Event()
        self._lock = threading.RLock()
        keep_warm = os.environ.get("NETLAB_WARM", "1") != "0" if warm is None else warm
        self._make_worker, self._trouble = make_worker, trouble
        missing = no_training() if make_worker is LocalWorker else ""
        self.unable = missing if unable is None else unable  # why nothing can be trained here
        self._spare = Spare(self._new_worker, wanted=keep_warm and not self.unable)
        threading.Thread(target=_clean, args=(0.0,), daemon=True, name="leftovers").start()
        threading.Thread(target=self._watch, daemon=True, name="jobs").start()
        self._dispatch()

    @property
    def slots(self) -> int:
        """How many train at once."""
        return self._slots() if callable(self._slots) else self._slots

    @slots.setter
    def slots(self, value: int) -> None:
        self._slots = value

    @property
    def grace(self) -> float:
        """Seconds after which a job that nobody looks at is stopped."""
        if self._grace is not None:
            return self._grace
        return sharing.GRACE_SECONDS if sharing.shared() else float("inf")

    @property
    def trouble(self) -> str:
        """Why no worker could be started the last time, or why there is no place for one; empty if one could."""
        return self._spare.trouble or self._trouble()

    @property
    def looking(self) -> bool:
        """Whether a worker is on its way to the digits."""
        return bool(self._spare.workers) or bool(self.running())

    @property
    def closed(self) -> bool:
        """Whether it trains nothing any more."""
        return self._closed.is_set()

    def submit(
        self, spec: NetworkSpec, run_id: str | None = None, owner: str = "", origin: Origin | None = None, *,
        share: bool = False,
    ) -> Job:  # fmt: skip
        """Queue a new training, under a new id if none is given; it starts at once if a slot is free.

        It is written down before this returns, so that its link is good whatever happens to the server. With ``origin``
        it begins with the weights of that moment. With ``share`` the run that has the very same bits is given instead,
        under way or finished, if there is one that is another's.

        Raises
        ------
        QueueFull
            If too many wait already, or too many of this owner's, or the disk of a shared server has no room, or it is
            beyond what the teacher of a class allows.
        NoTraining
            If nothing can be trained here.
        """
        self._check_able()
        beyond = class_rules.why_not(spec, class_rules.rules())
        if beyond:
            raise QueueFull(beyond)
        job = Job(run_id or store.new_id(), spec, owner=owner, wake=self._wake, origin=origin)
        job.joinable = share and bool(owner) and origin is None
        if job.joinable and (same := self._shared(spec, owner)) is not None:
            return same
        self._check_disk(spec)
        if (same := self._take_place(job)) is not None:
            return self._joined(same, owner)
        try:
            self._here.has(store.root() / job.id)
            run = store.create(spec, job.id)
            if origin is not None:
                origins.write(run, origin)
            if owner:
                owners.write(run, [owner])
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
        self._check_able()
        with self._locks.of(run_id):
            before = self.find(run_id)
            if before is None or not before.can_continue:
                return before
            job = Job(run_id, before.spec, continues=before.begun, owner=owner, wake=self._wake)
            job.history, job.snapshots, job.kept = before.history, before.snapshots, True
            self._take_place(job)
            try:
                self._here.has(store.root() / run_id)
            except OSError as error:
                log.warning("where run %s waits is not written down: %s", run_id, error)
        self._dispatch()
        return job

    def _check_able(self) -> None:
        if self.unable:
            raise NoTraining(self.unable)

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
            return self._remember(run_id, job, shelf.now(run_id, job, self._here.name))

    def takes(self, spec: NetworkSpec) -> float | None:
        """About how many seconds a run of this network takes; None as long as nothing was measured here."""
        with self._lock:
            return self._speeds.takes(spec) if self._speeds.measured else None

    def remembered(self, run_id: str) -> Job | None:
        """The job of a run as far as it is remembered, without a look at the disk."""
        return self._jobs.get(run_id)

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
            if run is not None and run.waits_at() not in ("", self._here.name):
                raise RunError(
                    f"Run {run_id} waits at another Netlab server that shares this one's runs; stop it there, then delete it."
                )
            try:
                if run is not None and undo:
                    run.hide()
                    self._hidden[run_id] = time.monotonic() + store.UNDO_SECONDS
                elif run is not None:
                    run.delete()
            finally:
                if store.get(run_id) is None:
                    self._remember(run_id, job, None)
                    with self._lock:
                        self._same.forget(run_id)

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

    def view(self, job: Job, points: int = 300, *, beginning: bool = False, viewer: str = "") -> View:
        """What there is to show of a job, its ``beginning`` closely or not; asking also says that ``viewer`` watches."""
        job.look_in(viewer)
        if job.state == "elsewhere":
            server.look(store.root() / job.id)
        can_continue = job.can_continue
        place, wait = self._place(job)
        with job.lock:
            return View(
                job.id, job.spec, job.state, job.reason, place, job.history.started, job.history.step,
                job.history.curves(points, beginning=beginning), job.history, tuple(job.snapshots), tuple(job.not_saved),
                job.starts_again, job.learning_rate, job.done, can_continue and not job.live, job.gave_back, job.batch_shown, wait,
                job.moved,
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
        self._let_go(job)

    def stop_for(self, job: Job, who: Collection[str], reason: str = "") -> bool:
        """End a job for one of those who asked for it: it goes on while another of them watches, else it is stopped.

        Returns
        -------
        bool
            Whether it goes on.
        """
        with self._lock:
            goes_on = job.watched_beside(who)
            for owner in who:
                job.holders.pop(owner, None)
            if goes_on and job.owner in who:  # whose turn it takes from now on
                job.owner = next(iter(job.holders), "")
        if not goes_on:
            self.stop(job, reason)
        return goes_on

    def free(self, job: Job) -> None:
        """Have a job give its place to others, its state kept: a running one after its batch. Resume takes it up again."""
        job.freeing = True
        if job.state == "running":
            job.send("pause")
        elif job.state == "paused":
            self._look_after(job)
            self._dispatch()

    def places(self) -> dict[str, tuple[int, float | None]]:
        """For each that waits its place in the queue, and the seconds until it begins, if they are known; by id."""
        with self._lock:
            line = self._turns.order(self._queue)
            waits = self._speeds.waits(self.slots, line, self.pause)
        told: list[float | None] = [None] * len(line) if waits is None else [*waits]
        return {job.id: (place, told[place - 1]) for place, job in enumerate(line, start=1)}

    def taken(self, spec: NetworkSpec, owner: str) -> bool:
        """Whether ``submit`` with ``share`` would give this owner another's run."""
        with self._lock:
            return self._same_as(spec, owner) is not None

    def change(self, job: Job, spec: NetworkSpec) -> bool:
        """Give a job that has not begun other settings; it keeps its place. False if it has begun meanwhile."""
        with self._lock:
            if job not in self._queue or job.begun or len(job.holders) > 1 or job.id in self._changing:
                return False
            self._changing.add(job.id)  # nobody begins it while it is written down
        try:
            store.create(spec, job.id)
        except OSError as error:
            log.warning("run %s: its new settings are not written down: %s", job.id, error)
        finally:
            with self._lock:
                job.spec, job.learning_rate = spec, spec.rate
                self._changing.discard(job.id)
        self._dispatch()
        return True

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
        self._here.close()

    def _check_disk(self, spec: NetworkSpec) -> None:
        if sharing.shared():
            with self._lock:
                live = [job.spec for job in self._jobs.values() if job.live]
            quota.check_disk(spec, live)

    def _take_place(self, job: Job) -> Job | None:
        """Put a job into the queue; or give the one, begun this moment, that has the same bits."""
        with self._lock:
            if job.joinable and isinstance(same := self._same_as(job.spec, job.owner), Job):
                return same
            if len(self.running()) + len(self._queue) >= self.slots:
                quota.check_places(self._queue, job.owner, self.slots)
            self._jobs[job.id] = job
            self._queue.append(job)
        return None

    def _same_as(self, spec: NetworkSpec, owner: str) -> Job | str | None:
        """The run with the bits of this training, if it is another's; whoever asks twice wants two."""
        same = self._same.find(spec, [job for job in self._jobs.values() if job.live])
        return None if isinstance(same, Job) and owner in same.holders else same

    def _shared(self, spec: NetworkSpec, owner: str) -> Job | None:
        with self._lock:
            same = self._same_as(spec, owner)
        if isinstance(same, str):
            found = self.find(same)
            ours = found is not None and found.state == "done" and owner not in owners.of(same)
            same = found if ours else None
        return None if same is None else self._joined(same, owner)

    def _joined(self, job: Job, owner: str) -> Job:
        """One more has asked for this run."""
        job.holders[owner] = time.monotonic()
        run = store.get(job.id)
        try:
            if run is not None:
                owners.join(run, owner)
        except OSError as error:
            log.warning("who shares run %s is not written down: %s", job.id, error)
        return job

    def _place(self, job: Job) -> tuple[int, float | None]:
        """A job's place in the queue, 0 if it does not wait, and the seconds that it will wait, if they are known."""
        with self._lock:
            if job not in self._queue:
                return 0, None
            line = self._turns.order(self._queue)
            place = line.index(job)
            waits = self._speeds.waits(self.slots, line[: place + 1], self.pause)
        return place + 1, None if waits is None else waits[-1]

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
        begun = list[Job]()
        with self._lock:
            if self._closed.is_set():
                return
            while self._places_left() > 0 and (job := self._next()) is not None:
                self._queue.remove(job)
                self._give_worker(job)
                begun.append(job)
            if not self._queue and not self._leaving and (not self.running() or self._somebody_may_return()):
                self._spare.keep()
        for job in begun:
            self._let_go(job)  # no worker could be started for it

    def _places_left(self) -> int:
        return self.slots - len(self.running()) - len(self._leaving)

    def _next(self) -> Job | None:
        """The first that waits; one whose folder a worker is about to let go, or is being written, is passed over."""
        line = self._turns.order(self._queue)
        passed = {*self._leaving.values(), *self._changing}
        return next((job for job in line if job.id not in passed), None)

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
        self._turns.took(job.owner)
        self._speeds.given(job, ready=worker.ready)
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
            if isinstance(event, ENDINGS):  # before anybody here hears of it
                self._here.over(store.root() / job.id)
            job.take(event)
            with self._lock:
                self._speeds.heard(job, event)

    def _freed(self, worker: Worker, job: Job | None, *, worn: bool) -> None:
        """A worker's run is over and it can train another: it stands by, and the next in the queue takes it."""
        if job is not None:
            self._ended(job, worker)
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
            self._ended(job, worker)
        else:
            with self._lock:
                self._spare.lost(worker)
        self._left(worker)
        self._dispatch()

    def _ended(self, job: Job, worker: Worker) -> None:
        moves = worker.lost and job.move()
        if not moves:
            job.ended(worker)
            self._let_go(job)
        with self._lock:
            self._speeds.over(job)
            if not moves:
                self._same.over(job)
            elif job.state == "queued":
                self._queue.insert(0, job)

    def _left(self, worker: Worker) -> None:
        """If it let a paused run go, whatever was asked of the run meanwhile can be written down now."""
        with self._lock:
            job = self._jobs.get(self._leaving.pop(worker, ""))
        if job is not None and job.stopping is not None:
            job.end(job.stopping)
            self._let_go(job)

    def _let_go(self, job: Job) -> None:
        """Others that share the home may have a run that is over here."""
        if not job.live and job.worker is None:
            self._here.over(store.root() / job.id)

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
            _clean(store.UNDO_SECONDS, self._hidden)

    def _look_after(self, job: Job) -> None:
        """End what hangs, stop what nobody looks at, take the worker of what is paused for long."""
        worker = job.worker
        if worker is not None and _end_if_it_hangs(worker):
            return
        if self._left_alone(job) and job.stopping is None:
            why = sharing.left_alone(self.grace)
            threading.Thread(target=self.stop, args=(job, why), daemon=True, name="stopping").start()
        elif job.paused_for() > (0.0 if job.freeing else self.pause):
            with self._lock:  # until it is free its place is not
                if (freed := job.give_back()) is not None:
                    self._leaving[freed] = job.id
                    self._speeds.over(job)
                    freed.release()

    def _left_alone(self, job: Job) -> bool:
        """Whether nobody looks at it, here or at another server on this home."""
        here = time.monotonic() - job.seen > self.grace
        return here and server.looked(store.root() / job.id) > self.grace


def _end_if_it_hangs(worker: Worker) -> bool:
    why = worker.overdue()
    if why:
        worker.kill(why)
    return bool(why)


def _clean(undo_seconds: float, spared: Collection[str] = ()) -> None:
    try:
        store.remove_leftovers(undo_seconds, list(spared))
    except OSError as error:
        log.warning("what a deleted run left behind stays for now: %s", error)


def _seconds(name: str) -> float | None:
    said = os.environ.get(name, "")
    return float(said) if said else None
