"""A worker whose machine is gone: its run waits for another, unless it seems to be what ends machines."""

from __future__ import annotations

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Paused
from netlab.runs.run import Run
from netlab.training.job import MOST_MOVES, Job
from tests.training.made_workers import MadeWorker, Room

SPEC = NetworkSpec(hidden=(8,), epochs=1)


def begun(room: Room) -> Job:
    job = room.queue.submit(SPEC)
    room.step()
    room.step()
    assert job.state == "running"
    return job


def lose(job: Job) -> MadeWorker:
    worker = job.worker
    assert isinstance(worker, MadeWorker)
    worker.lost, worker.tells = True, []
    worker.on_end(worker)
    return worker


def test_the_run_goes_on_before_those_that_wait() -> None:
    room = Room(slots=1)
    job, other = begun(room), room.queue.submit(NetworkSpec(hidden=(9,)))
    first = lose(job)
    assert (job.state, other.state) == ("starting", "queued")
    assert job.worker is not None
    assert job.worker is not first
    assert job.continues
    assert f"was lost at batch {job.history.step:,}" in room.queue.view(job).moved
    while room.step():
        pass
    assert (job.state, other.state) == ("done", "done")
    room.queue.close()


def test_a_run_that_comes_no_further_ends_and_one_that_does_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    room, kept = Room(slots=1), [0]
    monkeypatch.setattr(Run, "exact_steps", lambda _: [*kept])
    job = begun(room)
    for _ in range(MOST_MOVES):
        lose(job)
        assert job.state == "starting"
    kept[0] = 7
    lose(job)
    assert job.state == "starting"
    for _ in range(MOST_MOVES):
        lose(job)
    assert (job.state, job.worker) == ("died", None)
    room.queue.close()


def test_a_paused_run_waits_for_its_reader_and_a_stopped_one_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "exact_steps", lambda _: [7])
    room = Room(slots=2)
    paused, stopped = begun(room), begun(room)
    assert isinstance(paused.worker, MadeWorker)
    paused.worker.on_event(paused.worker, Paused(paused.history.step))
    lose(paused)
    assert paused.gave_back
    stopped.stop("Enough.")
    lose(stopped)
    assert (stopped.state, stopped.reason) == ("stopped", "Enough.")
    room.queue.close()
