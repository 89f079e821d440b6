"""Put questions to TensorFlow without waiting for it: answers come from a process, and the page goes on meanwhile.

The process (``netlab.lessons.backprop.tape_worker``) is started by the first question, kept while questions come, and ended
after two idle minutes. Imports neither Streamlit nor TensorFlow.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.extras import GET, lacking
from netlab.nn.losses import loss_behind
from netlab.nn.mlp import Network, target_rows
from netlab.processes.child import Child

log = logging.getLogger(__name__)

IDLE_SECONDS = 120.0
RETRY_SECONDS = 30.0
MOST_WAITING = 64
MOST_KEPT = 1024
COMMAND = (sys.executable, "-m", "netlab.lessons.backprop.tape_worker")


@dataclass(frozen=True)
class Answer:
    """What came of a question: "answered" with gradients or values, "loading", or "failed" with a reason."""

    state: str
    gradients: tuple[NDArray[Any], ...] = ()
    values: tuple[float, ...] = ()
    reason: str = ""


LOADING = Answer("loading")


def gradients_of(network: Network, inputs: NDArray[Any], targets: NDArray[Any]) -> str:
    """The question for all gradients of a small network's mean loss, in float64.

    Parameters
    ----------
    network : Network
    inputs : array, (n, features)
    targets : array
        (n, units), or labels (n,) behind a softmax.

    Returns
    -------
    str
        A JSON object for ``TapeClient.ask``.
    """
    rows = target_rows(network, targets)
    labels = not loss_behind(network.loss, network.layers[-1].activation).keras.one_hot
    return json.dumps(
        {
            "arrays": [array.tolist() for array in network.arrays],
            "activations": [layer.activation for layer in network.layers],
            "loss": network.loss,
            "dtype": "float64",
            "inputs": np.atleast_2d(inputs).tolist(),
            "targets": (rows.argmax(axis=1) if labels else rows).tolist(),
        }
    )


def gradients_of_article(
    inputs: NDArray[Any], label: int, places: Sequence[tuple[int, ...]], *, dtype: str = "float64"
) -> str:
    """The question for some of the 407,050 gradients: each place is an array's number and an index in it.

    Parameters
    ----------
    inputs : array, (784,)
        Grey values from 0 to 1.
    label : int
        The digit, from 0 to 9.
    places : sequence of tuple of int
    dtype : str
        "float64" or "float32", in which TensorFlow computes.

    Returns
    -------
    str
        A JSON object for ``TapeClient.ask``.
    """
    question = {
        "shipped": True,
        "dtype": dtype,
        "inputs": np.atleast_2d(inputs).tolist(),
        "targets": [int(label)],
    }
    return json.dumps({**question, "places": [list(map(int, place)) for place in places]})


class TapeClient:
    """Questions of everybody at this server, and the process that answers them while there are any."""

    def __init__(self, *, idle: float = IDLE_SECONDS, command: Sequence[str] = COMMAND) -> None:
        self._idle, self._command = idle, tuple(command)
        self._changed = threading.Condition()
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._waiting: OrderedDict[int, str] = OrderedDict()
        self._talk: _Talk | None = None
        self._asked = 0
        self._used = self._failed = -float("inf")
        self._due = 0.0  # since when a word of the process is due, while questions wait
        self._reason = ""

    @property
    def process(self) -> subprocess.Popen[str] | None:
        """The process while there is one."""
        talk = self._talk
        return None if talk is None else talk.process

    def ask(self, question: str, patience: float = 0.0) -> Answer:
        """The answer if it is known, else "loading"; the question is on its way then, ask again later.

        Parameters
        ----------
        patience : float
            Seconds to wait for the answer if TensorFlow is loaded already.
        """
        if self._command == COMMAND and lacking("tensorflow", "keras"):
            return Answer("failed", reason=f"It is not installed here. {GET}")
        with self._changed:
            self._used = time.monotonic()
            if question not in self._answers:
                if self._used - self._failed < RETRY_SECONDS:
                    return Answer("failed", reason=self._reason)
                self._send(question)
                if self._talk is not None and self._talk.ready:
                    self._changed.wait_for(lambda: question in self._answers, patience)
            if question in self._answers:
                self._answers.move_to_end(question)
            return self._answers.get(question, LOADING)

    def close(self) -> None:
        """End the process now and wait for its end."""
        with self._changed:
            talk, self._talk = self._talk, None
        if talk is not None:
            talk.kill()
            talk.process.wait()

    def _send(self, question: str) -> None:
        if question in self._waiting.values():
            return
        if self._talk is None:
            self._talk = _Talk(self, self._command)
        if not self._waiting:
            self._due = time.monotonic()
        self._asked += 1
        self._waiting[self._asked] = question
        if len(self._waiting) > MOST_WAITING:  # somebody drags a slider while TensorFlow loads
            self._waiting.popitem(last=False)
        if self._talk.ready:
            self._talk.send(self._asked, question)

    def heard(self, talk: _Talk, message: dict[str, Any]) -> None:
        """Take in what the process said."""
        with self._changed:
            if talk is not self._talk:
                return
            if message.get("ready"):
                talk.ready = True
                for number, question in self._waiting.items():
                    talk.send(number, question)
            elif question := self._waiting.pop(message.get("id") or 0, ""):
                self._keep(question, _answer(message))
            self._changed.notify_all()

    def ended(self, talk: _Talk, reason: str) -> None:
        """The process is over; with questions unanswered, it failed."""
        with self._changed:
            if talk is not self._talk:
                return
            self._talk = None
            if self._waiting:
                self._failed, self._reason = time.monotonic(), reason
                self._waiting.clear()
                log.error("TensorFlow's tape ended: %s", reason)
            self._changed.notify_all()

    def overdue(self, talk: _Talk) -> bool:
        """Whether the process has outlived its use: nobody asks, or it does not answer."""
        with self._changed:
            hangs = talk.overdue(self._due) if self._waiting else ""
            talk.why = talk.why or hangs
            return bool(hangs) or talk is not self._talk or time.monotonic() - self._used > self._idle

    def _keep(self, question: str, answer: Answer) -> None:
        self._answers[question] = answer
        if len(self._answers) > MOST_KEPT:
            self._answers.popitem(last=False)


class _Talk(Child):
    """The process that answers, and a thread that ends it when its time is over."""

    def __init__(self, tape_client: TapeClient, command: Sequence[str]) -> None:
        self._oracle, self._over = tape_client, threading.Event()
        super().__init__(command)
        threading.Thread(target=self._watch, daemon=True, name="tape-watch").start()

    def send(self, number: int, question: str) -> None:
        """Send a question."""
        self.write(f'{{"id": {number}, {question[1:]}')

    def heard(self, line: str) -> None:
        """Pass on an answer."""
        try:
            self._oracle.heard(self, json.loads(line))
        except ValueError:
            log.warning("TensorFlow's tape said no JSON: %r", line[:80])

    def ended(self) -> None:
        """Pass on the end."""
        self._over.set()
        self._oracle.ended(self, self.cause("TensorFlow's process"))

    def _watch(self) -> None:
        while not self._over.wait(min(1.0, self._oracle._idle)):
            if self._oracle.overdue(self):
                self.kill()
                return


def _answer(message: dict[str, Any]) -> Answer:
    if "error" in message:
        return Answer("failed", reason=str(message["error"]))
    found = tuple(np.array(array) for array in message.get("gradients", ()))
    return Answer("answered", found, tuple(message.get("values", ())))
