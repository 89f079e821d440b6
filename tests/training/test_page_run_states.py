"""What the page Train says of a run that waits, was paused for long, trains elsewhere, or never began."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Metrics, Paused, Started
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.pages import as_read, empty_caches, opened, serve
from tests.runs.kept import kept_run

SPEC = NetworkSpec(hidden=(8,), epochs=2)
BEGIN, CONTINUE = "Begin it now", "Continue from the last checkpoint"


@pytest.fixture(autouse=True)
def job_queue(digits_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """One in which every training waits, since it has no place for any."""
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    serve(one, monkeypatch)
    yield one
    one.close()


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button if not button.disabled]


def trained_a_little(job: Job) -> Job:
    job.take(Started(job.id, 6370, 640, 200, 20, 40, "made", "Made."))
    job.take(Metrics(3, (2.0, 1.9, 1.8), (0.1, 0.2, 0.3), 1000.0, 0.1))
    return job


def paused(job_queue: JobQueue) -> Job:
    job = trained_a_little(job_queue.submit(SPEC))
    job_queue._queue.remove(job)
    job.take(Paused(3))
    return job


def test_a_run_in_the_queue_says_its_place(job_queue: JobQueue) -> None:
    job_queue.submit(SPEC)
    job = job_queue.submit(SPEC)
    job_queue._trouble = lambda: "The cluster at *a* cannot be reached."
    assert job.move()  # its machine is gone
    at = opened("train", run=job.id)
    assert "In the queue: place 2. There is no place to train at the moment" in as_read(at)
    assert "The cluster at *a* cannot be reached." in as_read(at)
    assert "was lost at batch 0" in as_read(at)
    assert "Stop" in labels(at)


def test_a_place_that_was_given_back_is_told_and_resume_asks_for_one(job_queue: JobQueue) -> None:
    job = paused(job_queue)
    at = opened("train", run=job.id)
    assert "Paused for more than 30 seconds, so its place was given to others" in as_read(at)
    at.button(key="run_Resume").click().run()
    assert (job.state, job.first, job.continues) == ("queued", "resume", True)
    assert "In the queue: place 1." in as_read(at)
    assert "place was given" not in as_read(at)


def test_a_pause_that_keeps_its_place_says_nothing_of_it(job_queue: JobQueue) -> None:
    job = paused(job_queue)
    job.worker = SimpleNamespace(overdue=lambda: "")
    assert "place was given" not in as_read(opened("train", run=job.id))
    job.worker = None


def test_a_run_that_trains_elsewhere_is_watched_not_steered(job_queue: JobQueue) -> None:
    run = store.create(SPEC, store.new_id())
    handle = run.hold()
    at = opened("train", run=run.id)
    assert "Under way elsewhere" in as_read(at)
    assert "steer it there" in as_read(at)
    assert not {BEGIN, CONTINUE, "Stop", "Pause"} & set(labels(at))
    os.close(handle)
    at.run()
    assert "Under way elsewhere" not in as_read(at)


def test_a_run_that_never_began_can_begin(job_queue: JobQueue) -> None:
    run = store.create(SPEC, store.new_id())
    at = opened("train", run=run.id)
    assert "**Interrupted** before it began." in as_read(at)
    assert "deleted" not in as_read(at)
    assert BEGIN in labels(at)
    at.button(key="run_continue").click().run()
    assert "In the queue: place 1." in as_read(at)
    at.button(key="run_Stop").click().run()
    assert "**Stopped** before it began. It was taken out of the queue." in as_read(at)


def test_only_a_deletion_that_is_known_is_called_one(job_queue: JobQueue) -> None:
    unknown = as_read(opened("train", run=store.new_id()))
    assert "is not kept on this computer" in unknown
    assert "deleted" not in unknown
    run = store.create(SPEC, store.new_id())
    assert job_queue.find(run.id) is not None
    job_queue.delete(run.id)
    assert "it was deleted" in as_read(opened("train", run=run.id))
    plain = as_read(opened("train"))
    assert "of this link" not in plain


def test_a_run_that_cannot_be_read_is_a_sentence(job_queue: JobQueue) -> None:
    run = store.create(SPEC, store.new_id())
    (run.folder / "spec.json").write_text("{}")
    assert "cannot be read" in as_read(opened("train", run=run.id))


def test_the_rule_for_a_closed_page_is_told_before(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "You may close this page" in as_read(opened("train"))
    monkeypatch.setenv("NETLAB_SHARED", "1")
    shared = as_read(opened("train"))
    assert "nobody looks at for 3 minutes is stopped" in shared
    assert "You may close" not in shared


def test_why_no_worker_looks_for_the_digits_is_told(job_queue: JobQueue) -> None:
    assert "the first training looks for them" in as_read(opened("train"))
    job_queue._spare.trouble = "The worker process was ended by SIGKILL."
    text = as_read(opened("train"))
    assert "no worker could start to look for them, another try follows. The worker process was" in text
    assert "is looking for them" not in text


def test_emptied_caches_leave_the_page_as_it_was(job_queue: JobQueue) -> None:
    job = paused(job_queue)
    at = opened("train", run=job.id)
    began = time.monotonic()
    empty_caches()
    at.run()
    assert "Paused" in as_read(at)
    assert job.seen >= began


def test_batches_that_a_full_disk_did_not_take_are_told(job_queue: JobQueue) -> None:
    run = kept_run()
    assert "Its curves have a gap" not in as_read(opened("train", run=run.id))
    path = run.folder / "history.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"".join(lines[2:]))
    assert "Its curves have a gap: 20 batches could not be written down" in as_read(
        opened("train", run=run.id)
    )
