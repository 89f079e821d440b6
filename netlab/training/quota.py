"""How much of a server one visitor may take: places in the queue, and room on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.storage import free_bytes, home, in_words
from netlab.training.job import Job

MOST_QUEUED = 200
MOST_WAITING_EACH = 20
CLASS = 40  # people who find room for a first training, whatever others have in the queue
RESERVE_BYTES = 1_000_000_000  # of the disk, left for all that is not a run


class QueueFull(RuntimeError):
    """This training is not taken now; the message says why, and what would help."""


class NoTraining(QueueFull):
    """No training is ever taken by this installation; the message says what it lacks, and how to get it."""


def check_places(queue: Sequence[Job], owner: str, slots: int) -> None:
    """Refuse a visitor who has enough trainings in the queue, and everybody when it is full.

    Parameters
    ----------
    queue : sequence of Job
        The jobs that wait.
    owner : str
        The visitor who asks; empty for one without a quota of their own.
    slots : int
        How many train at once.

    Raises
    ------
    QueueFull
        If either has no place left.
    """
    own = sum(job.owner == owner for job in queue) if owner else 0
    if own >= MOST_WAITING_EACH:
        raise QueueFull(
            f"{own} of your trainings are waiting already, as many as one visitor may have here, so that everybody "
            "gets a turn. Wait until one begins, or take one out with Stop."
        )
    wait = "1 training is" if len(queue) == 1 else f"{len(queue)} trainings are"
    if len(queue) >= MOST_QUEUED:
        raise QueueFull(f"{wait} waiting already, and {slots} can run at once. Try again later.")
    to_come = max(0, CLASS - len({job.owner for job in queue}))
    if own and len(queue) + to_come >= MOST_QUEUED:
        raise QueueFull(
            f"{wait} waiting already, {own} of them yours. What room is left is for those who have none waiting. "
            "Wait until one of yours begins."
        )


def check_disk(spec: NetworkSpec, live: Iterable[NetworkSpec]) -> None:
    """Refuse a run that would leave too little of the disk, with what those under way may still write.

    Parameters
    ----------
    spec : NetworkSpec
        The network that is asked for.
    live : iterable of NetworkSpec
        The networks of the runs under way.

    Raises
    ------
    QueueFull
        If less than ``RESERVE_BYTES`` would be left.
    """
    needed, promised = store.expected_bytes(spec), sum(map(store.expected_bytes, live))
    free = free_bytes(home())
    if free - promised - needed < RESERVE_BYTES:
        raise QueueFull(
            f"A run of this network takes about {in_words(needed)} of the disk. {in_words(free)} are free, runs under "
            f"way may take {in_words(promised)}, and {in_words(RESERVE_BYTES)} are kept free on a shared server. "
            "Delete a run under “My runs”, or train a narrower network or fewer epochs."
        )
