"""Adam and its kin: a velocity divided by the size that gradients have had."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.nn.setting import Rate, Slots

ONE = np.float32(1.0)


def power(base: float, exponent: float) -> Any:
    """base ** exponent as TensorFlow computes it for one number: both in float32, by the C library's powf.

    NumPy's float32 numbers call the same function; its float32 arrays do not, and differ in one value of four.
    """
    return np.float32(base) ** np.float32(exponent)


@dataclass(frozen=True)
class Adam:
    """m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂), w ← w − α m / (√v + ε) (Kingma and Ba, 2015).

    α = η √(1 − β₂ᵗ)/(1 − β₁ᵗ) corrects the start from zero. ε stands outside the root and is not corrected: it is
    the paper's "epsilon hat". With `amsgrad` the largest v so far is used (Reddi, Kale and Kumar, 2018).
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    amsgrad: bool = False

    def init(self, weights: Array) -> Slots:
        """Velocity, average square and, for AMSGrad, its maximum, at zero."""
        names = ["velocity", "square"] + ["largest_square"] * self.amsgrad
        return {name: np.zeros_like(weights) for name in names}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        alpha = -rate * np.sqrt(ONE - power(self.beta_2, step)) / (ONE - power(self.beta_1, step))
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (1 - self.beta_1)
        square = slots["square"] + (gradient * gradient - slots["square"]) * (1 - self.beta_2)
        new = {"velocity": velocity, "square": square}
        if self.amsgrad:
            square = new["largest_square"] = np.maximum(slots["largest_square"], square)
        return velocity * alpha / (np.sqrt(square) + self.epsilon), new


@dataclass(frozen=True)
class Adamax:
    """Adam with the largest recent gradient for the root: u ← max(β₂ u, |g|) (Kingma and Ba, 2015)."""

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def init(self, weights: Array) -> Slots:
        """Velocity and largest gradient, at zero."""
        return {"velocity": np.zeros_like(weights), "norm": np.zeros_like(weights)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (1 - self.beta_1)
        norm = np.maximum(self.beta_2 * slots["norm"], np.abs(gradient))
        change = -rate * velocity / ((ONE - power(self.beta_1, step)) * (norm + self.epsilon))
        return change, {"velocity": velocity, "norm": norm}


@dataclass(frozen=True)
class Nadam:
    """Adam with Nesterov's look-ahead and a momentum that grows with a schedule (Dozat, 2016).

    μₜ = β₁ (1 − 0.96ᵗ/2). Unlike Adam, v is corrected before ε is added, and 1 − β is taken in float32.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def init(self, weights: Array) -> Slots:
        """Velocity and average square at zero; the product of all μ so far at one."""
        product = np.ones((), weights.dtype)
        return {
            "velocity": np.zeros_like(weights),
            "square": np.zeros_like(weights),
            "momentum_product": product,
        }

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        beta_1, beta_2 = np.float32(self.beta_1), np.float32(self.beta_2)
        fading, fading_next = (ONE - np.float32(0.5) * power(0.96, t) for t in (step, step + 1))
        now, following = beta_1 * fading, beta_1 * fading_next
        product = slots["momentum_product"] * beta_1 * fading
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (ONE - beta_1)
        square = slots["square"] + (gradient * gradient - slots["square"]) * (ONE - beta_2)
        ahead = following * velocity / (ONE - product * following) + (ONE - now) * gradient / (ONE - product)
        size = np.sqrt(square / (ONE - power(self.beta_2, step))) + self.epsilon
        return ahead * -rate / size, {"velocity": velocity, "square": square, "momentum_product": product}
