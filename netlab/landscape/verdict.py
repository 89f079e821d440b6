"""What a walk came to, in words: each kind of end has a title of its own, and no sentence says more than the walk shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from netlab.formatting import counted, plain
from netlab.landscape.at_rest import rest_told, rests, stands_without_slope
from netlab.landscape.descent import Path
from netlab.landscape.descent.path import End
from netlab.landscape.stability import Limit, limits_along, stability_limit
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer

Tone = Literal["plain", "warning", "error"]


@dataclass(frozen=True)
class Verdict:
    """A sentence, the title before it (or none), and how loudly it is said."""

    tone: Tone
    title: str
    text: str


TITLES: dict[End, tuple[Tone, str]] = {
    "not started": ("warning", "No step possible."),
    "no height": ("warning", "It ran off the surface."),
    "fell": ("warning", "It falls without end."),
    "diverged": ("error", "Diverged."),
}


def verdict(surface: Surface, optimizer: Optimizer, path: Path) -> Verdict:
    """What is to be said of a walk as a whole.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.

    Returns
    -------
    Verdict
        One sentence or a few, with the title.
    """
    if not math.isfinite(path.losses[0]):
        return Verdict("warning", "No height here.", "Click the map where there is one, or move the start.")
    if path.end is not None:
        tone, title = TITLES[path.end]
        why = _why(surface, optimizer, path) if path.end == "diverged" else ""
        return Verdict(tone, title, f"{path.diverged}{why}")
    if float(path.losses[-1]) > 10.0 * abs(float(path.losses[0])) and not surface.domain.contains(
        path.weights[-1]
    ):
        return _outside(surface, optimizer, path)
    return _walked(surface, optimizer, path)


def _outside(surface: Surface, optimizer: Optimizer, path: Path) -> Verdict:
    """A walk that took all its steps and stands outside the window, much higher than it began."""
    first, last = float(path.losses[0]), float(path.losses[-1])
    text = f"After {counted(path.steps, 'step')} the loss has grown from {plain(first)} to {plain(last)}.{_leaving(surface, optimizer, path)}"
    if not optimizer.grows:
        steady = f"The steps of {optimizer.title} do not grow with the slope, so it may come back."
        return Verdict("warning", "It stands far outside.", f"{text} {steady}")
    if last < float(np.max(path.losses)):
        return Verdict(
            "warning", "It stands far outside.", f"{text} It was higher before, so it may come back."
        )
    return Verdict("error", "Diverged.", f"{text}{_why(surface, optimizer, path)}")


def _leaving(surface: Surface, optimizer: Optimizer, path: Path) -> str:
    """Why a walk left a start without slope."""
    reason = rest_told(surface, optimizer, path, 0)
    return f" {reason}" if reason else ""


def _why(surface: Surface, optimizer: Optimizer, path: Path) -> str:
    limit = stability_limit(surface, optimizer, path.weights[0]).learning_rate
    rate = float(path.learning_rates[0])
    if not path.steps_taken or not optimizer.grows or limit is None or rate <= limit:
        return ""
    return (
        f" The learning rate {plain(rate)} is above the limit of {plain(limit, 3)} at the start: each step jumps "
        "over the valley and lands higher on the other side, where the slope is steeper, so the next jump is longer."
    )


def _walked(surface: Surface, optimizer: Optimizer, path: Path) -> Verdict:
    rest = rest_told(surface, optimizer, path, 0)
    if rest and rests(path, 0):
        return Verdict("plain", "It stays where it began.", f"{rest} The loss is {plain(path.losses[0])}.")
    first, last, best = float(path.losses[0]), float(path.losses[-1]), path.best
    text = f"In {counted(path.steps, 'step')} the loss went from {plain(first)} to **{plain(last)}**."
    if 0 < best < path.steps and path.losses[best] < last:
        text += f" It was lowest after step {best}, at {plain(path.losses[best])}."
    return Verdict("plain", "", f"{text}{_leaving(surface, optimizer, path)}{_nearest(surface, path)}")


def _nearest(surface: Surface, path: Path) -> str:
    if not surface.minima:
        return ""
    x, y = (float(weight) for weight in path.weights[-1])
    distances = [math.hypot(x - minimum.point[0], y - minimum.point[1]) for minimum in surface.minima]
    distance = min(distances)
    minimum = surface.minima[distances.index(distance)]
    if len(surface.minima) == 1:
        return f" It stands {plain(distance, 3)} from the minimum."
    lowest = surface.minima[0].value
    if minimum.value <= lowest + 1e-9 * max(1.0, abs(lowest)):
        return f" It stands {plain(distance, 3)} from the nearest minimum, which is the lowest."
    return f" It stands {plain(distance, 3)} from the nearest minimum, which is not the lowest."


def outcome(path: Path) -> str:
    """The end of a walk in a few words, for its button.

    Parameters
    ----------
    path
        The walk.

    Returns
    -------
    str
        Such as "loss 0.25" or "diverged at step 7".
    """
    ended = counted_end(path)
    return ended or f"loss {plain(path.losses[-1])}"


def counted_end(path: Path) -> str:
    """How and after which step a walk ended before its time; nothing if it did not.

    Parameters
    ----------
    path
        The walk.

    Returns
    -------
    str
        Such as "diverged at step 7".
    """
    if path.end is None:
        return ""
    if not math.isfinite(path.losses[0]):
        return "no height at the start"
    return _ENDS[path.end].format(_last_step(path))


def ending_told(optimizer: Optimizer, path: Path) -> str:
    """How an optimizer's walk ended.

    Parameters
    ----------
    optimizer, path
        The rule as it was set, and its walk.

    Returns
    -------
    str
        One sentence, such as "Adam with learning rate 0.1 ends at a loss of 0.25."
    """
    if not math.isfinite(path.losses[0]):
        return f"There is no height at the start of {optimizer.title}."
    return _ENDINGS[path.end].format(
        title=optimizer.title,
        rate=plain(optimizer.learning_rate),
        loss=plain(path.losses[-1]),
        step=_last_step(path),
    )


def _last_step(path: Path) -> int:
    """The step at which a walk ended: the first that has no height, or that could not be taken."""
    return path.steps_taken + (path.end != "no height")


_ENDINGS: dict[End | None, str] = {
    None: "{title} with learning rate {rate} ends at a loss of {loss}.",
    "not started": "{title} with learning rate {rate} can take no step.",
    "no height": "{title} with learning rate {rate} runs off the surface at step {step}.",
    "fell": "{title} with learning rate {rate} falls without end.",
    "diverged": "{title} with learning rate {rate} diverges at step {step}.",
}
_ENDS: dict[End, str] = {
    "not started": "no step possible",
    "no height": "ran off the surface at step {}",
    "fell": "falls without end",
    "diverged": "diverged at step {}",
}


def ruler_told(surface: Surface, optimizer: Optimizer, path: Path, step: int, limit: Limit) -> str:
    """The stability theory's sentence for where a walk stands, beside what that very walk does.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.
    step
        Which of the walk's positions, from 0.
    limit
        What ``stability_limit`` says there.

    Returns
    -------
    str
        One sentence or two.
    """
    rest = rest_told(surface, optimizer, path, step)
    if not rest:
        return f"{limit.sentence}{_all_the_same(surface, optimizer, path, step, limit)}"
    return f"{rest} A touch beside it: {limit.sentence}"


def _all_the_same(surface: Surface, optimizer: Optimizer, path: Path, step: int, limit: Limit) -> str:
    """What the walk did against the theory's word, for rules whose limit does not move by itself."""
    if limit.learning_rate is None or not optimizer.grows or step >= path.steps_taken:
        return ""
    if float(path.learning_rates[step]) <= limit.learning_rate * (1.0 + 1e-6):
        return _steeper_later(surface, optimizer, path, step)
    if path.end is not None or path.losses[-1] > path.losses[step]:
        return ""
    return f" {_lower_all_the_same(surface, optimizer, path, step)}"


def _steeper_later(surface: Surface, optimizer: Optimizer, path: Path, step: int) -> str:
    later = slice(step, path.steps_taken)
    over = path.learning_rates[later] > limits_along(surface, optimizer, path)[later]
    diverges = path.end == "diverged" and bool(over.any())
    return " The walk diverges all the same: it comes to steeper ground." if diverges else ""


def _lower_all_the_same(surface: Surface, optimizer: Optimizer, path: Path, step: int) -> str:
    if _no_slope_across(surface, path, step):
        return "This walk comes lower all the same: it has no slope along the steepest direction."
    last = path.steps_taken
    there = stability_limit(surface, optimizer, path.weights[last], path.state(last)).learning_rate
    flatter = there is None or float(path.learning_rates[last - 1]) <= there
    if flatter:
        return "This walk comes lower all the same: it moves on to flatter ground."
    return "This walk comes lower all the same."


def _no_slope_across(surface: Surface, path: Path, step: int) -> bool:
    place = path.weights[step].astype(np.float64)
    _, directions = np.linalg.eigh(surface.hessian(place))
    return not stands_without_slope(surface, path, step) and bool(
        surface.gradient(place) @ directions[:, -1] == 0.0
    )
