"""A step of its own for each weight, from the squares of the gradients it has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import Rule, Steps, Theory, Told, Walked
from netlab.nn.optimizers.wording import EPSILON, INSIDE, RHO, SQUARE, STEP
from netlab.nn.setting import Rate, Setting, Slots, share


@dataclass(frozen=True)
class Adagrad(Rule):
    """a ← a + g²; w ← w − η g / √(a + ε) (Duchi, Hazan and Singer, 2011).

    The sum only grows, so steps only shrink. Keras starts it at 0.1, not at 0.
    """

    initial_accumulator_value: float = 0.1
    epsilon: float = 1e-7

    remembers: ClassVar[Mapping[str, str]] = {"accumulator": "sum of squares a"}

    def init(self, weights: Array) -> Slots:
        """The sum of squares, at its start value."""
        return {"accumulator": np.full_like(weights, self.initial_accumulator_value)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        accumulator = slots["accumulator"] + gradient * gradient
        return -rate * gradient / np.sqrt(accumulator + self.epsilon), {"accumulator": accumulator}

    def lines(self, numbers: Told) -> list[str]:
        """The sum and the step."""
        total = column(numbers.new["accumulator"])
        return [
            rf"a = {column(numbers.old['accumulator'])} + {numbers.g}^{{2}} = {total}",
            rf"\Delta = -{numbers.eta} \, {numbers.g} \Big/ \sqrt{{{total} + {digits(self.epsilon)}}}",
        ]

    def theory(self) -> Theory:
        """Gradient descent's limit for the curvature divided by √(a + ε)."""
        return Theory(2.0, r"\frac{2}{L_a}", self._root)

    def _root(self, slots: Slots, steps: Steps) -> Array:
        root: Array = np.sqrt(slots["accumulator"] + self.epsilon)
        return root


@dataclass(frozen=True)
class Adadelta(Rule):
    """The step is √(D + ε)/√(G + ε) · g, D and G being averages of squared steps and gradients (Zeiler, 2012).

    The learning rate multiplies the step after D has seen it.
    """

    rho: float = 0.95
    epsilon: float = 1e-7

    remembers: ClassVar[Mapping[str, str]] = {
        "accumulated_gradient": "average square G",
        "accumulated_change": "average step² D",
    }

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        fresh = 1 - self.rho
        gradients = self.rho * slots["accumulated_gradient"] + fresh * (gradient * gradient)
        changes = slots["accumulated_change"]
        delta = -(np.sqrt(changes + self.epsilon) * gradient / np.sqrt(gradients + self.epsilon))
        changes = self.rho * changes + fresh * (delta * delta)
        return rate * delta, {"accumulated_gradient": gradients, "accumulated_change": changes}

    def lines(self, numbers: Told) -> list[str]:
        """Both averages, and the step between them."""
        with np.errstate(all="ignore"):
            changes = numbers.old["accumulated_change"] + self.epsilon
            gradients = numbers.new["accumulated_gradient"] + self.epsilon
            delta = column(-np.sqrt(changes) / np.sqrt(gradients) * numbers.gradient)
        kept, fresh = digits(self.rho), digits(1.0 - float(self.rho))
        return [
            numbers.average("G", "accumulated_gradient", self.rho, squared=True),
            rf"\delta = -\sqrt{{{column(changes)}}} \Big/ \sqrt{{{column(gradients)}}} \cdot {numbers.g} = {delta}",
            rf"D = {kept} \, {column(numbers.old['accumulated_change'])} + {fresh} \, {delta}^{{2}} = {column(numbers.new['accumulated_change'])}",
            rf"\Delta = \eta\, \delta = {numbers.eta} \, {delta}",
        ]

    def theory(self) -> Theory:
        """Gradient descent's limit for the curvature times √(D + ε)/√(G + ε); D is used before it is renewed."""
        return Theory(2.0, r"\frac{2}{L_G}", self._divisor, used_before=frozenset({"accumulated_change"}))

    def _divisor(self, slots: Slots, steps: Steps) -> Array:
        gradients, changes = (
            slots[name] + self.epsilon for name in ("accumulated_gradient", "accumulated_change")
        )
        return np.asarray(np.sqrt(gradients) / np.sqrt(changes))


