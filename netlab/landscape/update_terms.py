"""One update told with its own numbers: what memory adds, what the gradient of this moment adds, and the sum.

The formulas are the optimizers' ``latex`` with numbers put in; both weights are written as one column.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.landscape.descent import Path
from netlab.landscape.descent.path import Footstep
from netlab.nn.optimizers import Optimizer, Told, Walked


@dataclass(frozen=True, eq=False)
class Parts:
    """Every step of a walk as a sum, each (steps, 2), NaN after a divergence: memory + slope = move.

    ``memory`` is what would have been done without this step's slope (momentum, decay of the weights); ``slope`` is
    the rest. A rule that keeps no velocity has no memory part.
    """

    memory: Array
    slope: Array


def parts(optimizer: Optimizer, path: Path) -> Parts:
    """Split every step of a walk into what memory and what the present slope gave.

    Parameters
    ----------
    optimizer, path
        The rule and its walk.

    Returns
    -------
    Parts
        Both parts of each step, float32.
    """
    with np.errstate(all="ignore"):
        memory = _carried(optimizer, path)
        decay = float(optimizer.values["weight_decay"])
        if decay and memory is not None:
            memory = memory - decay * path.learning_rates[:, None] * path.weights[:-1]
        moves = path.moves
        memory = np.zeros_like(moves) if memory is None else memory.astype(np.float32)
        return Parts(memory, moves - memory)


def _carried(optimizer: Optimizer, path: Path) -> Array | None:
    """What the velocity before each step adds to it, (steps, 2); None where a step cannot be split so."""
    if optimizer.values["use_ema"] or optimizer.gathers > 1:
        return None
    before, after = (
        {name: slot[rows] for name, slot in path.slots.items()} for rows in (slice(-1), slice(1, None))
    )
    times = np.arange(1, path.steps + 1)[:, None]
    return optimizer.carried(Walked(before, after, path.learning_rates[:, None], times))


def update_lines(optimizer: Optimizer, path: Path, step: int) -> tuple[str, ...]:
    """The rule's formulas with the numbers of one step (from 0), as LaTeX; the last one gives the new weights.

    Settings that act around the rule (clipping, decay, averaging) get a line of their own where they are on.

    Parameters
    ----------
    optimizer, path
        The rule and its walk.
    step
        Which update, from 0.

    Returns
    -------
    tuple
        LaTeX, a line each, without dollar signs.

    Raises
    ------
    IndexError
        If the walk never took that step.
    """
    foot = path.footstep(step)
    lines, added = _rule_lines(optimizer, foot, step)
    if optimizer.values["use_ema"]:
        lines = (*lines, rf"\text{{average of the weights}} = {column(foot.remembers['average'])}")
    if optimizer.overwrites(step):
        return (*lines, rf"w \leftarrow \text{{average}} = {column(foot.after)}")
    return (*lines, rf"{added} = {column(foot.before)} + {column(foot.move)} = {column(foot.after)}")


def _rule_lines(optimizer: Optimizer, foot: Footstep, step: int) -> tuple[tuple[str, ...], str]:
    """The lines that lead to the new weights, and the sum that they add up to."""
    every = optimizer.gathers
    if (step + 1) % every:
        gathered = column(foot.remembers["gathered_gradient"])
        return (rf"\text{{gathered}} = {gathered}, \quad \text{{no update yet}}",), r"w + \Delta"
    seen = _seen(optimizer, foot, every)
    gradient = optimizer.clip(seen)
    kept = np.float32(1.0 - foot.learning_rate * float(optimizer.values["weight_decay"]))
    time = (step + 1) // every
    numbers = Told(foot.remembered, foot.remembers, gradient, kept * foot.before, foot.learning_rate, time)
    formulas = optimizer.lines(numbers)
    used = () if np.array_equal(gradient, foot.gradient) else (rf"g_\text{{used}} = {column(gradient)}",)
    if not optimizer.values["weight_decay"]:
        return (*used, *formulas), r"w + \Delta"
    decay = rf"{digits(foot.learning_rate)} \cdot {digits(optimizer.values['weight_decay'])}"
    decayed = rf"-\eta\lambda w = -{decay} \cdot {column(foot.before)}"
    return (*used, decayed, *formulas), r"w - \eta\lambda w + \Delta"


def _seen(optimizer: Optimizer, foot: Footstep, every: int) -> Array:
    """The gradient before clipping: unscaled, and averaged over the steps that were gathered."""
    gradient: Array = foot.gradient / np.float32(optimizer.loss_scale)
    return gradient if every == 1 else (gradient + foot.remembered["gathered_gradient"]) / np.float32(every)
