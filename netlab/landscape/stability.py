"""How large a learning rate may be at a place: what theory says from the curvature there.

Near a point a surface is a paraboloid, and along each of its axes every rule below is a linear recurrence. It
shrinks while all roots of its polynomial lie inside the unit circle, which gives a limit for rate × curvature:

- gradient descent, z = 1 − s: s < 2
- momentum, z² − (1 + μ − s) z + μ: s < 2 + 2μ
- Nesterov as in Keras, z² − (1 + μ)(1 − s) z + μ (1 − s): s < (2 + 2μ)/(1 + 2μ)
- an averaged gradient (Adam's), momentum with (1 − β) s: s < (2 + 2β)/(1 − β) (Cohen et al., 2022)

Rules that divide by the size of past gradients see the curvature divided likewise. Their divisor is taken as the
coming step will have it, corrected for its start from zero where the rule does that, and held there (frozen), which
is why their limit moves along a walk. So is the velocity's own correction, which makes the first steps larger.

In all of them the root that leaves the circle first is z = −1. There a decay of the weights, w ← w − ηλw beside the
step, adds λ/2 to the reciprocal of the limit, whatever the rule.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent.path import Path
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer, State
from netlab.nn.schedules import Constant

Slots: TypeAlias = Mapping[str, Array]
Values: TypeAlias = Mapping[str, Any]
Steps: TypeAlias = int | NDArray[np.intp]


@dataclass(frozen=True)
class Theory:
    """What is known about one rule.

    Attributes
    ----------
    limit
        The largest stable rate × curvature, from the settings, once the start is forgotten.
    latex
        The limit of the learning rate itself, L being the curvature.
    divisor
        By what each weight's gradient is divided at a step, from the slots, the settings and the step's number (from
        1); None for 1.
    opening
        By what the limit is multiplied at a step, from the same: below 1 while averages are still filling.
    """

    limit: Callable[[Values], float]
    latex: str
    divisor: Callable[[Slots, Values, Steps], Array] | None = None
    opening: Callable[[Slots, Values, Steps], Array] | None = None


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
    opening
        The formula's cₜ: 1 once the averages that started from zero are filled.
    """

    sharpness: float
    learning_rate: float | None
    latex: str
    sentence: str
    opening: float = 1.0


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


def _opening(slots: Slots, values: Values, steps: Steps) -> Array:
    """The velocity is divided by 1 − β₁ᵗ."""
    filled: Array = 1.0 - float(values["beta_1"]) ** np.asarray(steps, np.float64)
    return filled


def _opening_ahead(slots: Slots, values: Values, steps: Steps) -> Array:
    """Nadam's step is a sum of the velocity's part and the slope's part, each corrected in its own way."""
    beta, times = float(values["beta_1"]), np.asarray(steps, np.float64)
    now, following = (beta * (1.0 - 0.5 * 0.96**t) for t in (times, times + 1.0))
    product = np.asarray(slots["momentum_product"], np.float64)
    velocity, slope = following / (1.0 - product * following), (1.0 - now) / (1.0 - product)
    limit: Array = (2.0 + 2.0 * beta) / ((1.0 - beta) * velocity + (1.0 + beta) * slope)
    return limit / _averaged_ahead(values)


def _corrected_root(slots: Slots, values: Values, steps: Steps) -> Array:
    """Adam's: √v̂ + ε̂ with both corrected, since Keras corrects them through the rate."""
    filled = _filled(values, steps)
    return np.asarray((np.sqrt(_square(slots)) + values["epsilon"]) / np.sqrt(filled))


def _root_of_corrected(slots: Slots, values: Values, steps: Steps) -> Array:
    """Nadam's: √v̂ + ε."""
    return np.asarray(np.sqrt(_square(slots) / _filled(values, steps)) + values["epsilon"])


def _filled(values: Values, steps: Steps) -> Array:
    filled: Array = 1.0 - float(values["beta_2"]) ** np.asarray(steps, np.float64)
    return filled[..., None]


def _square(slots: Slots) -> Array:
    return slots.get("largest_square", slots["square"])


def _largest(slots: Slots, values: Values, steps: Steps) -> Array:
    return np.asarray(slots["norm"] + values["epsilon"])


def _root_of_sum(slot: str) -> Callable[[Slots, Values, Steps], Array]:
    return lambda slots, values, steps: np.sqrt(slots[slot] + values["epsilon"])