@dataclass(frozen=True)
class RMSprop(Rule):
    """v ← ρ v + (1 − ρ) g²; w ← w − η g / √(v + ε) (Hinton, 2012).

    Keras has ε inside the root (PyTorch outside) and corrects no bias: the first step is 1/√(1 − ρ) times η long.
    Centred, the average gradient's square is taken off v; with momentum the steps are gathered in a velocity.
    """

    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    remembers: ClassVar[Mapping[str, str]] = {
        "velocity": "velocity m",
        "square": "average square v",
        "average_gradient": "average gradient a",
    }

    def init(self, weights: Array) -> Slots:
        """The averages and the velocity that the settings call for, at zero."""
        names = ["square"] + ["average_gradient"] * self.centered + ["velocity"] * (self.momentum > 0)
        return {name: np.zeros_like(weights) for name in names}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        fresh = 1 - self.rho
        new = {"square": self.rho * slots["square"] + fresh * (gradient * gradient)}
        spread = new["square"]
        if self.centered:
            average = new["average_gradient"] = self.rho * slots["average_gradient"] + fresh * gradient
            spread = spread - average * average
        increment = rate * gradient / np.sqrt(spread + self.epsilon)
        if self.momentum > 0:
            increment = new["velocity"] = self.momentum * slots["velocity"] + increment
        return -increment, new

    def carried(self, walk: Walked) -> Array:
        """−μ m: here the velocity points up the slope."""
        if not self.momentum > 0:
            return np.zeros((len(walk.rates), 2), np.float32)
        return -self.momentum * walk.before["velocity"]

    def lines(self, numbers: Told) -> list[str]:
        """The averages, the velocity if there is one, and the step."""
        lines = [numbers.average("v", "square", self.rho, squared=True)]
        inside = column(numbers.new["square"])
        if self.centered:
            lines.append(numbers.average("a", "average_gradient", self.rho, squared=False))
            inside = rf"{inside} - {column(numbers.new['average_gradient'])}^{{2}}"
        step = rf"{numbers.eta} \, {numbers.g} \Big/ \sqrt{{{inside} + {digits(self.epsilon)}}}"
        if not self.momentum > 0:
            return [*lines, rf"\Delta = -{step}"]
        mu = digits(self.momentum)
        velocity = (
            rf"m = {mu} \, {column(numbers.old['velocity'])} + {step} = {column(numbers.new['velocity'])}"
        )
        return [*lines, velocity, r"\Delta = -m"]

    def theory(self) -> Theory:
        """The heavy ball's limit for the curvature divided by the root."""
        return Theory(2.0 + 2.0 * float(self.momentum), r"\frac{2 + 2\mu}{L_v}", self._root)

    def _root(self, slots: Slots, steps: Steps) -> Array:
        spread = slots["square"]
        if self.centered:
            spread = np.maximum(spread - slots["average_gradient"] ** 2, 0.0)
        return np.asarray(np.sqrt(spread + self.epsilon))


_RMSPROP = (
    share("rho", "ρ", 0.9, "How much of the average squared gradient is kept."),
    share("momentum", "Momentum", 0.0, "How much of the velocity is kept; 0 is none."),
    INSIDE,
)

ROWS = (
    Optimizer(
        key="adagrad",
        title="Adagrad",
        idea="Each weight's steps shrink with all the slope that it has ever seen.",
        latex=(r"a \leftarrow a + g^2", r"w \leftarrow w - \eta \frac{g}{\sqrt{a + \varepsilon}}"),
        letters=(*STEP, EPSILON),
        trap="The sum never falls, so a steep start makes every later step short.",
        source="Duchi, Hazan and Singer, 2011",
        keras_class="Adagrad",
        default_learning_rate=0.001,
        rule=Adagrad,
        own=(
            Setting(
                "initial_accumulator_value",
                "First sum",
                0.1,
                0.0,
                100.0,
                "What the sum of squares starts from.",
            ),
            INSIDE,
        ),
        starting_rate=StartingRate(of_diagonal=0.05),
        training=Training(("initial_accumulator_value", "epsilon")),
    ),
    Optimizer(
        key="adadelta",
        title="Adadelta",
        idea="Scale each step by the size of recent steps, so that its units are those of the weight.",
        latex=(
            r"G \leftarrow \rho\, G + (1-\rho)\, g^2",
            r"\Delta = -\frac{\sqrt{D + \varepsilon}}{\sqrt{G + \varepsilon}}\, g",
            r"D \leftarrow \rho\, D + (1-\rho)\, \Delta^2",
            r"w \leftarrow w + \eta\, \Delta",
        ),
        letters=(*STEP, "G the average square of slopes", "D the average square of steps", RHO, EPSILON),
        trap="Keras's own learning rate of 0.001 hardly moves; the paper has none, which is 1. In two dimensions even that is slow.",
        source="Zeiler, 2012",
        keras_class="Adadelta",
        default_learning_rate=0.001,
        rule=Adadelta,
        own=(share("rho", "ρ", 0.95, "How much of both averages is kept."), INSIDE),
        changed={"learning_rate": 1.0},
        starting_rate=StartingRate(fixed=50.0),
        training=Training(
            ("rho", "epsilon"),
            note="Its paper has rate 1; Keras's default 0.001 hardly moves.",
            fused="adadelta",
        ),
    ),
    Optimizer(
        key="rmsprop",
        title="RMSprop",
        idea="Divide the slope by its recent size, so that steep and flat directions move alike.",
        latex=(
            r"v \leftarrow \rho\, v + (1-\rho)\, g^2",
            r"w \leftarrow w - \eta \frac{g}{\sqrt{v + \varepsilon}}",
        ),
        letters=(*STEP, SQUARE, RHO, EPSILON),
        trap="Near a minimum the slope is divided by itself: it dances at about the learning rate and settles only if that shrinks.",
        source="Hinton, 2012",
        keras_class="RMSprop",
        default_learning_rate=0.001,
        rule=RMSprop,
        own=_RMSPROP,
        fixed={"centered": False},
        starting_rate=StartingRate(of_diagonal=0.005),
        training=Training(("rho", "momentum", "epsilon"), fused="rmsprop"),
    ),
    Optimizer(
        key="rmsprop-centered",
        title="RMSprop, centred",
        idea="Divide the slope by how much it varies rather than by how large it is.",
        latex=(
            r"v \leftarrow \rho\, v + (1-\rho)\, g^2, \quad a \leftarrow \rho\, a + (1-\rho)\, g",
            r"w \leftarrow w - \eta \frac{g}{\sqrt{v - a^2 + \varepsilon}}",
        ),
        letters=(*STEP, SQUARE, RHO, EPSILON),
        trap="A slope that stays the same has no variance: the divisor falls to √ε and a step can be enormous.",
        source="Graves, 2013",
        keras_class="RMSprop",
        default_learning_rate=0.001,
        rule=RMSprop,
        own=_RMSPROP,
        fixed={"centered": True},
        starting_rate=StartingRate(of_diagonal=0.002),
    ),
)
