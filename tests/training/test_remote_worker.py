"""A queue needs no process of this machine: here its workers are reached over a socket and have no process at all."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from netlab.data import Digits
from netlab.nets.spec import NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done, Metrics, Ready, from_line
from netlab.training import worker
from netlab.training.handle import STOP_SECONDS, OnEnd, OnEvent
from netlab.training.loop import train
from netlab.training.queue import Job, JobQueue
from tests.waiting import until

SHORT = NetworkSpec(hidden=(8,), epochs=2)
LONG = NetworkSpec(hidden=(8,), epochs=200, batch_size=4)
LOST = "The connection to the worker ended."


def lines(end: socket.socket) -> Iterator[str]:
    with end.makefile("r", encoding="utf-8") as stream:
        yield from stream


class SocketWorker:
    """The worker's own code at the far end of a socket, in a thread of this process."""

    lost = False

    def __init__(self, on_event: OnEvent, on_end: OnEnd) -> None:
        self.born = self._heard = time.monotonic()
        self.ready, self.why = False, ""
        self._free = threading.Event()
        self._on_event, self._on_end = on_event, on_end
        self._near, self._far = socket.socketpair()
        self._over = threading.Event()
        self._trainer = threading.Thread(target=self._serve, daemon=True)
        self._trainer.start()
        threading.Thread(target=self._listen, daemon=True).start()

    def train(self, order: dict[str, Any]) -> None:
        self._heard, self._free = time.monotonic(), threading.Event()
        self.send("train", **order)

    def send(self, cmd: str, **values: Any) -> None:
        with suppress(OSError):  # the thread that listens reports the end
            self._near.sendall(json.dumps({"cmd": cmd, **values}).encode() + b"\n")

    def stop(self, reason: str) -> None:
        self.send("stop", reason=reason)
        threading.Thread(target=self._press, args=(self._free,), daemon=True).start()

    def release(self) -> None:
        self.send("release")
        threading.Thread(target=self._press, args=(self._free,), daemon=True).start()

    def kill(self, why: str = "") -> None:
        self.why = why or self.why
        self.disconnect()

    def disconnect(self) -> None:
        with suppress(OSError):  # it is over already
            self._near.shutdown(socket.SHUT_RDWR)

    def wait(self) -> None:
        self._over.wait()

    def silent_for(self) -> float:
        return time.monotonic() - self._heard

    def overdue(self) -> str:
        return "The worker said nothing for two minutes." if self.silent_for() > 120 else ""

    def cause(self) -> str:
        return self.why or LOST

    def _press(self, free: threading.Event) -> None:
        if not free.wait(STOP_SECONDS):
            self.kill("The worker did not stop.")

    def _listen(self) -> None:
        with self._near:
            for line in lines(self._near):
                self._heard = time.monotonic()
                if line.strip():
                    event = from_line(line)
                    if isinstance(event, Ready):
                        self.ready = True
                        if self.why:
                            continue
                        if event.after:
                            self._free.set()
                    self._on_event(self, event)
        self._trainer.join()
        self._over.set()
        self._free.set()
        self._on_end(self)

    def _serve(self) -> None:
        with self._far:
            put = self._far.sendall
            with suppress(ConnectionError):  # the server is gone, so there is nobody to tell
                worker.serve(
                    worker.Pipe(lines(self._far), lambda line: put(f"{line}\n".encode()), lambda: None)
                )
            with suppress(OSError):  # the other side has ended it already
                self._far.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def job_queue(digits_file: Path) -> Iterator[JobQueue]:
    one = JobQueue(slots=1, grace=600.0, warm=False, pause=0.1, make_worker=SocketWorker)
    yield one
    one.close()


def state(job: Job, *states: str) -> None:
    until(lambda: job.state in states, what=f"one of {states} (now {job.state}: {job.reason})")


def test_a_run_is_trained_and_kept_and_is_that_of_the_loop_alone(job_queue: JobQueue, digits: Digits) -> None:
    job = job_queue.submit(SHORT)
    state(job, "done")
    *events, done = train(SHORT, digits, run_id=store.new_id(), keep=False)
    losses = [loss for event in events if isinstance(event, Metrics) for loss in event.losses]
    assert list(job.history.losses) == pytest.approx(losses, rel=1e-5)
    assert isinstance(done, Done)
    assert job.done is not None
    assert job.done.test_accuracy == done.test_accuracy
    run = store.get(job.id)
    assert run is not None
    assert run.state() == "done"
    until(lambda: not job_queue.running(), what="the place to be free")


def test_a_paused_run_gives_its_worker_back_and_goes_on_in_another(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    until(lambda: job.history.step > 20)
    first = job.worker
    assert first is not None
    job.send("pause")
    until(lambda: job.gave_back, what="the worker to be given back")
    first.wait()
    step = job.history.step
    job.send("batch")
    until(lambda: job.history.step == step + 1, what="one batch more")
    assert job.worker is not first


def test_a_stopped_run_goes_on_from_its_last_step(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    until(lambda: job.history.step > 20)
    job_queue.stop(job, "Enough.")
    state(job, "stopped")
    assert job.reason == "Enough."
    until(lambda: not job_queue.running(), what="the place to be free")
    step = job.history.step
    again = job_queue.continue_run(job.id)
    assert again is not None
    until(lambda: again.history.step > step or again.reason)
    assert (again.state, again.reason, again.starts_again) == ("running", "", "")


def test_a_lost_connection_is_told_and_the_curves_stay(job_queue: JobQueue) -> None:
    job = job_queue.submit(LONG)
    until(lambda: job.history.step > 20)
    assert isinstance(job.worker, SocketWorker)
    job.worker.disconnect()
    state(job, "died")
    assert job.reason == LOST
    assert job.history.step > 20
    assert job_queue.view(job).can_continue
