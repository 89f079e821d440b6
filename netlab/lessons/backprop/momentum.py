"""One update by gradient descent with momentum, as Keras's SGD makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.mlp import Network


@dataclass(frozen=True)
class Step:
    """What one update leaves behind: the new network, and a velocity for each of its arrays."""

    network: Network
    velocities: tuple[Array, ...]


def momentum(
    network: Network, gradients: Sequence[Array], velocities: Sequence[Array] | None = None, *,
    learning_rate: float, beta: float = 0.9,
) -> Step:  # fmt: skip
    """Update every array by v ← βv - η ∂L/∂w, then w ← w + v (as Keras's SGD does; Polyak, 1964).

    Parameters
    ----------
    network : Network
    gradients, velocities : sequence of array
        One for each of ``network.arrays``; velocities are zero if not given.
    learning_rate, beta : float
        η and β.

    Returns
    -------
    Step
        The new network and velocities; what was given is left alone.

    Raises
    ------
    ValueError
        If there are not as many velocities as gradients.
    """
    before = velocities or [np.zeros_like(array) for array in network.arrays]
    after = tuple(beta * v - learning_rate * gradient for v, gradient in zip(before, gradients, strict=True))
    return Step(network.with_arrays([w + v for w, v in zip(network.arrays, after)]), after)
