"""Adam and its kin: a velocity divided by the size that gradients have had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import Rule, Steps, Theory, Told, Walked
from netlab.nn.optimizers.wording import (
    BETA,
    BETA_1,
    BETA_2,
    EPSILON,
    MU,
    OUTSIDE,
    SQUARE,
    STEP,
    TIME,
    VELOCITY,
)
from netlab.nn.setting import Rate, Slots, switch

ONE = np.float32(1.0)


def power(base: float, exponent: float) -> Any:
    """base ** exponent as TensorFlow computes it for one number: both in float32, by the C library's powf.

    NumPy's float32 numbers call the same function; its float32 arrays do not, and differ in one value of four.

    Parameters
    ----------
    base : float
        From 0.
    exponent : float
        A count of steps.

    Returns
    -------
    numpy.float32
        base ** exponent.
    """
    return np.float32(base) ** np.float32(exponent)


def filled(kept: float, steps: Steps) -> Array:
    """How much of an average that started from zero is filled after so many steps: 1 − βᵗ, in float64.

    Parameters
    ----------
    kept : float
        β, the share of the average that stays at each step.
    steps : int or integers (...)
        Steps taken, from 1.

    Returns
    -------
    float64 (...)
        In (0, 1] for β below 1.
    """
    share: Array = 1.0 - float(kept) ** np.asarray(steps, np.float64)
    return share


@dataclass(frozen=True)
class Adam(Rule):
    """m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂), w ← w − α m / (√v + ε) (Kingma and Ba, 2015).

    α = η √(1 − β₂ᵗ)/(1 − β₁ᵗ) corrects the start from zero. ε stands outside the root and is not corrected: it is
    the paper's "epsilon hat". With ``amsgrad`` the largest v so far is used (Reddi, Kale and Kumar, 2018).
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    amsgrad: bool = False

    remembers: ClassVar[Mapping[str, str]] = {
        "velocity": "velocity m",
        "square": "average square v",
        "largest_square": "largest square h",
    }

    def init(self, weights: Array) -> Slots:
        """Velocity, average square and, for AMSGrad, its maximum, at zero."""
        names = ["velocity", "square"] + ["largest_square"] * self.amsgrad
        return {name: np.zeros_like(weights) for name in names}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        alpha = -rate * np.sqrt(ONE - power(self.beta_2, step)) / (ONE - power(self.beta_1, step))
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (1 - self.beta_1)
        square = slots["square"] + (gradient * gradient - slots["square"]) * (1 - self.beta_2)
        new = {"velocity": velocity, "square": square}
        if self.amsgrad:
            square = new["largest_square"] = np.maximum(slots["largest_square"], square)
        return velocity * alpha / (np.sqrt(square) + self.epsilon), new

    def carried(self, walk: Walked) -> Array:
        """−α β₁ m / (√v + ε)."""
        alpha = walk.rates * np.sqrt(1 - self.beta_2**walk.times) / (1 - self.beta_1**walk.times)
        return -alpha * self.beta_1 * walk.before["velocity"] / (np.sqrt(_square(walk.after)) + self.epsilon)

    def lines(self, numbers: Told) -> list[str]:
        """Both averages, and the corrected step."""
        lines = [
            numbers.average("m", "velocity", self.beta_1, squared=False),
            numbers.average("v", "square", self.beta_2, squared=True),
        ]
        divisor = column(_square(numbers.new))
        if self.amsgrad:
            lines.append(rf"h = \max(h, v) = {divisor}")
        beta_1, beta_2 = (1 - float(kept) ** numbers.time for kept in (self.beta_1, self.beta_2))
        correction = rf"\sqrt{{{digits(beta_2)}}} \big/ {digits(beta_1)}"
        return [
            *lines,
            rf"\Delta = -{numbers.eta} \cdot {correction} \cdot {column(numbers.new['velocity'])} \Big/ "
            rf"\left(\sqrt{{{divisor}}} + {digits(self.epsilon)}\right)",
        ]

    def theory(self) -> Theory:
        """The limit of an averaged gradient (Cohen et al., 2022) for the curvature divided by √v̂ + ε̂."""
        return Theory(_averaged(self.beta_1), _LIMIT, self._root, self._opening)

    def _root(self, slots: Slots, steps: Steps) -> Array:
        """Both are corrected, since Keras corrects them through the rate."""
        return np.asarray(
            (np.sqrt(_square(slots)) + self.epsilon) / np.sqrt(filled(self.beta_2, steps)[..., None])
        )

    def _opening(self, slots: Slots, steps: Steps) -> Array:
        return filled(self.beta_1, steps)


