"""A run can be deleted: at once for every reader, never while it is trained, never by anything but its id."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.__main__ import main
from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Run, RunError
from netlab.storage import in_words
from netlab.training.loop import train
from netlab.training.queue import JobQueue
from tests.machine import NO_HOME, small_disk
from tests.waiting import until

SPEC = NetworkSpec(hidden=(16,), epochs=1)
LONG = NetworkSpec(hidden=(16,), epochs=200, batch_size=4)


def trained(digits: Digits) -> Run:
    run_id = store.new_id()
    list(train(SPEC, digits, run_id=run_id))
    run = store.get(run_id)
    assert run is not None
    return run


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False)
    yield one
    one.close()


def test_a_deleted_run_is_gone_and_no_other(digits: Digits) -> None:
    one, other = trained(digits), trained(digits)
    assert one.size() == sum(path.stat().st_size for path in one.folder.rglob("*") if path.is_file())
    one.delete()
    assert store.get(one.id) is None
    assert store.all_runs() == [other]
    assert [path.name for path in store.root().iterdir()] == [other.id]


def test_a_run_is_held_while_it_is_trained_and_no_longer(digits: Digits) -> None:
    run_id = store.new_id()
    events = train(SPEC, digits, run_id=run_id)
    next(events)
    run = store.get(run_id)
    assert run is not None
    assert run.state() == "running"
    with pytest.raises(RunError, match="is being trained"):
        run.delete()
    assert run.folder.is_dir()
    assert list(events)
    assert run.state() == "done"
    run.delete()
    assert not run.folder.exists()


def test_a_training_that_is_dropped_lets_go_of_its_run(digits: Digits) -> None:
    run_id = store.new_id()
    events = train(SPEC, digits, run_id=run_id)
    next(events)
    events.close()  # type: ignore[attr-defined]
    run = store.get(run_id)
    assert run is not None
    assert run.state() == "interrupted"


def test_a_deletion_that_fails_keeps_the_run_and_says_why(digits: Digits) -> None:
    run = trained(digits)
    in_the_way = run.folder.with_name(f".{run.id}.deleted") / "file"
    in_the_way.parent.mkdir()
    in_the_way.touch()
    with pytest.raises(RunError, match=f"Run {run.id} cannot be deleted"):
        run.delete()
    assert run.state() == "done"


def test_a_home_that_cannot_be_written_keeps_the_run_and_says_why(
    digits: Digits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        monkeypatch.setenv("NETLAB_HOME", str(disk))
        run = trained(digits)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert main(["runs"]) == 0
        assert run.id in capsys.readouterr().out
        assert main(["runs", "--delete", run.id]) == 2
        assert capsys.readouterr().err.startswith(f"netlab: Run {run.id} cannot be deleted (Read-only")
        assert run.state() == "done"


def leftover(run: Run) -> Path:
    """What a deletion leaves behind whose process was killed after the rename."""
    hidden = run.folder.with_name(f".{run.id}.deleted")
    run.folder.rename(hidden)
    return hidden


def test_what_an_interrupted_deletion_left_is_no_run_and_goes_at_the_next_start(digits: Digits) -> None:
    kept, hidden = trained(digits), leftover(trained(digits))
    assert store.all_runs() == [kept]
    job_queue = JobQueue(slots=1, warm=False)
    try:
        until(lambda: not hidden.exists(), what="the end of the leftovers")
    finally:
        job_queue.close()
    assert store.all_runs() == [kept]


def test_a_server_forgets_a_run_it_deletes_and_refuses_one_under_way(job_queue: JobQueue) -> None:
    running = job_queue.submit(LONG)
    queued = job_queue.submit(SPEC)
    until(lambda: running.history.step > 5)
    for job in (running, queued):
        with pytest.raises(RunError, match="under way"):
            job_queue.delete(job.id)
    run = store.get(running.id)
    assert run is not None
    with pytest.raises(RunError, match="is being trained"):  # as another process sees it
        run.delete()
    job_queue.stop(running)
    until(lambda: running.state == "stopped")
    job_queue.delete(running.id)
    assert job_queue.find(running.id) is None
    assert job_queue.continue_run(running.id) is None
    until(lambda: queued.state == "done")
    with pytest.raises(RunError, match="no run"):
        job_queue.delete(running.id)


def test_a_server_notices_a_run_that_another_process_deleted(job_queue: JobQueue, digits: Digits) -> None:
    job = job_queue.submit(SPEC)
    until(lambda: job.state == "done")
    assert job_queue.find(job.id) is job
    assert main(["runs", "--delete", job.id]) == 0
    assert job_queue.find(job.id) is None
    read = trained(digits)
    assert job_queue.find(read.id) is not None
    read.delete()
    assert job_queue.find(read.id) is None


def test_a_run_that_was_never_kept_is_not_taken_for_deleted(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_HOME", NO_HOME)
    job = job_queue.submit(SPEC)
    until(lambda: job.state == "done")
    assert job_queue.find(job.id) is job


def test_the_command_line_lists_and_deletes(digits: Digits, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs"]) == 0
    assert "0 runs" in capsys.readouterr().out
    one, other = trained(digits), trained(digits)
    assert main(["runs", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["run"] for line in lines} == {one.id, other.id}
    assert {"state": "done", "network": "16, adam, 1 epoch", "bytes": one.size()}.items() <= next(
        line for line in lines if line["run"] == one.id
    ).items()
    assert main(["runs"]) == 0
    out = capsys.readouterr().out
    assert f"2 runs in {store.root()}: {in_words(one.size() + other.size())}" in out
    assert main(["runs", "--delete", one.id]) == 0
    assert "is deleted" in capsys.readouterr().out
    assert store.all_runs() == [other]


@pytest.mark.parametrize("name", ["..", ".", "../home", "0" * 32, "", "*", "A" * 32])
def test_only_the_id_of_a_run_deletes(
    name: str, digits: Digits, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = trained(digits)
    assert main(["runs", "--delete", name]) == 2
    assert capsys.readouterr().err.startswith("netlab: There is no run")
    assert store.all_runs() == [run]
    assert own_home.is_dir()


@pytest.mark.parametrize(
    "spec", [NetworkSpec(hidden=(64,), epochs=2, train_examples=640), NetworkSpec(epochs=1, optimizer="sgd")]
)
def test_the_expected_size_is_never_far_below_the_real_one(spec: NetworkSpec, digits: Digits) -> None:
    run_id = store.new_id()
    list(train(spec, digits, run_id=run_id))
    real = Run(run_id, store.root() / run_id).size()
    assert 0.8 * real < store.expected_bytes(spec) < 20 * real


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 kB"), (850_000, "850 kB"), (22_880_000, "22.9 MB"), (3.1e9, "3.1 GB")]
)
def test_sizes_are_read_by_people(size: int, words: str) -> None:
    assert in_words(size) == words
