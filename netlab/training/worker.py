"""One training after another in one process: commands come in on stdin, events go out on stdout, a line of JSON each.

Between two runs everything that TensorFlow and Keras remember of the first is cleared, so the second gets the bits
that a process of its own would give it. A run that failed ends the process. The end of stdin means that the server is gone; the worker ends with it, so no worker is left behind.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np

from netlab import data
from netlab.data import sets
from netlab.nets.spec import MNIST, NetworkSpec, SpecError
from netlab.nets.weight_file import Weights
from netlab.processes import limits, priority
from netlab.processes.lines import own_stdout, say
from netlab.runs import origin as origins
from netlab.runs import store
from netlab.runs.events import Event, Failed, Ready, StartsAgain
from netlab.runs.run import Checkpoint, Run, RunError
from netlab.runs.states import check
from netlab.training.compiled_loop import Trainer, layout
from netlab.training.early_stopping import best_layout
from netlab.training.loop import Command, train

KINDS = ("pause", "resume", "batch", "epoch", "stop", "learning_rate", "look", "release")
BEAT_SECONDS = 2.0


class Pipe:
    """Events to the server, commands from it, over whatever carries lines.

    Parameters
    ----------
    source : iterable of str
        The lines that the server sends, each as it comes; it ends when the server is gone.
    put : callable
        Sends a line, given without its end, to the server at once. Where it raises ConnectionError because the server
        is gone, so do the methods that write: ``tell``, and ``order`` and ``take`` while they wait.
    gone : callable
        Called from the thread that reads when the server is gone.
    """

    def __init__(self, source: Iterable[str], put: Callable[[str], None], gone: Callable[[], None]) -> None:
        self._put, self._gone, self._lock = put, gone, threading.Lock()
        self._commands: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, args=(source,), daemon=True, name="commands").start()

    def tell(self, event: Event) -> None:
        """Write one event."""
        self._write(event.to_line())

    def waiting(self) -> bool:
        """Whether the server has said something that is not taken yet."""
        return not self._commands.empty()

    def order(self) -> dict[str, Any]:
        """Wait for the next line from the server."""
        while True:
            try:
                return self._commands.get(timeout=BEAT_SECONDS)
            except queue.Empty:
                self._beat()

    def take(self, *, wait: bool) -> Command | None:
        """The next command for a running training (see ``netlab.training.loop.Inbox``)."""
        try:
            order = self.order() if wait else self._commands.get_nowait()
        except queue.Empty:
            return None
        return command(order)

    def _beat(self) -> None:
        """An empty line: this process waits and is well. The thread that would train says it, no other."""
        self._write("")

    def _write(self, line: str) -> None:
        with self._lock:
            self._put(line)

    def _read(self, source: Iterable[str]) -> None:
        for line in source:
            try:
                order = json.loads(line)
            except ValueError:
                print(f"not a command: {line[:80]!r}", file=sys.stderr)
                continue
            self._commands.put(order)
        self._gone()


def main() -> None:
    """Serve trainings over stdin and stdout until a run fails or the server is gone."""
    pipe = Pipe(sys.stdin, partial(say, own_stdout()), _end)
    priority.stand_back(priority.WORK)
    limits.cap_memory()
    single_thread()
    serve(pipe)


def _end() -> None:
    """End this process at once, whatever its threads are at."""
    os._exit(0)


def serve(pipe: Pipe) -> None:
    """Warm up, then say so, wait for a network, train it, again and again; a run that fails is the last.

    Parameters
    ----------
    pipe : Pipe
        The way to the server.

    Raises
    ------
    ConnectionError
        If the server is gone.
    """
    began = time.monotonic()
    import tensorflow  # noqa: F401 - now, while nobody waits

    digits = data.load()
    if not pipe.waiting():
        warm_up(digits)
    gc.collect()
    gc.freeze()  # what stays for good is not looked through again: a tenth of a second at every run
    first = memory = limits.resident_mb()
    run_id = ""
    while True:
        pipe.tell(
            Ready(
                time.monotonic() - began, memory, digits.source, digits.note, digits.warnings, run_id,
                memory - first > limits.GROWTH_MB,
            )
        )  # fmt: skip
        order = _next_run(pipe)
        if not work(pipe, digits, order):
            return
        began, run_id = time.monotonic(), str(order["run"])
        forget()
        memory = limits.resident_mb()


def _next_run(pipe: Pipe) -> dict[str, Any]:
    """Wait for the next network; a command for the run that is over comes too late."""
    while True:
        order = pipe.order()
        if order.get("cmd") == "train":
            return order


def forget() -> None:
    """Clear what TensorFlow and Keras keep of a run: counters of names, global seeds, compiled functions, graphs."""
    import keras

    keras.backend.clear_session()  # collects the garbage too
    limits.trim_memory()


def warm_up(digits: data.Digits) -> None:
    """Build and move a network of one unit: half of what the first network of a process costs is TensorFlow's own start.

    Parameters
    ----------
    digits : Digits
        One of them is trained on.
    """
    spec = NetworkSpec(hidden=(1,), epochs=1)
    rates = np.full(1, spec.rate, np.float32)
    Trainer(spec).run(0, digits.x_train[None, :1], digits.y_train[None, :1], rates)


def work(pipe: Pipe, digits: data.Digits, order: dict[str, Any]) -> bool:
    """Train what the server asked for and tell every event.

    Parameters
    ----------
    pipe : Pipe
        Where events go and commands come from.
    digits : Digits
        What to train and validate on, where the network asks for no other data set.
    order : dict
        What ``Job.order`` gives.

    Returns
    -------
    bool
        Whether the process is sound: no run failed in it.
    """
    run_id = str(order["run"])
    try:
        spec = NetworkSpec.from_json(order["spec"])
        digits = digits if spec.data == MNIST else sets.loaded(spec.data)
    except (SpecError, data.DataError) as error:
        pipe.tell(Failed(str(error)))
        return True
    run = store.get(run_id) if order.get("continue") else None
    checkpoint = None if run is None else _last_state(run, spec, digits)
    if checkpoint is not None:
        checkpoint = replace(checkpoint, learning_rate=rate(checkpoint, order.get("rates", ())))
    elif order.get("continue"):
        pipe.tell(StartsAgain("None of its checkpoints can be read."))
    try:
        begin_with = _beginning(order, spec) if checkpoint is None else None
    except RunError as error:
        pipe.tell(Failed(str(error)))
        return True
    first, sound = command(order.get("first") or {}), True
    for event in train(
        spec,
        digits,
        run_id=run_id,
        inbox=pipe,
        continue_from=checkpoint,
        begin_with=begin_with,
        first=first,
        look=True,
    ):
        pipe.tell(event)
        sound = not isinstance(event, Failed)
    return sound


def _beginning(order: dict[str, Any], spec: NetworkSpec) -> Weights | None:
    """The weights of another run's moment that a run begins with, if it does not begin at random."""
    told, run = order.get("origin"), store.get(str(order["run"]))
    found = None
    if told:
        found = origins.Origin(str(told["run"]), int(told["step"]))
    elif run is not None:
        found = origins.read(run)
    return None if found is None else origins.weights(found, spec)


