"""The landscape in any two numbers of a network: the loss where they have other values and all others stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.formatting import plain
from netlab.landscape.height_map import HeightMap, sampled
from netlab.nn.mlp import forward
from netlab.playground.network import network
from netlab.playground.timeline import Moment
from netlab.playground.training import Task

COUNTS = (41, 31, 21)
"""Points along each axis: the first whose work is bearable."""
WORK = 120_000_000
"""Points of the grid, times points of the plane, times numbers of the network."""
MARGIN, NARROWEST = 1.3, 1.0
"""The window reaches so many times as far as the walk, and at least so far, from where the network stands."""
MOST_MARKS = 200
"""Of the walk so many moments are drawn."""


@dataclass(frozen=True, eq=False)
class Slice:
    """A landscape in two numbers, and the shadow that the walk of all numbers throws on it.

    Attributes
    ----------
    ground : HeightMap
        Mean losses of the points trained on, without regularisation.
    walk : float32 (n, 2)
        The two numbers at moments from the start to the one on the screen.
    losses : float32 (n,)
        The losses at those moments; they lie on the landscape at the last alone, since the other numbers moved too.
    """

    ground: HeightMap
    walk: Floats
    losses: Floats

    @property
    def here(self) -> tuple[float, float]:
        """Where the network stands."""
        return float(self.walk[-1, 0]), float(self.walk[-1, 1])

    @property
    def shadow(self) -> Floats:
        """How high the landscape lies under each moment of the walk, between the grid's points in proportion, (n,)."""
        x, y, heights = self.ground.x, self.ground.y, self.ground.losses
        column = np.clip(np.searchsorted(x, self.walk[:, 0], "right") - 1, 0, len(x) - 2)
        row = np.clip(np.searchsorted(y, self.walk[:, 1], "right") - 1, 0, len(y) - 2)
        right = (self.walk[:, 0] - x[column]) / (x[column + 1] - x[column])
        up = (self.walk[:, 1] - y[row]) / (y[row + 1] - y[row])
        below = heights[row, column] * (1 - right) + heights[row, column + 1] * right
        above = heights[row + 1, column] * (1 - right) + heights[row + 1, column + 1] * right
        return np.asarray(below * (1 - up) + above * up, np.float32)


def landscape_of(task: Task, moments: Sequence[Moment], pair: tuple[int, int]) -> Slice:
    """The loss over two numbers around the last of these moments.

    Parameters
    ----------
    task : Task
        Points and network; its course does not matter.
    moments : sequence of Moment
        From the start to the one that is looked at, whose numbers are all finite.
    pair : tuple of int
        Two places in the row of numbers, across and up.

    Returns
    -------
    Slice
        Of at most 41 by 41 losses.
    """
    now = moments[-1]
    kept = np.unique(np.linspace(0, len(moments) - 1, MOST_MARKS).round().astype(int))
    walk = np.array([moments[at].numbers[list(pair)] for at in kept], np.float32)
    losses = np.array([moments[at].measured.loss for at in kept], np.float32)
    across, up = (_axis(walk[:, way], _count(task)) for way in (0, 1))
    heights = losses_over(task, now.numbers, pair, across, up)
    return Slice(sampled(across, up, heights), walk, losses)


def losses_over(
    task: Task, numbers: Array, pair: tuple[int, int], across: Array, up: Array
) -> NDArray[np.float32]:
    """The mean loss of the points that are trained on, where two numbers have other values.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        All numbers; it is left alone.
    pair : tuple of int
        The places of the two.
    across, up : floats (n,) and (m,)
        Their values.

    Returns
    -------
    float32 (m, n)
        A row for each value of the second; what has no height is infinite or NaN.
    """
    row = numbers.astype(np.float32)  # a copy, and the network is a view into it
    net, (given, wanted) = network(task.plan, row), task.taught
    heights = np.empty((len(up), len(across)), np.float32)
    with np.errstate(all="ignore"):
        for high, second in enumerate(up):
            for far, first in enumerate(across):
                row[pair[0]], row[pair[1]] = first, second
                heights[high, far] = forward(net, given, wanted).losses.mean()
    return heights


def _count(task: Task) -> int:
    work = task.plan.count * len(task.taught[0])
    return next((count for count in COUNTS if count * count * work <= WORK), COUNTS[-1])


def _axis(walk: Array, count: int) -> Array:
    """Values around where the walk stands, which is one of them, as far as it has come from."""
    here = float(walk[-1])
    reach = max(NARROWEST, MARGIN * float(np.abs(walk - walk[-1]).max()))
    return here + np.linspace(-reach, reach, count)


def told(found: Slice, names: tuple[str, str]) -> str:
    """What one sees: how high the network stands, and how low these two numbers alone could bring it.

    Parameters
    ----------
    found : Slice
        The landscape.
    names : tuple of str
        What the two numbers are called.

    Returns
    -------
    str
        Two sentences, or one that says there is no height.
    """
    heights = found.ground.losses
    if not np.isfinite(heights).any():
        return "No loss in this window is a finite number."
    now, lowest = float(found.losses[-1]), float(np.nanmin(heights))
    where = np.unravel_index(int(np.nanargmin(heights)), heights.shape)
    x, y = float(found.ground.x[where[1]]), float(found.ground.y[where[0]])
    if lowest > 0.99 * now:
        rest = "Nowhere in this window is it lower by more than a hundredth: with these two numbers alone there is nothing to gain."
    else:
        rest = f"The lowest of this window is {plain(lowest, 3)}, where the {names[0]} is {plain(x, 3)} and the {names[1]} is {plain(y, 3)}."
    return f"The network stands at a loss of {plain(now, 3)}. {rest}"
