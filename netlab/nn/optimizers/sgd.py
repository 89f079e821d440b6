"""Gradient descent, with and without a memory of where it was going."""

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.setting import Rate, Slots


@dataclass(frozen=True)
class SGD:
    """w ← w − η g; with momentum μ: m ← μ m − η g and w ← w + m (Polyak, 1964; Nesterov, 1983).

    Keras keeps the velocity with the learning rate inside. PyTorch keeps it without; the two part ways as soon as
    the learning rate changes. Under Nesterov's rule the weights that Keras shows are the look-ahead point itself.
    """

    momentum: float = 0.0
    nesterov: bool = False

    def init(self, weights: Array) -> Slots:
        """The velocity, at rest."""
        return {"velocity": np.zeros_like(weights)} if self.momentum else {}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        if not self.momentum:
            return gradient * -rate, slots
        push = gradient * rate
        velocity = slots["velocity"] * self.momentum - push
        change = velocity * self.momentum - push if self.nesterov else velocity
        return change, {"velocity": velocity}
