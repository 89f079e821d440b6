"""What came of a class's runs: a thinned curve each, where they stand, what was expected of them; the best; a file for a
spreadsheet.

A run that is over is read from the disk once and remembered until its files change; of one under way the job is asked.
"""

from __future__ import annotations

import csv
import io
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from netlab.classroom.nickname import FORMULA
from netlab.nets.naming import data_title
from netlab.nets.spec import NetworkSpec
from netlab.runs import owners, store
from netlab.runs.naming import given_name
from netlab.runs.run import Run
from netlab.training.job import LIVE, Job
from netlab.training.prediction import Prediction, kept
from netlab.training.queue import JobQueue

POINTS = 24
"""Of a curve on the board: a class of 25 is then a message of a few kilobytes."""
MOST_RUNS = 60
"""The newest that the board shows."""
HOURS = 12.0
"""A lesson whose beginning nobody has said began at most so long ago."""
MOMENT = 0.5
"""Seconds that runs which are not known yet are read for; the next look goes on."""
MOST_REMEMBERED = 2000
WRONG = {"died": "crashed", "diverged": "diverged", "failed": "failed"}
"""States of runs that ended before their time by themselves, in words."""


@dataclass(frozen=True)
class Result:
    """A run, as far as it has come.

    Attributes
    ----------
    id : str
    owners : tuple of str
        Whose it is, who began it first, as ``netlab.runs.owners`` names people.
    name, state, started : str
        What the run is called, its state, when it was asked for (ISO 8601 in UTC).
    spec : NetworkSpec
    parameters : int
    epochs, accuracies : tuple of float
        Points of its validation curve, at most ``POINTS``; accuracies are shares.
    share : float or None
        The accuracy by which it is ranked: that of the test pictures at its end, else the newest validation.
    best : float or None
        The highest validation accuracy.
    over : bool
        Whether it has come to its end.
    seconds : float
        Of training.
    expected : Prediction or None
        What its reader expected before it began.
    """

    id: str
    owners: tuple[str, ...]
    name: str
    state: str
    started: str
    spec: NetworkSpec
    parameters: int
    epochs: tuple[float, ...] = ()
    accuracies: tuple[float, ...] = ()
    share: float | None = None
    best: float | None = None
    over: bool = False
    seconds: float = 0.0
    expected: Prediction | None = None

    @property
    def live(self) -> bool:
        """Whether it still trains, or waits, here or elsewhere."""
        return self.state in (*LIVE, "elsewhere")

    @property
    def guess(self) -> float | None:
        """The accuracy that was expected at the end; None if nothing was."""
        return None if self.expected is None else self.expected.at(self.spec.epochs)


def of_job(job: Job, run: Run | None, whose: tuple[str, ...]) -> Result:
    """A run as its job knows it.

    Parameters
    ----------
    job : Job
    run : Run or None
        Its folder; None if it could not be written.
    whose : tuple of str
        Its owners.

    Returns
    -------
    Result
    """
    with job.lock:
        seen, begun = list(job.history.validations), job.history.started
        state, done, seconds = job.state, job.done, job.history.seconds
    each = 1 if begun is None else begun.steps_per_epoch
    places = np.unique(
        np.linspace(0, max(0, len(seen) - 1), min(POINTS, len(seen))).round().astype(int)
    ).tolist()
    points = [(round(seen[place].step / each, 3), round(seen[place].accuracy, 4)) for place in places]
    last = seen[-1].accuracy if seen else None
    return Result(
        job.id, whose, (run.own_name() if run is not None else "") or given_name(job.spec), state,
        run.started() if run is not None else "", job.spec, job.spec.parameter_count,
        tuple(epoch for epoch, _ in points), tuple(share for _, share in points),
        done.test_accuracy if done is not None else last, max((one.accuracy for one in seen), default=None), done is not None,
        done.seconds if done is not None else seconds, None if run is None else kept(run),
    )  # fmt: skip


