"""Adafactor takes steps relative to the weights' own size, and forgets faster while young."""

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.optimizers.adam import ONE, power
from netlab.nn.setting import Rate, Slots


@dataclass(frozen=True)
class Adafactor:
    """w ← w − α u / max(1, rms(u)/d), u = g/√v, α = max(ε₂, rms(w)) min(η, 1/√t) (Shazeer and Stern, 2018).

    A vector of two weights is not factored into rows and columns: v is kept whole, with β₂ = 1 − t^decay, so that
    the first step divides each gradient by itself.
    """

    beta_2_decay: float = -0.8
    epsilon_1: float = 1e-30
    epsilon_2: float = 1e-3
    clip_threshold: float = 1.0
    relative_step: bool = True

    def init(self, weights: Array) -> Slots:
        """The average square, at zero."""
        return {"square": np.zeros_like(weights)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        # Keras bounds the rate by 1/√t once more when `relative_step` is set; the second bound changes nothing.
        rate = np.minimum(rate, ONE / np.sqrt(np.float32(step)))
        alpha = np.maximum(np.float32(self.epsilon_2), root_mean_square(weights)) * rate
        kept = ONE - power(step, self.beta_2_decay)
        square = kept * slots["square"] + (ONE - kept) * (gradient * gradient + self.epsilon_1)
        direction = gradient / np.sqrt(square)
        direction = direction / np.maximum(ONE, root_mean_square(direction) / np.float32(self.clip_threshold))
        return -alpha * direction, {"square": square}


def root_mean_square(vectors: Array) -> Array:
    """√((a² + b²)/2) of each vector (..., 2), as (..., 1)."""
    squares = vectors * vectors
    mean: Array = (squares[..., :1] + squares[..., 1:]) * np.float32(0.5)
    root: Array = np.sqrt(mean)
    return root
