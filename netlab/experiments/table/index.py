"""All runs that a visitor may see, each in a line: those that are known at once, the others as far as a moment goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from netlab.runs import store, summary
from netlab.runs.run import Run
from netlab.runs.summary import Stamp, Summary
from netlab.training.job import LIVE, Job

MOMENT = 0.3
"""Seconds that runs are read for which no summary is kept; the page then shows what there is, and goes on."""
MOST_REMEMBERED = 20_000
TO_COME = ("queued", "starting", "paused", "running")


@dataclass(frozen=True)
class Index:
    """Lines of a table.

    Attributes
    ----------
    rows : tuple of Summary
        Newest first.
    unread : int
        So many runs are still to be read.
    live : frozenset of str
        Ids of the runs that are under way, here or elsewhere.
    """

    rows: tuple[Summary, ...]
    unread: int = 0
    live: frozenset[str] = frozenset()


class Shelf:
    """Summaries that were read before, by run; one that has changed on the disk is read again.

    Many visitors may ask at once.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, Summary]] = {}
        self._lock = threading.Lock()

    def index(
        self, ids: Sequence[str], jobs: Mapping[str, Job], moment: float = MOMENT,
        clock: Callable[[], float] = time.monotonic,
    ) -> Index:  # fmt: skip
        """The lines of these runs.

        Parameters
        ----------
        ids : sequence of str
            Ids of runs; one that is gone is left out.
        jobs : mapping of str to Job
            Those of them that are under way in this server: what they have reached is taken from there.
        moment : float
            Seconds to spend on runs for which no summary is kept. At least one of them is read, so that it ends.
        clock : callable
            Tells the seconds.

        Returns
        -------
        Index
        """
        found: dict[str, Summary] = {}
        rest: list[Run] = []
        root = store.root()
        for run_id in filter(store.is_id, ids):
            run = Run(run_id, root / run_id)
            stamp = summary.stamp(run)
            if stamp[0] is None:  # it has no description: it is gone
                continue
            known = self._now(run, stamp)
            if known is None:
                rest.append(run)
            else:
                found[run_id] = known
        end, unread = clock() + moment, len(rest)
        for run in rest:
            found[run.id] = _held(run, self._remember(run))
            unread -= 1
            if clock() > end:
                break
        rows = [_as_job(row, jobs[row.id]) if row.id in jobs else row for row in found.values()]
        live = frozenset(row.id for row in rows if row.state in TO_COME)
        return Index(tuple(sorted(rows, key=lambda row: row.started, reverse=True)), unread, live)

    def _now(self, run: Run, stamp: Stamp) -> Summary | None:
        with self._lock:
            known = self._known.get(run.id)
        if known is None or known[0] != stamp:
            kept = summary.kept(run, stamp)
            if kept is None:
                return None
            known = (stamp, kept)
            self._put(run.id, known)
        return _held(run, known[1])

    def _remember(self, run: Run) -> Summary:
        stamp = summary.stamp(run)
        row = summary.summary(run)
        self._put(run.id, (stamp, row))
        return row

    def _put(self, run_id: str, known: tuple[Stamp, Summary]) -> None:
        with self._lock:
            self._known[run_id] = known
            while len(self._known) > MOST_REMEMBERED:
                del self._known[next(iter(self._known))]


def _held(run: Run, row: Summary) -> Summary:
    """The row as it is now: whether a process trains the run, or it waits at a server, is asked each time."""
    if run.held():
        return replace(row, state="running")
    if run.waits_at():  # here its job knows more
        return replace(row, state="queued")
    if row.state == "running":  # it was, when it was read
        return replace(row, state=run.state())
    return row


def _as_job(row: Summary, job: Job) -> Summary:
    """A run that is under way in this server, as its job knows it."""
    with job.lock:
        if job.state not in LIVE:
            return row
        seen = [one.accuracy for one in job.history.validations]
        return replace(
            row, state=job.state, best=max(seen, default=None), last=seen[-1] if seen else None, test=None,
            seconds=job.history.seconds or None,
        )  # fmt: skip


SHELF = Shelf()
"""The server's."""
