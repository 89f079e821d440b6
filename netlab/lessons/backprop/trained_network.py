"""The article's network opened: any of its 407,050 weights, and its share in the loss of one digit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array, Bytes
from netlab.nets.shipped_mlp import network
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Forward, forward


@dataclass(frozen=True)
class Seen:
    """One digit as the network sees it: its input (784,), its label, every number on the way, and all gradients."""

    inputs: Array
    label: int
    passed: Forward
    gradients: tuple[Array, ...]

    @property
    def probabilities(self) -> Array:
        """The ten probabilities."""
        return self.passed.activations[-1][0]

    @property
    def loss(self) -> float:
        """The cross-entropy of this digit."""
        return float(self.passed.losses[0])


def see(image: Bytes, label: int) -> Seen:
    """Walk one picture (28, 28) forward and its loss back: all 407,050 gradients, in float64.

    Parameters
    ----------
    image : array of uint8, (28, 28)
    label : int
        The digit, from 0 to 9.

    Returns
    -------
    Seen
        Gradients of the cross-entropy of this one digit.
    """
    inputs = image.reshape(1, -1) / 255.0
    target = np.array([label])
    passed = forward(network(), inputs, target)
    return Seen(inputs[0], int(label), passed, backward(network(), passed, target).arrays)


def steepest(seen: Seen) -> tuple[int, int]:
    """Pixel and unit of the first layer's weight that this digit would move most.

    Parameters
    ----------
    seen : Seen

    Returns
    -------
    tuple of int
        Pixel from 0 to 783, unit from 0.
    """
    pixel, unit = np.unravel_index(np.abs(seen.gradients[0]).argmax(), seen.gradients[0].shape)
    return int(pixel), int(unit)
