"""Three layers without a bend are one: W₃(W₂(W₁x + b₁) + b₂) + b₃ = Wx + b, with one matrix W and one bias b.

So depth brings nothing without an activation between the layers. With one, every unit may break the line once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS

SIZES = (2, 3, 3, 1)
"""Inputs, the units of two hidden layers, and one output."""
LARGEST = 1.5
"""Of weights and biases, which are drawn in steps of 0.1 so that they can be followed by hand."""


@dataclass(frozen=True)
class Straight:
    """One layer without its activation: x ↦ W x + b.

    Attributes
    ----------
    weights : array, (outputs, inputs)
        W, which stands before its input.
    biases : array, (outputs,)
    """

    weights: Array
    biases: Array

    def __call__(self, x: Array) -> Array:
        """Weigh and add, for inputs x (n, inputs): shape (n, outputs)."""
        return np.asarray(x @ self.weights.T + self.biases)


def draw_layers(seed: int, sizes: Sequence[int] = SIZES) -> tuple[Straight, ...]:
    """Draw the layers of a network whose weights have one decimal.

    Parameters
    ----------
    seed : int
        Another one gives other weights.
    sizes : sequence of int
        Inputs, units of each layer in turn, outputs.

    Returns
    -------
    tuple of Straight
        A layer for each two sizes that follow each other.
    """
    generator = np.random.default_rng(seed)
    most = round(10 * LARGEST)
    return tuple(
        Straight(
            generator.integers(-most, most + 1, (units, inputs)) / 10,
            generator.integers(-most, most + 1, units) / 10,
        )
        for inputs, units in pairwise(sizes)
    )


def through(layers: Sequence[Straight], x: Array, activation: str = "linear") -> Array:
    """Send inputs through all layers, one after another.

    Parameters
    ----------
    layers : sequence of Straight
        In their order.
    x : array, (n, inputs)
    activation : str
        A key of ``ACTIVATIONS``, behind every layer but the last; "linear" bends nothing.

    Returns
    -------
    array
        (n, outputs).
    """
    bend = ACTIVATIONS[activation].value
    for layer in layers[:-1]:
        x = bend(layer(x))
    return layers[-1](x)


def collapse(layers: Sequence[Straight]) -> Straight:
    """Multiply all layers into one that does the same where nothing bends between them.

    Parameters
    ----------
    layers : sequence of Straight
        In their order.

    Returns
    -------
    Straight
        The product of the weights, the last layer's first, and what becomes of the biases.
    """
    weights, biases = layers[0].weights, layers[0].biases
    for layer in layers[1:]:
        weights, biases = layer.weights @ weights, layer.weights @ biases + layer.biases
    return Straight(weights, biases)


def corners_of(values: Array, *, tolerance: float = 1e-9) -> int:
    """Count the places where a line of evenly spaced values changes its slope.

    A corner that lies between two places changes the slope at both of them, and is counted once.

    Parameters
    ----------
    values : array, (n,)
        Heights at evenly spaced places.
    tolerance : float
        How large a change of slope has to be, as a share of the largest height or of 1.

    Returns
    -------
    int
    """
    turns = np.abs(np.diff(values, 2)) > tolerance * max(1.0, float(np.abs(values).max()))
    return int(np.count_nonzero(np.diff(turns.astype(int), prepend=0) == 1))
