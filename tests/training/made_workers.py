"""Workers without a process, on a clock that a test turns: what a class does in half an hour is over in a second."""

from __future__ import annotations

import random
from typing import Any

from netlab.nets.spec import NetworkSpec
from netlab.runs.events import Done, Metrics, Paused, Ready, Started
from netlab.training.handle import OnEnd, OnEvent
from netlab.training.job import Job
from netlab.training.pace import steps, weight
from netlab.training.queue import JobQueue

IMAGES = 2000
TELLS = 5  # messages about batches that a run sends
BESIDE = 1.5  # seconds that a run takes beside its batches


class Room:
    """A machine with its clock: what its workers do, and in which order they began it."""

    def __init__(self, slots: int, *, batch_seconds: float = 0.05, spread: float = 0.0) -> None:
        self.now, self.workers, self.begun = 0.0, [], []  # type: ignore[var-annotated]
        self._batch, self._spread, self._chance = batch_seconds, spread, random.Random(1)
        self.queue = JobQueue(
            slots=slots, grace=1e9, warm=False, make_worker=self._make, clock=lambda: self.now
        )

    def _make(self, on_event: OnEvent, on_end: OnEnd) -> MadeWorker:
        self.workers.append(MadeWorker(self, on_event, on_end))
        found: MadeWorker = self.workers[-1]
        return found

    def pause(self, job: Job) -> None:
        """Let the worker of a job say that it waits."""
        assert job.worker is not None
        job.worker.tells = []  # type: ignore[attr-defined]
        job.worker.on_event(job.worker, Paused(job.history.step))  # type: ignore[attr-defined]

    def batch_seconds(self, spec: NetworkSpec) -> float:
        return self._batch * weight(spec) * (1 + self._chance.uniform(-self._spread, self._spread))

    def step(self) -> bool:
        """Let the next thing happen; False if nothing goes on any more."""
        busy = [worker for worker in self.workers if worker.tells]
        if not busy:
            return False
        worker = min(busy, key=lambda one: one.tells[0][0])
        self.now, events = worker.tells.pop(0)
        for event in events:
            worker.on_event(worker, event)
        return True


class MadeWorker:
    """Says at the right time what a worker would say."""

    lost = False

    def __init__(self, room: Room, on_event: OnEvent, on_end: OnEnd) -> None:
        self.room, self.on_event, self.on_end = room, on_event, on_end
        self.born, self.ready, self.why = 0.0, True, ""
        self.tells: list[tuple[float, list[Any]]] = []
        self.sent: list[str] = []

    def train(self, order: dict[str, Any]) -> None:
        spec, run = NetworkSpec.from_json(order["spec"]), order["run"]
        self.room.begun.append((self.room.now, run))
        total, pace = steps(spec, IMAGES), self.room.batch_seconds(spec)
        begins = self.room.now + BESIDE / 2
        started = Started(
            run, spec.parameter_count, spec.examples_used(IMAGES), 100, spec.steps_per_epoch(IMAGES), total,
            "made", "Made for a test.",
        )  # fmt: skip
        self.tells = [(begins, [started])]
        told = 0
        for part in range(1, TELLS + 1):
            until = total * part // TELLS
            count = until - told
            metrics = Metrics(until, (1.0,) * count, (0.5,) * count, spec.batch_size / pace, until * pace)
            self.tells.append((begins + until * pace, [metrics]))
            told = until
        done = Done(spec.parameter_count, 0.9, 0.3, total * pace, spec.batch_size / pace, run, True)
        ready = Ready(0.0, 100.0, "made", "Made for a test.", after=run)
        self.tells.append((begins + total * pace + BESIDE / 2, [done, ready]))

    def send(self, cmd: str, **values: Any) -> None:
        self.sent.append(cmd)

    def stop(self, reason: str) -> None:
        self.sent.append("stop")

    def release(self) -> None:
        self.sent.append("release")

    def kill(self, why: str = "") -> None:
        self.why, self.tells = why or self.why, []

    def wait(self) -> None:
        """It has no process to wait for."""

    def silent_for(self) -> float:
        return 0.0

    def overdue(self) -> str:
        return ""

    def cause(self) -> str:
        return self.why or "It was made for a test."
