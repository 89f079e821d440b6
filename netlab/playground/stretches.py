"""Have stretches computed in a process of its own, where there is a second core for it; else here.

The process (``netlab.playground.stretch_worker``) is started by the first player and stays. Whoever waits for it leaves the
server's other threads free to answer. What it cannot give, because it is gone or hangs, is computed here, and so is one
stretch at a time while several wait for it already.
"""

from __future__ import annotations

import itertools
import logging
import pickle
import sys
import threading
from concurrent.futures import Future

from netlab.playground.stretch import Ends, stretch
from netlab.playground.stretch_worker import READY, line_of, thing_in
from netlab.playground.training import State, Task
from netlab.processes import limits
from netlab.processes.child import Child

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-m", "netlab.playground.stretch_worker")
PATIENCE = 5.0
"""Seconds after which a process that does not answer is ended; a class's stretches in line take less than one."""
LINE = 3
"""So many that wait are a line: the next is computed here, unless one is already."""
MOST_LOST = 3
"""After so many processes that ended without an answer none is started any more."""


class _Process(Child):
    def __init__(self, stretches: Stretches) -> None:
        self._stretches, self._numbers = stretches, itertools.count()
        self._lock, self._pen = threading.Lock(), threading.Lock()
        self._waiting: dict[int, Future[Ends]] = {}
        self._over = False
        super().__init__(COMMAND)

    def ask(self, task: Task, state: State, epochs: int, seconds: float) -> Future[Ends]:
        """What will be the stretch."""
        packed, future = pickle.dumps(task), Future[Ends]()
        with self._lock:
            if self._over:
                raise ProcessLookupError(self._cause())
            number = next(self._numbers)
            self._waiting[number] = future
        line = line_of((number, packed, state, epochs, seconds))
        with self._pen:  # a full pipe is emptied by a process whose answers are heard meanwhile
            self.write(line)
        return future

    @property
    def line(self) -> int:
        """How many wait for it."""
        return len(self._waiting)

    def heard(self, line: str) -> None:
        if line.strip() == READY:
            self.ready = True
            return
        number, ends = thing_in(line)
        with self._lock:
            future = self._waiting.pop(number)
        future.set_result(ends)
        self._stretches.gave()

    def ended(self) -> None:
        self._stretches.over(self)
        with self._lock:
            self._over, waiting = True, list(self._waiting.values())
            self._waiting.clear()
        for future in waiting:
            future.set_exception(ProcessLookupError(self._cause()))

    def _cause(self) -> str:
        return self.cause("The process that trains stretches")


class Stretches:
    """Asks the process, which it starts when it is needed.

    Parameters
    ----------
    cores : int, optional
        Of this machine, by default as many as it has; with one, everything is computed here.
    """

    def __init__(self, cores: int | None = None) -> None:
        self._cores = limits.cores() if cores is None else cores
        self._lock, self._here = threading.Lock(), threading.Lock()
        self._process: _Process | None = None
        self._lost = 0  # processes, one after the other, that gave no answer

    def compute(self, task: Task, state: State, epochs: int, seconds: float) -> Ends:
        """A stretch, as ``netlab.playground.stretch.stretch`` has it, to the same bits."""
        process = self.process()
        if process is None or not process.ready:
            return stretch(task, state, epochs, seconds)
        if process.line >= LINE and self._here.acquire(blocking=False):
            try:
                return stretch(task, state, epochs, seconds)
            finally:
                self._here.release()
        try:
            return process.ask(task, state, epochs, seconds).result(PATIENCE)
        except ProcessLookupError as error:
            log.warning("%s This stretch is trained by the server itself.", error)
        except TimeoutError:
            process.kill("The process that trains stretches did not answer and was ended.")
        return stretch(task, state, epochs, seconds)

    def process(self) -> _Process | None:
        """The process, started if there is none; None where there is to be none."""
        with self._lock:
            if self._process is None and self._cores > 1 and self._lost < MOST_LOST:
                self._process = _Process(self)
            return self._process

    def gave(self) -> None:
        """The process has given an answer."""
        with self._lock:
            self._lost = 0

    def over(self, process: _Process) -> None:
        """A process has ended."""
        with self._lock:
            self._lost += 1
            if self._process is process:
                self._process = None

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._process is not None:
                self._process.kill("Netlab was closed.")


STRETCHES = Stretches()
"""The one of this server."""
