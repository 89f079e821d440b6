"""The server's end of a worker: what a job and its queue ask of one, and the worker that is a process of this machine."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from netlab.processes.child import Child
from netlab.processes.sharing import in_time
from netlab.runs.events import Event, EventError, Ready, from_line

log = logging.getLogger(__name__)

STOP_SECONDS = 3.0
KILL_SECONDS = 0.5


class Worker(Protocol):
    """All that a job, the queue and the spare use of a worker, wherever it runs.

    It trains one run after another, and reports from threads of its own: each event once, in order, then its end, once.
    After a run it is free when it reports ``Ready`` with the run's id, and not if this side is ending it. Its commands and
    events are those of ``netlab.training.worker``. No method but ``wait`` waits for the other side.
    """

    @property
    def born(self) -> float:
        """When it was started, on the clock of ``time.monotonic``."""

    @property
    def ready(self) -> bool:
        """Whether it has sent ``Ready``."""

    @property
    def why(self) -> str:
        """Why this side ended it; empty if it did not."""

    @property
    def lost(self) -> bool:
        """Whether it ended because its machine is gone: what it trained goes on elsewhere from its last checkpoint."""

    def train(self, order: dict[str, Any]) -> None:
        """Have it train what ``Job.order`` describes; its silence counts from now."""

    def send(self, cmd: str, **values: Any) -> None:
        """Send a command; one that is gone reports its end and ignores this."""

    def stop(self, reason: str) -> None:
        """Ask it to end the run after its batch; end it if it is not free within ``STOP_SECONDS``."""

    def release(self) -> None:
        """Ask it to leave its paused run as it is; end it if it is not free within ``STOP_SECONDS``."""

    def kill(self, why: str = "") -> None:
        """End it now, and remember why."""

    def wait(self) -> None:
        """Wait until it is over."""

    def silent_for(self) -> float:
        """Seconds since it said anything; a worker that waits says something every two seconds."""

    def overdue(self) -> str:
        """Why it must be ended, if it hangs; else empty. The queue asks once a second."""

    def cause(self) -> str:
        """How it ended, in a sentence; ``why`` if this side ended it."""


OnEvent: TypeAlias = Callable[[Worker, Event], None]
OnEnd: TypeAlias = Callable[[Worker], None]
WorkerFactory: TypeAlias = Callable[[OnEvent, OnEnd], Worker]
"""Starts a worker that reports its events and its end. Raises OSError if none can be started now."""


class LocalWorker(Child):
    """A worker that is a process of this machine."""

    command: tuple[str, ...] = ("-m", "netlab.training.worker")

    def __init__(self, on_event: OnEvent, on_end: OnEnd) -> None:
        self._on_event, self._on_end = on_event, on_end
        self.born = time.monotonic()
        self._ending = threading.Lock()  # between being free and being ended
        self._doomed = False
        self._free = threading.Event()  # a new one for each run
        super().__init__((sys.executable, *self.command))

    @property
    def lost(self) -> bool:
        """False: while this server is here, so is its machine."""
        return False

    def train(self, order: dict[str, Any]) -> None:
        """Have it train; its silence counts from now."""
        self.last_heard, self._free = time.monotonic(), threading.Event()
        self.send("train", **order)

    def send(self, cmd: str, **values: Any) -> None:
        """Send a command."""
        self.write(json.dumps({"cmd": cmd, **values}))

    def heard(self, line: str) -> None:
        """Pass on an event; an empty line only says that the worker waits and is well."""
        if not line.strip():
            return
        try:
            event = from_line(line)
        except EventError as error:
            log.warning("worker %s: %s", self.process.pid, error)
            return
        if isinstance(event, Ready):
            self.ready = True
            with self._ending:
                if self._doomed:
                    return
                if event.after:
                    self._free.set()
        self._on_event(self, event)

    def ended(self) -> None:
        """Pass on the end."""
        self._free.set()
        self._on_end(self)

    def stop(self, reason: str) -> None:
        """Ask it to end the run after its batch; a worker that does not is ended."""
        self._ask("stop", reason=reason)

    def release(self) -> None:
        """Ask it to leave its run; a worker that does not is ended."""
        self._ask("release")

    def kill(self, why: str = "") -> None:
        """End the process now, and remember why."""
        with self._ending:
            self._doomed = True
        super().kill(why)

    def wait(self) -> None:
        """Wait until the process is over."""
        self.process.wait()

    def silent_for(self) -> float:
        """Seconds since it said anything."""
        return time.monotonic() - self.last_heard

    def cause(self, name: str = "The worker process") -> str:
        """How the process ended, in a sentence; our own reason if we ended it."""
        return super().cause(name)

    def _ask(self, cmd: str, **values: Any) -> None:
        self.send(cmd, **values)
        threading.Thread(target=self._press, args=(self._free,), daemon=True, name="stopping").start()

    def _press(self, free: threading.Event) -> None:
        free.wait(STOP_SECONDS)
        with self._ending:
            if free.is_set():
                return
            self._doomed = True
            self.why = (
                f"Its worker did not answer within {in_time(STOP_SECONDS)} and was ended. "
                "What came after its last checkpoint is trained again when you continue."
            )
        self.process.terminate()
        try:
            self.process.wait(KILL_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
