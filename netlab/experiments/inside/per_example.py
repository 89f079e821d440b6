"""Each picture's own gradient, without ever writing one down.

In a dense layer the gradient of one example is an outer product, what entered times δ. So the inner product of two
examples' gradients is a sum over layers of (a_i·a_j + 1)(δ_i·δ_j), the 1 for the biases: all lengths, angles and means
of a batch follow exactly from a table of n by n numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
SAMPLE = 2048
"""Training pictures whose mean gradient stands for that of all."""
PAIRS = 16_384
"""About so many examples are drawn for each batch size, in batches of it; at least ``FEWEST`` batches."""
FEWEST, MOST = 64, 4096
SPARSE = 64
"""Batches up to this size look their pairs up; larger ones are multiplied out."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class PerExample:
    """The two factors of every example's gradient, layer by layer, and each example's loss and answer.

    Attributes
    ----------
    entered, deltas : tuple of floats (n, fan_in) and (n, units)
        What entered each layer, and ∂L/∂z of each example's own loss.
    losses : floats (n,)
        Cross-entropies.
    probabilities : floats (n, 10)
        What the softmax gives.
    labels : integers (n,)
        The true classes.
    """

    entered: tuple[Array, ...]
    deltas: tuple[Array, ...]
    losses: Array
    probabilities: Array
    labels: NDArray[np.integer]

    @property
    def guesses(self) -> NDArray[np.intp]:
        """The classes that are answered, (n,)."""
        return self.probabilities.argmax(axis=1)


@dataclass(frozen=True)
class Plane:
    """The gradients of a batch on a plane: along their mean, and along what they differ most by beside it.

    Each arrow is minus a gradient: the step that its example asks for. The mean arrow is (``length``, 0).

    Attributes
    ----------
    along, aside : float64 (n,)
        Each arrow's two coordinates.
    lengths : float64 (n,)
        Each gradient's length over all weights, of which the plane shows a part.
    length : float
        The mean's length.
    shown : float or None
        The share of the variance of the gradients that lies in the plane; None where they do not vary.
    """

    along: Doubles
    aside: Doubles
    lengths: Doubles
    length: float
    shown: float | None

    @property
    def cosines(self) -> Doubles:
        """Of the angle between each arrow and the mean, (n,); 0 for an arrow without length."""
        return np.divide(self.along, self.lengths, out=np.zeros_like(self.along), where=self.lengths > 0)


@dataclass(frozen=True)
class Steadying:
    """How far the mean gradient of a batch lies from that of the whole sample.

    Attributes
    ----------
    sizes : tuple of int
        Batch sizes B.
    distances : float64 (k,)
        Root of the mean squared distance over batches drawn with replacement.
    expected : float64 (k,)
        σ/√B, σ² being the sample's own variance: what independent draws come to on average.
    length : float
        The length of the sample's mean gradient.
    sample : int
        How many examples the sample has.
    batches : tuple of int
        How many batches were drawn of each size.
    """

    sizes: tuple[int, ...]
    distances: Doubles
    expected: Doubles
    length: float
    sample: int
    batches: tuple[int, ...]

    @property
    def slope(self) -> float | None:
        """Of the line through the logarithms of the distances; −½ is 1/√B. None where a distance is 0."""
        if not (self.distances > 0).all() or len(self.sizes) < 2:
            return None
        return float(np.polyfit(np.log(self.sizes), np.log(self.distances), 1)[0])


def per_example(network: Network, inputs: Floats, labels: NDArray[np.integer]) -> PerExample:
    """Forward and back for a batch, each example for itself.

    Parameters
    ----------
    network : Network
        Dense layers, cross-entropy behind a softmax.
    inputs : floats (n, 784)
        Pictures in [0, 1].
    labels : integers (n,)
        Their classes.

    Returns
    -------
    PerExample
        The factors of n gradients.
    """
    passed = forward(network, inputs, labels)
    deltas = tuple(layer.delta for layer in backward(network, passed, labels).layers)
    return PerExample(
        passed.activations[:-1], deltas, passed.losses, passed.activations[-1], np.asarray(labels)
    )


