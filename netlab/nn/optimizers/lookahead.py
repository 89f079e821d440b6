"""Take some fast steps, then go part of the way that they led."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import Rule, Theory, Told
from netlab.nn.optimizers.wording import STEP
from netlab.nn.setting import Rate, Setting, Slots, share


@dataclass(frozen=True)
class Lookahead(Rule):
    """k steps of gradient descent, then φ ← φ + α (w − φ) and w ← φ (Zhang, Lucas, Hinton and Ba, 2019).

    φ are the slow weights, which begin where the walk does. Between two of their steps the fast weights w walk alone.
    """

    sync_period: int = 5
    slow_step_size: float = 0.5

    remembers: ClassVar[Mapping[str, str]] = {"slow": "slow weights φ"}

    def init(self, weights: Array) -> Slots:
        """The slow weights."""
        return {"slow": weights.copy()}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        fast = gradient * -rate
        if step % self.sync_period:
            return fast, slots
        slow = slots["slow"]
        change = slow + self.slow_step_size * (weights + fast - slow) - weights
        return change, {"slow": weights + change}

    def lines(self, numbers: Told) -> list[str]:
        """The fast step; every k steps the slow one."""
        fast = rf"-{numbers.eta} \, {numbers.g}"
        if numbers.time % self.sync_period:
            return [rf"\Delta = -\eta\, g = {fast}"]
        slow, w, new = (
            column(vector) for vector in (numbers.old["slow"], numbers.weights, numbers.new["slow"])
        )
        alpha = digits(self.slow_step_size)
        step = rf"\varphi = {slow} + {alpha} \left({w} {fast} - {slow}\right) = {new}"
        return [step, rf"\Delta = \varphi - w = {new} - {w}"]

    def theory(self) -> Theory:
        """k steps multiply by 1 − α + α (1 − s)ᵏ: with k odd that leaves the circle only at (1 − s)ᵏ = 1 − 2/α."""
        if self.sync_period % 2 == 0:
            return Theory(2.0, r"\frac{2}{L}", cycle=self.sync_period)
        limit = 1.0 + (2.0 / self.slow_step_size - 1.0) ** (1.0 / self.sync_period)
        formula = r"1 + (2/\alpha - 1)^{1/k}"
        return Theory(
            limit, rf"\frac{{{formula}}}{{L}}", cycle=self.sync_period, decay=limit, decay_latex=formula
        )


ROWS = (
    Optimizer(
        key="lookahead",
        title="Lookahead",
        idea="Let gradient descent run a few steps ahead, then follow it half of the way and call it back.",
        latex=(
            r"w \leftarrow w - \eta\, g \quad (k \text{ times})",
            r"\varphi \leftarrow \varphi + \alpha (w - \varphi), \quad w \leftarrow \varphi",
        ),
        letters=(
            *STEP,
            "φ the slow weights",
            "α the share of the way that they go",
            "k how many steps that takes",
        ),
        trap="Where fast steps only go one way it is slower than they are: of every k steps it keeps the share α.",
        source="Zhang, Lucas, Hinton and Ba, 2019",
        keras_class=None,
        default_learning_rate=0.01,
        rule=Lookahead,
        own=(
            Setting("sync_period", "k", 5, 1, 100, "How many fast steps are taken before a slow one."),
            share("slow_step_size", "α", 0.5, "How much of the way the slow weights go.", 0.01, 1.0),
        ),
        starting_rate=StartingRate(of_surface=1.0),
        training=Training(("sync_period", "slow_step_size"), fused="lookahead"),
    ),
)