def _square(slots: Slots) -> Array:
    return slots.get("largest_square", slots["square"])


def _averaged(beta_1: float) -> float:
    beta = float(beta_1)
    return (2.0 + 2.0 * beta) / (1.0 - beta)


_LIMIT = r"\frac{2 + 2\beta_1}{1-\beta_1} \cdot \frac{c_t}{L_v}"


@dataclass(frozen=True)
class Adamax(Rule):
    """Adam with the largest recent gradient for the root: u ← max(β₂ u, |g|) (Kingma and Ba, 2015)."""

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    remembers: ClassVar[Mapping[str, str]] = {"velocity": "velocity m", "norm": "largest slope u"}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (1 - self.beta_1)
        norm = np.maximum(self.beta_2 * slots["norm"], np.abs(gradient))
        change = -rate * velocity / ((ONE - power(self.beta_1, step)) * (norm + self.epsilon))
        return change, {"velocity": velocity, "norm": norm}

    def carried(self, walk: Walked) -> Array:
        """−α β₁ m / (u + ε)."""
        alpha = walk.rates / (1 - self.beta_1**walk.times)
        return -alpha * self.beta_1 * walk.before["velocity"] / (walk.after["norm"] + self.epsilon)

    def lines(self, numbers: Told) -> list[str]:
        """The average, the largest gradient, and the corrected step."""
        corrected, kept = digits(1 - float(self.beta_1) ** numbers.time), digits(self.beta_2)
        norm = column(numbers.new["norm"])
        return [
            numbers.average("m", "velocity", self.beta_1, squared=False),
            rf"u = \max\left({kept} \, {column(numbers.old['norm'])}, \left|{numbers.g}\right|\right) = {norm}",
            rf"\Delta = -{numbers.eta} \big/ {corrected} \cdot {column(numbers.new['velocity'])} \Big/ {norm}",
        ]

    def theory(self) -> Theory:
        """The limit of an averaged gradient for the curvature divided by u + ε."""
        return Theory(_averaged(self.beta_1), _LIMIT.replace("L_v", "L_u"), self._largest, self._opening)

    def _largest(self, slots: Slots, steps: Steps) -> Array:
        return np.asarray(slots["norm"] + self.epsilon)

    def _opening(self, slots: Slots, steps: Steps) -> Array:
        return filled(self.beta_1, steps)


