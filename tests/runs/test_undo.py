"""A deletion can be undone for a while: gone for every reader at once, and back as it was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.__main__ import main
from netlab.runs import store
from netlab.runs.marks import Marks
from netlab.runs.run import Run, RunError
from netlab.runs.store import UNDO_SECONDS
from netlab.training.queue import JobQueue
from tests.runs.kept import SPEC, kept_run
from tests.waiting import until


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, warm=False)
    one.slots = 0
    yield one
    one.close()


def files(run: Run) -> dict[str, bytes]:
    return {
        str(path.relative_to(run.folder)): path.read_bytes()
        for path in run.folder.rglob("*")
        if path.is_file()
    }


def hidden(run: Run) -> Path:
    return run.folder.with_name(f".{run.id}.undo")


def test_a_hidden_run_is_gone_and_comes_back_as_it_was() -> None:
    run, other = kept_run(), kept_run()
    run.mark(Marks("Keep me.", star=True))
    (run.folder / "lock").touch()
    before = files(run)
    run.hide()
    assert store.get(run.id) is None
    assert store.ids() == [other.id]
    assert store.was_deleted(run.id)
    assert store.can_bring_back(run.id)
    assert store.bring_back(run.id) == run
    assert files(run) == before
    assert not store.can_bring_back(run.id)
    assert sorted(store.ids()) == sorted([run.id, other.id])


def test_a_run_that_is_trained_is_not_hidden() -> None:
    run = kept_run()
    handle = run.hold()
    try:
        with pytest.raises(RunError, match="is being trained"):
            run.hide()
    finally:
        os.close(handle)
    assert store.get(run.id) == run


def test_a_list_leaves_it_for_ten_minutes_and_then_takes_it_away(capsys: pytest.CaptureFixture[str]) -> None:
    lately, long_ago = kept_run(), kept_run()
    lately.hide()
    long_ago.hide()
    os.utime(hidden(long_ago), (time.time() - UNDO_SECONDS - 1,) * 2)
    assert main(["runs"]) == 0
    assert "0 runs" in capsys.readouterr().out
    assert store.can_bring_back(lately.id)
    assert not hidden(long_ago).exists()
    os.utime(hidden(lately), (time.time() - UNDO_SECONDS - 1,) * 2)  # as if the clock had been set
    store.remove_leftovers(spared=[lately.id])
    assert store.can_bring_back(lately.id)
    with pytest.raises(RunError, match="its files are gone"):
        store.bring_back(long_ago.id)


def test_the_next_start_of_a_server_takes_it_away(digits_file: Path) -> None:
    run = kept_run()
    run.hide()
    queue = JobQueue(slots=1, warm=False)
    try:
        until(lambda: not hidden(run).exists(), what="the end of the hidden run")
    finally:
        queue.close()


def test_a_second_deletion_takes_the_place_of_the_first() -> None:
    run = kept_run()
    run.hide()
    again = store.create(SPEC, run.id)
    with pytest.raises(RunError, match="imported anew"):
        store.bring_back(run.id)
    again.hide()
    assert store.bring_back(run.id).ending() is None


@pytest.mark.parametrize("name", ["..", "", "0" * 32, "*", "A" * 32])
def test_only_what_was_deleted_comes_back(name: str) -> None:
    kept_run().hide()
    with pytest.raises(RunError, match="cannot be brought back"):
        store.bring_back(name)


def test_a_server_forgets_it_brings_it_back_and_refuses_what_is_under_way(job_queue: JobQueue) -> None:
    queued, run = job_queue.submit(SPEC), kept_run()
    with pytest.raises(RunError, match="under way"):
        job_queue.delete(queued.id, undo=True)
    job_queue.delete(run.id, undo=True)
    assert job_queue.find(run.id) is None
    assert job_queue.was_deleted(run.id)
    job_queue.bring_back(run.id)
    assert not job_queue.was_deleted(run.id)
    found = job_queue.find(run.id)
    assert found is not None
    assert found.state == "done"


def test_a_server_takes_it_away_when_its_time_is_over(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, late = kept_run(), kept_run()
    monkeypatch.setattr(store, "UNDO_SECONDS", 0.0)
    job_queue.delete(run.id, undo=True)
    until(lambda: not hidden(run).exists(), what="the end of the hidden run")
    assert store.get(late.id) == late
