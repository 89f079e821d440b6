"""How long a paused run takes to go on: with its worker still there, and after its place was given back.

python -m benchmarks.resuming
"""

from __future__ import annotations

import statistics
import time

from netlab.nets.spec import NetworkSpec
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.waiting import until

TIMES = 5
SPEC = NetworkSpec(hidden=(512,), dropout=0.2, epochs=50)


def resumed(job: Job) -> float:
    """Seconds from Resume to the next batch."""
    step, began = job.history.step, time.monotonic()
    job.send("resume")
    until(lambda: job.history.step > step, seconds=120)
    return time.monotonic() - began


def measured(job_queue: JobQueue, job: Job, *, back: bool) -> float:
    """Pause the run, wait until its place is given back if that is wanted, and resume it."""
    job.send("pause")
    until(lambda: job.state == "paused", seconds=120)
    if back:
        until(lambda: job.gave_back, seconds=120)
        until(lambda: job_queue._spare.worker is not None and job_queue._spare.worker.ready, seconds=120)
    return resumed(job)


def main() -> None:
    """Measure both and print their medians and worst."""
    job_queue = JobQueue(slots=1, grace=3600.0, warm=True, pause=1.0)
    try:
        job = job_queue.submit(SPEC)
        until(lambda: job.history.step > 50, seconds=120)
        for words, back in (
            ("its worker still there", False),
            ("place given back, a warm worker stands by", True),
        ):
            times = [measured(job_queue, job, back=back) for _ in range(TIMES)]
            print(f"{words}: median {statistics.median(times):.2f} s, worst {max(times):.2f} s of {TIMES}")
    finally:
        job_queue.close()


if __name__ == "__main__":
    main()
