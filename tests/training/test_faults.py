"""Workers and servers are killed for real, twenty times each, and nothing is lost that should be kept."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.history import load
from netlab.training.handle import LocalWorker
from netlab.training.queue import JobQueue
from tests.machine import alive, posix_only
from tests.waiting import until

TIMES = 20
SPEC = NetworkSpec(hidden=(64,), epochs=200, batch_size=4)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process's children put their temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def job_queue(digits_file: Path, temporary: Path) -> Iterator[JobQueue]:
    two = JobQueue(slots=2, grace=600.0, warm=False)
    yield two
    two.close()


@posix_only("ends workers by signals of POSIX")
def test_a_killed_worker_is_noticed_its_curves_kept_and_the_run_never_whole(
    job_queue: JobQueue, temporary: Path
) -> None:
    chance = random.Random(3)
    jobs = [job_queue.submit(SPEC) for _ in range(TIMES)]
    for job in jobs:
        until(lambda job=job: job.history.step > chance.randrange(1, 400), what="training")
        worker = job.worker
        assert isinstance(worker, LocalWorker)
        before = job.history.step
        worker.process.send_signal(chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV]))
        until(lambda job=job: job.state == "died", seconds=5, what="the death to be noticed")
        assert "SIG" in job.reason
        assert job.history.step >= before
        run = store.get(job.id)
        assert run is not None
        assert run.ending() is None
        on_disk = load(run.events()).step
        assert on_disk >= before
        assert not alive(worker.process.pid)
    again = job_queue.continue_run(jobs[0].id)
    assert again is not None
    until(lambda: again.state == "running", what="continuing from a checkpoint")
    assert list(temporary.iterdir()) == []


SERVER = """
import sys
from netlab.nets.spec import NetworkSpec
from netlab.training.queue import JobQueue
from tests.waiting import until
jobs = JobQueue(slots=1, grace=600.0, warm=False)
job = jobs.submit(NetworkSpec.from_json({spec!r}))
until(lambda: job.history.step > int(sys.argv[1]))
print(job.worker.process.pid, job.id, job.history.step, flush=True)
sys.stdin.read()
"""


def start_server(chance: random.Random) -> subprocess.Popen[str]:
    code = SERVER.format(spec=SPEC.to_json())
    return subprocess.Popen(
        [sys.executable, "-c", code, str(chance.randrange(1, 300))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_a_killed_server_leaves_no_worker_and_at_most_a_second_of_curve_is_lost(
    digits_file: Path, temporary: Path
) -> None:
    chance = random.Random(4)
    for _ in range(TIMES // 2):
        pair = [start_server(chance), start_server(chance)]
        for server in pair:
            with server:
                assert server.stdout is not None
                pid, run_id, step = server.stdout.readline().split()
                assert alive(int(pid))
                server.kill()
                server.wait()
                until(lambda pid=pid: not alive(int(pid)), seconds=3, what="the worker's end")
            run = store.get(run_id)
            assert run is not None
            assert run.ending() is None
            assert load(run.events()).step >= int(step)
    assert len(store.all_runs()) == TIMES
    assert list(temporary.iterdir()) == []