class Results:
    """The runs of a class, read as they come.

    Parameters
    ----------
    clock : callable, optional
        Tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._started: dict[str, str] = {}
        self._known: dict[str, tuple[object, Result]] = {}

    def of(
        self, queue: JobQueue, since: str, most: int = MOST_RUNS, moment: float = MOMENT
    ) -> tuple[list[Result], int]:
        """The runs that were asked for since a moment.

        Parameters
        ----------
        queue : JobQueue
        since : str
            ISO 8601 in UTC.
        most : int, optional
            The newest so many.
        moment : float, optional
            Seconds to spend on those that are not known yet; at least one is read.

        Returns
        -------
        tuple of (list of Result, int)
            In the order in which they were asked for, and how many are still to be read.
        """
        recent = sorted(
            (when, run_id) for run_id in store.ids() if (when := self._when(run_id)) >= since and when
        )
        end, unread, found, read = self._clock() + moment, 0, [], False
        for _, run_id in recent[-most:]:
            known = self._at_once(queue, run_id)
            if known is None and read and self._clock() > end:
                unread += 1
            elif known is None:
                read, known = True, self._read(queue, run_id)
            if known is not None:
                found.append(known)
        return found, unread

    def _when(self, run_id: str) -> str:
        when = self._started.get(run_id)
        if when is None:
            when = Run(run_id, store.root() / run_id).started()
            if when:
                with self._lock:
                    self._started[run_id] = when
                    if len(self._started) > 20 * MOST_REMEMBERED:
                        del self._started[next(iter(self._started))]
        return when

    def _at_once(self, queue: JobQueue, run_id: str) -> Result | None:
        """A run that need not be read: one under way here, or one that has not changed since it was read."""
        job, run = queue.remembered(run_id), Run(run_id, store.root() / run_id)
        if job is not None and job.live:
            return of_job(job, run, owners.of(run_id) or tuple(job.holders))
        with self._lock:
            known = self._known.get(run_id)
        return known[1] if known is not None and known[0] == _stamp(run) else None

    def _read(self, queue: JobQueue, run_id: str) -> Result | None:
        run = Run(run_id, store.root() / run_id)
        stamp, job = _stamp(run), queue.find(run_id)
        if job is None or job.state == "unreadable":
            return None
        found = of_job(job, run, owners.of(run_id))
        if not job.live and job.state != "elsewhere":
            with self._lock:
                self._known[run_id] = stamp, found
                if len(self._known) > MOST_REMEMBERED:
                    del self._known[next(iter(self._known))]
        return found


RESULTS = Results()
"""The server's."""


def _stamp(run: Run) -> object:
    return run.stamp(), *(_written(run.folder / name) for name in ("name.json", owners.FILE))


def _written(path: Path) -> tuple[int, int] | None:
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size


def begin_of(since: str, moment: datetime | None = None) -> str:
    """From when on runs belong to the lesson.

    Parameters
    ----------
    since : str
        When it was said to begin, ISO 8601 in UTC; empty if never.
    moment : datetime, optional
        Now.

    Returns
    -------
    str
        That moment, or ``HOURS`` ago if that is later.

    Examples
    --------
    >>> begin_of("", datetime(2026, 5, 4, 20, tzinfo=UTC)), begin_of("2026-05-04T19:30:00+00:00", datetime(2026, 5, 4, 20, tzinfo=UTC))
    ('2026-05-04T08:00:00+00:00', '2026-05-04T19:30:00+00:00')
    """
    now = datetime.now(UTC) if moment is None else moment
    return max(since, (now - timedelta(hours=HOURS)).isoformat(timespec="seconds"))


def comparable(results: Sequence[Result]) -> tuple[list[Result], int]:
    """The runs that learn what most of them learn: accuracies on different pictures do not stand on one axis.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    tuple of (list of Result, int)
        In their order, and how many are left out.
    """
    if not results:
        return [], 0
    most = Counter(one.spec.data for one in results).most_common(1)[0][0]
    found = [one for one in results if one.spec.data == most]
    return found, len(results) - len(found)


def ranked(results: Sequence[Result]) -> list[Result]:
    """The highest accuracy first; of equal ones the smaller network, then who was earlier. Those without any come last.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    list of Result
    """
    return sorted(
        results, key=lambda one: (one.share is None, -(one.share or 0.0), one.parameters, one.started, one.id)
    )