def gram(found: PerExample) -> Array:
    """Inner products of all pairs of gradients, over all weights and biases.

    Parameters
    ----------
    found : PerExample
        n examples.

    Returns
    -------
    floats (n, n)
        Symmetric; its diagonal holds the squared lengths. In the floating type of the factors.
    """
    total = np.zeros((len(found.labels),) * 2, found.deltas[-1].dtype)
    for entered, delta in zip(found.entered, found.deltas, strict=True):
        products = entered @ entered.T
        products += 1
        products *= delta @ delta.T
        total += products
    return total


def plane(products: Array) -> Plane:
    """Lay the gradients of a batch on a plane.

    Parameters
    ----------
    products : floats (n, n)
        Their Gram matrix.

    Returns
    -------
    Plane
        Along the mean, and along the first principal component of what is left without it.
    """
    from scipy.linalg import eigh  # loaded only where it is used; NumPy's has no way to ask for one vector

    products = np.asarray(products, np.float64)
    count = len(products)
    with_mean = products.mean(axis=1)
    length = float(np.sqrt(max(with_mean.mean(), 0.0)))
    along = with_mean / length if length else np.zeros(count)
    values, vectors = eigh(products - np.outer(along, along), subset_by_index=[count - 1, count - 1])
    aside = np.sqrt(max(float(values[-1]), 0.0)) * vectors[:, -1]
    if aside[np.abs(aside).argmax()] < 0:  # an eigenvector has no sign of its own: the longest points up
        aside = -aside
    squares = np.maximum(np.diagonal(products), 0.0)
    variance = float(squares.sum()) - count * length**2
    within = float(np.square(along - length).sum() + np.square(aside).sum())
    varies = variance > 1e-9 * float(squares.sum())
    return Plane(along, aside, np.sqrt(squares), length, min(within / variance, 1.0) if varies else None)


def loss_change(found: Plane, learning_rate: float) -> float:
    """By how much the batch's mean loss falls at first, after one step of plain gradient descent.

    Parameters
    ----------
    found : Plane
        The batch.
    learning_rate : float
        η.

    Returns
    -------
    float
        −η |mean gradient|², the first term of the change.
    """
    return -learning_rate * found.length**2


def steadying(products: Array, sizes: Sequence[int] = SIZES, seed: int = 0) -> Steadying:
    """Measure how far the mean gradient of a batch is from that of the sample that it is drawn from.

    Parameters
    ----------
    products : floats (n, n)
        The sample's Gram matrix.
    sizes : sequence of int
        Batch sizes.
    seed : int
        Of the draws, which are independent and may repeat an example.

    Returns
    -------
    Steadying
        Distances for each size, exact for the batches that were drawn.
    """
    with_mean = products.mean(axis=1, dtype=np.float64)
    squared_length = float(with_mean.mean())
    variance = float(np.diagonal(products).mean(dtype=np.float64)) - squared_length
    offset = (with_mean - squared_length / 2).astype(products.dtype)
    centred = products - offset[:, None]
    centred -= offset
    generator = np.random.default_rng(seed)
    numbers = tuple(int(np.clip(PAIRS // size, FEWEST, MOST)) for size in sizes)
    squares = [
        _mean_square(centred, generator.integers(0, len(products), (number, size)))
        for number, size in zip(numbers, sizes, strict=True)
    ]
    return Steadying(
        tuple(sizes),
        np.sqrt(np.maximum(squares, 0.0)),
        np.sqrt(max(variance, 0.0) / np.asarray(sizes, float)),
        float(np.sqrt(max(squared_length, 0.0))),
        len(products),
        numbers,
    )


def _mean_square(centred: Array, batches: NDArray[np.intp]) -> float:
    """The mean over batches (k, B) of the squared distance of each one's mean from the mean of all."""
    size = batches.shape[1]
    if size <= SPARSE:
        pairs = centred[batches[:, :, None], batches[:, None, :]]
        return float(pairs.mean(dtype=np.float64))
    shares = np.zeros((len(batches), len(centred)), centred.dtype)
    np.add.at(shares, (np.arange(len(batches))[:, None], batches), 1 / size)
    return float(((shares @ centred) * shares).sum(axis=1, dtype=np.float64).mean())
