"""What trains, what waits and what is stuck at a server, for who looks after a class.

Stuck is what does not go on by itself: a training whose worker has said nothing for ``SILENT_SECONDS`` though a healthy one
speaks several times a second, one whose worker does not begin, and one that waits though a place is free.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from netlab.formatting import counted
from netlab.processes import sharing
from netlab.runs.naming import given_name
from netlab.training.job import Job
from netlab.training.pace import in_words
from netlab.training.queue import JobQueue

SILENT_SECONDS = 10.0
BEGIN_SECONDS = 60.0
"""A worker loads TensorFlow, builds the network and compiles it in less, on a slow machine too."""
LEAST_UNSEEN = 60.0
"""A hidden tab asks once a minute."""


@dataclass(frozen=True)
class Line:
    """A run under way.

    Attributes
    ----------
    id, owner, network : str
        The run's id, whose it is (as ``netlab.runs.owners`` names people; empty if nobody's), its network in a few words.
    state : str
        "queued", "starting", "running" or "paused".
    told : str
        Where it stands, in a sentence.
    stuck : str
        Why it does not go on, in a sentence; empty if it does.
    place : bool
        Whether it takes one of the places in which trainings run.
    """

    id: str
    owner: str
    network: str
    state: str
    told: str
    stuck: str
    place: bool


def standing(queue: JobQueue) -> list[Line]:
    """All runs under way, those that are stuck first, then those that train, then those that wait, in their order.

    Parameters
    ----------
    queue : JobQueue

    Returns
    -------
    list of Line
    """
    jobs = queue.live()
    places = queue.places()
    free = queue.slots - sum(job.worker is not None for job in jobs)
    lines = [_line(queue, job, places.get(job.id), free) for job in jobs]
    order = {"running": 0, "starting": 1, "paused": 2, "queued": 3}
    rank = {job.id: (order.get(job.state, 3), (places.get(job.id) or (0, None))[0]) for job in jobs}
    return sorted(lines, key=lambda line: (not line.stuck, *rank[line.id]))


def summed_up(lines: Sequence[Line], slots: int) -> str:
    """How many train, wait and are stuck.

    Parameters
    ----------
    lines : sequence of Line
    slots : int
        How many may train at once.

    Returns
    -------
    str
        A sentence.

    Examples
    --------
    >>> summed_up([], 2)
    'Nothing trains and nothing waits. 2 places are free.'
    """
    taken = sum(line.place for line in lines)
    waits = sum(line.state == "queued" for line in lines)
    stuck = sum(bool(line.stuck) for line in lines)
    free = max(0, slots - taken)
    if not lines:
        return f"Nothing trains and nothing waits. {_free(free)}"
    end = f"{counted(stuck, 'run')} {'is' if stuck == 1 else 'are'} stuck." if stuck else "Nothing is stuck."
    return f"{taken} of {counted(slots, 'place')} taken, {waits} waiting. {_free(free)} {end}"


def _free(count: int) -> str:
    if not count:
        return "No place is free."
    return f"{counted(count, 'place')} {'is' if count == 1 else 'are'} free."


def _line(queue: JobQueue, job: Job, place: tuple[int, float | None] | None, free: int) -> Line:
    with job.lock:
        state, worker, history = job.state, job.worker, job.history
        total = 0 if history.started is None else history.started.total_steps
        step, seen = history.step, history.validations[-1].accuracy if history.validations else None
    silent = 0.0 if worker is None else worker.silent_for()
    told = _told(state, step, total, seen, place, gave_back=state == "paused" and worker is None)
    unseen = time.monotonic() - job.seen
    if unseen > LEAST_UNSEEN and queue.grace != float("inf"):
        told += f" Nobody has looked at it for {in_words(unseen)}; after {sharing.in_time(queue.grace)} it is stopped."
    stuck = _stuck(queue, state, silent, free, place)
    return Line(job.id, job.owner, given_name(job.spec), state, told, stuck, worker is not None)


def _told(
    state: str, step: int, total: int, seen: float | None, place: tuple[int, float | None] | None, *, gave_back: bool
) -> str:  # fmt: skip
    if state == "queued":
        number, wait = place or (0, None)
        if wait is None:
            return f"Place {number} in the queue."
        return f"Place {number} in the queue. It begins in about {in_words(wait)}."
    if state == "starting":
        return "Its network is being built."
    way = f"Batch {step:,} of {total:,}."
    if seen is not None:
        way += f" {100 * seen:.1f}\u00a0% right."
    if state != "paused":
        return f"Training. {way}"
    return (
        f"Paused, and its place is given to others. {way}"
        if gave_back
        else f"Paused, and still in its place. {way}"
    )


def _stuck(
    queue: JobQueue, state: str, silent: float, free: int, place: tuple[int, float | None] | None
) -> str:
    ends = "Netlab ends a worker that does nothing by itself; Stop does it now."
    if state == "running" and silent > SILENT_SECONDS:
        return f"Its worker has said nothing for {in_words(silent)}. {ends}"
    if state == "starting" and silent > BEGIN_SECONDS:
        return f"Its worker has not begun for {in_words(silent)}. {ends}"
    if state == "queued" and place is not None and free > 0 and place[0] <= free and queue.trouble:
        return f"A place is free, but no worker could be started. {queue.trouble}"
    return ""
