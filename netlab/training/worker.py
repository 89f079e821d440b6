"""One training in one process: commands come in on stdin, events go out on stdout, a line of JSON each.

The end of stdin means that the server is gone; the worker ends with it, so no worker is left behind.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from typing import Any, NoReturn, TextIO

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

from netlab import data
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.training import limits, runs
from netlab.training.events import Event, Failed, Ready, StartsAgain
from netlab.training.loop import Command, train
from netlab.training.states import check
from netlab.training.trainer import layout

KINDS = ("pause", "resume", "batch", "epoch", "stop", "learning_rate")


class Pipe:
    """Events to the server, commands from it."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._target, self._lock = target, threading.Lock()
        self._commands: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, args=(source,), daemon=True, name="commands").start()

    def tell(self, event: Event) -> None:
        """Write one event; a server that is gone ends this process."""
        with self._lock:
            try:
                self._target.write(event.to_line() + "\n")
                self._target.flush()
            except BrokenPipeError:
                os._exit(0)

    def order(self) -> dict[str, Any]:
        """Wait for the next line from the server."""
        return self._commands.get()

    def take(self, *, wait: bool) -> Command | None:
        """The next command for a running training (see ``netlab.training.loop.Inbox``)."""
        try:
            order = self._commands.get(block=wait)
        except queue.Empty:
            return None
        if order.get("cmd") not in KINDS:
            return None
        return Command(order["cmd"], float(order.get("value", 0.0)))

    def _read(self, source: TextIO) -> NoReturn:
        for line in source:
            try:
                order = json.loads(line)
            except ValueError:
                print(f"not a command: {line[:80]!r}", file=sys.stderr)
                continue
            self._commands.put(order)
        os._exit(0)


def main() -> None:
    """Warm up, wait for a network, train it, end."""
    target = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # a stray print of a library must not break the protocol
    pipe = Pipe(sys.stdin, target)
    if hasattr(os, "nice"):
        os.nice(5)  # the page answers first
    limits.cap_memory()
    began = time.monotonic()
    single_thread()
    import tensorflow  # noqa: F401 - now, while nobody waits

    digits = data.load()
    pipe.tell(
        Ready(time.monotonic() - began, limits.resident_mb(), digits.source, digits.note, digits.warnings)
    )
    work(pipe, digits, pipe.order())


def work(pipe: Pipe, digits: data.Digits, order: dict[str, Any]) -> None:
    """Train what the server asked for and tell every event."""
    run_id = str(order["run"])
    try:
        spec = NetworkSpec.from_json(order["spec"])
    except SpecError as error:
        pipe.tell(Failed(str(error)))
        return
    run = runs.get(run_id) if order.get("continue") else None
    checkpoint = None if run is None else _last_state(run, spec, digits)
    if order.get("continue") and checkpoint is None:
        pipe.tell(StartsAgain("None of its checkpoints can be read."))
    for event in train(spec, digits, run_id=run_id, inbox=pipe, continue_from=checkpoint):
        pipe.tell(event)


def _last_state(run: runs.Run, spec: NetworkSpec, digits: data.Digits) -> runs.Checkpoint | None:
    """The newest state that this very training can go on from."""
    epoch, arrays = spec.steps_per_epoch(len(digits.y_train)), layout(spec)
    return run.checkpoint(lambda found: check(found, arrays, epoch, epoch * spec.epochs))


def single_thread() -> None:
    """One thread of arithmetic: the same sums in the same order each time, and the fastest for batches of 32.

    TensorFlow reads these when it starts, so call it before.
    """
    os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")


if __name__ == "__main__":
    main()
