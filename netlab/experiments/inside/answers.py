"""What a network says to every test picture: ten sums and ten probabilities each, once, in NumPy, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.experiments.subject import Weights
from netlab.nets.numpy_model import answering, forward
from netlab.nets.parameters import ParameterRow
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import softmax
from netlab.nn.arithmetic import one_thread

BATCH = 500


@dataclass(frozen=True)
class Answers:
    """What a network says to n pictures.

    Attributes
    ----------
    logits : float32 (n, 10)
        The sums before the softmax.
    """

    logits: Floats

    @cached_property
    def probabilities(self) -> Floats:
        """Ten probabilities for each picture, float32 (n, 10)."""
        return np.asarray(softmax(self.logits), np.float32)

    @cached_property
    def said(self) -> NDArray[np.intp]:
        """The class that each picture is read as, (n,)."""
        return np.asarray(self.logits.argmax(axis=1))

    @cached_property
    def sureness(self) -> Floats:
        """The probability of that class, float32 (n,)."""
        return np.asarray(self.probabilities.max(axis=1))

    @cached_property
    def sound(self) -> bool:
        """Whether all of it are numbers; those of a training that blew up are not."""
        return bool(np.isfinite(self.logits).all())

    def accuracy(self, labels: Bytes) -> float:
        """The share of pictures that are read rightly; ``labels`` (n,)."""
        return float((self.said == labels).mean())


def ask(spec: NetworkSpec, weights: Weights, images: Bytes | Floats) -> Answers:
    """Send all pictures through a network.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images : uint8 or float32 (n, 28, 28)
        Pictures, 0 to 255, or from 0 to 1.

    Returns
    -------
    Answers
    """
    return Answers(through(answering(spec), weights, images))


def activations(spec: NetworkSpec, weights: Weights, images: Bytes | Floats, place: int) -> Floats:
    """What a layer with a kernel gives for each picture, after its activation.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images : uint8 or float32 (n, 28, 28)
        Pictures, 0 to 255, or from 0 to 1.
    place : int
        Which of the layers with a kernel, counted from 0.

    Returns
    -------
    float32 (n, units) or (n, h, w, filters)
    """
    return through(answering(spec)[: ends(spec)[place] + 1], weights, images)


def go_on(spec: NetworkSpec, weights: Weights, values: Floats, place: int) -> Answers:
    """What becomes of the numbers that a layer gives: only what follows it is computed.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names; those up to the layer are not looked at.
    values : float32 (n, units) or (n, h, w, filters)
        What ``activations`` gives.
    place : int
        Which of the layers with a kernel gives them, counted from 0.

    Returns
    -------
    Answers
    """
    return Answers(through(answering(spec)[ends(spec)[place] + 1 :], weights, values))


@one_thread()
def through(rows: tuple[ParameterRow, ...], weights: Weights, values: Bytes | Floats) -> Floats:
    """Send many values through some layers, so many at a time that memory stays small.

    Parameters
    ----------
    rows : tuple of ParameterRow
        A stretch of ``netlab.nets.numpy_model.answering``.
    weights : mapping of str to arrays
        The network's kernels and biases by Keras's names.
    values : uint8 (n, 28, 28) or float32 (n, ...)
        Pictures, 0 to 255, or what the layer before the stretch gives.

    Returns
    -------
    float32 (n, ...)
    """
    with np.errstate(over="ignore", invalid="ignore"):  # a network that blew up; who asks looks at what came
        parts = list(_parts(rows, weights, values))
    return np.concatenate(parts) if parts else np.zeros((0, *rows[-1].shape), np.float32)


def _parts(rows: tuple[ParameterRow, ...], weights: Weights, values: Bytes | Floats) -> Iterator[Floats]:
    for start in range(0, len(values), BATCH):
        part = values[start : start + BATCH]
        found = np.asarray(part, np.float32)
        if part.dtype == np.uint8:
            found = found / np.float32(255)
        for row in rows:
            found = forward(row, weights, found)
        yield found


def ends(spec: NetworkSpec) -> tuple[int, ...]:
    """Where in ``answering`` each layer with a kernel has given its numbers, its activation included.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of int
        One a layer with a kernel; the last is the ten outputs.
    """
    return tuple(at for at, row in enumerate(answering(spec)) if "activation" in row.options)


def kernels(spec: NetworkSpec) -> tuple[ParameterRow, ...]:
    """The layers with a kernel, in order.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of ParameterRow
    """
    return tuple(row for row in answering(spec) if row.kernel)


def numbers_after(spec: NetworkSpec, place: int) -> int:
    """How many numbers a layer with a kernel gives for one picture.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    place : int
        Which of them, counted from 0.

    Returns
    -------
    int
    """
    return prod(kernels(spec)[place].shape)
