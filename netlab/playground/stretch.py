"""A stretch of a training: where each of the next epochs ends, and how the network does there."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from netlab.playground.training import Measured, State, Task, advance, measure, rest_of_epoch

Ends = list[tuple[State, Measured]]
Stretch = Callable[[Task, State, int, float], Ends]
"""What computes a stretch: ``stretch``, or something that has it computed elsewhere, to the same bits."""


def stretch(task: Task, state: State, epochs: int, seconds: float = float("inf")) -> Ends:
    """Train for so many epochs, at least one, or until the network has exploded.

    It takes no more than so many seconds of this thread's processor time: a clock on the wall would cut the stretches of
    a whole class short, and each stretch has its price.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    state : State
        Where it begins; it is left alone.
    epochs : int
        From 1.
    seconds : float, optional
        Of processor time, after which no other epoch is begun.

    Returns
    -------
    list of (State, Measured)
        One for each epoch that was trained.
    """
    until, ends = time.thread_time() + seconds, []
    for _ in range(epochs):
        state = advance(task, state, rest_of_epoch(task, state))
        measured = measure(task, state.numbers)
        ends.append((state, measured))
        if exploded(state, measured) or time.thread_time() > until:
            break
    return ends


def exploded(state: State, measured: Measured) -> bool:
    """Whether a number of the network, or its loss, is none any more.

    Parameters
    ----------
    state : State
        Where a training stands.
    measured : Measured
        How the network does there.

    Returns
    -------
    bool
    """
    return not (np.isfinite(state.numbers).all() and np.isfinite(measured.loss))
