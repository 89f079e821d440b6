"""One neuron: weigh the inputs, add a bias, bend the sum. With two inputs it draws one straight line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS

ROUNDED = 9
"""Decimals of z that count: sliders move by 0.05, the rest is what arithmetic leaves of a sum."""
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GOALS: dict[str, tuple[bool, ...]] = {
    "AND": (False, False, False, True),
    "OR": (False, True, True, True),
    "XOR": (False, True, True, False),
}
"""What each corner should answer; no single neuron can do the last (Minsky & Papert, Perceptrons, 1969)."""


@dataclass(frozen=True)
class Neuron:
    """Weights (inputs,), a bias, and the name of an activation."""

    weights: Array
    bias: float
    activation: str

    def pre_activation(self, x: Array) -> Array:
        """Weigh and add: z = w · x + b for inputs x (n, inputs), shape (n,)."""
        return np.asarray(x @ self.weights + self.bias)

    def __call__(self, x: Array) -> Array:
        """Return the activation a = φ(z), shape (n,)."""
        return ACTIVATIONS[self.activation].value(self.pre_activation(x))

    def says_yes(self, x: Array) -> NDArray[np.bool_]:
        """Whether each input lies on the side of the line that the weights point to: z > 0; on the line it does not."""
        return np.asarray(np.round(self.pre_activation(x), ROUNDED) > 0)

    def on_line(self, x: Array) -> NDArray[np.bool_]:
        """Whether each input lies on the line itself: z = 0."""
        return np.asarray(np.round(self.pre_activation(x), ROUNDED) == 0)

    def line(self, reach: float) -> Array:
        """Two points of the line z = 0, at the edges of a square ±reach or beyond; empty if both weights are 0.

        The line stands square to the weights; its distance from the origin is |b| / |w|.
        """
        steep = int(np.argmax(np.abs(self.weights)))  # divide by the larger weight
        if self.weights[steep] == 0:
            return np.empty((0, 2))
        ends = np.empty((2, 2))
        ends[:, 1 - steep] = -reach, reach
        with np.errstate(
            over="ignore"
        ):  # a weight next to 0: the line is infinitely far, and so are the ends
            ends[:, steep] = -(self.bias + self.weights[1 - steep] * ends[:, 1 - steep]) / self.weights[steep]
        return ends


def right_corners(neuron: Neuron, goal: str) -> NDArray[np.bool_]:
    """Which of the four corners the neuron answers as the goal wants, (4,).

    Parameters
    ----------
    neuron : Neuron
        With two inputs.
    goal : str
        A key of ``GOALS``.

    Returns
    -------
    array of bool
        In the order of ``CORNERS``.
    """
    return np.asarray(neuron.says_yes(CORNERS) == np.array(GOALS[goal]))