@dataclass(frozen=True)
class Nadam(Rule):
    """Adam with Nesterov's look-ahead and a momentum that grows with a schedule (Dozat, 2016).

    μₜ = β₁ (1 − 0.96ᵗ/2). Unlike Adam, v is corrected before ε is added, and 1 − β is taken in float32.
    """

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    remembers: ClassVar[Mapping[str, str]] = {"velocity": "velocity m", "square": "average square v"}

    def init(self, weights: Array) -> Slots:
        """Velocity and average square at zero; the product of all μ so far at one."""
        product = np.ones((), weights.dtype)
        return {
            "velocity": np.zeros_like(weights),
            "square": np.zeros_like(weights),
            "momentum_product": product,
        }

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        beta_1, beta_2 = np.float32(self.beta_1), np.float32(self.beta_2)
        fading, fading_next = (ONE - np.float32(0.5) * power(0.96, t) for t in (step, step + 1))
        now, following = beta_1 * fading, beta_1 * fading_next
        product = slots["momentum_product"] * beta_1 * fading
        velocity = slots["velocity"] + (gradient - slots["velocity"]) * (ONE - beta_1)
        square = slots["square"] + (gradient * gradient - slots["square"]) * (ONE - beta_2)
        ahead = following * velocity / (ONE - product * following) + (ONE - now) * gradient / (ONE - product)
        size = np.sqrt(square / (ONE - power(self.beta_2, step))) + self.epsilon
        return ahead * -rate / size, {"velocity": velocity, "square": square, "momentum_product": product}

    def carried(self, walk: Walked) -> Array:
        """−η μₜ₊₁ β₁ m / (1 − Uₜ₊₁) / (√v̂ + ε)."""
        following = self.beta_1 * (1 - 0.5 * 0.96 ** (walk.times + 1.0))
        product = walk.after["momentum_product"][:, None]
        size = np.sqrt(walk.after["square"] / (1 - self.beta_2**walk.times)) + self.epsilon
        kept = following * self.beta_1 * walk.before["velocity"] / (1 - product * following)
        return -walk.rates * kept / size

    def lines(self, numbers: Told) -> list[str]:
        """Both averages, the look ahead, and the step."""
        now, following = (float(self.beta_1) * (1 - 0.5 * 0.96**t) for t in (numbers.time, numbers.time + 1))
        product = float(np.ravel(numbers.new["momentum_product"])[0])
        corrected = digits(1 - float(self.beta_2) ** numbers.time)
        return [
            numbers.average("m", "velocity", self.beta_1, squared=False),
            numbers.average("v", "square", self.beta_2, squared=True),
            rf"\hat m = {digits(following)} \, {column(numbers.new['velocity'])} \big/ {digits(1 - product * following)} + "
            rf"{digits(1 - now)} \, {numbers.g} \big/ {digits(1 - product)}",
            rf"\Delta = -{numbers.eta} \, \hat m \Big/ \left(\sqrt{{{column(numbers.new['square'])} \big/ {corrected}}} + {digits(self.epsilon)}\right)",
        ]

    def theory(self) -> Theory:
        """Nesterov's limit of an averaged gradient for the curvature divided by √v̂ + ε."""
        latex = r"\frac{2 + 2\beta_1}{(1-\beta_1)(1 + 2\beta_1)} \cdot \frac{c_t}{L_v}"
        return Theory(self._steady, latex, self._root, self._opening)

    @property
    def _steady(self) -> float:
        return _averaged(self.beta_1) / (1.0 + 2.0 * float(self.beta_1))

    def _root(self, slots: Slots, steps: Steps) -> Array:
        return np.asarray(np.sqrt(slots["square"] / filled(self.beta_2, steps)[..., None]) + self.epsilon)

    def _opening(self, slots: Slots, steps: Steps) -> Array:
        """The step is a sum of the velocity's part and the gradient's part, each corrected in its own way."""
        beta, times = float(self.beta_1), np.asarray(steps, np.float64)
        now, following = (beta * (1.0 - 0.5 * 0.96**t) for t in (times, times + 1.0))
        product = np.asarray(slots["momentum_product"], np.float64)
        velocity, gradient = following / (1.0 - product * following), (1.0 - now) / (1.0 - product)
        limit: Array = (2.0 + 2.0 * beta) / ((1.0 - beta) * velocity + (1.0 + beta) * gradient)
        return limit / self._steady


_ADAM = (BETA_1, BETA_2, OUTSIDE)
_ON_TRAIN = ("beta_1", "beta_2", "epsilon")
_LATEX = (
    r"m \leftarrow \beta_1 m + (1-\beta_1)\, g",
    r"v \leftarrow \beta_2 v + (1-\beta_2)\, g^2",
    r"w \leftarrow w - \eta \, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \, \frac{m}{\sqrt{v} + \varepsilon}",
)
_LETTERS = (*STEP, VELOCITY, SQUARE, BETA, TIME, EPSILON)

