"""One worker kept warm, so that the next training begins at once; tried again, ever later, when it cannot start."""

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
    """The worker that waits, or why there is none."""

    def __init__(self, make: Callable[[], Worker], *, wanted: bool) -> None:
        self.worker: Worker | None = None
        self.trouble = ""  # why none could be started the last time
        self.wanted = wanted
        self._make = make
        self._failures, self._not_before = 0, 0.0

    def keep(self) -> None:
        """Start one if there is none and it is time."""
        if self.worker is not None or not self.wanted or time.monotonic() < self._not_before:
            return
        try:
            self.worker = self._make()
        except OSError as error:
            self._failed(f"A process could not be started ({error.strerror or error}).")

    def take(self) -> Worker | None:
        """Hand it out; one that has not been heard of for a while is ended instead."""
        worker, self.worker = self.worker, None
        if worker is not None and worker.ready and worker.silent_for() > FRESH_SECONDS:
            worker.kill("It did not answer while it waited.")
            return None
        return worker

    def check(self) -> None:
        """End it if it hangs."""
        worker = self.worker
        if worker is not None and (why := worker.overdue()):
            worker.kill(why)

    def heard(self) -> None:
        """A worker is ready: whatever was the trouble is over."""
        self.trouble = ""

    def lost(self, worker: Worker) -> None:
        """Take in that a worker is over; if it was the spare, another is started, later each time it fails."""
        if worker is not self.worker:
            return
        self.worker = None
        if time.monotonic() - worker.born > SOUND_SECONDS:
            self._failures = 0
        self._failed(worker.cause())

    def _failed(self, why: str) -> None:
        wait = min(FIRST_WAIT_SECONDS * 2**self._failures, LONGEST_WAIT_SECONDS)
        self._failures, self.trouble = self._failures + 1, why
        self._not_before = time.monotonic() + wait
        log.error("no worker stands by; the next try is in %g s: %s", wait, why)
