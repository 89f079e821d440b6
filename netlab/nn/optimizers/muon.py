"""Muon makes the velocity of a matrix orthogonal: it turns in every direction alike."""

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
from netlab.nn.optimizers.wording import MU, STEP, VELOCITY
from netlab.nn.setting import Rate, Setting, Slots, share, switch

A, B, C = 3.4445, -4.7750, 2.0315
"""Coefficients of the iteration: chosen so that small singular values rise fast, to about 1 (0.7 to 1.2)."""


@dataclass(frozen=True)
class Muon(Rule):
    """m ← μ m + g; X = (g + μ m)/‖g + μ m‖; some times X ← a X + (b S + c S²) X, S = X Xᵀ (Jordan et al., 2024).

    w ← w − η · rms_rate · √(the longer side) · X, the last factors as Liu et al., 2025, put them. The iteration of
    Newton and Schulz brings all singular values of a matrix near 1. The two weights of a landscape are a matrix of
    one row, which has one singular value, its length: S is a number.
    """

    momentum: float = 0.95
    nesterov: bool = True
    ns_steps: int = 5
    rms_rate: float = 0.2

    remembers: ClassVar[Mapping[str, str]] = {"velocity": "velocity m"}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        velocity = slots["velocity"] + (gradient + slots["velocity"] * (self.momentum - 1))
        ahead = gradient + self.momentum * velocity if self.nesterov else velocity
        direction = self._orthogonal(ahead)
        longer = np.sqrt(np.float32(2.0))
        return -(rate * direction * longer * self.rms_rate), {"velocity": velocity}

    def _orthogonal(self, rows: Array) -> Array:
        rows = rows / (np.sqrt(_squared_length(rows)) + 1e-7)
        for _ in range(self.ns_steps):
            square = _squared_length(rows)
            rows = A * rows + (B * square + C * square * square) * rows
        return rows

    def lines(self, numbers: Told) -> list[str]:
        """The velocity, its direction, and the step."""
        mu, new = digits(self.momentum), numbers.new["velocity"]
        ahead = numbers.gradient + self.momentum * new if self.nesterov else new
        direction = column(self._orthogonal(ahead))
        looked = rf"g + {mu}\, m" if self.nesterov else "m"
        return [
            rf"m = {mu} \, {column(numbers.old['velocity'])} + {numbers.g} = {column(new)}",
            rf"X = \text{{the direction of }} {looked} = {column(ahead)} \text{{: }} {direction}",
            rf"\Delta = -{numbers.eta} \cdot {digits(self.rms_rate)} \sqrt{{2}} \; {direction}",
        ]

    def theory(self) -> NoTheory:
        """None: the step does not shrink with the gradient."""
        return NoTheory(
            "Muon's steps are about equally long whatever the slope: it never diverges, and settles only if the rate shrinks."
        )


def _squared_length(rows: Array) -> Array:
    squares = rows * rows
    total: Array = squares[..., :1] + squares[..., 1:]
    return total


ROWS = (
    Optimizer(
        key="muon",
        title="Muon",
        idea="For weights that are a matrix: turn the velocity so that it moves equally far in every direction.",
        latex=(
            r"m \leftarrow \mu\, m + g, \quad X = \frac{g + \mu\, m}{\lVert g + \mu\, m \rVert}",
            r"X \leftarrow a X + \left(b\, X X^{\top} + c\, (X X^{\top})^2\right) X \quad \text{(five times)}",
            r"w \leftarrow w - 0.2\, \eta \sqrt{\text{longer side}}\; X",
        ),
        letters=(*STEP, VELOCITY, MU, "X the velocity made orthogonal", "a, b, c three fixed numbers"),
        trap=(
            "Two weights are a matrix of one row, and of that it leaves only the direction: here every step is about equally "
            "long. In a network biases and filters, which are no matrices, are trained by AdamW."
        ),
        source="Jordan et al., 2024; Liu et al., 2025",
        keras_class="Muon",
        default_learning_rate=0.001,
        rule=Muon,
        own=(
            share("momentum", "Momentum", 0.95, "How much of the velocity is kept."),
            switch("nesterov", "Nesterov", "Look ahead along the velocity.", default=True),
            Setting(
                "ns_steps", "Iterations", 5, 1, 20, "How often the direction is brought nearer to orthogonal."
            ),
            Setting("rms_rate", "Size", 0.2, 1e-3, 10.0, "How large a typical step is beside the rate."),
        ),
        defaults={"weight_decay": 0.004},
        keras_fixed={
            "adam_beta_1": 0.9,
            "adam_beta_2": 0.999,
            "adam_weight_decay": 0.004,
            "epsilon": 1e-7,
            "adam_lr_ratio": 1,
            "exclude_layers": [],
            "exclude_embeddings": False,
            "muon_a": A,
            "muon_b": B,
            "muon_c": C,
        },
        starting_rate=StartingRate(of_diagonal=0.02),
        training=Training(
            ("momentum", "weight_decay"),
            note="Each step multiplies whole matrices, so it takes several times as long as the others.",
            arguments={"exclude_embeddings": False},
        ),
        for_matrices=True,
    ),
)
