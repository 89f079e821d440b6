"""Where the slope is 0 there is nothing to follow: why a walk stays there, or why it leaves all the same."""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import Path
from netlab.landscape.surface import Surface, classify
from netlab.nn.optimizers import Optimizer

NEAR = 4.0 * float(np.finfo(np.float32).eps)
"""So near (as a share of the weights, and at least of 1) a float32 weight can lie to a minimum that it cannot hold."""


def stands_without_slope(surface: Surface, path: Path, step: int) -> bool:
    """Whether the slope that a step from here is given is exactly 0, as float32 has it.

    Parameters
    ----------
    surface, path
        The loss, and a walk on it.
    step
        Which of the walk's positions, from 0.

    Returns
    -------
    bool
        False where the slope is no number.
    """
    with np.errstate(all="ignore"):
        slope = surface.gradient(path.weights[step].astype(np.float64)).astype(np.float32)
    return bool((slope == 0.0).all())


def rest_told(surface: Surface, optimizer: Optimizer, path: Path, step: int) -> str:
    """Why a walk that stands without slope after a step stays there, or leaves; empty where there is slope.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.
    step
        Which of the walk's positions, from 0.

    Returns
    -------
    str
        One or two sentences; none of a walk that follows the slopes of batches, which are not 0 where their mean is.
    """
    if path.sampled:
        return ""
    if stands_without_slope(surface, path, step):
        kind = _kind(surface, path.weights[step])
        begins = f"The slope here is exactly 0 ({kind})." if kind else "The slope here is exactly 0."
        return f"{begins} {_what_then(optimizer, path, step)}"
    near = _unholdable(surface, path.weights[step])
    if near is None or step == path.steps_taken:
        return ""
    slope = float(np.abs(path.gradients[step] / np.float32(optimizer.loss_scale)).max())
    begins = f"Float32 cannot hold this minimum exactly: {plain(near, 2)} beside it the slope is {plain(slope, 2)} and not 0."
    return f"{begins} {_from_rounding(surface, optimizer, path, step)}"


def _what_then(optimizer: Optimizer, path: Path, step: int) -> str:
    if rests(path, step):
        return f"So {_name(optimizer)} stays."
    if step == path.steps_taken:
        return "So nothing here tells the next step where to go."
    if _remembers(path, step):
        return f"Yet what {_name(optimizer)} remembers of the steps before carries it on."
    if optimizer.values["weight_decay"]:
        return _DECAYS.format(_name(optimizer))
    return f"Yet {_name(optimizer)} leaves: a setting beside the rule moves the weights."


def rests(path: Path, step: int) -> bool:
    """Whether the walk moves no more after a step; at the last one, whether it had stopped before.

    Parameters
    ----------
    path
        The walk.
    step
        Which of its positions, from 0.

    Returns
    -------
    bool
        False for a walk that ended before its time.
    """
    last = path.steps_taken
    return last == path.steps and path.rests_from(min(step, last - 1))


def _remembers(path: Path, step: int) -> bool:
    return "velocity" in path.slots and bool(path.slots["velocity"][step].any())


_DECAYS = "Yet {} leaves: its weight decay draws the weights towards 0, where there is slope and where there is none."


def _name(optimizer: Optimizer) -> str:
    return "plain gradient descent" if optimizer.key == "sgd" else optimizer.title


def _kind(surface: Surface, weights: Array) -> str:
    """What kind of place without slope this is; nothing where its curvature does not say."""
    place = weights.astype(np.float64)
    near = [
        c for c in surface.critical_points if np.hypot(*(place - c.point)) <= 1e-6 * surface.domain.diagonal
    ]
    if near:
        return f"a {near[0].kind}"
    with np.errstate(all="ignore"):
        bend = surface.hessian(place)
    if not np.isfinite(bend).all():
        return ""
    kind = classify(bend)
    return f"a {kind}" if kind else "flat ground" if not bend.any() else ""


def _unholdable(surface: Surface, weights: Array) -> float | None:
    """How far a minimum is that lies so near that float32 can come no nearer; None if there is none."""
    place = weights.astype(np.float64)
    room = NEAR * max(1.0, float(np.abs(place).max()))
    distances = [float(np.hypot(*(place - minimum.point))) for minimum in surface.minima]
    near = min(distances, default=np.inf)
    return near if 0.0 < near <= room else None


def _from_rounding(surface: Surface, optimizer: Optimizer, path: Path, step: int) -> str:
    away = path.weights[step : path.steps_taken + 1].astype(np.float64) - path.weights[step]
    reach = float(np.abs(away).max())
    if path.end is None and reach <= 1e-5 * surface.domain.diagonal:
        return (
            f"{_capital(_name(optimizer))} stays within {plain(reach, 2)} of it."
            if reach
            else f"A step that small moves no float32 weight, so {_name(optimizer)} stays."
        )
    if optimizer.values["weight_decay"]:
        return _DECAYS.format(_name(optimizer))
    if optimizer.grows:
        return f"At this learning rate each step makes that larger, so {_name(optimizer)} leaves."
    return (
        f"{_capital(_name(optimizer))} measures slopes by the size of those it has seen, and so makes of the smallest "
        "slope a step about as long as of any other: it leaves."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