def _centered(slots: Slots, values: Values, steps: Steps) -> Array:
    spread = np.maximum(slots["square"] - slots["average_gradient"] ** 2, 0.0)
    return np.asarray(np.sqrt(spread + values["epsilon"]))


def _adadelta(slots: Slots, values: Values, steps: Steps) -> Array:
    gradients, changes = (
        slots[name] + values["epsilon"] for name in ("accumulated_gradient", "accumulated_change")
    )
    return np.asarray(np.sqrt(gradients) / np.sqrt(changes))


_ADAM_LATEX = r"\frac{2 + 2\beta_1}{1-\beta_1} \cdot \frac{c_t}{L_v}"

THEORIES: dict[str, Theory] = {
    "sgd": Theory(_plain, r"\frac{2}{L}"),
    "momentum": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L}"),
    "nesterov": Theory(_nesterov, r"\frac{2 + 2\mu}{(1 + 2\mu) L}"),
    "adagrad": Theory(_plain, r"\frac{2}{L_a}", _root_of_sum("accumulator")),
    "adadelta": Theory(_plain, r"\frac{2}{L_G}", _adadelta),
    "rmsprop": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L_v}", _root_of_sum("square")),
    "rmsprop-centered": Theory(_heavy_ball, r"\frac{2 + 2\mu}{L_v}", _centered),
    "adam": Theory(_averaged, _ADAM_LATEX, _corrected_root, _opening),
    "amsgrad": Theory(_averaged, _ADAM_LATEX, _corrected_root, _opening),
    "adamw": Theory(_averaged, _ADAM_LATEX, _corrected_root, _opening),
    "adamax": Theory(_averaged, _ADAM_LATEX.replace("L_v", "L_u"), _largest, _opening),
    "nadam": Theory(
        _averaged_ahead, r"\frac{2 + 2\beta_1}{(1-\beta_1)(1 + 2\beta_1)} \cdot \frac{c_t}{L_v}",
        _root_of_corrected, _opening_ahead,
    ),
}  # fmt: skip
"""The rules with a limit. Lion and Adafactor have none: their steps do not shrink with the slope."""


def sharpness(hessians: ArrayLike) -> Array:
    """The largest eigenvalue of each symmetric (..., 2, 2) matrix."""
    matrices = np.asarray(hessians)
    a, b, d = matrices[..., 0, 0], matrices[..., 0, 1], matrices[..., 1, 1]
    with np.errstate(all="ignore"):  # infinite where a curvature is
        largest: Array = 0.5 * (a + d) + np.hypot(0.5 * (a - d), b)
    return largest


def stability_limit(
    surface: Surface, optimizer: Optimizer, point: ArrayLike, state: State | None = None
) -> Limit:
    """The largest learning rate that theory allows this optimizer at this point.

    Parameters
    ----------
    state
        What the optimizer remembers there (`Path.state`), for rules that divide by it. If not given, it has
        just begun.
    """
    where = np.asarray(point, np.float64)
    if optimizer.key not in THEORIES:
        return Limit(float(sharpness(surface.hessian(where))), None, "", _NO_THEORY[optimizer.key])
    if not np.isfinite(surface.value(where)):
        return Limit(np.nan, None, "", "There is no height here, so there is no curvature either.")
    with np.errstate(all="ignore"):  # what float cannot hold is a value here, told in words
        slope = surface.gradient(where).astype(np.float32)
        slots, steps = _coming(optimizer, where, slope, state)
        seen = float(_seen(optimizer, surface.hessian(where), slots, steps))
        limit = float(_limits(optimizer, np.asarray(seen), slots, steps))
        clipped = not np.array_equal(optimizer.clip(slope), slope)
        rate = float(optimizer.rate_at(0 if state is None else state.step))
    found = _verdict(seen, limit, optimizer, rate, clipped=clipped)
    return replace(found, opening=float(_open(optimizer, slots, steps)))


def limits_along(surface: Surface, optimizer: Optimizer, path: Path) -> Array:
    """The limit before every step of a path, (steps,): infinite where nothing curves upward, NaN unknown."""
    if optimizer.key not in THEORIES:
        return np.full(path.steps, np.nan)
    slots = {name: (slot[:-1] if name in _USED_BEFORE else slot[1:]) for name, slot in path.slots.items()}
    steps = np.arange(path.steps) // optimizer.gathers + 1
    with np.errstate(all="ignore"):
        hessians = surface.hessian(path.weights[:-1].astype(np.float64))
        return _limits(optimizer, _seen(optimizer, hessians, slots, steps), slots, steps)


