"""Gradient descent, with and without a memory of where it was going."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import Rule, Theory, Told, Walked
from netlab.nn.optimizers.wording import MOMENTUM, MU, STEP, VELOCITY
from netlab.nn.setting import Rate, Slots


@dataclass(frozen=True)
class SGD(Rule):
    """w ← w − η g; with momentum μ: m ← μ m − η g and w ← w + m (Polyak, 1964; Nesterov, 1983).

    Keras keeps the velocity with the learning rate inside. PyTorch keeps it without; the two part ways as soon as
    the learning rate changes. Under Nesterov's rule the weights that Keras shows are the look-ahead point itself.
    """

    momentum: float = 0.0
    nesterov: bool = False

    remembers: ClassVar[Mapping[str, str]] = {"velocity": "velocity m"}

    def init(self, weights: Array) -> Slots:
        """The velocity, at rest."""
        return {"velocity": np.zeros_like(weights)} if self.momentum else {}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        if not self.momentum:
            return gradient * -rate, slots
        push = gradient * rate
        velocity = slots["velocity"] * self.momentum - push
        change = velocity * self.momentum - push if self.nesterov else velocity
        return change, {"velocity": velocity}

    def carried(self, walk: Walked) -> Array:
        """μ m; under Nesterov's rule the part of the old velocity is kept twice."""
        if not self.momentum:
            return np.zeros((len(walk.rates), 2), np.float32)
        return self.momentum ** (2 if self.nesterov else 1) * walk.before["velocity"]

    def lines(self, numbers: Told) -> list[str]:
        """The velocity and the step."""
        if not self.momentum:
            return [rf"\Delta = -\eta\, g = -{numbers.eta} \, {numbers.g}"]
        mu, new = digits(self.momentum), column(numbers.new["velocity"])
        velocity = rf"m = {mu} \, {column(numbers.old['velocity'])} - {numbers.eta} \, {numbers.g} = {new}"
        ahead = rf"\Delta = \mu\, m - \eta\, g = {mu} \, {new} - {numbers.eta} \, {numbers.g}"
        return [velocity, ahead if self.nesterov else r"\Delta = m"]

    def theory(self) -> Theory:
        """The roots of z² − (1 + μ − s) z + μ, of Nesterov's z² − (1 + μ)(1 − s) z + μ (1 − s), stay in the circle."""
        mu = float(self.momentum)
        if self.nesterov:
            return Theory((2.0 + 2.0 * mu) / (1.0 + 2.0 * mu), r"\frac{2 + 2\mu}{(1 + 2\mu) L}")
        return Theory(2.0 + 2.0 * mu, r"\frac{2 + 2\mu}{L}" if mu else r"\frac{2}{L}")


ROWS = (
    Optimizer(
        key="sgd",
        title="Gradient descent",
        idea="Look at the slope and take a step against it.",
        latex=(r"w \leftarrow w - \eta\, g",),
        letters=STEP,
        trap="In a narrow valley the steep direction limits the step, and the flat direction hardly moves.",
        source="Cauchy, 1847; Robbins and Monro, 1951",
        keras_class="SGD",
        default_learning_rate=0.01,
        rule=SGD,
        fixed={"momentum": 0.0, "nesterov": False},
        starting_rate=StartingRate(of_surface=1.0),
        training=Training(title="SGD", note="The slope is that of one batch.", fused="sgd"),
    ),
    Optimizer(
        key="momentum",
        title="Momentum",
        idea="Roll like a heavy ball: keep some of the last step and add the new slope to it.",
        latex=(r"m \leftarrow \mu\, m - \eta\, g", r"w \leftarrow w + m"),
        letters=(*STEP, VELOCITY, MU),
        trap="At the same learning rate the ball ends up 1/(1 − μ) times as fast: with μ = 0.9, ten times.",
        source="Polyak, 1964",
        keras_class="SGD",
        default_learning_rate=0.01,
        rule=SGD,
        own=(MOMENTUM,),
        fixed={"nesterov": False},
        starting_rate=StartingRate(of_surface=0.25),
        training=Training(("momentum",), title="SGD with momentum", fused="momentum"),
    ),
    Optimizer(
        key="nesterov",
        title="Nesterov momentum",
        idea="Momentum that looks at the slope where the ball is about to be.",
        latex=(r"m \leftarrow \mu\, m - \eta\, g", r"w \leftarrow w + \mu\, m - \eta\, g"),
        letters=(*STEP, VELOCITY, MU),
        trap="It can take only a smaller learning rate than plain gradient descent: (2+2μ)/((1+2μ)L), not 2/L.",
        source="Nesterov, 1983; Sutskever et al., 2013",
        keras_class="SGD",
        default_learning_rate=0.01,
        rule=SGD,
        own=(MOMENTUM,),
        fixed={"nesterov": True},
        starting_rate=StartingRate(of_surface=0.25),
        training=Training(("momentum",), arguments={"nesterov": True}, fused="momentum"),
    ),
)
