"""How large a learning rate may be at a place: what theory says from the curvature there.

Near a point a surface is a paraboloid, and along each of its axes every rule below is a linear recurrence. It
shrinks while all roots of its polynomial lie inside the unit circle, which gives a limit for rate × curvature:

- gradient descent, z = 1 − s: s < 2
- momentum, z² − (1 + μ − s) z + μ: s < 2 + 2μ
- Nesterov as in Keras, z² − (1 + μ)(1 − s) z + μ (1 − s): s < (2 + 2μ)/(1 + 2μ)
- an averaged gradient (Adam's), momentum with (1 − β) s: s < (2 + 2β)/(1 − β) (Cohen et al., 2022)

Rules that divide by the size of past gradients see the curvature divided likewise; their divisor is taken as it
stands at the moment (frozen), which is why their limit moves along a walk.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.descent.path import Path
from netlab.optimizers import Optimizer
from netlab.surface import Surface

Array: TypeAlias = NDArray[Any]
Slots: TypeAlias = Mapping[str, Array]
Values: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Theory:
    """What is known about one rule.

    Attributes
    ----------
    limit
        The largest stable rate × curvature, from the settings.
    latex
        The limit of the learning rate itself, L being the curvature.
    divisor
        By what each weight's gradient is divided, from the slots and the settings; None for 1.
    """

    limit: Callable[[Values], float]
    latex: str
    divisor: Callable[[Slots, Values], Array] | None = None


@dataclass(frozen=True)
class Limit:
    """The verdict at one point.

    Attributes
    ----------
    sharpness
        The Hessian's largest eigenvalue, as the optimizer sees it (divided by its frozen divisor).
    learning_rate
        Above this the walk moves away along the steepest axis; None where theory gives no limit.
    latex, sentence
        The formula, and the verdict in words.
    """

    sharpness: float
    learning_rate: float | None
    latex: str
    sentence: str


def _plain(values: Values) -> float:
    return 2.0


def _heavy_ball(values: Values) -> float:
    return 2.0 + 2.0 * float(values["momentum"])


def _nesterov(values: Values) -> float:
    momentum = float(values["momentum"])
    return (2.0 + 2.0 * momentum) / (1.0 + 2.0 * momentum)


def _averaged(values: Values) -> float:
    beta = float(values["beta_1"])
    return (2.0 + 2.0 * beta) / (1.0 - beta)


def _averaged_ahead(values: Values) -> float:
    beta = float(values["beta_1"])
    return _averaged(values) / (1.0 + 2.0 * beta)


def _root(slot: str) -> Callable[[Slots, Values], Array]:
    return lambda slots, values: np.asarray(np.sqrt(slots[slot]) + values["epsilon"])


def _root_of_sum(slot: str) -> Callable[[Slots, Values], Array]:
    return lambda slots, values: np.sqrt(slots[slot] + values["epsilon"])


def _centered(slots: Slots, values: Values) -> Array:
    spread = np.maximum(slots["square"] - slots["average_gradient"] ** 2, 0.0)
    return np.asarray(np.sqrt(spread + values["epsilon"]))


def _adadelta(slots: Slots, values: Values) -> Array:
    gradients, changes = (
        slots[name] + values["epsilon"] for name in ("accumulated_gradient", "accumulated_change")
    )
    return np.asarray(np.sqrt(gradients) / np.sqrt(changes))


_ADAM_LATEX = r"\frac{2 + 2\beta_1}{(1-\beta_1) L_v}"

THEORIES: dict[str, Theory] = {
    "sgd": Theory(_plain, r"\frac{2}{L}"),
    "momentum": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L}"),
    "nesterov": Theory(_nesterov, r"\frac{2 + 2\mu}{(1 + 2\mu) L}"),
    "adagrad": Theory(_plain, r"\frac{2}{L_a}", _root_of_sum("accumulator")),
    "adadelta": Theory(_plain, r"\frac{2}{L_G}", _adadelta),
    "rmsprop": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L_v}", _root_of_sum("square")),
    "rmsprop-centered": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L_v}", _centered),
    "adam": Theory(_averaged, _ADAM_LATEX, _root("square")),
    "amsgrad": Theory(_averaged, _ADAM_LATEX, _root("largest_square")),
    "adamw": Theory(_averaged, _ADAM_LATEX, _root("square")),
    "adamax": Theory(_averaged, _ADAM_LATEX, lambda slots, values: slots["norm"] + values["epsilon"]),
    "nadam": Theory(_averaged_ahead, r"\frac{2 + 2\beta_1}{(1-\beta_1)(1 + 2\beta_1) L_v}", _root("square")),
}
"""The rules with a limit. Lion and Adafactor have none: their steps do not shrink with the slope."""


def sharpness(hessians: ArrayLike) -> Array:
    """The largest eigenvalue of each symmetric (..., 2, 2) matrix."""
    matrices = np.asarray(hessians)
    a, b, d = matrices[..., 0, 0], matrices[..., 0, 1], matrices[..., 1, 1]
    largest: Array = 0.5 * (a + d) + np.hypot(0.5 * (a - d), b)
    return largest


def stability_limit(
    surface: Surface, optimizer: Optimizer, point: ArrayLike, slots: Slots | None = None
) -> Limit:
    """The largest learning rate that theory allows this optimizer at this point.

    Parameters
    ----------
    slots
        What the optimizer remembers there (a row of `Path.slots`), for rules that divide by it. If not given, the
        memory that it would have had the slope always been as here.
    """
    where = np.asarray(point, np.float64)
    if optimizer.key not in THEORIES:
        return Limit(float(sharpness(surface.hessian(where))), None, "", _NO_THEORY[optimizer.key])
    memory = _settled(surface.gradient(where), optimizer.values) if slots is None else slots
    seen = float(_seen(optimizer, surface.hessian(where), memory))
    return _verdict(seen, THEORIES[optimizer.key], optimizer)


def limits_along(surface: Surface, optimizer: Optimizer, path: Path) -> Array:
    """The limit at every footprint of a path, (steps + 1,): infinite where nothing curves upward, NaN unknown."""
    if optimizer.key not in THEORIES:
        return np.full(path.steps + 1, np.nan)
    with np.errstate(all="ignore"):
        seen = _seen(optimizer, surface.hessian(path.weights.astype(np.float64)), path.slots)
        limits: Array = THEORIES[optimizer.key].limit(optimizer.values) / np.where(seen > 0.0, seen, 0.0)
    return np.where(np.isnan(seen), np.nan, limits)


def _seen(optimizer: Optimizer, hessian: Array, slots: Slots) -> Array:
    """Sharpness of D^(−1/2) H D^(−1/2), D being the optimizer's divisor."""
    divisor = THEORIES[optimizer.key].divisor
    if divisor is None:
        return sharpness(hessian)
    scale = 1.0 / np.sqrt(np.asarray(divisor(slots, optimizer.values), np.float64))
    return sharpness(hessian * scale[..., :, None] * scale[..., None, :])


