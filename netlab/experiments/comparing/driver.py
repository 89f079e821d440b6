"""Experiments under way: each feeds the server's queue from a thread of its own, a few runs at a time.

An experiment never has more runs in the queue than there are places and one that waits, so that other visitors get
their turn; its runs share workers as any runs do. It goes on while pages come and go, can be cancelled, and is written
down whenever a run begins or ends. Imports neither Streamlit nor TensorFlow.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from netlab.experiments.comparing import record
from netlab.experiments.comparing.record import Experiment, Member, Value
from netlab.nets.spec import NetworkSpec
from netlab.processes import sharing
from netlab.runs import store
from netlab.runs.history import History
from netlab.training.queue import Job, JobQueue, QueueFull

log = logging.getLogger(__name__)

PACE_SECONDS = 0.2  # between two looks at an experiment's runs
MOST_LIVE = 20
MOST_LIVE_EACH = 2
MOST_REMEMBERED = 50
CANCELLED = "The experiment was cancelled."


class Refused(RuntimeError):
    """An experiment that is not begun now; the message says why and what would help."""


@dataclass(frozen=True)
class Proposal:
    """A run that an experiment asks for.

    Attributes
    ----------
    spec : NetworkSpec or None
        None for a network that cannot be; ``reason`` says why.
    values : mapping
        What is its own among the experiment's runs.
    number : int
        By which its plan knows it again.
    """

    spec: NetworkSpec | None
    values: Mapping[str, Value]
    number: int = 0
    reason: str = ""


class Plan(Protocol):
    """What decides about the runs of an experiment; called by one thread at a time."""

    total: int

    def ask(self) -> Proposal | None:
        """The next run, or None if there is none any more."""

    def watch(self, proposal: Proposal, history: History) -> str:
        """Why a run that is under way is hopeless; empty if it is not. The history is not to be kept."""

    def tell(self, proposal: Proposal, member: Member) -> None:
        """A run has ended."""


class Listed:
    """A plan that is a list: every run to its end.

    Parameters
    ----------
    proposals : iterable of Proposal
        In their order.
    """

    def __init__(self, proposals: Iterable[Proposal]) -> None:
        self._left = list(proposals)
        self.total = len(self._left)

    def ask(self) -> Proposal | None:
        """The next run, or None after the last."""
        return self._left.pop(0) if self._left else None

    def watch(self, proposal: Proposal, history: History) -> str:
        """Nothing is hopeless."""
        return ""

    def tell(self, proposal: Proposal, member: Member) -> None:
        """Nothing follows from an end."""


@dataclass
class _Under:
    """A run under way."""

    place: int
    proposal: Proposal
    job: Job
    began: float | None = None
    pruned: str = ""


@dataclass
class _Course:
    """An experiment under way, as its thread knows it."""

    shown: Experiment
    plan: Plan
    owner: str
    seen: float
    under: list[_Under] = field(default_factory=list)
    next: Proposal | None = None
    exhausted: bool = False
    cancelled: str = ""
    waiting: str = ""
    wake: threading.Event = field(default_factory=threading.Event)


class Driver:
    """All experiments of a server that are under way, and those that ended lately.

    Parameters
    ----------
    queue : JobQueue
        Which trains their runs.
    """

    def __init__(self, queue: JobQueue) -> None:
        self.queue = queue
        self._courses: dict[str, _Course] = {}
        self._lock = threading.Lock()

    def start(
        self, kind: str, title: str, plan: Plan, *, owner: str = "", about: Mapping[str, Any] | None = None,
        name: str = "",
    ) -> str:  # fmt: skip
        """Begin an experiment.

        Parameters
        ----------
        kind, title : str
            One of ``record.KINDS``, and what people call it.
        plan : Plan
            What decides about its runs.
        owner : str
            The visitor who asks, for quotas.
        about : mapping, optional
            What its kind needs to show it again; plain JSON.
        name : str, optional
            Its id; a new one if left out.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        Refused
            If too many are under way, or this visitor has too many, or it has no or too many runs, or if nothing can be
            trained here.
        """
        if self.queue.unable:
            raise Refused(self.queue.unable)
        if not 1 <= plan.total <= record.MOST_RUNS:
            raise Refused(
                f"An experiment has 1 to {record.MOST_RUNS} runs; this one would have {plan.total:,}."
            )
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        plain = json.loads(json.dumps(about or {}))  # as it will be read again
        begun = Experiment(name or store.new_id(), kind, title, moment, plan.total, about=plain, owner=owner)
        course = _Course(begun, plan, owner, time.monotonic())
        with self._lock:
            self._check(owner)
            self._courses[begun.id] = course
            self._forget_old()
        self._write(begun)
        threading.Thread(target=self._drive, args=(course,), daemon=True, name=f"experiment {kind}").start()
        return begun.id

    def find(self, experiment: str) -> Experiment | None:
        """An experiment as it stands now, of this server or from the disk.

        Parameters
        ----------
        experiment : str
            Any text.

        Returns
        -------
        Experiment or None
            None if there is none of that id.

        Raises
        ------
        netlab.files.FileError
            If its file is damaged.
        """
        course = self._courses.get(experiment)
        return course.shown if course is not None else record.read(experiment)

    def look(self, experiment: str) -> None:
        """Say that somebody watches an experiment: on a shared server one that nobody looks at is cancelled.

        Parameters
        ----------
        experiment : str
            Any text.
        """
        course = self._courses.get(experiment)
        if course is not None:
            course.seen = time.monotonic()

    def waiting(self, experiment: str) -> str:
        """Why no further run of it is taken by the queue now; empty if one would be.

        Parameters
        ----------
        experiment : str
            Any text.

        Returns
        -------
        str
            A sentence.
        """
        course = self._courses.get(experiment)
        return "" if course is None else course.waiting

    def cancel(self, experiment: str, reason: str = CANCELLED) -> None:
        """Stop the runs of an experiment that are under way, and begin no more; what is trained is kept.

        Parameters
        ----------
        experiment : str
            Any text.
        reason : str
            What its runs are told.
        """
        course = self._courses.get(experiment)
        if course is not None:
            course.cancelled = course.cancelled or reason
            course.wake.set()

    def forget(self, experiment: str) -> None:
        """Remove what is kept of an experiment that has ended; its runs stay.

        Parameters
        ----------
        experiment : str
            Any text.

        Raises
        ------
        Refused
            If it is under way.
        OSError
            If the disk refuses.
        """
        with self._lock:
            course = self._courses.get(experiment)
            if course is not None and course.shown.live:
                raise Refused("This experiment is under way; cancel it first.")
            self._courses.pop(experiment, None)
        record.forget(experiment)

    def live(self) -> list[Experiment]:
        """The experiments that are under way."""
        with self._lock:
            return [course.shown for course in self._courses.values() if course.shown.live]

    def close(self) -> None:
        """Cancel all of them; for an orderly exit."""
        for one in self.live():
            self.cancel(one.id)

    def _check(self, owner: str) -> None:
        live = [course for course in self._courses.values() if course.shown.live]
        own = sum(course.owner == owner for course in live) if owner else 0
        if own >= MOST_LIVE_EACH:
            raise Refused(
                f"{own} of your experiments are under way already, as many as one visitor may have here. "
                "Wait until one ends, or cancel one."
            )
        if len(live) >= MOST_LIVE:
            raise Refused(f"{len(live)} experiments are under way on this server. Try again later.")

    def _forget_old(self) -> None:
        over = [name for name, course in self._courses.items() if not course.shown.live]
        for name in over[: max(0, len(over) - MOST_REMEMBERED)]:
            del self._courses[name]

    def _drive(self, course: _Course) -> None:
        try:
            while course.shown.live and not self.queue.closed:
                self._round(course)
                course.wake.wait(PACE_SECONDS)
                course.wake.clear()
        except (OSError, RuntimeError, ValueError) as error:  # of its plan: the runs under way are let go
            log.exception("experiment %s", course.shown.id)
            self._give_up(
                course, f"It could not go on: {str(error)[: record.MOST_WORDS] or type(error).__name__}"
            )

    def _round(self, course: _Course) -> None:
        if not course.cancelled and time.monotonic() - course.seen > self.queue.grace:
            course.cancelled = sharing.left_alone(self.queue.grace)
        for under in list(course.under):
            self._look_after(course, under)
        if course.cancelled:
            if not course.under:
                self._show(course, ended="cancelled", reason=course.cancelled)
            return
        while not course.exhausted and self._room(course) and self._begin_next(course):
            pass
        if course.exhausted and not course.under:
            self._show(course, ended="done")

    def _look_after(self, course: _Course, under: _Under) -> None:
        job = under.job
        job.seen = time.monotonic()  # who watches the experiment watches its runs
        if under.began is None and job.state not in ("queued", "paused"):
            under.began = time.monotonic()
        if not job.live:
            self._take_end(course, under)
        elif course.cancelled:
            self.queue.stop(job, course.cancelled)
        elif not under.pruned:
            with job.lock:
                under.pruned = course.plan.watch(under.proposal, job.history)
            if under.pruned:
                self.queue.stop(job, under.pruned)

    def _take_end(self, course: _Course, under: _Under) -> None:
        job = under.job
        with job.lock:
            seen = validation_of(job.history)
        took = None if under.began is None else time.monotonic() - under.began
        state = _state(job, pruned=bool(under.pruned))
        ended = Member(
            job.id, under.proposal.values, state, seen, None if job.done is None else job.done.test_accuracy, took,
            under.pruned if state == "pruned" else job.reason[: record.MOST_WORDS],
        )  # fmt: skip
        course.under.remove(under)
        self._put(course, under.place, ended)
        course.plan.tell(under.proposal, ended)

    def _room(self, course: _Course) -> bool:
        waiting = sum(under.job.state == "queued" for under in course.under)
        return waiting < 1 and len(course.under) <= self.queue.slots

    def _begin_next(self, course: _Course) -> bool:
        proposal = course.next or course.plan.ask()
        course.next = proposal
        if proposal is None:
            course.exhausted = True
            return False
        place = len(course.shown.members)
        if proposal.spec is None:
            course.next = None
            impossible = Member(
                "", proposal.values, "impossible", reason=proposal.reason[: record.MOST_WORDS]
            )
            self._put(course, place, impossible)
            course.plan.tell(proposal, impossible)
            return True
        try:
            job = self.queue.submit(proposal.spec, owner=course.owner)
        except QueueFull as error:  # it is asked for again at the next round
            course.waiting = str(error)
            return False
        course.next, course.waiting = None, ""
        course.under.append(_Under(place, proposal, job))
        self._put(course, place, Member(job.id, proposal.values))
        return True

    def _put(self, course: _Course, place: int, member: Member) -> None:
        members = list(course.shown.members)
        members[place : place + 1] = [member]
        self._show(course, members=tuple(members))

    def _show(self, course: _Course, **changes: Any) -> None:
        now = replace(course.shown, **changes)
        self._write(now)  # first: who sees that it has ended finds it on the disk
        course.shown = now

    def _write(self, shown: Experiment) -> None:
        try:
            record.write(shown)
        except OSError as error:  # it goes on, and this server knows it
            log.warning("experiment %s is not written down: %s", shown.id, error)

    def _give_up(self, course: _Course, reason: str) -> None:
        for under in course.under:
            self.queue.stop(under.job, reason)
        self._show(course, ended="failed", reason=reason)


def validation_of(history: History) -> float | None:
    """The accuracy on the validation pictures that a run came to: of its best epoch where that is put back, else its last.

    Parameters
    ----------
    history : History
        Of any run.

    Returns
    -------
    float or None
        A share; None before the first validation.
    """
    best = history.best
    if best is not None and best.epoch <= len(history.epochs):
        return history.epochs[best.epoch - 1].validation_accuracy
    return history.validations[-1].accuracy if history.validations else None


def _state(job: Job, *, pruned: bool) -> str:
    if pruned and job.state == "stopped":
        return "pruned"
    return job.state if job.state in record.STATES else "interrupted"
