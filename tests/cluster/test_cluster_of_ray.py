"""Against a real cluster of several raylets on this machine: the bits of a local run, whatever becomes of its nodes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.cluster import live
from netlab.cluster.engine import Cluster, ClusterWorker
from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import read as read_weights
from netlab.runs import store
from netlab.runs.events import Metrics
from netlab.training import engine
from netlab.training.loop import train
from netlab.training.queue import Job, JobQueue
from tests.cluster.made_cluster import ENVIRONMENT, MadeCluster, homes, kill, trainers
from tests.conftest import made_digits, write_digits
from tests.waiting import until

pytest.importorskip("ray")
pytestmark = pytest.mark.skipif(
    os.name != "posix", reason="a cluster of several nodes on one machine needs POSIX"
)


SHORT = NetworkSpec(hidden=(8,), epochs=3, batch_size=16)
LONG = NetworkSpec(hidden=(8,), epochs=200, batch_size=4)
SECONDS = 150.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MadeCluster]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setenv(
            "NETLAB_MNIST", str(write_digits(tmp_path_factory.mktemp("digits") / "digits.npz", made_digits()))
        )
        made = MadeCluster(2)
        patch.setenv("NETLAB_RAY", made.address)
        yield made
        made.close()
    assert not trainers()


@pytest.fixture
def jobs(cluster: MadeCluster) -> Iterator[JobQueue]:
    one = engine.job_queue(grace=600.0)
    until(lambda: one.slots > 0, seconds=SECONDS, what=f"the cluster to answer ({one.trouble})")
    yield one
    one.close()


def over(job: Job) -> None:
    until(lambda: not job.live, seconds=SECONDS, what=f"the end (now {job.state}, batch {job.history.step})")


def bits(job: Job) -> list[bytes]:
    run = store.get(job.id)
    assert run is not None
    _, weights = run.weights()
    return [array.tobytes() for array in weights.values()]


def local_bits(spec: NetworkSpec, digits: Digits) -> list[bytes]:
    name = store.new_id()
    for event in train(spec, digits, run_id=name):
        assert not isinstance(event, Metrics) or event.step <= 120
    _, weights = read_weights(store.root() / name / "weights.npz", store.root())
    return [array.tobytes() for array in weights.values()]


def test_a_run_in_the_cluster_is_steered_and_lost_and_has_the_bits_of_a_local_one(
    cluster: MadeCluster, jobs: JobQueue, digits: Digits
) -> None:
    """Paused, stepped, and its node killed: the page says so, and nothing of it is seen in a number."""
    job = jobs.submit(SHORT)
    until(lambda: job.state == "starting", seconds=SECONDS)
    job.send("pause")
    until(lambda: job.state == "paused", seconds=SECONDS, what=f"the pause ({job.state}: {job.reason})")
    step = job.history.step
    job.send("batch")
    until(lambda: job.history.step == step + 1 and job.state == "paused", seconds=SECONDS)
    (carrier,) = cluster.carriers()
    worker = job.worker
    assert isinstance(worker, ClusterWorker)
    cluster.kill_node_of(carrier)
    until(lambda: worker.process.poll() is not None, seconds=SECONDS, what="the loss to be noticed")
    until(lambda: job.gave_back, seconds=SECONDS, what=f"the run to wait ({job.state}: {job.reason})")
    job.send("resume")
    over(job)
    assert job.state == "done", job.reason
    assert "was lost at batch" in jobs.view(job).moved
    assert not jobs.view(job).starts_again
    cluster.add_node()
    assert bits(job) == local_bits(SHORT, digits)
    run = store.get(job.id)
    assert run is not None
    assert run.state() == "done"
    assert [event.step for event in run.events() if isinstance(event, Metrics)][-1] == 120
    until(lambda: live.noted() == [], what="nothing to be left for another server")


def test_a_killed_actor_and_a_server_that_begins_again_lose_nothing_and_a_stop_leaves_nothing(
    cluster: MadeCluster, jobs: JobQueue
) -> None:
    """The queue is closed as a server's end would close it: its workers go, and what they trained stays noted."""
    job = jobs.submit(LONG)
    until(lambda: job.history.step >= 20 or not job.live, seconds=SECONDS, what=f"batch 20 ({job.state})")
    assert live.noted() == [job.id]
    (carrier,) = cluster.carriers()
    kill(carrier)
    until(lambda: job.moved != "" and job.state == "starting", seconds=SECONDS, what=f"a move ({job.reason})")
    jobs.close()
    assert live.noted() == [job.id]
    later = engine.job_queue(grace=600.0)
    try:
        until(lambda: later.remembered(job.id) is not None, seconds=SECONDS)
        again = later.remembered(job.id)
        assert again is not None
        until(
            lambda: again.state == "running",
            seconds=SECONDS,
            what=f"it to go on ({again.state}: {again.reason})",
        )
        assert not again.starts_again
        again.send("learning_rate", value=0.01)
        until(lambda: again.learning_rate == 0.01, seconds=SECONDS)
        later.stop(again, "Enough.")
        over(again)
        assert (again.state, again.reason) == ("stopped", "Enough.")
        until(lambda: not trainers() and not cluster.carriers(), what="the node to be free")
        until(lambda: not homes() and not live.noted(), what="nothing to be left")
    finally:
        later.close()


def test_a_node_with_other_digits_is_refused(
    cluster: MadeCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_MNIST", str(write_digits(tmp_path / "other.npz", made_digits(train=320))))
    ended: list[str] = []
    worker = ClusterWorker(lambda *_: None, lambda one: ended.append(one.cause()), Cluster())
    until(lambda: bool(ended), seconds=SECONDS)
    assert "has other digits than the server" in ended[0]
    assert not worker.lost
