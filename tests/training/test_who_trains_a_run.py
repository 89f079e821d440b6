"""A run has one trainer, whichever program that is: all others see it, and neither train it nor delete it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.processes import lock
from netlab.runs import store
from netlab.runs.events import Failed
from netlab.runs.run import RunError
from netlab.training.loop import train
from netlab.training.queue import JobQueue
from tests.waiting import until

LONG = NetworkSpec(hidden=(16,), epochs=200, batch_size=4)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


def test_a_file_is_held_once_and_let_go_with_its_handle(tmp_path: Path) -> None:
    assert not lock.held(tmp_path / "lock")
    handle = lock.take(tmp_path / "lock")
    assert lock.held(tmp_path / "lock")
    with pytest.raises(lock.Held):
        lock.take(tmp_path / "lock")
    os.close(handle)
    assert not lock.held(tmp_path / "lock")
    os.close(lock.take(tmp_path / "lock"))


def test_a_second_trainer_is_refused_and_writes_not_a_word(digits: Digits) -> None:
    run_id = store.new_id()
    first = train(NetworkSpec(hidden=(16,), epochs=1), digits, run_id=run_id)
    next(first)
    run = store.get(run_id)
    assert run is not None
    before = {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()}
    (refused,) = list(train(NetworkSpec(hidden=(8,)), digits, run_id=run_id))
    assert isinstance(refused, Failed)
    assert "is being trained by another program" in refused.reason
    assert {path: path.read_bytes() for path in run.folder.rglob("*") if path.is_file()} == before
    list(first)
    assert run.state() == "done"
    assert len([event for event in run.events() if event.name == "started"]) == 1


def test_a_run_of_the_command_line_is_seen_and_left_alone_and_its_end_is_read(
    job_queue: JobQueue, digits_file: Path
) -> None:
    command = [sys.executable, "-m", "netlab", "train", "--json", "--hidden", "16", "--epochs", "200"]
    with subprocess.Popen(
        [*command, "--batch-size", "4"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as cli:
        try:
            assert cli.stdout is not None
            run_id = store.new_id()
            for line in cli.stdout:
                if '"started"' in line:
                    run_id = line.split('"run": "')[1][:32]
                if '"metrics"' in line:
                    break
            job = job_queue.find(run_id)
            assert job is not None
            assert job.state == "elsewhere"
            assert "Another program trains it" in job.reason
            assert not job_queue.view(job).can_continue
            assert job_queue.continue_run(run_id) is job
            assert job_queue.running() == []
            with pytest.raises(RunError, match="is being trained"):
                job_queue.delete(run_id)
        finally:
            cli.kill()
    until(lambda: job_queue.find(run_id).state == "interrupted", what="its end to be seen")  # type: ignore[union-attr]
    again = job_queue.continue_run(run_id)
    assert again is not None
    until(lambda: again.state == "running", seconds=120)


def test_what_another_server_did_to_a_run_is_read_again(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    until(lambda: job.history.step > 20, seconds=120)
    job_queue.stop(job)
    until(lambda: job.state == "stopped" and job.worker is None)
    assert job_queue.find(job.id) is job
    other = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        theirs = other.continue_run(job.id)
        assert theirs is not None
        until(lambda: theirs.history.step > job.history.step + 20, seconds=120)
        mine = job_queue.find(job.id)
        assert mine is not None
        assert mine.state == "elsewhere"
        assert mine.history.step > job.history.step
        other.stop(theirs)
        until(lambda: theirs.state == "stopped")
    finally:
        other.close()
    found = job_queue.find(job.id)
    assert found is not None
    assert (found.state, found.history.step) == ("stopped", theirs.history.step)


def test_a_worker_that_finds_its_run_held_says_so(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    run = store.get(job.id)
    assert run is not None
    handle = run.hold()
    try:
        until(lambda: job.state == "failed", seconds=120)
        assert "is being trained by another program" in job.reason
        until(lambda: job.worker is None)
        found = job_queue.find(job.id)
        assert found is not None
        assert found.state == "elsewhere"
    finally:
        os.close(handle)
    found = job_queue.find(job.id)
    assert found is not None
    assert found.state == "interrupted"
    assert found.can_continue
