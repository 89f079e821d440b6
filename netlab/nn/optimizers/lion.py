"""Lion walks by the sign alone: every step is as long as the learning rate, in every direction."""

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.setting import Rate, Slots

ONE = np.float32(1.0)
SMALLEST = np.finfo(np.float32).tiny
"""TensorFlow takes smaller numbers for zero. Elsewhere nobody could tell; here a sign would show it."""


@dataclass(frozen=True)
class Lion:
    """w ← w − η sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g (Chen et al., 2023)."""

    beta_1: float = 0.9
    beta_2: float = 0.99

    def init(self, weights: Array) -> Slots:
        """The average gradient, at zero."""
        return {"velocity": np.zeros_like(weights)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        beta_1, beta_2 = np.float32(self.beta_1), np.float32(self.beta_2)
        past = slots["velocity"]
        average = past * beta_1 + gradient * (ONE - beta_1)
        direction = np.sign(average) * (np.abs(average) >= SMALLEST)
        return -rate * direction, {"velocity": past * beta_2 + gradient * (ONE - beta_2)}