ROWS = (
    Optimizer(
        key="adam",
        title="Adam",
        idea="Momentum, divided by the recent size of the slope, corrected for the start.",
        latex=_LATEX,
        letters=_LETTERS,
        trap="The first step is one learning rate long in each direction, however gentle the slope.",
        source="Kingma and Ba, 2015",
        keras_class="Adam",
        default_learning_rate=0.001,
        rule=Adam,
        own=_ADAM,
        fixed={"amsgrad": False},
        starting_rate=StartingRate(of_diagonal=0.01),
        training=Training(_ON_TRAIN, fused="adam"),
    ),
    Optimizer(
        key="amsgrad",
        title="AMSGrad",
        idea="Adam that never forgets the largest slope, so that its steps cannot grow again.",
        latex=(
            *_LATEX[:2],
            r"h \leftarrow \max(h, v)",
            r"w \leftarrow w - \eta \, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \, \frac{m}{\sqrt{h} + \varepsilon}",
        ),
        letters=(*STEP, VELOCITY, SQUARE, "h the largest v so far", BETA, TIME, EPSILON),
        trap="One steep moment early on slows it for the rest of the walk.",
        source="Reddi, Kale and Kumar, 2018",
        keras_class="Adam",
        default_learning_rate=0.001,
        rule=Adam,
        own=_ADAM,
        fixed={"amsgrad": True},
        starting_rate=StartingRate(of_diagonal=0.01),
    ),
    Optimizer(
        key="adamw",
        title="AdamW",
        idea="Adam, with every weight also pulled a little towards zero.",
        latex=(r"w \leftarrow w - \eta \lambda w", *_LATEX),
        letters=_LETTERS,
        trap="The pull towards zero keeps it off the minimum for hundreds of steps after Adam is there.",
        source="Loshchilov and Hutter, 2019",
        keras_class="AdamW",
        default_learning_rate=0.001,
        rule=Adam,
        own=(*_ADAM, switch("amsgrad", "AMSGrad", "Use the largest average square so far.")),
        defaults={"weight_decay": 0.004},
        starting_rate=StartingRate(of_diagonal=0.01),
        training=Training(("beta_1", "beta_2", "weight_decay", "epsilon"), fused="adamw"),
    ),
    Optimizer(
        key="adamax",
        title="Adamax",
        idea="Adam that divides by the largest recent slope instead of an average.",
        latex=(
            _LATEX[0],
            r"u \leftarrow \max(\beta_2 u, |g|)",
            r"w \leftarrow w - \frac{\eta}{1-\beta_1^t} \, \frac{m}{u + \varepsilon}",
        ),
        letters=(*STEP, VELOCITY, "u the largest slope of late", BETA, TIME, EPSILON),
        trap="A single steep moment shortens about 1/(1 − β₂) steps after it.",
        source="Kingma and Ba, 2015",
        keras_class="Adamax",
        default_learning_rate=0.001,
        rule=Adamax,
        own=_ADAM,
        starting_rate=StartingRate(of_diagonal=0.01),
        training=Training(_ON_TRAIN, fused="adamax"),
    ),
    Optimizer(
        key="nadam",
        title="Nadam",
        idea="Adam that looks ahead as Nesterov does.",
        latex=(
            *_LATEX[:2],
            r"\mu_t = \beta_1\left(1 - \tfrac{1}{2}\, 0.96^t\right), \quad U_t = \mu_1 \cdots \mu_t",
            r"\hat m = \frac{\mu_{t+1} m}{1 - U_{t+1}} + \frac{(1-\mu_t)\, g}{1 - U_t}",
            r"w \leftarrow w - \eta \frac{\hat m}{\sqrt{v / (1-\beta_2^t)} + \varepsilon}",
        ),
        letters=(*STEP, VELOCITY, SQUARE, MU, BETA, TIME, EPSILON),
        trap="Its momentum starts at about half of β₁ and takes dozens of steps to reach it.",
        source="Dozat, 2016",
        keras_class="Nadam",
        default_learning_rate=0.001,
        rule=Nadam,
        own=_ADAM,
        starting_rate=StartingRate(of_diagonal=0.01),
        training=Training(_ON_TRAIN),
    ),
)