def best(results: Sequence[Result]) -> Result | None:
    """The best of the class, among the runs that have come to their end.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    Result or None
        None as long as none has.
    """
    return next(iter(ranked([one for one in results if one.over])), None)


def off(results: Sequence[Result]) -> list[float]:
    """How far predictions were off, of the runs that are over and had one.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    list of float
        What came less what was expected, as shares.
    """
    return [
        one.share - one.guess
        for one in results
        if one.over and one.share is not None and one.guess is not None
    ]


def mean_off(results: Sequence[Result]) -> str:
    """How far the class's predictions were off, in a sentence.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    str
        Empty if nobody has predicted a run that is over.
    """
    gaps = off(results)
    if not gaps:
        return ""
    size = f"{100 * sum(map(abs, gaps)) / len(gaps):.1f}"
    points = "point" if size == "1.0" else "points"
    above = sum(gap > 0 for gap in gaps)
    if len(gaps) == 1:
        if not float(size):
            return "One prediction, and it was right."
        return (
            f"One prediction, {size} {points} too low."
            if above
            else f"One prediction, {size} {points} too high."
        )
    told = f"{len(gaps)} predictions, off by {size} {points} on average."
    return f"{told} 1 of them was too low." if above == 1 else f"{told} {above} of them were too low."


def went_wrong(results: Sequence[Result]) -> list[Result]:
    """The runs that ended before their time by themselves: crashed, diverged or failed.

    Parameters
    ----------
    results : sequence of Result

    Returns
    -------
    list of Result
        The newest first.
    """
    return [one for one in reversed(results) if one.state in WRONG]


def to_csv(results: Sequence[Result], called: Callable[[str], str]) -> bytes:
    """The results as a file for a spreadsheet, with commas, in UTF-8 with the mark by which Excel knows it.

    Parameters
    ----------
    results : sequence of Result
    called : callable
        What people are called, by their names as ``owners`` has them.

    Returns
    -------
    bytes
        A line a run. A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([
        "who", "run", "name", "state", "asked for (UTC)", "data", "parameters", "epochs", "training images", "batch size",
        "optimizer", "learning rate", "seed", "expected at the end", "accuracy", "best validation accuracy", "seconds",
    ])  # fmt: skip
    for one in results:
        spec = one.spec
        writer.writerow(map(defused, [
            who(one.owners, called), one.id, one.name, one.state, one.started, data_title(spec.data), one.parameters, spec.epochs,
            "all" if spec.train_examples is None else spec.train_examples, spec.batch_size, spec.optimizer, spec.rate, spec.seed,
            _share(one.guess), _share(one.share), _share(one.best), round(one.seconds, 1),
        ]))  # fmt: skip
    return buffer.getvalue().encode("utf-8-sig")


def defused(cell: object) -> object:
    """A cell that no spreadsheet runs.

    Parameters
    ----------
    cell : object
        A number stays what it is; any text is taken for hostile.

    Returns
    -------
    object

    Examples
    --------
    >>> defused("=HYPERLINK(1)"), defused(" @SUM(1)"), defused(-3), defused("Ada")
    ("'=HYPERLINK(1)", "' @SUM(1)", -3, 'Ada')
    """
    if not isinstance(cell, str):
        return cell
    plain = "".join(letter if letter.isprintable() else " " for letter in cell)
    return f"'{plain}" if cell.startswith(FORMULA) or plain.lstrip().startswith(FORMULA) else plain


def who(names: Collection[str], called: Callable[[str], str]) -> str:
    """Whose a run is, in a few words.

    Parameters
    ----------
    names : collection of str
        As ``Result.owners`` has them.
    called : callable
        What people are called.

    Returns
    -------
    str

    Examples
    --------
    >>> who(["a", "b", "c"], str.upper), who([], str.upper)
    ('A and 2 more', 'command line')
    """
    first = next(iter(names), None)
    if first is None:
        return "command line"
    return called(first) + (f" and {len(names) - 1} more" if len(names) > 1 else "")


def _share(value: float | None) -> object:
    return "" if value is None else round(value, 4)
