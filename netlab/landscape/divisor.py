"""The rate that is left for each weight once a rule has divided by the size of its past slopes."""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import Path
from netlab.nn.optimizers import NoTheory, Optimizer

ALIKE = 1.05
"""Two rates within this factor are the same to a reader."""


def divided_rates(optimizer: Optimizer, path: Path) -> Array | None:
    """The learning rate over the rule's divisor at every step, for each weight.

    Parameters
    ----------
    optimizer, path
        The rule and its walk.

    Returns
    -------
    array or None
        float32, (steps taken, 2): how far a slope of 1 moves each weight, momentum left aside. None for a rule that does
        not divide, or whose divisor is not known step by step.
    """
    theory = optimizer.theory
    if isinstance(theory, NoTheory) or theory.divisor is None:
        return None
    taken = path.steps_taken
    slots = {
        name: (slot[:-1] if name in theory.used_before else slot[1:])[:taken]
        for name, slot in path.slots.items()
    }
    steps = np.arange(taken) // optimizer.gathers + 1
    with np.errstate(all="ignore"):  # a weight that has met no slope yet is divided by nearly nothing
        divisor = np.broadcast_to(np.asarray(theory.divisor(slots, steps), np.float64), (taken, 2))
        rates: Array = (path.learning_rates[:taken, None] / divisor).astype(np.float32)
    return rates


def divided_told(rates: Array, step: int, parameters: tuple[str, str]) -> str:
    """What the box at the ball says after a step.

    Parameters
    ----------
    rates
        What ``divided_rates`` gave.
    step
        Where the ball is; the box is of the step that it takes next, or took last.
    parameters
        What the two weights are called.

    Returns
    -------
    str
        One sentence or two; none where a rate is no number.
    """
    if not len(rates):
        return ""
    x, y = (float(one) for one in rates[min(step, len(rates) - 1)])
    if not (np.isfinite([x, y]).all() and min(x, y) > 0.0):
        return ""
    begins = f"**The box at the ball** is as wide and as high as the rate that the divisor leaves along each axis: a slope of 1 moves {parameters[0]} by {plain(x, 3)} and {parameters[1]} by {plain(y, 3)}"
    if max(x, y) <= ALIKE * min(x, y):
        return f"{begins}, both alike."
    small, times = (parameters[0], y / x) if x < y else (parameters[1], x / y)
    return f"{begins}: {plain(times, 3)} times less along {small}, where the slopes have been larger."
