"""Every weight has a step of its own, which grows while the gradient keeps its sign and is halved when it turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import NoTheory, Rule, Told
from netlab.nn.optimizers.wording import STEP
from netlab.nn.setting import Rate, Setting, Slots


@dataclass(frozen=True)
class Rprop(Rule):
    """w ← w − δ sign(g), δ times η⁺ where g kept its sign; where it turned, the last step back and δ times η⁻.

    Riedmiller and Braun, 1993, with their backtracking: after a step back the gradient counts as 0, so that δ is not
    halved twice. The learning rate is the first δ of all weights, and nothing afterwards.
    """

    increase: float = 1.2
    decrease: float = 0.5
    smallest: float = 1e-6
    largest: float = 50.0

    remembers: ClassVar[Mapping[str, str]] = {"step_size": "steps δ", "previous_change": "last step"}

    def init(self, weights: Array) -> Slots:
        """Steps, last gradient and last change, at zero: the first step makes δ the learning rate."""
        return {
            name: np.zeros_like(weights) for name in ("step_size", "previous_gradient", "previous_change")
        }

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        old = slots["step_size"] if step > 1 else np.zeros_like(weights) + rate
        agrees = np.sign(gradient) * np.sign(slots["previous_gradient"])
        bounded = np.clip(old * self._factor(agrees), self.smallest, self.largest)
        size = np.where(agrees == 0, old, bounded)
        change = np.where(agrees < 0, -slots["previous_change"], -np.sign(gradient) * size)
        counted = np.where(agrees < 0, np.zeros_like(gradient), gradient)
        return change, {"step_size": size, "previous_gradient": counted, "previous_change": change}

    def _factor(self, agrees: Array) -> Array:
        factor = np.where(agrees > 0, self.increase, np.where(agrees < 0, self.decrease, 1.0))
        return factor.astype(agrees.dtype)

    def lines(self, numbers: Told) -> list[str]:
        """The steps, and what is made of them."""
        factor = self._factor(np.sign(numbers.gradient) * np.sign(numbers.old["previous_gradient"]))
        size = column(numbers.new["step_size"])
        grown = rf"{column(factor)} \odot {column(numbers.old['step_size'])}"
        return [
            rf"\delta = {numbers.eta if numbers.time == 1 else grown} = {size}",
            rf"\Delta = -\mathrm{{sign}}(g)\, \delta \text{{ or, where it turned, the last step back}} = {column(numbers.new['previous_change'])}",
        ]

    def theory(self) -> NoTheory:
        """None: the steps find their own size."""
        return NoTheory(
            "Rprop goes by the sign alone and halves a step that went too far, so curvature sets the rate no limit: it is only the first step."
        )


def _bound(key: str, title: str, default: float, help: str) -> Setting:
    return Setting(key, title, default, 1e-12, 1e6, help, logarithmic=True)


ROWS = (
    Optimizer(
        key="rprop",
        title="Rprop",
        idea="Each weight's step grows while the slope keeps its sign, and is taken back and halved when it turns.",
        latex=(
            r"\delta \leftarrow \begin{cases} \eta^{+} \delta & g\, g_{t-1} > 0 \\ \eta^{-} \delta & g\, g_{t-1} < 0 \end{cases}",
            r"w \leftarrow w - \mathrm{sign}(g)\, \delta, \text{ or back by the last step where } g\, g_{t-1} < 0",
        ),
        letters=(*STEP, "δ each weight's own step, at first η", "η⁺ and η⁻ what it grows and shrinks by"),
        trap=(
            "It is for slopes of all examples at once: with batches a weight whose slope is 0.1 nine times and −0.9 once "
            "is pushed far one way, though the sum is 0. The learning rate is only the first step."
        ),
        source="Riedmiller and Braun, 1993",
        keras_class=None,
        default_learning_rate=0.01,
        rule=Rprop,
        own=(
            Setting(
                "increase",
                "η⁺",
                1.2,
                1.0,
                5.0,
                "What a step is multiplied by while the slope keeps its sign.",
            ),
            Setting("decrease", "η⁻", 0.5, 0.01, 1.0, "What a step is multiplied by when the slope turns."),
            _bound("smallest", "Smallest step", 1e-6, "No step shrinks below this."),
            _bound("largest", "Largest step", 50.0, "No step grows beyond this."),
        ),
        starting_rate=StartingRate(of_diagonal=0.005),
        training=Training(
            ("increase", "decrease", "smallest", "largest"),
            note="It is made for all digits at once: batches lead it astray, and the learning rate is only its first step.",
            fused="rprop",
        ),
    ),
)