def _settled(gradient: Array, values: Values) -> Slots:
    squares = ("square", "largest_square", "accumulated_gradient")
    still = {"average_gradient": np.zeros(2), "accumulated_change": np.zeros(2), "norm": np.abs(gradient)}
    first = values.get("initial_accumulator_value", 0.0)
    return dict.fromkeys(squares, gradient**2) | still | {"accumulator": first + gradient**2}


def _verdict(seen: float, theory: Theory, optimizer: Optimizer) -> Limit:
    if np.isnan(seen):
        return Limit(seen, None, theory.latex, "The surface has no curvature here, so theory is silent.")
    if seen <= 0.0:
        return Limit(
            seen, None, theory.latex, "The surface curves upward in no direction here: no rate is too large."
        )
    limit = theory.limit(optimizer.values) / seen
    verdict = "above" if optimizer.learning_rate > limit else "below"
    beyond = _BEYOND_PLAIN if theory.divisor is None else _BEYOND_DIVIDED
    sentence = f"{beyond.format(optimizer.title, limit)}; yours, {optimizer.learning_rate:.3g}, is {verdict}."
    return Limit(seen, limit, theory.latex, sentence)


_BEYOND_PLAIN = "{} diverges here beyond a rate of {:.3g}"
_BEYOND_DIVIDED = "{} swings outward here beyond a rate of {:.3g}, until its divisor has grown"

_NO_THEORY = {
    "lion": "Lion's steps are as long as the rate whatever the slope: it never diverges, and never settles.",
    "adafactor": "Adafactor bounds its steps by the weights' own size, so curvature sets it no limit.",
}
