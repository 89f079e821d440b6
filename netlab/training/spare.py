"""Workers kept warm, so that the next training begins at once; a first is tried again, ever later, when it cannot start."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from netlab.training.handle import Worker

log = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 300.0
SOUND_SECONDS = 60.0  # a worker that lived so long did not fail
FRESH_SECONDS = 8.0  # a sound spare says something every two seconds


class Spare:
    """The workers that wait, or why there is none. Its queue's lock is held by whoever calls."""

    def __init__(self, make: Callable[[], Worker], *, wanted: bool) -> None:
        self.workers: list[Worker] = []
        self.trouble = ""  # why none could be started the last time
        self.wanted = wanted
        self._make = make
        self._worn: set[Worker] = set()
        self._failures, self._not_before = 0, 0.0

    @property
    def worker(self) -> Worker | None:
        """The one that the next training would get."""
        return max(self.workers, key=self._worth, default=None)

    def keep(self) -> None:
        """Start one if there is none but worn ones and it is time."""
        fresh = any(worker not in self._worn for worker in self.workers)
        if fresh or not self.wanted or time.monotonic() < self._not_before:
            return
        try:
            self.workers.append(self._make())
        except OSError as error:
            self._failed(f"A process could not be started ({error.strerror or error}).")

    def give(self, worker: Worker, *, worn: bool, most: int) -> None:
        """Take in a worker that has trained; of more than ``most`` the worst are ended."""
        self.workers.append(worker)
        if worn:
            self._worn.add(worker)
        while len(self.workers) > most:
            self._drop(min(self.workers, key=self._worth)).kill()

    def take(self) -> Worker | None:
        """Hand one out; what has not been heard of for a while is ended instead."""
        while (worker := self.worker) is not None:
            self._drop(worker)
            if not worker.ready or worker.silent_for() <= FRESH_SECONDS:
                return worker
            worker.kill("It did not answer while it waited.")
        return None

    def heard(self, worker: Worker) -> None:
        """A worker is ready: whatever was the trouble is over, and a worn one that waited for it goes."""
        self.trouble = ""
        if worker in self.workers and worker not in self._worn:
            for old in self._worn.intersection(self.workers):
                self._drop(old).kill()

    def lost(self, worker: Worker) -> None:
        """Take in that a worker is over; if it was a spare, another is started, later each time it fails."""
        if worker not in self.workers:
            return
        self._drop(worker)
        if time.monotonic() - worker.born > SOUND_SECONDS:
            self._failures = 0
        self._failed(worker.cause())

    def _worth(self, worker: Worker) -> tuple[bool, bool]:
        return worker.ready, worker not in self._worn

    def _drop(self, worker: Worker) -> Worker:
        self.workers.remove(worker)
        self._worn.discard(worker)
        return worker

    def _failed(self, why: str) -> None:
        wait = min(FIRST_WAIT_SECONDS * 2**self._failures, LONGEST_WAIT_SECONDS)
        self._failures, self.trouble = self._failures + 1, why
        self._not_before = time.monotonic() + wait
        log.error("no worker stands by; the next try is in %g s: %s", wait, why)