def _last_state(run: Run, spec: NetworkSpec, digits: data.Digits) -> Checkpoint | None:
    """The newest state that this very training can go on from."""
    epoch, arrays = spec.steps_per_epoch(len(digits.y_train)), {**layout(spec), **best_layout(spec)}
    return run.checkpoint(lambda found: check(found, arrays, epoch, epoch * spec.epochs))


def command(order: dict[str, Any]) -> Command | None:
    """The command that a line from the server stands for, or None.

    Parameters
    ----------
    order : dict
        A line from the server: ``cmd``, and ``value`` or ``reason`` where it has one.

    Returns
    -------
    Command or None
        None for a ``cmd`` that no training knows.
    """
    if order.get("cmd") not in KINDS:
        return None
    return Command(order["cmd"], float(order.get("value", 0.0)), str(order.get("reason", "")))


def rate(checkpoint: Checkpoint, changes: Sequence[tuple[int, float]]) -> float:
    """The learning rate in force at a checkpoint: that of the last change up to it, which may be younger than the file.

    A change is told with six digits; where that is the only difference the checkpoint's own number holds.

    Parameters
    ----------
    checkpoint : Checkpoint
        The state to go on from.
    changes : sequence of (int, float)
        Step and new rate of each change that the server knows of, in order.

    Returns
    -------
    float
        Before its schedule.
    """
    values = [value for step, value in changes if step <= checkpoint.step]
    if not values or f"{values[-1]:.6g}" == f"{checkpoint.learning_rate:.6g}":
        return checkpoint.learning_rate
    return float(values[-1])


def single_thread() -> None:
    """One thread of arithmetic: the same sums in the same order each time, and the fastest for batches of 32.

    Two operations may go on side by side, so that a network is validated while it trains on: that changes no sum.
    TensorFlow reads these when it starts, so call it before.
    """
    os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="2")


if __name__ == "__main__":
    main()
