"""Adafactor takes steps relative to the weights' own size, and forgets faster while young."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.adam import ONE, power
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate
from netlab.nn.optimizers.rule import NoTheory, Rule, Told
from netlab.nn.optimizers.wording import BETA, EPSILON, SQUARE, STEP
from netlab.nn.setting import Rate, Setting, Slots, switch


@dataclass(frozen=True)
class Adafactor(Rule):
    """w ← w − α u / max(1, rms(u)/d), u = g/√v, α = max(ε₂, rms(w)) min(η, 1/√t) (Shazeer and Stern, 2018).

    A vector of two weights is not factored into rows and columns: v is kept whole, with β₂ = 1 − t^decay, so that
    the first step divides each gradient by itself.
    """

    beta_2_decay: float = -0.8
    epsilon_1: float = 1e-30
    epsilon_2: float = 1e-3
    clip_threshold: float = 1.0
    relative_step: bool = True

    remembers: ClassVar[Mapping[str, str]] = {"square": "average square v"}
    measures_by_weights: ClassVar[bool] = True

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        # Keras bounds the rate by 1/√t once more when `relative_step` is set; the second bound changes nothing.
        rate = np.minimum(rate, ONE / np.sqrt(np.float32(step)))
        alpha = np.maximum(np.float32(self.epsilon_2), self._size(weights)) * rate
        kept = ONE - power(step, self.beta_2_decay)
        new, square = self._averaged(slots, gradient * gradient + self.epsilon_1, kept)
        direction = gradient / np.sqrt(square)
        direction = direction / np.maximum(ONE, self._size(direction) / np.float32(self.clip_threshold))
        return -alpha * direction, new

    def _size(self, vectors: Array) -> Array:
        return root_mean_square(vectors)

    def _averaged(self, slots: Slots, squares: Array, kept: Array) -> tuple[Slots, Array]:
        square = kept * slots["square"] + (ONE - kept) * squares
        return {"square": square}, square

    def lines(self, numbers: Told) -> list[str]:
        """The average square, the direction, its length and the step."""
        fresh, square = float(numbers.time) ** float(self.beta_2_decay), numbers.new["square"]
        with np.errstate(all="ignore"):
            direction = numbers.gradient / np.sqrt(square)
        size, length = (float(np.sqrt(np.mean(np.square(vector)))) for vector in (numbers.weights, direction))
        alpha = max(float(self.epsilon_2), size) * min(numbers.rate, numbers.time**-0.5)
        return [
            rf"v = {digits(1 - fresh)} \, {column(numbers.old['square'])} + {digits(fresh)} \, {numbers.g}^{{2}} = {column(square)}",
            rf"u = g \big/ \sqrt{{v}} = {column(direction)}",
            rf"\alpha = \max({digits(self.epsilon_2)},\, {digits(size)}) \cdot \min({numbers.eta},\, 1/\sqrt{{{numbers.time}}}) = {digits(alpha)}",
            rf"\Delta = -{digits(alpha)} \, {column(direction)} \Big/ \max(1,\, {digits(length)} / {digits(self.clip_threshold)})",
        ]

    def theory(self) -> NoTheory:
        """None: the step is measured by the weights."""
        return NoTheory("Adafactor bounds its steps by the weights' own size, so curvature sets it no limit.")


@dataclass(frozen=True)
class OfVector(Adafactor):
    """Adafactor of one vector of a network, (units,): its size is that of the whole vector."""

    def _size(self, vectors: Array) -> Array:
        return np.sqrt(np.mean(vectors * vectors))


@dataclass(frozen=True)
class OfMatrix(OfVector):
    """Adafactor of one matrix of a network, (fan_in, fan_out): of v only the means of rows and columns are kept."""

    remembers: ClassVar[Mapping[str, str]] = {"rows": "means of rows", "columns": "means of columns"}

    def init(self, weights: Array) -> Slots:
        """Means of rows (fan_in,) and of columns (fan_out,), at zero."""
        rows, columns = weights.shape
        return {"rows": np.zeros(rows, weights.dtype), "columns": np.zeros(columns, weights.dtype)}

    def _averaged(self, slots: Slots, squares: Array, kept: Array) -> tuple[Slots, Array]:
        rows = kept * slots["rows"] + (ONE - kept) * squares.mean(axis=1)
        columns = kept * slots["columns"] + (ONE - kept) * squares.mean(axis=0)
        return {"rows": rows, "columns": columns}, (rows / rows.mean())[:, None] * columns


def _of_array(row: Optimizer, shape: tuple[int, ...]) -> Optimizer:
    return replace(row, rule=OfMatrix if len(shape) == 2 else OfVector)


def root_mean_square(vectors: Array) -> Array:
    """√((a² + b²)/2) of each vector (..., 2), as (..., 1).

    Parameters
    ----------
    vectors : float32 (..., 2)
        Parameters or updates.

    Returns
    -------
    float32 (..., 1)
        From 0.
    """
    squares = vectors * vectors
    mean: Array = (squares[..., :1] + squares[..., 1:]) * np.float32(0.5)
    root: Array = np.sqrt(mean)
    return root


ROWS = (
    Optimizer(
        key="adafactor",
        title="Adafactor",
        idea="Steps in proportion to the weights' own size, with a memory that grows with time.",
        latex=(
            r"v \leftarrow \beta_t v + (1-\beta_t)(g^2 + \varepsilon_1), \quad \beta_t = 1 - t^{-0.8}",
            r"u = \frac{g}{\sqrt{v}}, \quad \alpha = \max(\varepsilon_2, \mathrm{rms}(w)) \min\left(\eta, \tfrac{1}{\sqrt t}\right)",
            r"w \leftarrow w - \alpha \frac{u}{\max(1, \mathrm{rms}(u)/d)}",
        ),
        letters=(*STEP, SQUARE, BETA, EPSILON, "rms the root of the mean square", "d a threshold"),
        trap="The step depends on where zero is: the same valley moved away from the origin is walked faster.",
        source="Shazeer and Stern, 2018",
        keras_class="Adafactor",
        default_learning_rate=0.001,
        rule=Adafactor,
        own=(
            Setting("beta_2_decay", "Decay of β₂", -0.8, -2.0, -0.01, "β₂ at step t is 1 − t to this power."),
            Setting("epsilon_1", "ε₁", 1e-30, 1e-35, 1.0, "Added to the squared gradient.", logarithmic=True),
            Setting(
                "epsilon_2",
                "ε₂",
                1e-3,
                1e-10,
                10.0,
                "The smallest size a weight counts as.",
                logarithmic=True,
            ),
            Setting(
                "clip_threshold",
                "Threshold d",
                1.0,
                1e-3,
                1e3,
                "How large a typical step may be.",
                logarithmic=True,
            ),
            switch(
                "relative_step", "Relative step", "Bound the rate by one over the root of time.", default=True
            ),
        ),
        starting_rate=StartingRate(fixed=0.1),
        of_array=_of_array,
    ),
)
