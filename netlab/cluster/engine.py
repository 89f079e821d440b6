"""The server's side of a cluster: a worker that is a process here and trains there, places by what is free, runs found again.

The server never loads Ray. A process of its own counts what is free (``gauge``), and one for each training stands between
the server and a node (``driver``); a job and its queue know them as workers of this machine.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from netlab.cluster import live, settings
from netlab.cluster.connection import TOLD
from netlab.cluster.driver import PLACED
from netlab.processes.child import Child
from netlab.runs.events import ENDINGS, Event, Paused, Resumed, Started
from netlab.training.handle import LocalWorker, OnEnd, OnEvent, Worker
from netlab.training.queue import JobQueue

log = logging.getLogger(__name__)

TIDY_SECONDS = 2.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2.0, 60.0
CONNECTING = "The cluster has not answered yet."
GONE = "The connection to the computer that trained it was lost."


def job_queue(**values: Any) -> JobQueue:
    """A queue whose workers train in the cluster of ``NETLAB_RAY``; what was trained there when a server ended goes on.

    Parameters
    ----------
    **values
        As ``JobQueue`` takes them. No worker is kept warm unless ``NETLAB_WARM`` is 1, since it would keep a core of the
        cluster; and there are as many slots as the cluster has room for, or ``NETLAB_SLOTS``.

    Returns
    -------
    JobQueue

    Raises
    ------
    netlab.training.engine.EngineError
        If Ray, the address or the token is missing.
    """
    settings.read(os.environ, Path.home())
    cluster = Cluster()
    defaults = {
        "slots": cluster.slots,
        "trouble": cluster.trouble,
        "warm": os.environ.get("NETLAB_WARM") == "1",
    }
    found = JobQueue(**{**defaults, **values}, make_worker=cluster.make_worker)
    cluster.serve(found)
    return found


class Cluster:
    """What the server knows of the cluster: how much is free, and its own workers there."""

    worker: type[ClusterWorker]

    def __init__(self) -> None:
        self._workers: set[ClusterWorker] = set()
        self._lock = threading.Lock()
        said = os.environ.get("NETLAB_SLOTS", "")
        self._fixed = int(said) if said.isdigit() else 0
        self._gauge: Gauge | None = None
        self._trouble = CONNECTING

    def serve(self, jobs: JobQueue) -> None:
        """Count from now on, and take up what was trained when a server ended."""
        threading.Thread(target=self._count, args=(jobs,), daemon=True, name="cluster").start()
        threading.Thread(target=live.take_up, args=(jobs,), daemon=True, name="cluster-runs").start()

    def slots(self) -> int:
        """How many may train at once: those that do, and as many as would find room; none before the cluster answers."""
        gauge = self._gauge
        if gauge is None or gauge.free is None:
            return 0
        if self._fixed:
            return self._fixed
        with self._lock:
            return sum(worker.placed for worker in self._workers) + gauge.free

    def trouble(self) -> str:
        """Why there is no place; empty if the cluster answers."""
        return self._trouble

    def make_worker(self, on_event: OnEvent, on_end: OnEnd) -> Worker:
        """Start a worker in the cluster."""
        with self._lock:
            worker = self.worker(on_event, on_end, self)
            self._workers.add(worker)
        return worker

    def placed(self) -> None:
        """A worker has found its node: there is room for one less, which the next count says too."""
        gauge = self._gauge
        if gauge is not None and gauge.free:
            gauge.free -= 1

    def over(self, worker: ClusterWorker) -> None:
        """A worker is gone."""
        with self._lock:
            self._workers.discard(worker)

    def _count(self, jobs: JobQueue) -> None:
        """Have it counted until the queue is closed; a cluster that is out of reach is asked again, ever later."""
        wait, pause = FIRST_WAIT_SECONDS, threading.Event()
        while self._watch(jobs):
            assert self._gauge is not None
            answered = self._gauge.free is not None
            self._gauge.free, self._trouble = None, self._gauge.said_last()
            wait = FIRST_WAIT_SECONDS if answered else min(2 * wait, LONGEST_WAIT_SECONDS)
            log.error("the cluster is out of reach; the next try is in %g s: %s", wait, self._trouble)
            pause.wait(wait)

    def _watch(self, jobs: JobQueue) -> bool:
        """One process that counts, from its start to its end; False when the queue is closed."""
        if jobs.closed:
            return False
        gauge = self._gauge = Gauge(self._heard)
        while not gauge.over.wait(1.0):
            why = gauge.overdue()
            if why or jobs.closed:
                gauge.kill(why)
        return not jobs.closed

    def _heard(self) -> None:
        self._trouble = ""


class Gauge(Child):
    """The process that counts what is free."""

    def __init__(self, heard: Any) -> None:
        self.free: int | None = None
        self.over = threading.Event()
        self._on_heard = heard
        super().__init__((sys.executable, "-m", "netlab.cluster.gauge"))

    def heard(self, line: str) -> None:
        """Take in a number."""
        if line.strip().isdigit():
            self.free = int(line)
            self._on_heard()

    def ended(self) -> None:
        """The process is over."""
        self.over.set()

    def said_last(self) -> str:
        """Why it ended, in a sentence."""
        return (
            last_word(self)
            if self.process.returncode == TOLD
            else self.cause("The process that asks the cluster")
        )


class ClusterWorker(LocalWorker):
    """A process of this machine that has a worker at a node."""

    command: tuple[str, ...] = ("-m", "netlab.cluster.driver")

    def __init__(self, on_event: OnEvent, on_end: OnEnd, cluster: Cluster) -> None:
        self.placed = False
        self._cluster, self._run, self._killed = cluster, "", False
        super().__init__(self._noted(on_event), on_end)

    @property
    def lost(self) -> bool:
        """Whether the node, or the way to it, is gone, and neither side meant it."""
        return not self._killed and not self.why and self.process.returncode not in (0, TOLD)

    def train(self, order: dict[str, Any]) -> None:
        """Have it train; from now on a server that comes after this one takes the run up."""
        self._run = str(order["run"])
        live.note(self._run)
        super().train(order)

    def heard(self, line: str) -> None:
        """Take in that a node was found; all else as a worker's."""
        if line.strip() == PLACED:
            self.placed = True
            self._cluster.placed()
        else:
            super().heard(line)

    def ended(self) -> None:
        """Pass on the end; a run whose worker this side ended without a reason is left for the next server."""
        self._cluster.over(self)
        if self._run and not (self._killed and not self.why):
            live.forget(self._run)
        super().ended()

    def kill(self, why: str = "") -> None:
        """End it, here and at the node: by the end of its stdin, so that nothing is left there, or after two seconds."""
        with self._ending:
            self._doomed = self._killed = True
        self.why = why or self.why
        threading.Thread(target=self._let_end, daemon=True, name="ending").start()

    def _let_end(self) -> None:
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            log.debug("process %s is over", self.process.pid)
        try:
            self.process.wait(TIDY_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def cause(self, name: str = "The process that speaks to the cluster") -> str:
        """How it ended, in a sentence."""
        if self.why:
            return self.why
        if self.process.returncode == TOLD:
            return last_word(self)
        return GONE if self.lost else super().cause(name)

    def _noted(self, on_event: OnEvent) -> OnEvent:
        def take(worker: Worker, event: Event) -> None:
            if isinstance(event, Started | Resumed):
                live.note(self._run)
            elif isinstance(event, (Paused, *ENDINGS)):
                live.forget(self._run)
            on_event(worker, event)

        return take


Cluster.worker = ClusterWorker


def last_word(child: Child) -> str:
    """The sentence with which a process of ours ended."""
    return (child.complaints.strip().splitlines() or ["It did not say why."])[-1][:600]
