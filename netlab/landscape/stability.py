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
step, adds λ/2 to the reciprocal of the limit, whatever the rule. Each rule's ``theory`` says what holds for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent.path import Path
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import NoTheory, Optimizer, State, Theory
from netlab.nn.optimizers.rule import Steps
from netlab.nn.schedules import Constant
from netlab.nn.setting import Slots


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


def sharpness(hessians: ArrayLike) -> Array:
    """The largest eigenvalue of each symmetric (..., 2, 2) matrix.

    Parameters
    ----------
    hessians
        Symmetric matrices, (..., 2, 2).

    Returns
    -------
    array
        Of shape (...).
    """
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
    surface, optimizer, point
        The loss, the rule, and two numbers (x, y).
    state
        What the optimizer remembers there (``Path.state``), for rules that divide by it. If not given, it has
        just begun.

    Returns
    -------
    Limit
        The rate, None where theory gives none, with the sentence that says so.
    """
    where, theory = np.asarray(point, np.float64), optimizer.theory
    if isinstance(theory, NoTheory):
        return Limit(float(sharpness(surface.hessian(where))), None, "", theory.why)
    if not np.isfinite(surface.value(where)):
        return Limit(np.nan, None, "", "There is no height here, so there is no curvature either.")
    with np.errstate(all="ignore"):  # what float cannot hold is a value here, told in words
        gradient = surface.gradient(where).astype(np.float32)
        slots, steps = _coming(optimizer, theory, where, gradient, state)
        seen = float(_seen(theory, surface.hessian(where), slots, steps))
        limit = float(_limits(optimizer, theory, np.asarray(seen), slots, steps))
        clipped = not np.array_equal(optimizer.clip(gradient), gradient)
        rate = float(optimizer.rate_at(0 if state is None else state.step))
    found = _verdict(seen, limit, optimizer, theory, rate, clipped=clipped)
    return replace(found, opening=float(_open(theory, slots, steps)))


def limits_along(surface: Surface, optimizer: Optimizer, path: Path) -> Array:
    """The limit before every step of a path, (steps,): infinite where nothing curves upward, NaN unknown.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.

    Returns
    -------
    array
        float64, (steps,): learning rates.
    """
    theory = optimizer.theory
    if isinstance(theory, NoTheory):
        return np.full(path.steps, np.nan)
    slots = {
        name: (slot[:-1] if name in theory.used_before else slot[1:]) for name, slot in path.slots.items()
    }
    steps = np.arange(path.steps) // optimizer.gathers + 1
    with np.errstate(all="ignore"):
        hessians = surface.hessian(path.weights[:-1].astype(np.float64))
        return _limits(optimizer, theory, _seen(theory, hessians, slots, steps), slots, steps)


def _coming(
    optimizer: Optimizer, theory: Theory, where: Array, gradient: Array, state: State | None
) -> tuple[Slots, int]:
    """The slots that the coming step will use, and its number from 1."""
    bare = optimizer.with_settings(gradient_accumulation_steps=0, loss_scale_factor=0, use_ema=False)
    weights = where.astype(np.float32)
    before = bare.init(weights).slots if state is None else state.slots
    steps = 0 if state is None else state.step // optimizer.gathers
    _, after = bare.update(gradient, weights, State(steps, before))
    kept = {name: before[name] for name in theory.used_before & before.keys()}
    return {**after.slots, **kept}, steps + 1


def _seen(theory: Theory, hessian: Array, slots: Slots, steps: Steps) -> Array:
    """Sharpness of D^(−1/2) H D^(−1/2), D being the optimizer's divisor."""
    if theory.divisor is None:
        return sharpness(hessian)
    scale = 1.0 / np.sqrt(np.asarray(theory.divisor(slots, steps), np.float64))
    return sharpness(hessian * scale[..., :, None] * scale[..., None, :])


def _limits(optimizer: Optimizer, theory: Theory, seen: Array, slots: Slots, steps: Steps) -> Array:
    """From sharpness as it is seen to the largest learning rate, with the decay of the weights."""
    most = theory.limit * _open(theory, slots, steps)
    reciprocal = seen / most + float(optimizer.values["weight_decay"]) / theory.decay
    return np.where(np.isnan(reciprocal), np.nan, 1.0 / np.where(reciprocal > 0.0, reciprocal, 0.0))


def _open(theory: Theory, slots: Slots, steps: Steps) -> Array:
    return np.ones(()) if theory.opening is None else theory.opening(slots, steps)


def _verdict(
    seen: float, limit: float, optimizer: Optimizer, theory: Theory, rate: float, *, clipped: bool
) -> Limit:
    latex = theory.latex
    if optimizer.values["weight_decay"]:
        latex = rf"\left(1 \big/ {latex} + \frac{{\lambda}}{{{theory.decay_latex}}}\right)^{{-1}}"
    if np.isnan(limit):
        return Limit(seen, None, latex, "The surface has no curvature here, so theory is silent.")
    if np.isinf(limit):
        return Limit(seen, None, latex, _NO_VALLEY)
    if limit < _LEAST:
        return Limit(seen, None, latex, _TOO_STEEP)
    beyond = _BEYOND[theory.divisor is not None, clipped].format(optimizer.title, plain(limit, 3))
    yours = _YOURS[isinstance(optimizer.schedule, Constant)][_compared(rate, limit)].format(plain(rate, 3))
    return Limit(seen, limit, latex, f"{beyond} {yours}")


def _compared(rate: float, limit: float) -> int:
    """-1 below, 1 above, 0 so near that it is neither."""
    return 0 if abs(rate - limit) < 1e-6 * limit else 1 if rate > limit else -1


_BEYOND = {
    (False, False): "{} would swing outward here beyond a rate of {}.",
    (
        False,
        True,
    ): "{} would swing outward here beyond a rate of {} if its slope were not clipped, which shortens the steps.",
    (True, False): "{} would swing outward here beyond a rate of {}, until its divisor has grown.",
    (
        True,
        True,
    ): "{} would swing outward here beyond a rate of {}, until its divisor has grown, if its slope were not clipped, "
    "which shortens the steps.",
}
"""Whether it divides by what it remembers, and whether its slopes are clipped."""
_YOURS = {
    True: {
        -1: "Yours, {}, is below that.",
        0: "Yours, {}, is right at it, so it swings for ever.",
        1: "Yours, {}, is above that.",
    },
    False: {
        -1: "Yours at this step, {}, is below that.",
        0: "Yours at this step, {}, is right at it, so it swings for ever.",
        1: "Yours at this step, {}, is above that.",
    },
}
"""Whether the rate is the same at every step, and how it lies to the limit."""
_LEAST = 1e-300
_TOO_STEEP = (
    "The surface curves so sharply here that no learning rate is small enough. Start where it is flatter."
)
_NO_VALLEY = "The surface curves upward in no direction here, so this theory sets no limit; it says nothing of the ground a step further."
