"""One run as a lesson looks at it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs.events import Event
from netlab.runs.history import History
from netlab.runs.run import Run, RunError

Ink = NDArray[np.uint8]
"""A framed drawing, (28, 28), as it travels with a hand-in: it is judged as it is kept, rounded."""


@dataclass(frozen=True)
class Attempt:
    """A run, finished or not.

    Attributes
    ----------
    run : str
        Its id.
    name : str
        What it is called.
    spec : NetworkSpec
    history : History
    ending : Event or None
        How it ended; None while it is on.
    answer : float32 (10,) or None
        What it says to its reader's drawing; None if there is none, or it has no weights yet.
    weights : str
        ``weights_sum`` of the run, where it was asked for.
    """

    run: str
    name: str
    spec: NetworkSpec
    history: History
    ending: Event | None
    answer: NDArray[np.float32] | None = None
    weights: str = ""


def weights_sum(run: Run) -> str:
    """What changes when any bit of a run's final weights does.

    Parameters
    ----------
    run : Run

    Returns
    -------
    str
        SHA-256 over all of them, in hexadecimal digits; empty if it has none.
    """
    try:
        _, weights = run.weights()
    except WeightsError:
        return ""
    sums = hashlib.sha256()
    for name in sorted(weights):
        sums.update(np.ascontiguousarray(weights[name]).tobytes())
    return sums.hexdigest()


def to_ink(image: NDArray[Any]) -> Ink:
    """A drawing as it is kept.

    Parameters
    ----------
    image : float array (28, 28)
        As the network receives it, in [0, 1].

    Returns
    -------
    uint8 array (28, 28)
    """
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)


def answer_of(run: Run, ink: Ink) -> NDArray[np.float32] | None:
    """What a run's newest weights say to a drawing.

    Parameters
    ----------
    run : Run
    ink : uint8 array (28, 28)

    Returns
    -------
    float32 array (10,) or None
        None if it has no weights that can be read yet.
    """
    try:
        spec, weights, _ = run.latest_weights()
    except RunError:
        return None
    found: NDArray[np.float32] = predict(
        spec, weights, (ink.reshape(1, SIDE, SIDE) / 255).astype(np.float32)
    )[0]
    return found
