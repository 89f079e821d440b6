"""Muon makes the velocity of a matrix orthogonal: it turns in every direction alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers import adam
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
        return -(rate * direction * self._longer(weights) * self.rms_rate), {"velocity": velocity}

    def _longer(self, weights: Array) -> np.float32:
        return np.sqrt(np.float32(2.0))

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


@dataclass(frozen=True)
class OfMatrix(Muon):
    """Muon of one matrix of a network, (fan_in, fan_out)."""

    def _longer(self, weights: Array) -> np.float32:
        return np.sqrt(np.float32(max(weights.shape)))

    def _orthogonal(self, rows: Array) -> Array:
        turned = rows.shape[0] > rows.shape[1]
        found = rows.T if turned else rows
        found = found / (np.sqrt(np.sum(found * found)) + np.float32(1e-7))
        for _ in range(self.ns_steps):
            square = found @ found.T
            found = np.float32(A) * found + (np.float32(B) * square + np.float32(C) * square @ square) @ found
        return found.T if turned else found


def _of_array(row: Optimizer, shape: tuple[int, ...]) -> Optimizer:
    """A matrix is made orthogonal; a vector, which cannot be, is trained by AdamW at the same rate, as in Keras."""
    if len(shape) == 2:
        return replace(row, rule=OfMatrix)
    adamw = next(one for one in adam.ROWS if one.key == "adamw")
    return adamw.with_settings(learning_rate=row.learning_rate, schedule=row.schedule)


def _squared_length(rows: Array) -> Array:
    squares = rows * rows
    total: Array = squares[..., :1] + squares[..., 1:]
    return total


def matrix_change(rule: Muon, gradient: Array, velocity: Array, rate: Rate) -> Array:
    """What one step adds to a matrix of a network's weights, as Keras has it; without the decay of the weights.

    Parameters
    ----------
    rule : Muon
        The rule with its settings.
    gradient, velocity : float32 (m, n)
        Of the matrix, the velocity before the step.
    rate : float32
        The learning rate.

    Returns
    -------
    float32 (m, n)
    """
    velocity = velocity + (gradient + velocity * (rule.momentum - 1))
    ahead = gradient + rule.momentum * velocity if rule.nesterov else velocity
    longer = np.sqrt(np.float32(max(gradient.shape)))
    return np.asarray(-(rate * orthogonal(ahead, rule.ns_steps) * longer * rule.rms_rate), gradient.dtype)


def orthogonal(matrix: Array, iterations: int) -> Array:
    """A matrix with singular values near 1 and the singular vectors of another: the iteration of Newton and Schulz.

    Parameters
    ----------
    matrix : floats (m, n)
        Any but 0.
    iterations : int
        How often it is brought nearer.

    Returns
    -------
    floats (m, n)
        Singular values of about 0.7 to 1.2.
    """
    found = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    found = found / (np.sqrt((found * found).sum()) + found.dtype.type(1e-7))
    for _ in range(iterations):
        square = found @ found.T
        found = A * found + (B * square + C * (square @ square)) @ found
    return np.asarray(found.T if matrix.shape[0] > matrix.shape[1] else found)


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
        of_array=_of_array,
    ),
)
