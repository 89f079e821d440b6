"""Jobs with real workers: queue, places, commands, continuing, abandonment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.training import quota
from netlab.training.handle import LocalWorker
from netlab.training.queue import Job, JobQueue, QueueFull
from tests.waiting import until

LONG = NetworkSpec(hidden=(32,), epochs=200, batch_size=4)
SHORT = NetworkSpec(hidden=(8,), epochs=1)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


def state(job: Job, *states: str) -> None:
    until(lambda: job.state in states, what=f"one of {states} (now {job.state}: {job.reason})")


def test_a_job_runs_is_paused_stepped_resumed_and_stopped_and_the_next_waits(job_queue: JobQueue) -> None:
    job, waiting = job_queue.submit(LONG), job_queue.submit(SHORT)
    assert job_queue.view(waiting).place == 1
    state(job, "running")
    job.send("pause")
    state(job, "paused")
    at = job.history.step
    job.send("batch")
    until(lambda: job.history.step == at + 1 and job.state == "paused")
    job.send("learning_rate", value=0.0005)
    until(lambda: job.learning_rate == 0.0005)
    assert job.state == "paused"
    job.send("resume")
    until(lambda: job.history.step > at + 50)
    assert waiting.state == "queued"
    job_queue.stop(job)
    state(job, "stopped")
    state(waiting, "done")
    assert waiting.done is not None
    assert job_queue.view(waiting).done.run == waiting.id  # type: ignore[union-attr]


def test_a_queued_job_can_be_taken_out_and_the_queue_has_an_end(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "MOST_QUEUED", 2)
    job_queue.submit(LONG)
    first, second = job_queue.submit(SHORT), job_queue.submit(SHORT)
    with pytest.raises(QueueFull, match="waiting already"):
        job_queue.submit(SHORT)
    job_queue.stop(first)
    assert first.state == "stopped"
    assert job_queue.view(second).place == 1


def test_an_abandoned_job_ends_after_its_grace_and_can_be_continued(digits_file: Path) -> None:
    job_queue = JobQueue(slots=1, grace=2.0, warm=False)
    try:
        job = job_queue.submit(LONG)
        until(lambda: job_queue.view(job).state == "running")
        state(job, "stopped")
        step = job.history.step
        again = job_queue.continue_run(job.id)
        assert again is not None
        until(lambda: job_queue.view(again).step > step)
    finally:
        job_queue.close()


def test_another_server_finds_the_run_on_disk_and_goes_on(job_queue: JobQueue, digits_file: Path) -> None:
    job = job_queue.submit(replace(LONG, epochs=30))
    until(lambda: job.history.step > 20)
    job_queue.stop(job)
    state(job, "stopped")
    other = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        found = other.find(job.id)
        assert found is not None
        assert found.state == "stopped"
        assert list(found.history.losses) == pytest.approx(list(job.history.losses), rel=1e-5)
        again = other.continue_run(job.id)
        assert again is not None
        until(lambda: again.history.step > job.history.step)
    finally:
        other.close()


@pytest.mark.parametrize("name", ["", None, "nope", "../../etc/passwd", "0" * 32, "A" * 32, "0" * 31 + "\n"])
def test_what_is_no_run_is_not_found(name: str | None, job_queue: JobQueue) -> None:
    assert job_queue.find(name) is None


def test_a_double_click_is_one_run_folder_per_job(job_queue: JobQueue) -> None:
    job = job_queue.submit(SHORT)
    state(job, "done")
    assert [run.id for run in store.all_runs()] == [job.id]


def test_whoever_makes_the_queue_says_where_its_workers_come_from(digits_file: Path) -> None:
    heard: list[str] = []

    class Told(LocalWorker):
        def heard(self, line: str) -> None:
            heard.append(line)
            super().heard(line)

    one = JobQueue(slots=1, grace=600.0, warm=False, make_worker=Told)
    try:
        job = one.submit(SHORT)
        state(job, "done")
        assert any('"event": "done"' in line and job.id in line for line in heard)
    finally:
        one.close()