_USED_BEFORE = {"accumulated_change"}
"""Slots that a step uses before it renews them."""


def _coming(optimizer: Optimizer, where: Array, slope: Array, state: State | None) -> tuple[Slots, int]:
    """The slots that the coming step will use, and its number from 1."""
    bare = optimizer.with_settings(gradient_accumulation_steps=0, loss_scale_factor=0, use_ema=False)
    weights = where.astype(np.float32)
    before = bare.init(weights).slots if state is None else state.slots
    steps = 0 if state is None else state.step // optimizer.gathers
    _, after = bare.update(slope, weights, State(steps, before))
    kept = {name: before[name] for name in _USED_BEFORE & before.keys()}
    return {**after.slots, **kept}, steps + 1


def _seen(optimizer: Optimizer, hessian: Array, slots: Slots, steps: Steps) -> Array:
    """Sharpness of D^(−1/2) H D^(−1/2), D being the optimizer's divisor."""
    divisor = THEORIES[optimizer.key].divisor
    if divisor is None:
        return sharpness(hessian)
    scale = 1.0 / np.sqrt(np.asarray(divisor(slots, optimizer.values, steps), np.float64))
    return sharpness(hessian * scale[..., :, None] * scale[..., None, :])


def _limits(optimizer: Optimizer, seen: Array, slots: Slots, steps: Steps) -> Array:
    """From sharpness as it is seen to the largest learning rate, with the decay of the weights."""
    most = THEORIES[optimizer.key].limit(optimizer.values) * _open(optimizer, slots, steps)
    reciprocal = seen / most + 0.5 * float(optimizer.values["weight_decay"])
    return np.where(np.isnan(reciprocal), np.nan, 1.0 / np.where(reciprocal > 0.0, reciprocal, 0.0))


def _open(optimizer: Optimizer, slots: Slots, steps: Steps) -> Array:
    opening = THEORIES[optimizer.key].opening
    return np.ones(()) if opening is None else opening(slots, optimizer.values, steps)


def _verdict(seen: float, limit: float, optimizer: Optimizer, rate: float, *, clipped: bool) -> Limit:
    theory = THEORIES[optimizer.key]
    latex = theory.latex
    if optimizer.values["weight_decay"]:
        latex = rf"\left(1 \big/ {latex} + \frac{{\lambda}}{{2}}\right)^{{-1}}"
    if np.isnan(limit):
        return Limit(seen, None, latex, "The surface has no curvature here, so theory is silent.")
    if np.isinf(limit):
        return Limit(seen, None, latex, _NO_VALLEY)
    if limit < _LEAST:
        return Limit(seen, None, latex, _TOO_STEEP)
    beyond = (_BEYOND_PLAIN if theory.divisor is None else _BEYOND_DIVIDED).format(
        optimizer.title, plain(limit, 3)
    )
    if clipped:
        beyond += " if its slope were not clipped, which shortens the steps"
    steady = isinstance(optimizer.schedule, Constant)
    yours = f"yours{'' if steady else ' at this step'}, {plain(rate, 3)}, {_compared(rate, limit)}"
    return Limit(seen, limit, latex, f"{beyond}; {yours}.")


def _compared(rate: float, limit: float) -> str:
    if abs(rate - limit) < 1e-6 * limit:
        return "is right at it: it swings for ever"
    return "is above" if rate > limit else "is below"


_BEYOND_PLAIN = "{} would swing outward here beyond a rate of {}"
_BEYOND_DIVIDED = "{} would swing outward here beyond a rate of {}, until its divisor has grown"
_LEAST = 1e-300
_TOO_STEEP = (
    "The surface curves more sharply here than any learning rate could bear. Start where it is flatter."
)
_NO_VALLEY = "The surface curves upward in no direction here, so this theory sets no limit; it says nothing of the ground a step further."

_NO_THEORY = {
    "lion": "Lion's steps are as long as the rate whatever the slope: it never diverges, and settles only if the rate shrinks.",
    "adafactor": "Adafactor bounds its steps by the weights' own size, so curvature sets it no limit.",
}
