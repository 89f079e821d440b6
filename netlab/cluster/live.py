"""Which runs are trained in the cluster, kept as names of empty files, so that a server that begins again takes them up.

A run that its reader has paused is not noted: it waits, as on one machine.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from netlab.runs import store
from netlab.runs.run import RunError
from netlab.storage import home
from netlab.training.queue import JobQueue, QueueFull

log = logging.getLogger(__name__)

TRIES = 20
"""A second apart: what trained for the server before may take a moment to end."""


def folder() -> Path:
    """Where they are noted."""
    return home() / "cluster"


def note(run_id: str) -> None:
    """A run is trained in the cluster."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        (folder() / run_id).touch()
    except OSError as error:
        log.warning("that run %s is in the cluster is not noted: %s", run_id, error)


def forget(run_id: str) -> None:
    """It no longer is."""
    try:
        (folder() / run_id).unlink(missing_ok=True)
    except OSError as error:
        log.warning("that run %s is no longer in the cluster is not noted: %s", run_id, error)


def noted() -> list[str]:
    """The runs that are."""
    try:
        return sorted(path.name for path in folder().iterdir() if store.is_id(path.name))
    except OSError:  # none was ever trained there
        return []


def take_up(jobs: JobQueue) -> None:
    """Continue the runs that were trained in the cluster when a server ended, each from its last checkpoint.

    Parameters
    ----------
    jobs : JobQueue
        Of the server that has just begun.
    """
    left, pause = noted(), threading.Event()
    for _ in range(TRIES):
        left = [run_id for run_id in left if not jobs.closed and not _taken_up(jobs, run_id)]
        if not left:
            return
        pause.wait(1.0)
    log.warning("runs that another program trains: %s", ", ".join(left))


def _taken_up(jobs: JobQueue, run_id: str) -> bool:
    """Whether nothing is left to do for a run; not while another process still holds it."""
    run, known = store.get(run_id), jobs.remembered(run_id)
    if run is not None and (known is None or not known.live) and run.held():
        return False
    try:
        job = jobs.continue_run(run_id)
    except (QueueFull, RunError) as error:
        log.warning("run %s, which was trained in the cluster, is not taken up: %s", run_id, error)
        job = None
    if job is None or not job.live:
        forget(run_id)
    return True
