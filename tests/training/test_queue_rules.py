"""The queue: nobody waits for another's disk, promises are written down first, failures are tried again."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from netlab.lessons.backprop.view import tape
from netlab.nets.spec import NetworkSpec
from netlab.processes import sharing
from netlab.runs import journal, store
from netlab.runs.events import Event, EventError
from netlab.training import quota, spare
from netlab.training.handle import LocalWorker
from netlab.training.job import Job
from netlab.training.queue import JobQueue, QueueFull
from netlab.training.view import session as ui_jobs
from tests.waiting import until

LONG = NetworkSpec(hidden=(512,), epochs=200, batch_size=1)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[JobQueue]:
    """A queue in which every training waits for ever."""
    one = JobQueue(grace=600.0, warm=False)
    one.slots = 0
    yield one
    one.close()


def test_emptied_caches_leave_the_registry_and_the_oracle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_jobs, "_registry", None)
    before, asked = ui_jobs.job_queue(), tape.tape_client()
    try:
        before.slots = 0
        job = before.submit(LONG)
        st.cache_resource.clear()
        st.cache_data.clear()
        assert ui_jobs.job_queue() is before
        assert ui_jobs.job_queue().find(job.id) is job
        assert tape.tape_client() is asked
    finally:
        before.close()


def test_many_first_visitors_make_one_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui_jobs, "_registry", None)
    found: list[JobQueue] = []
    visitors = [threading.Thread(target=lambda: found.append(ui_jobs.job_queue())) for _ in range(20)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(set(map(id, found))) == 1
    found[0].close()


def test_a_disk_that_does_not_answer_stalls_only_who_asks_for_that_run(
    idle: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    stalled, other = store.new_id(), store.new_id()
    for run_id in (stalled, other):
        store.create(LONG, run_id)
    answers, asked = threading.Event(), threading.Event()
    read = journal.read

    def history(path: Path, folder: Path, most_bytes: int) -> Iterator[Event | EventError]:
        if folder.name == stalled:
            asked.set()
            answers.wait()
        return read(path, folder, most_bytes)

    monkeypatch.setattr(journal, "read", history)
    found: list[Job | None] = []
    waiting = threading.Thread(target=lambda: found.append(idle.find(stalled)), daemon=True)
    waiting.start()
    assert asked.wait(10)
    done = threading.Event()

    def another_visitor() -> None:
        job = idle.submit(LONG)
        assert idle.view(job).place == 1
        assert idle.find(other) is not None
        idle.stop(job)
        assert idle.find(job.id) is job
        done.set()

    threading.Thread(target=another_visitor, daemon=True).start()
    assert done.wait(20)
    assert not found
    answers.set()
    waiting.join(10)
    assert found[0] is not None


def test_a_queued_run_outlives_its_server_and_can_begin(idle: JobQueue, digits_file: Path) -> None:
    job = idle.submit(LONG)
    run = store.get(job.id)
    assert run is not None
    assert run.state() == "not begun"
    idle.close()
    later = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        found = later.find(job.id)
        assert found is not None
        assert (found.state, found.begun, found.spec) == ("interrupted", False, LONG)
        assert later.view(found).can_continue
        again = later.continue_run(job.id)
        assert again is not None
        until(lambda: again.history.step > 5, seconds=120)
        assert not again.starts_again
    finally:
        later.close()
    assert run.state() == "interrupted"


def test_what_was_taken_out_of_the_queue_says_so_after_a_restart_too(idle: JobQueue) -> None:
    job = idle.submit(LONG)
    idle.stop(job)
    assert job.state == "stopped"
    later = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        found = later.find(job.id)
        assert found is not None
        assert (found.state, found.reason) == ("stopped", "It was taken out of the queue.")
    finally:
        later.close()


def test_a_server_says_deleted_only_of_what_it_knows(idle: JobQueue) -> None:
    run_id = store.new_id()
    assert not idle.was_deleted(run_id)
    store.create(LONG, run_id)
    assert idle.find(run_id) is not None
    idle.delete(run_id)
    assert idle.find(run_id) is None
    assert idle.was_deleted(run_id)
    assert not idle.was_deleted("../..")


def test_a_visitor_has_so_many_places_and_others_have_theirs(idle: JobQueue) -> None:
    for _ in range(quota.MOST_WAITING_EACH):
        idle.submit(LONG, owner="one")
    with pytest.raises(QueueFull, match="of your trainings are waiting already"):
        idle.submit(LONG, owner="one")
    mine = idle.submit(LONG, owner="two")
    assert idle.view(mine).place == 2  # places go round by person
    assert len(store.all_runs()) == quota.MOST_WAITING_EACH + 1


def test_two_hundred_may_wait(idle: JobQueue) -> None:
    assert quota.MOST_QUEUED == 200
    quota.check_places([Job(store.new_id(), LONG)] * 199, "one", 2)
    with pytest.raises(QueueFull, match="200 trainings are waiting already, and 2 can run at once"):
        quota.check_places([Job(store.new_id(), LONG)] * 200, "one", 2)


def test_a_shared_server_keeps_room_on_its_disk(idle: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    needed = store.expected_bytes(LONG)
    monkeypatch.setattr(quota, "free_bytes", lambda path: quota.RESERVE_BYTES + 2 * needed)
    monkeypatch.setenv("NETLAB_SHARED", "1")
    idle.submit(LONG)
    idle.submit(LONG)
    with pytest.raises(QueueFull, match="kept free on a shared server"):
        idle.submit(LONG)
    assert len(store.all_runs()) == 2
    monkeypatch.setenv("NETLAB_SHARED", "0")
    idle.submit(LONG)  # one's own disk is one's own


@pytest.mark.parametrize(("said", "grace"), [("", float("inf")), ("0", float("inf")), ("1", 180.0)])
def test_only_a_shared_server_stops_what_nobody_looks_at(
    said: str, grace: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_SHARED", said)
    one = JobQueue(warm=False)
    assert one.grace == grace
    assert ("Keep this page open" in sharing.rule(one.grace)) == (said == "1")
    assert ("You may close this page" in sharing.rule(one.grace)) == (said != "1")
    one.close()


def test_sharing_is_yes_or_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLAB_SHARED", "perhaps")
    with pytest.raises(ValueError, match="NETLAB_SHARED is 'perhaps'"):
        sharing.shared()


def test_an_abandoned_run_tells_its_reason_after_a_restart_too(digits_file: Path) -> None:
    job_queue = JobQueue(slots=1, grace=8.0, warm=False)
    try:
        running, queued = job_queue.submit(LONG), job_queue.submit(LONG)
        until(lambda: job_queue.view(running).step > 5, seconds=120)
        until(lambda: (running.state, queued.state) == ("stopped", "stopped"), seconds=40)
    finally:
        job_queue.close()
    for job in (running, queued):
        run = store.get(job.id)
        assert run is not None
        ending = run.ending()
        assert ending is not None
        assert ending.reason == job.reason == sharing.left_alone(8.0)  # type: ignore[attr-defined]


def test_a_spare_worker_that_is_killed_is_tried_again(
    digits_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spare, "FIRST_WAIT_SECONDS", 0.3)
    job_queue = JobQueue(slots=1, grace=600.0, warm=True)
    try:
        first = until(lambda: job_queue._spare.worker)
        assert isinstance(first, LocalWorker)
        first.process.kill()
        until(lambda: "SIGKILL" in job_queue.trouble, seconds=10, what="the reason")
        second = until(lambda: job_queue._spare.worker)
        assert second is not first
        until(lambda: job_queue.digits is not None, seconds=120, what="a worker that starts")
        assert job_queue.trouble == ""
    finally:
        job_queue.close()


def test_a_spare_that_cannot_start_is_tried_ever_later() -> None:
    tries: list[float] = []

    def refuse() -> None:
        tries.append(one._not_before)
        raise OSError(os.strerror(11))

    one = spare.Spare(refuse, wanted=True)  # type: ignore[arg-type]
    for _ in range(12):
        one.keep()
        one.keep()  # it is not time yet
        one._not_before -= spare.LONGEST_WAIT_SECONDS
    assert len(tries) == 12
    assert "could not be started" in one.trouble
    assert one._failures == 12


def test_a_training_whose_worker_cannot_be_started_says_so(
    idle: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError(11, os.strerror(11))

    monkeypatch.setattr(idle, "_new_worker", refuse)
    idle.slots = 1
    job = idle.submit(LONG)
    assert job.state == "died"
    assert "could not be started" in job.reason
    assert idle.find(job.id) is job
    assert idle.view(job).can_continue
