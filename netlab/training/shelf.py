"""Runs as they stand on the disk, read into jobs: again whenever another process has written them."""

from __future__ import annotations

import threading
import time
from weakref import WeakValueDictionary

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done
from netlab.runs.reading import read
from netlab.runs.run import Run
from netlab.training.job import Job

ELSEWHERE = (
    "Another program trains it: a second Netlab, or the command line on this computer. Its curves are shown as far "
    "as they are on the disk; steer it there."
)
WAITS = (
    "It is under way at another Netlab server that shares this one's runs, and waits there: for its turn, or until somebody "
    "resumes it. Its curves are shown as far as they are on the disk; steer it there."
)
PACE_SECONDS = 2.0  # a run that trains elsewhere is read no more often
PACE_SHARE = 10  # nor for more than a tenth of the time


class Locks:
    """A lock for each run: who waits for a disk that does not answer waits alone."""

    def __init__(self) -> None:
        self._own = threading.Lock()
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()

    def of(self, run_id: str) -> _Lock:
        """The lock of a run."""
        with self._own:
            return self._locks.setdefault(run_id, _Lock())


class _Lock:
    def __init__(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


class Kept(Job):
    """A job read from the disk; one that cannot be read is "unreadable", and only its reason is to be shown."""

    def __init__(self, run: Run, *, elsewhere: str) -> None:
        stamp, began = run.stamp(), time.monotonic()
        found = read(run)
        super().__init__(run.id, found.spec or NetworkSpec())
        self.stamp, self.kept = stamp, True
        self.history, self.snapshots, self.trouble = found.history, found.snapshots, found.trouble
        ending = None if elsewhere else found.ending
        self.state, self.reason = ("elsewhere" if elsewhere else "interrupted"), elsewhere
        if ending is not None:
            self.state, self.reason = ending.name, getattr(ending, "reason", "")
        if found.spec is None:
            self.state, self.reason = "unreadable", found.trouble
        self.done = ending if isinstance(ending, Done) else None
        self.learning_rate = self.history.rates[-1].value if self.history.rates else self.spec.rate
        over = time.monotonic()
        self._good_until = over + max(PACE_SECONDS, PACE_SHARE * (over - began))

    @property
    def recent(self) -> bool:
        """Whether it was read so lately that reading it again would be too much."""
        return time.monotonic() < self._good_until


def now(run_id: str, known: Job | None, here: str = "") -> Job | None:
    """The run as it stands: the job that is known if that is still right, None if there is no such run.

    Parameters
    ----------
    run_id : str
        The run's id.
    known : Job or None
        The job that stood for it until now.
    here : str, optional
        This server's name, as it stands beside its runs.

    Returns
    -------
    Job or None
        A ``Kept`` read anew if the folder has changed.
    """
    run = store.get(run_id)
    if run is None:
        return None
    if known is not None and known.worker is not None:  # its process is about to end
        return known
    elsewhere, stamp = _elsewhere(run, here), run.stamp()
    if known is None or (known.reason if known.state == "elsewhere" else "") != elsewhere:
        return Kept(run, elsewhere=elsewhere)
    if known.stamp is None:  # it ended here before it was ever written
        known.stamp = stamp
    recent = bool(elsewhere) and isinstance(known, Kept) and known.recent
    return known if recent or known.stamp == stamp else Kept(run, elsewhere=elsewhere)


def _elsewhere(run: Run, here: str) -> str:
    """What is said of a run that another program has; empty if none has it."""
    if run.held():
        return ELSEWHERE
    return WAITS if run.waits_at() not in ("", here) else ""
