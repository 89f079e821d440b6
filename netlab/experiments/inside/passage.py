"""One picture on its way: every number from the pixels to the loss, and back to what it wants changed.

The picture alone is the batch, so a weight's gradient is what entered it times the δ of the unit it leads to, and one
step of gradient descent moves the sums of the first layer by −η (|x|² + 1) δ: all that comes of a step is exact without
a second copy of the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import SIDE, Array
from netlab.nn.backpropagation import Backward, backward, input_gradient
from netlab.nn.mlp import Forward, Network, activate, forward

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Passage:
    """One picture through a network and back.

    Attributes
    ----------
    network : Network
        Dense layers in float32, with cross-entropy behind a softmax.
    label : int
        The true class, or the one it is taken for.
    passed : Forward
        Sums, activations and loss, a batch of one.
    back : Backward
        δ of every layer, and the gradients of all weights.
    """

    network: Network
    label: int
    passed: Forward
    back: Backward

    @property
    def inputs(self) -> Array:
        """The pixels in [0, 1], (784,)."""
        return np.asarray(self.passed.activations[0][0])

    @property
    def probabilities(self) -> Array:
        """What the softmax gives, (10,)."""
        return np.asarray(self.passed.activations[-1][0])

    @property
    def guess(self) -> int:
        """The class with the highest probability."""
        return int(self.probabilities.argmax())

    @property
    def loss(self) -> float:
        """The cross-entropy −ln p of the label, in nats."""
        return float(self.passed.losses[0])

    def entered(self, layer: int) -> Array:
        """What enters a layer, counted from 0: (fan_in,)."""
        return np.asarray(self.passed.activations[layer][0])

    def sums(self, layer: int) -> Array:
        """Weighted sums z of a layer: (units,)."""
        return np.asarray(self.passed.pre_activations[layer][0])

    def given(self, layer: int) -> Array:
        """Activations a of a layer: (units,)."""
        return np.asarray(self.passed.activations[layer + 1][0])

    def delta(self, layer: int) -> Array:
        """∂L/∂z of a layer: (units,)."""
        return np.asarray(self.back.layers[layer].delta[0])


@dataclass(frozen=True)
class Wish:
    """A weight that a picture wants changed: its layer and both ends, counted from 0, its value and ∂L/∂w."""

    layer: int
    source: int
    unit: int
    weight: float
    gradient: float


@dataclass(frozen=True)
class AfterStep:
    """What one step of gradient descent on one picture does to its own loss.

    Attributes
    ----------
    loss : float
        Afterwards, exactly.
    promised : float
        What the slope alone promises: the loss before less η times the squared length of the gradient.
    probabilities : array (10,)
        Afterwards.
    """

    loss: float
    promised: float
    probabilities: Array


def walk(network: Network, picture: Array, label: int) -> Passage:
    """Send one picture forward and its loss back.

    Parameters
    ----------
    network : Network
        Dense layers, cross-entropy behind a softmax.
    picture : floats (28, 28) or (784,)
        In [0, 1].
    label : int
        The true class, from 0.

    Returns
    -------
    Passage
        Every number on both ways.
    """
    inputs = np.asarray(picture, network.layers[0].weights.dtype).reshape(1, -1)
    targets = np.array([label])
    passed = forward(network, inputs, targets)
    return Passage(network, int(label), passed, backward(network, passed, targets))


def gradient_length(passage: Passage) -> float:
    """The length of the gradient over all weights and biases.

    Parameters
    ----------
    passage : Passage
        One picture's way.

    Returns
    -------
    float
        √Σ (|a|² + 1) |δ|², a sum over layers of what enters each and its δ.
    """
    layers = range(len(passage.network.layers))
    squares = (
        (float(np.square(passage.entered(at), dtype=np.float64).sum()) + 1)
        * float(np.square(passage.delta(at), dtype=np.float64).sum())
        for at in layers
    )
    return float(np.sqrt(sum(squares)))


def wishes(passage: Passage, most: int = 10, layer: int | None = None) -> tuple[Wish, ...]:
    """The weights that this picture wants changed most.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    most : int
        How many at most.
    layer : int, optional
        Only weights into this layer, counted from 0; all if left out.

    Returns
    -------
    tuple of Wish
        By the size of the gradient, the largest first; without those whose gradient is 0.
    """
    layers = range(len(passage.network.layers)) if layer is None else (layer,)
    found = [wish for at in layers for wish in _wishes_into(passage, at, most)]
    found.sort(key=lambda wish: -abs(wish.gradient))
    return tuple(found[:most])


def _wishes_into(passage: Passage, layer: int, most: int) -> list[Wish]:
    """The largest of an outer product are among the products of the ``most`` largest of each side."""
    entered, delta = passage.entered(layer), passage.delta(layer)
    sources = np.argsort(-np.abs(entered), kind="stable")[:most]
    units = np.argsort(-np.abs(delta), kind="stable")[:most]
    products = np.outer(entered[sources], delta[units])
    order = np.argsort(-np.abs(products), axis=None, kind="stable")[:most]
    weights = passage.network.layers[layer].weights
    return [
        Wish(layer, int(i), int(j), float(weights[i, j]), float(products[row, column]))
        for row, column in zip(*np.unravel_index(order, products.shape), strict=True)
        for i, j in [(sources[row], units[column])]
        if products[row, column]
    ]


def wished_picture(passage: Passage, unit: int, learning_rate: float) -> Array:
    """By how much one step would move the weights from all pixels to one unit of the first layer.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    unit : int
        A unit of the first layer, from 0.
    learning_rate : float
        η.

    Returns
    -------
    array (28, 28)
        −η ∂L/∂w for each pixel.
    """
    change = -learning_rate * passage.entered(0) * passage.delta(0)[unit]
    return np.asarray(change + 0.0).reshape(SIDE, SIDE)


def after_step(passage: Passage, learning_rate: float) -> AfterStep:
    """Move every weight and bias by −η ∂L/∂w of this picture alone, and read it again.

    Parameters
    ----------
    passage : Passage
        One picture's way.
    learning_rate : float
        η.

    Returns
    -------
    AfterStep
        Exact, by the rank-one form of the step.
    """
    values = passage.entered(0)
    for at, layer in enumerate(passage.network.layers):
        entered, delta = passage.entered(at), passage.delta(at)
        moved = learning_rate * (float(values @ entered) + 1.0)
        sums = values @ layer.weights + layer.biases - np.asarray(moved * delta, values.dtype)
        values = activate(layer.activation, sums)
    logits = np.asarray(sums, np.float64)
    behind = np.delete(logits, passage.label) - logits[passage.label]
    promised = passage.loss - learning_rate * gradient_length(passage) ** 2
    return AfterStep(float(np.logaddexp.reduce([0.0, *behind])), promised, np.asarray(values))


def by_pixels(passage: Passage) -> Array:
    """By how much the loss would grow if a pixel got brighter.

    Parameters
    ----------
    passage : Passage
        One picture's way.

    Returns
    -------
    array (28, 28)
        ∂L/∂x.
    """
    delta = passage.back.layers[-1].delta
    return input_gradient(passage.network, passage.passed, delta).reshape(SIDE, SIDE)
