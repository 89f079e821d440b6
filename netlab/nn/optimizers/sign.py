"""Go by the sign of the gradient alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import NoTheory, Rule, Told, Walked
from netlab.nn.optimizers.wording import STEP
from netlab.nn.setting import Rate, Slots


@dataclass(frozen=True)
class SignSGD(Rule):
    """w ← w − η sign(g) (Bernstein, Wang, Azizzadenesheli and Anandkumar, 2018). A gradient of 0 is no step."""

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        return -rate * np.sign(gradient), slots

    def carried(self, walk: Walked) -> Array:
        """Nothing."""
        return np.zeros((len(walk.rates), 2), np.float32)

    def lines(self, numbers: Told) -> list[str]:
        """The step."""
        return [
            rf"\Delta = -\eta\, \mathrm{{sign}}(g) = -{numbers.eta} \; \mathrm{{sign}}\left({numbers.g}\right)"
        ]

    def theory(self) -> NoTheory:
        """None: the step does not shrink with the gradient."""
        return NoTheory(
            "signSGD's steps are as long as the rate whatever the slope: it never diverges, and settles only if the rate shrinks."
        )


ROWS = (
    Optimizer(
        key="signsgd",
        title="signSGD",
        idea="Ask the slope only for its sign: every weight moves by the learning rate, up or down.",
        latex=(r"w \leftarrow w - \eta\, \mathrm{sign}(g)",),
        letters=STEP,
        trap="It cannot take a small step, and with batches it follows what most of them say, not their average.",
        source="Bernstein, Wang, Azizzadenesheli and Anandkumar, 2018",
        keras_class=None,
        default_learning_rate=0.001,
        rule=SignSGD,
        starting_rate=StartingRate(of_diagonal=0.005),
        training=Training(fused="signsgd"),
    ),
)
