"""How soon the next run begins: from Train, after a run has ended, to the first point of its curve.

    python -m benchmarks.next_run [--presses 20] [--continued]

Presses go through a real queue with one place; the network changes each time, and each run is stopped before the next
press. With ``--continued`` each run is stopped and goes on instead. Also told: what processor time the worker spent
between press and point, which other programs on the machine do not change.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from netlab.nets.spec import NetworkSpec
from netlab.training.handle import LocalWorker, Worker
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.waiting import until

MEDIAN_TARGET, P95_TARGET = 1.2, 2.0
NETWORKS = (
    NetworkSpec(epochs=50),
    NetworkSpec(hidden=(64, 32), optimizer="sgd", epochs=50),
    NetworkSpec(hidden=(512,), dropout=0.2, epochs=50),
    NetworkSpec(hidden=(256, 128, 64), dropout=0.1, l2=1e-4, optimizer="adamw", epochs=50),
    NetworkSpec(hidden=(128,), optimizer="nadam", epochs=50),
    NetworkSpec(hidden=(100,), loss="huber", batch_size=128, epochs=50),
    NetworkSpec(hidden=(), epochs=50),
)


class Seen:
    """When the events of a press were heard."""

    def __init__(self) -> None:
        self.began, self.times = 0.0, dict[str, float]()

    def worker(self, on_event: Callable[..., None], on_end: Callable[..., None]) -> LocalWorker:
        """A worker of this machine whose events are clocked on their way."""

        def heard(worker: Worker, event: object) -> None:
            self.times.setdefault(getattr(event, "name", ""), time.monotonic() - self.began)
            on_event(worker, event)

        return LocalWorker(heard, on_end)

    def press(self) -> None:
        """From now on."""
        self.began, self.times = time.monotonic(), {}


def worked(process: int) -> float:
    """Processor seconds of a process so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(job_queue: JobQueue, seen: Seen, press: Callable[[], Job]) -> tuple[float, float, float, int]:
    """Seconds to the network and to its first batch, the worker's processor seconds, and the worker's process."""
    spare = job_queue._spare.worker
    before = worked(spare.process.pid) if isinstance(spare, LocalWorker) else 0.0
    seen.press()
    job = press()
    until(lambda: "metrics" in seen.times, seconds=300, what="a point")
    worker = job.worker
    assert isinstance(worker, LocalWorker)
    spent = worked(worker.process.pid) - before
    job_queue.stop(job)
    until(lambda: not job_queue.running(), seconds=60, what="the place to be free")
    assert job.state == "stopped", job.reason
    return seen.times["started"], seen.times["metrics"], spent, worker.process.pid


def main() -> None:
    """Press again and again, and print medians and 95th percentiles beside their targets."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--presses", type=int, default=20)
    parser.add_argument("--continued", action="store_true", help="continue each run and measure that")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["NETLAB_HOME"] = home
        seen = Seen()
        job_queue = JobQueue(slots=1, grace=3600.0, warm=True, make_worker=seen.worker)
        try:
            until(lambda: job_queue.digits is not None, seconds=300, what="a worker")
            measured(job_queue, seen, lambda: job_queue.submit(NETWORKS[-1]))  # a run has ended
            found = []
            for spec in islice(cycle(NETWORKS), options.presses):
                row = measured(job_queue, seen, lambda spec=spec: job_queue.submit(spec))  # type: ignore[misc]
                if options.continued:
                    row = measured(job_queue, seen, lambda: _continue(job_queue))
                found.append(row)
                print("to the network {:.2f} s, to the first point {:.2f} s; worker {:.2f} s of processor, process {}"
                      .format(*row), flush=True)  # fmt: skip
        finally:
            job_queue.close()
    for name, place in (("network", 0), ("first point", 1), ("processor seconds", 2)):
        values = [row[place] for row in found]
        target = f" (targets {MEDIAN_TARGET} and {P95_TARGET})" if place == 1 else ""
        print(
            f"{name}: median {np.median(values):.2f} s, 95th percentile {np.percentile(values, 95):.2f} s{target}"
        )
    print(f"processes: {len({row[3] for row in found})} for {len(found)} runs")


def _continue(job_queue: JobQueue) -> Job:
    """Go on with the run that was stopped last."""
    (last,) = [
        job
        for job in job_queue._jobs.values()
        if job.seen == max(one.seen for one in job_queue._jobs.values())
    ]
    job = job_queue.continue_run(last.id)
    assert job is not None
    return job


if __name__ == "__main__":
    main()
