"""A paused run gives its place to others and goes on later, bit for bit as if nothing had been."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.run import Checkpoint
from netlab.training.job import Job
from netlab.training.queue import PAUSE_SECONDS, JobQueue
from netlab.training.worker import rate
from tests.machine import NO_HOME
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
SPEC = NetworkSpec(hidden=(16,), epochs=60, batch_size=4, dropout=0.3, optimizer="adam")
SHORT = NetworkSpec(hidden=(8,), epochs=1)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False, pause=0.5)
    yield one
    one.close()


def gave_back(job_queue: JobQueue, job: Job) -> None:
    until(lambda: job_queue.view(job).gave_back, seconds=120, what="the place to be given back")


def weights(run_id: str) -> dict[str, np.ndarray]:
    run = store.get(run_id)
    assert run is not None
    return run.weights()[1]


def test_a_paused_run_gives_its_place_back_and_ends_with_the_very_bits(job_queue: JobQueue) -> None:
    assert PAUSE_SECONDS == 30
    job = job_queue.submit(SPEC)
    until(lambda: job.history.step > 50, seconds=120)
    job.send("pause")
    gave_back(job_queue, job)
    assert (job.state, job_queue.running()) == ("paused", [])
    step = job.history.step
    other = job_queue.submit(SHORT)
    until(lambda: other.state == "done", seconds=120)
    assert (job.state, job.history.step) == ("paused", step)
    job.send("batch")
    until(lambda: job.history.step == step + 1 and job_queue.view(job).gave_back, seconds=120)
    job.send("resume")
    until(lambda: job.state == "done", seconds=240)
    whole = job_queue.submit(SPEC)
    until(lambda: whole.state == "done", seconds=240)
    mine, theirs = weights(job.id), weights(whole.id)
    assert mine.keys() == theirs.keys()
    assert all(np.array_equal(mine[name], theirs[name]) for name in mine)
    assert list(job.history.losses) == list(whole.history.losses)


def test_a_warmed_process_trains_the_bits_of_a_cold_one(digits: Digits) -> None:
    """Every worker that stood by has built a network before; the bits of the next must not know of it."""
    script = (
        "import sys; from tests.conftest import made_digits; from netlab.nets.spec import NetworkSpec\n"
        "from netlab.training import worker; from netlab.training.loop import train\n"
        "worker.single_thread()\n"
        "if sys.argv[2] == 'warm': worker.warm_up(made_digits())\n"
        "list(train(NetworkSpec(hidden=(16,), epochs=1, dropout=0.3), made_digits(), run_id=sys.argv[1]))"
    )
    found = []
    for kind in ("cold", "warm"):
        run_id = store.new_id()
        subprocess.run([sys.executable, "-c", script, run_id, kind], cwd=ROOT, check=True)
        found.append(weights(run_id))
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def test_two_paused_runs_do_not_stop_a_class(job_queue: JobQueue) -> None:
    first, second = job_queue.submit(SPEC), job_queue.submit(SPEC)
    for job in (first, second):
        until(lambda job=job: job.history.step > 5, seconds=120)
        job.send("pause")
        gave_back(job_queue, job)
    third = job_queue.submit(SHORT)
    until(lambda: third.state == "done", seconds=120)
    assert (first.state, second.state) == ("paused", "paused")
    first.send("resume")
    second.send("resume")
    until(lambda: job_queue.view(second).place == 1, what="a place for the first")
    assert job_queue.view(second).history.step > 5  # its curves stay while it waits
    job_queue.stop(second)
    assert second.state == "stopped"
    run = store.get(second.id)
    assert run is not None
    assert run.state() == "stopped"
    assert job_queue.view(second).can_continue


def test_another_learning_rate_holds_though_the_place_was_given_back(job_queue: JobQueue) -> None:
    job = job_queue.submit(SPEC)
    until(lambda: job.history.step > 5, seconds=120)
    job.send("pause")
    gave_back(job_queue, job)
    job.send("learning_rate", value=0.25)
    assert job.learning_rate == 0.25
    job.send("batch")
    gave_back(job_queue, job)
    run = store.get(job.id)
    assert run is not None
    kept = run.checkpoint()
    assert kept is not None
    assert kept.step == job.history.step
    assert kept.learning_rate == 0.25
    assert [change.value for change in job.history.rates] == [0.25]


def test_a_run_whose_state_is_not_kept_keeps_its_worker(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_HOME", NO_HOME)
    job = job_queue.submit(SPEC)
    until(lambda: job.history.step > 5, seconds=120)
    job.send("pause")
    until(lambda: job.paused_for() > 3)
    assert job.worker is not None
    job.send("resume")
    until(lambda: job.state in ("running", "done"))


@pytest.mark.parametrize(
    ("changes", "holds"),
    [([], 0.123456789), ([(5, 0.5)], 0.5), ([(5, 0.5), (9, 0.1)], 0.5), ([(5, 0.123457)], 0.123456789)],
)
def test_the_rate_in_force_is_the_last_one_told(changes: list[tuple[int, float]], holds: float) -> None:
    assert rate(Checkpoint(8, 0.123456789, 0.0, {}), changes) == holds
