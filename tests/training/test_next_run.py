"""A worker that has trained trains again: at once, with the bits of a process of its own, and never after a failure."""

from __future__ import annotations

import json
import os
import queue
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.processes import limits
from netlab.runs import store
from netlab.runs.events import Done, Event, Failed, Metrics, Paused, Ready, Started, Stopped, from_line
from netlab.training import handle, spare, worker
from netlab.training.handle import LocalWorker, OnEnd, OnEvent
from netlab.training.job import Job
from netlab.training.queue import JobQueue
from tests.waiting import until

LONG = NetworkSpec(hidden=(16,), epochs=200, batch_size=4)
FIRST = NetworkSpec(hidden=(16,), epochs=2, dropout=0.3, optimizer="nadam")
OTHER = NetworkSpec(hidden=(8, 8), epochs=1, seed=5, optimizer="adam", l2=1e-4, initializer="he_normal")


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=True, pause=0.5)
    yield one
    one.close()


def process(job: Job) -> int:
    """The process that trains it."""
    found = until(lambda: job.worker, what="a worker")
    assert isinstance(found, LocalWorker)
    return found.process.pid


def trained(job_queue: JobQueue, spec: NetworkSpec) -> tuple[Job, int]:
    """A run to its end, and the process that trained it."""
    job = job_queue.submit(spec)
    pid = process(job)
    until(lambda: job.worker is None, seconds=240, what="the end")
    assert job.state == "done", job.reason
    return job, pid


def left(job: Job) -> tuple[list[Any], list[Any], dict[str, np.ndarray], list[bytes]]:
    """What a run has left: its history, its final weights and the graph that TensorBoard draws."""
    run = store.get(job.id)
    assert run is not None
    batches = [(event.losses, event.accuracies) for event in run.events() if isinstance(event, Metrics)]
    validations = [event for event in run.events() if event.name in ("validation", "epoch")]
    flat = [[value for part in parts for value in part] for parts in zip(*batches, strict=True)]
    (board,) = run.tensorboard.glob("*/train/*")
    graph = board.read_bytes()
    start = graph.index(b'{"module": "keras"')
    return flat, validations, run.weights()[1], [graph[start : graph.index(b"}}", start)]]


def test_run_another_network_and_the_run_again_are_one_process_and_the_bits_of_a_fresh_one(
    job_queue: JobQueue,
) -> None:
    before, first = trained(job_queue, FIRST)
    _, second = trained(job_queue, OTHER)
    again, third = trained(job_queue, FIRST)
    assert first == second == third
    fresh_queue = JobQueue(slots=1, grace=600.0, warm=False)
    try:
        fresh, elsewhere = trained(fresh_queue, FIRST)
    finally:
        fresh_queue.close()
    assert elsewhere != first
    one, two, alone = left(before), left(again), left(fresh)
    for mine in (one, two):
        assert mine[0] == alone[0]
        assert mine[1] == alone[1]
        assert mine[3] == alone[3]
        assert mine[2].keys() == alone[2].keys()
        assert all(np.array_equal(mine[2][name], alone[2][name]) for name in alone[2])


