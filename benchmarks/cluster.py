"""What a cluster of Ray gains, and what it loses: 64 runs on four nodes beside one, and actors and raylets killed at random.

``python -m benchmarks.cluster`` starts a real cluster of several raylets on this machine. Its work is simulated: a worker
sleeps as long as a run of class size takes, since four nodes of one machine with two cores would share them. All else is
what it is in use: queue, driver, actor, files, places. ``--kills 20`` kills instead of counting.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from pathlib import Path

import psutil

RUNS = 64
SECONDS = 3.0
"""Of a run of class size (10,000 images, 2 epochs)."""


def main() -> None:
    """Measure the factor, or count what was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help="how many runs")
    parser.add_argument("--nodes", type=int, default=4, help="of the cluster that is compared with one")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that a simulated run takes")
    parser.add_argument("--kills", type=int, default=0, help="kill so many actors and raylets, at random")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        _prepare(Path(home), options.seconds)
        print(
            f"Work is simulated: each run sleeps {options.seconds:g} s at its node; everything else is real."
        )
        if options.kills:
            _kill(options.kills, options.nodes, options.runs)
            return
        times = {nodes: _time(nodes, options.runs) for nodes in (1, options.nodes)}
        for nodes, seconds in times.items():
            print(
                f"{options.runs} runs on {nodes} node(s): {seconds:.1f} s, {options.runs / seconds * 3600:,.0f} an hour"
            )
        print(f"factor {times[1] / times[options.nodes]:.2f} (goal: at least 3.4 with four nodes)")


def _prepare(home: Path, seconds: float) -> None:
    from benchmarks import sleeping_worker
    from netlab.cluster.engine import Cluster, ClusterWorker
    from tests.cluster.made_cluster import ENVIRONMENT
    from tests.conftest import made_digits, write_digits

    class SleepingWorker(ClusterWorker):
        command = ("-m", "benchmarks.sleeping_worker", "driver")

    Cluster.worker = SleepingWorker
    os.environ.update(ENVIRONMENT)
    os.environ.update({
        "NETLAB_HOME": str(home), "NETLAB_MNIST": str(write_digits(home / "digits.npz", made_digits())),
        sleeping_worker.SECONDS: str(seconds), "NETLAB_GRACE_SECONDS": "100000",
    })  # fmt: skip


def _time(nodes: int, runs: int) -> float:
    """Seconds from the first press to the last end, the cluster's own start left out, the workers' start included."""
    from netlab.nets.spec import NetworkSpec
    from netlab.training import engine
    from tests.cluster.made_cluster import MadeCluster
    from tests.waiting import until

    cluster = MadeCluster(nodes)
    os.environ["NETLAB_RAY"] = cluster.address
    jobs = engine.job_queue()
    try:
        until(lambda: jobs.slots >= nodes, seconds=300, what="the cluster to answer")
        began = time.monotonic()
        all_jobs = [jobs.submit(NetworkSpec(seed=seed)) for seed in range(runs)]
        until(lambda: not jobs.live(), seconds=3600)
        taken = time.monotonic() - began
        states = {job.state for job in all_jobs}
        if states != {"done"}:
            raise RuntimeError(f"Not all runs were finished: {states}.")
        return taken
    finally:
        jobs.close()
        cluster.close()


def _kill(kills: int, nodes: int, runs: int) -> None:
    from netlab.nets.spec import NetworkSpec
    from netlab.runs import store
    from netlab.runs.events import Metrics
    from netlab.training import engine
    from tests.cluster import made_cluster
    from tests.cluster.made_cluster import MadeCluster
    from tests.waiting import until

    made_cluster.TRAINER, made_cluster.CARRIER = "benchmarks.sleeping_worker", "ray::SleepingCarrier"
    chance, cluster, raylets = random.Random(1), MadeCluster(nodes), 0
    os.environ["NETLAB_RAY"] = cluster.address
    jobs = engine.job_queue()
    try:
        until(lambda: jobs.slots >= nodes, seconds=300, what="the cluster to answer")
        all_jobs = [jobs.submit(NetworkSpec(seed=seed)) for seed in range(runs)]
        for kill in range(kills):
            carrier = until(lambda: _one_of(cluster.carriers(), chance), seconds=300, what="somebody to kill")
            if chance.random() < 0.5:
                made_cluster.kill(carrier)
            else:
                raylets += 1
                cluster.kill_node_of(carrier)
                cluster.add_node()
            done = sum(job.state == "done" for job in all_jobs)
            print(
                f"kill {kill + 1}: {done} of {runs} runs done, {sum(bool(job.moved) for job in all_jobs)} moved",
                flush=True,
            )
            time.sleep(chance.uniform(0.5, 2.0))
        until(lambda: not jobs.live(), seconds=3600)
    finally:
        jobs.close()
        cluster.close()
    lost = [job for job in all_jobs if job.state != "done" or job.history.step != 100]
    broken = []
    for job in all_jobs:
        run = store.get(job.id)
        steps = [] if run is None else [event.step for event in run.events() if isinstance(event, Metrics)]
        if run is None or run.state() != "done" or sorted(set(steps)) != list(range(10, 101, 10)):
            broken.append(job.id)
    until(lambda: not made_cluster.trainers(), seconds=30, what="no orphan")
    print(
        f"{kills} kills, {raylets} of them raylets: {len(lost)} runs lost ({[job.reason for job in lost]}), {len(broken)} "
        f"folders not whole, {len(made_cluster.trainers())} orphans, {sum(bool(job.moved) for job in all_jobs)} runs moved"
    )


def _one_of(carriers: list[psutil.Process], chance: random.Random) -> psutil.Process | None:
    return chance.choice(carriers) if carriers else None


if __name__ == "__main__":
    main()
