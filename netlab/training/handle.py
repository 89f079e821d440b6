"""The server's end of a worker: commands out, events in, and a stop that cannot be overheard."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, TypeAlias

from netlab.processes.child import Child
from netlab.processes.sharing import in_time
from netlab.runs.events import Event, EventError, Ready, from_line

log = logging.getLogger(__name__)

OnEvent: TypeAlias = "Callable[[Worker, Event], None]"
OnEnd: TypeAlias = "Callable[[Worker], None]"
WorkerFactory: TypeAlias = "Callable[[OnEvent, OnEnd], Worker]"
"""Starts a worker that tells its events and its end: a process here, or something that speaks for one elsewhere."""

STOP_SECONDS = 3.0
KILL_SECONDS = 0.5


class Worker(Child):
    """A worker process."""

    def __init__(self, on_event: OnEvent, on_end: OnEnd) -> None:
        self._on_event, self._on_end = on_event, on_end
        self.born = time.monotonic()
        super().__init__((sys.executable, "-m", "netlab.training.worker"))

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
        self.ready = self.ready or isinstance(event, Ready)
        self._on_event(self, event)

    def ended(self) -> None:
        """Pass on the end."""
        self._on_end(self)

    def stop(self, reason: str) -> None:
        """Ask it to end after its batch; a worker that does not is ended."""
        self.send("stop", reason=reason)
        threading.Thread(target=self._press, daemon=True, name="stopping").start()

    def _press(self) -> None:
        for seconds, harder in ((STOP_SECONDS, self.process.terminate), (KILL_SECONDS, self.process.kill)):
            try:
                self.process.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                self.why = (
                    f"Its worker did not answer within {in_time(STOP_SECONDS)} and was ended. "
                    "What came after its last checkpoint is trained again when you continue."
                )
                harder()
