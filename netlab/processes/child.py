"""A process of ours that speaks lines over pipes and ends when its stdin does.

The server writes commands to it and hears what it says from a thread. It runs in a session of its own, so that
Ctrl-C in the server's terminal does not reach it; the end of the pipe does, however the server ended.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from netlab.processes.pulse import Pulse, pulse
from netlab.processes.sharing import in_time

log = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[2]
MEMORY_SIGNALS = ("SIGKILL", "SIGSEGV", "SIGABRT")  # how a process ends when an allocation fails deep inside
OWN_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""What a session of its own is on Windows, which has none."""
STALL_SECONDS = 25.0  # without a word and without any work
BUSY_SECONDS = 180.0  # without a word, though it works: TensorFlow takes a minute to load on a slow machine
ASLEEP_SECONDS = (
    10.0  # who asks once a second and was away for so long slept, as its machine did, and the process too
)


class Child:
    """One process and the threads that read it; a subclass says what a line and the end mean."""

    def __init__(self, command: Sequence[str]) -> None:
        path = os.pathsep.join(filter(None, [str(PROJECT), os.environ.get("PYTHONPATH", "")]))
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",  # a library may say anything on stderr
            env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
            start_new_session=True,
            creationflags=OWN_GROUP,
        )
        self.last_heard = time.monotonic()
        self.ready = False
        self.why = ""  # we ended it, if we did
        self._pulse: Pulse = None
        self._worked = self._asked = self._awake = self.last_heard
        self.complaints = ""  # the end of what it wrote to stderr
        self._errors = threading.Thread(target=self._listen, daemon=True, name="child-stderr")
        self._errors.start()
        threading.Thread(target=self._pump, daemon=True, name="child-stdout").start()

    def heard(self, line: str) -> None:
        """Take in one line that the process said."""
        raise NotImplementedError

    def ended(self) -> None:
        """The process is over; ``cause`` says how."""
        raise NotImplementedError

    def write(self, line: str) -> None:
        """Send a line; a process that is gone is reported by its reader thread."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError):
            log.info("process %s no longer listens", self.process.pid)

    def kill(self, why: str = "") -> None:
        """End the process now, and remember why."""
        self.why = why or self.why
        self.process.kill()

    def overdue(self, since: float = 0.0) -> str:
        """Why the process must be ended, if it hangs: a word was due ``since``, and none came. Else empty.

        Asked about once a second, it tells a process that computes from one that does nothing. After a longer pause, in
        which a laptop slept, the process gets its time anew.
        """
        now, beat = time.monotonic(), pulse(self.process.pid)
        slept, self._asked = now - self._asked > ASLEEP_SECONDS, now
        if slept:
            self._awake = now
        if slept or beat != self._pulse or beat is None:
            self._pulse, self._worked = beat, now
        silent = now - max(self.last_heard, since, self._awake)
        if silent > BUSY_SECONDS:
            return f"The worker process had said nothing for {in_time(BUSY_SECONDS)} and was ended."
        if min(silent, now - self._worked) > STALL_SECONDS:
            return f"The worker process did nothing for {in_time(STALL_SECONDS)} and was ended."
        return ""

    def cause(self, name: str) -> str:
        """How the process called ``name`` ended, in a sentence; our own reason if we ended it."""
        if self.why:
            return self.why
        code = self.process.returncode
        if code is not None and code < 0:
            ended_by = signal.Signals(-code).name
            hint = " The machine may have been short of memory for it." if ended_by in MEMORY_SIGNALS else ""
            return f"{name} was ended by {ended_by}.{hint}"
        last = self.complaints.strip().splitlines()[-1:] or ["it said nothing"]
        return f"{name} ended unexpectedly (exit code {code}): {last[0][:200]}"

    def _pump(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.last_heard = time.monotonic()
            self.heard(line)
        self.process.wait()
        self._errors.join(timeout=1.0)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            _close(stream)
        self.ended()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.complaints = (self.complaints + line)[-2000:]


def _close(stream: Any) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        log.debug("a pipe was closed from the other end")
