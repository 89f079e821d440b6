"""One drawing that a network has read: what every question of this room is asked about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import softmax

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Case:
    """A network, a drawing, and what the one made of the other.

    Attributes
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    picture : float32 (28, 28)
        The framed drawing, in [0, 1].
    logits : float64 (10,)
        The ten sums before the softmax.
    """

    spec: NetworkSpec
    weights: Weights
    picture: Floats
    logits: Array

    @property
    def answer(self) -> int:
        """The digit with the largest sum."""
        return int(self.logits.argmax())

    @property
    def rival(self) -> int:
        """The second guess."""
        return int(np.argsort(self.logits, kind="stable")[::-1][1]) if self.sound else 0

    @property
    def lead(self) -> float:
        """By how much the answer's sum is above the rival's."""
        return float(self.logits[self.answer] - self.logits[self.rival])

    @property
    def probabilities(self) -> Array:
        """What the softmax makes of the sums, float64 (10,)."""
        return np.asarray(softmax(self.logits[None])[0])

    @property
    def sound(self) -> bool:
        """Whether the sums are numbers; those of a training that blew up are not."""
        return bool(np.isfinite(self.logits).all())


def case(spec: NetworkSpec, weights: Weights, picture: Floats) -> Case:
    """Let a network read a framed drawing.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    picture : float32 (28, 28)
        In [0, 1].

    Returns
    -------
    Case
    """
    with np.errstate(over="ignore", invalid="ignore"):  # a network that blew up; ``sound`` says so
        logits = np.asarray(layer_outputs(spec, weights, picture[None])[-1][0], np.float64)
    return Case(spec, weights, np.asarray(picture, np.float32), logits)


def lead_row(answer: int, rival: int) -> Floats:
    """What a difference of two sums weighs the ten by.

    Parameters
    ----------
    answer, rival : int
        Two digits.

    Returns
    -------
    float32 (10,)
        1 at the answer, −1 at the rival, else 0.
    """
    row = np.zeros(10, np.float32)
    row[answer], row[rival] = 1, -1
    return row
