"""A worker that hangs is noticed in every state, and Stop ends it in a few seconds in every state."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.processes import child
from netlab.runs import store
from netlab.training import handle
from netlab.training.handle import LocalWorker
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.machine import alive, posix_only
from tests.waiting import until

LONG = NetworkSpec(hidden=(16,), epochs=200, batch_size=4)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False, pause=600.0)
    yield one
    one.close()


def starting(job_queue: JobQueue) -> Job:
    return job_queue.submit(LONG)


def running(job_queue: JobQueue) -> Job:
    job = job_queue.submit(LONG)
    until(lambda: job.history.step > 20, seconds=120)
    return job


def paused(job_queue: JobQueue) -> Job:
    job = running(job_queue)
    job.send("pause")
    until(lambda: job.state == "paused")
    return job


def halted(job: Job) -> int:
    """Stop the process as a debugger would: it lives and does nothing."""
    assert isinstance(job.worker, LocalWorker)
    job.worker.process.send_signal(signal.SIGSTOP)
    return job.worker.process.pid


def pausing(job_queue: JobQueue) -> Job:
    """One that was asked to pause when it hung already."""
    job = running(job_queue)
    halted(job)
    job.send("pause")
    return job


pytestmark = posix_only("halts workers by a signal of POSIX")
STATES = (starting, running, pausing, paused)


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_a_worker_that_hangs_is_noticed(
    reach: Callable[[JobQueue], Job], job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert child.STALL_SECONDS <= 30
    monkeypatch.setattr(child, "STALL_SECONDS", 5.0)
    job = reach(job_queue)
    step, pid = job.history.step, halted(job)
    until(lambda: job.state == "died", seconds=15, what="the hang to be noticed")
    assert job.reason == "The worker process did nothing for 5 seconds and was ended."
    assert not alive(pid)
    view = job_queue.view(job)
    assert view.can_continue
    assert view.history.step >= step
    until(lambda: not job_queue.running(), what="the place to be free")


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
def test_stop_ends_a_worker_that_hangs(reach: Callable[[JobQueue], Job], job_queue: JobQueue) -> None:
    job = reach(job_queue)
    pid, began = halted(job), time.monotonic()
    job_queue.stop(job)
    until(lambda: job.state == "stopped", seconds=handle.STOP_SECONDS + handle.KILL_SECONDS + 3)
    assert not alive(pid)
    assert time.monotonic() - began < 10
    until(lambda: not job_queue.running())
    run = store.get(job.id)
    assert run is not None
    assert run.state() == "stopped"
    assert job_queue.view(job).can_continue
    other = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        found = other.find(job.id)
        assert found is not None
        assert (found.state, found.reason) == (job.state, job.reason)
    finally:
        other.close()


def test_a_sound_worker_is_left_alone_while_it_waits(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence would end it three times over: the thread that trains says that it waits."""
    job = paused(job_queue)
    monkeypatch.setattr(child, "STALL_SECONDS", 5.0)
    monkeypatch.setattr(child, "BUSY_SECONDS", 6.0)
    worker = job.worker
    assert isinstance(worker, LocalWorker)
    heard: set[float] = set()

    def often_heard() -> bool:
        heard.add(worker.last_heard)
        return len(heard) > 8

    until(often_heard, what="signs of life")
    assert job.state == "paused"
    monkeypatch.setattr(child, "BUSY_SECONDS", 180.0)
    step = job.history.step
    job.send("batch")
    until(lambda: job.history.step == step + 1)


def test_a_worker_that_only_seems_busy_is_ended_too(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "BUSY_SECONDS", 1.0)  # loading TensorFlow takes longer, and says nothing
    job = job_queue.submit(LONG)
    until(lambda: job.state == "died", seconds=20)
    assert job.reason == "The worker process had said nothing for 1 second and was ended."
