"""Each example's wish for every number of a network: minus the slope of its own loss.

A wish says which way a number should move, and how much that matters to the example. One way back over a batch gives
all wishes: a weight's is minus what entered it times the δ of the unit that it leads to. Their mean is minus the
gradient of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import counted, plain

ARROWS = "An arrow is full and up where a number should be larger, hollow and down where it should be smaller, longer for a stronger wish."
"""How wishes are drawn, everywhere."""


def wishes_of(entered: Sequence[Array], deltas: Sequence[Array]) -> NDArray[np.float64]:
    """What each example of a batch wishes for every number.

    Parameters
    ----------
    entered : sequence of floats (n, fan_in)
        What each layer received, from the first.
    deltas : sequence of floats (n, units)
        ∂L/∂z of each example's own loss, layer by layer.

    Returns
    -------
    float64 (n, count)
        Weights and biases in turn, as ``Network.arrays`` has them, in a row an example.
    """
    parts: list[Array] = []
    for came, delta in zip(entered, deltas, strict=False):
        parts += [(came[:, :, None] * delta[:, None, :]).reshape(len(delta), -1), delta]
    return -np.concatenate(parts, axis=1).astype(np.float64)


def added(value: float) -> str:
    """Write a number that is added, in a sentence: +0.25, −3, 0.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str
        With three digits.
    """
    return f"+{plain(value, 3)}" if value > 0 else plain(value, 3)


def wishes_told(name: str, wishes: Array, mean: float, noun: str, whose: str) -> str:
    """Who wishes what for one number.

    Parameters
    ----------
    name : str
        Of the number.
    wishes : floats (n,)
        Of every example.
    mean : float
        Of all wishes.
    noun, whose : str
        What an example is called, and which they are: "the next batch".

    Returns
    -------
    str
        Sentences.
    """
    up, down = int((wishes > 0).sum()), int((wishes < 0).sum())
    still = len(wishes) - up - down
    told = (
        f"Whose wish decides how the {name} moves? Of the {counted(len(wishes), noun)} of {whose} {up:,} would have it larger, "
        f"{down:,} smaller."
    )
    if still:
        told += " 1 of them does not mind." if still == 1 else f" {still:,} of them do not mind."
    return f"{told} The mean of their wishes is {added(mean)}."