def test_stop_ends_the_run_and_keeps_the_worker_and_continue_gets_it(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    pid = process(job)
    until(lambda: job.history.step > 20, seconds=120)
    job_queue.stop(job, "Enough.")
    until(lambda: job.worker is None, what="the place to be free")
    assert (job.state, job.reason) == ("stopped", "Enough.")
    step = job.history.step
    again = job_queue.continue_run(job.id)
    assert again is not None
    assert process(again) == pid
    until(lambda: again.history.step > step)


def test_a_paused_runs_worker_trains_another_run_and_then_the_paused_one(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    pid = process(job)
    until(lambda: job.history.step > 20, seconds=120)
    job.send("pause")
    until(lambda: job.gave_back, what="the worker to be given back")
    step = job.history.step
    _, same = trained(job_queue, OTHER)
    assert same == pid
    assert (job.state, job.history.step) == ("paused", step)
    job.send("batch")
    assert process(job) == pid
    until(lambda: job.history.step == step + 1)
    assert not job.starts_again


def test_a_worker_that_was_killed_is_not_used_again(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    pid = process(job)
    until(lambda: job.history.step > 5, seconds=120)
    assert isinstance(job.worker, LocalWorker)
    job.worker.process.kill()
    until(lambda: job.state == "died")
    again = job_queue.continue_run(job.id)
    assert again is not None
    assert process(again) != pid


class Server:
    """The other end of a worker's pipe, in a thread of this process: lines in, events out."""

    def __init__(self) -> None:
        self.lines: queue.Queue[str | None] = queue.Queue()
        self.events: list[Event] = []
        self.pipe = worker.Pipe(iter(self.lines.get, None), self._hear, lambda: None)

    def order(self, cmd: str, **values: Any) -> None:
        self.lines.put(json.dumps({"cmd": cmd, **values}))

    def train(self, run_id: str) -> None:
        self.order("train", **Job(run_id, NetworkSpec(hidden=(4,), epochs=1)).order())

    def _hear(self, line: str) -> None:
        if line.strip():
            self.events.append(from_line(line))


@pytest.fixture
def here(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose worker finds the small made set and is warm."""
    monkeypatch.setattr("netlab.training.worker.data.load", lambda: digits)
    monkeypatch.setattr(worker, "warm_up", lambda _: None)
    server = Server()
    yield server
    server.lines.put(None)


def test_a_command_that_comes_after_its_run_does_not_touch_the_next(
    here: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = store.new_id(), store.new_id()
    told = here.pipe.tell

    def tell(event: Event) -> None:
        told(event)
        if isinstance(event, Ready) and event.after == first:
            here.order("stop", reason="too late")
            here.train(second)
        elif isinstance(event, Ready) and event.after == second:
            raise ConnectionError

    monkeypatch.setattr(here.pipe, "tell", tell)
    here.train(first)
    with pytest.raises(ConnectionError):
        worker.serve(here.pipe)
    assert [event.run for event in here.events if isinstance(event, Done | Started)] == [
        first, first, second, second,
    ]  # fmt: skip
    assert not any(isinstance(event, Stopped) for event in here.events)


def test_a_worker_whose_run_failed_ends(here: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Iterator[Event]:
        yield Failed("There was not enough memory for this network.")

    monkeypatch.setattr(worker, "train", fail)
    here.train(store.new_id())
    worker.serve(here.pipe)
    assert [event.name for event in here.events] == ["ready", "failed"]


def test_a_worker_that_has_grown_says_so(here: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = iter([500.0, 500.0 + limits.GROWTH_MB, 501.0 + limits.GROWTH_MB])
    monkeypatch.setattr(limits, "resident_mb", lambda: next(sizes))
    told = here.pipe.tell

    def tell(event: Event) -> None:
        told(event)
        if isinstance(event, Ready):
            if event.worn:
                raise ConnectionError
            here.train(store.new_id())

    monkeypatch.setattr(here.pipe, "tell", tell)
    with pytest.raises(ConnectionError):
        worker.serve(here.pipe)
    assert [event.worn for event in here.events if isinstance(event, Ready)] == [False, False, True]


class Puppet:
    """A worker that does what a test says."""

    born, why, lost = 0.0, "", False

    def __init__(self, on_event: OnEvent, on_end: OnEnd) -> None:
        self.ready, self.over, self.run, self.silence = False, False, "", 0.0
        self.asked: list[str] = []
        self._on_event, self._on_end = on_event, on_end

    def tell(self, event: Event) -> None:
        self.ready = self.ready or isinstance(event, Ready)
        self._on_event(self, event)

    def get_ready(self, *, worn: bool = False) -> None:
        self.tell(Ready(1.0, 500.0, "made", "", (), self.run, worn))

    def start(self, step: int = 0) -> None:
        self.tell(Started(self.run, 10, 640, 200, 160, 32000, "made", "", step))

    def train(self, order: dict[str, Any]) -> None:
        self.run = order["run"]

    def send(self, cmd: str, **values: Any) -> None:
        self.asked.append(cmd)

    def stop(self, reason: str) -> None:
        self.asked.append("stop")

    def release(self) -> None:
        self.asked.append("release")

    def kill(self, why: str = "") -> None:
        self.why, self.over = why, True

    def wait(self) -> None:
        assert self.over

    def silent_for(self) -> float:
        return self.silence

    def overdue(self) -> str:
        return ""

    def cause(self) -> str:
        return self.why or "It ended."


@pytest.fixture
def puppets() -> Iterator[Callable[..., tuple[JobQueue, list[Puppet]]]]:
    """A queue whose workers are puppets, in the order in which they were started."""
    queues = []

    def make(slots: int, pause: float = 600.0, *, warm: bool = True) -> tuple[JobQueue, list[Puppet]]:
        made: list[Puppet] = []

        def puppet(on_event: OnEvent, on_end: OnEnd) -> Puppet:
            made.append(Puppet(on_event, on_end))
            return made[-1]

        queues.append(JobQueue(slots=slots, grace=600.0, warm=warm, pause=pause, make_worker=puppet))
        return queues[-1], made

    yield make
    for one in queues:
        one.close()


def test_all_that_have_trained_stand_by_and_no_more_than_there_are_places(puppets: Any) -> None:
    job_queue, made = puppets(2)
    jobs = [job_queue.submit(LONG) for _ in range(2)]
    for one in made:
        one.get_ready() if not one.run else one.start()
    assert len(made) == 2
    for one in made:
        one.tell(Stopped(0, 0.0))
        one.get_ready()
    assert [job.state for job in jobs] == ["stopped", "stopped"]
    again = [job_queue.submit(LONG) for _ in range(2)]
    assert len(made) == 2
    assert {job.worker for job in again} == set(made)


def test_a_worker_goes_from_its_run_to_the_next_in_the_queue_even_if_none_is_kept_warm(puppets: Any) -> None:
    job_queue, made = puppets(1, warm=False)
    first, second = job_queue.submit(LONG), job_queue.submit(LONG)
    (one,) = made
    one.start()
    one.tell(Stopped(0, 0.0))
    assert second.worker is None  # its worker is not free yet
    one.get_ready()
    assert (first.worker, second.worker) == (None, one)
    one.start()
    one.tell(Stopped(0, 0.0))
    one.get_ready()
    assert one.over


def test_the_folder_of_a_paused_run_is_free_before_anybody_else_trains_it(puppets: Any) -> None:
    job_queue, made = puppets(2, pause=0.0)
    job = job_queue.submit(LONG)
    until(lambda: job.worker is not None)
    one = made[0]
    one.start()
    job.take(Metrics(1, (1.0,), (0.5,), 1.0, 1.0))
    one.tell(Paused(1))
    until(lambda: "release" in one.asked, what="the release")
    assert job.gave_back
    job.send("resume")
    assert (job.state, job.worker) == ("queued", None)
    assert len(made) == 1
    one.get_ready()
    assert job.worker is one


def test_a_paused_run_that_is_stopped_while_its_worker_leaves_is_stopped_on_the_disk_too(
    puppets: Any,
) -> None:
    job_queue, made = puppets(1, pause=0.0)
    job = job_queue.submit(LONG)
    run = store.get(job.id)
    assert run is not None
    held = run.hold()
    one = made[0]
    one.start()
    one.tell(Paused(0))
    until(lambda: "release" in one.asked, what="the release")
    job_queue.stop(job, "Enough.")
    assert job.state == "stopped"
    assert run.ending() is None  # somebody else holds it
    os.close(held)
    one.get_ready()
    assert run.ending() == Stopped(0, 0.0, "Enough.")


def test_a_worn_spare_waits_for_its_successor_and_goes() -> None:
    made: list[Puppet] = []

    def make() -> Puppet:
        made.append(Puppet(lambda *_: None, lambda *_: None))
        return made[-1]

    one = spare.Spare(make, wanted=True)
    worn = make()
    worn.get_ready()
    one.give(worn, worn=True, most=1)
    one.keep()
    one.keep()
    assert len(made) == 2
    assert one.worker is worn  # whoever presses now begins at once
    made[1].get_ready()
    one.heard(made[1])
    assert (one.workers, worn.over) == ([made[1]], True)


def test_of_the_spares_the_ready_ones_are_taken_and_the_silent_ones_ended() -> None:
    one = spare.Spare(lambda: Puppet(lambda *_: None, lambda *_: None), wanted=True)
    booting, silent, sound = (Puppet(lambda *_: None, lambda *_: None) for _ in range(3))
    for trained_one in (silent, sound):
        trained_one.get_ready()
    for worker_ in (booting, silent, sound):
        one.give(worker_, worn=False, most=3)
    silent.silence = spare.FRESH_SECONDS + 1
    assert one.take() is sound
    assert one.take() is booting
    assert silent.over
    assert one.take() is None


def test_a_worker_that_did_not_stop_in_time_is_not_used_again(
    job_queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handle, "STOP_SECONDS", 0.0)  # every stop is pressed at once
    job = job_queue.submit(LONG)
    pid = process(job)
    until(lambda: job.history.step > 20, seconds=120)
    job_queue.stop(job)
    until(lambda: job.worker is None, what="the end")
    assert job.state == "stopped"
    again, other = trained(job_queue, OTHER)
    assert other != pid
    assert again.done is not None
