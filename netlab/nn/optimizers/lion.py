"""Lion walks by the sign alone: every step is as long as the learning rate, in every direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import NoTheory, Rule, Told
from netlab.nn.optimizers.wording import BETA, STEP, VELOCITY
from netlab.nn.setting import Rate, Slots, share

ONE = np.float32(1.0)
SMALLEST = np.finfo(np.float32).tiny
"""TensorFlow takes smaller numbers for zero. Elsewhere nobody could tell; here a sign would show it."""


@dataclass(frozen=True)
class Lion(Rule):
    """w ← w − η sign(β₁ m + (1 − β₁) g), then m ← β₂ m + (1 − β₂) g (Chen et al., 2023)."""

    beta_1: float = 0.9
    beta_2: float = 0.99

    remembers: ClassVar[Mapping[str, str]] = {"velocity": "velocity m"}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        beta_1, beta_2 = np.float32(self.beta_1), np.float32(self.beta_2)
        past = slots["velocity"]
        average = past * beta_1 + gradient * (ONE - beta_1)
        direction = np.sign(average) * (np.abs(average) >= SMALLEST)
        return -rate * direction, {"velocity": past * beta_2 + gradient * (ONE - beta_2)}

    def lines(self, numbers: Told) -> list[str]:
        """The step, and the average for the next one."""
        kept, fresh = digits(self.beta_1), digits(1.0 - float(self.beta_1))
        return [
            rf"\Delta = -{numbers.eta} \; \mathrm{{sign}}\left({kept} \, {column(numbers.old['velocity'])} + {fresh} \, {numbers.g}\right)",
            numbers.average("m", "velocity", self.beta_2, squared=False),
        ]

    def theory(self) -> NoTheory:
        """None: the step does not shrink with the gradient."""
        return NoTheory(
            "Lion's steps are as long as the rate whatever the slope: it never diverges, and settles only if the rate shrinks."
        )


ROWS = (
    Optimizer(
        key="lion",
        title="Lion",
        idea="Go by the sign of the average slope alone: every step is equally long.",
        latex=(
            r"w \leftarrow w - \eta\, \mathrm{sign}\left(\beta_1 m + (1-\beta_1)\, g\right)",
            r"m \leftarrow \beta_2 m + (1-\beta_2)\, g",
        ),
        letters=(*STEP, VELOCITY, BETA),
        trap="It cannot take a small step: around a minimum it circles at the size of the learning rate.",
        source="Chen et al., 2023",
        keras_class="Lion",
        default_learning_rate=0.001,
        rule=Lion,
        own=(
            share("beta_1", "β₁", 0.9, "How much of the average decides the direction.", minimum=1e-4),
            share("beta_2", "β₂", 0.99, "How much of the average is kept."),
        ),
        starting_rate=StartingRate(of_diagonal=0.005),
        training=Training(("beta_1", "beta_2")),
    ),
)
