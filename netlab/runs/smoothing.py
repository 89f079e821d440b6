"""The mean of the last batches: what a run has learnt, without the luck of a single batch.

It reaches back over at most one epoch, at most some three thousand images, and at most half of what was trained so far:
where a network learns fastest, at the start, the means are the shortest. A mean of the last N values tells of the middle
of them, (N - 1) / 2 batches ago, so that is where it is drawn: a line drawn at its last batch would lag, and lie below one
that does not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.runs.line import Line

IMAGES = 3200
"""So many images are looked at for a mean: the share read correctly is then known to half a percent (two standard
deviations, at 98 %)."""
FEWEST = 10
"""So many batches at least, if an epoch has them: with large batches a few are many images, but the curve is a curve."""


def window(examples: int, steps_per_epoch: int) -> int:
    """How many batches a mean reaches over: ``IMAGES`` images, at least ``FEWEST`` batches, at most an epoch.

    Parameters
    ----------
    examples, steps_per_epoch : int
        Images and batches in one epoch.

    Returns
    -------
    int
        At least 1.

    Examples
    --------
    >>> window(60_000, 1875), window(1000, 32), window(60_000, 59)
    (100, 32, 10)
    """
    wanted = min(-(-IMAGES * steps_per_epoch // examples), IMAGES)  # a batch is an image at least
    return max(1, min(max(wanted, FEWEST), steps_per_epoch))


def reach(steps: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """How many batches the mean at each step reaches over: about half of those so far, then ``count``.

    Parameters
    ----------
    steps : array of int, shape (n,)
        The first step is 1.
    count : int
        As ``window`` gives it.

    Returns
    -------
    array of int, shape (n,)
    """
    return np.minimum(steps // 2 + 1, count).astype(np.int32)


def middle(steps: NDArray[np.int32], count: int) -> NDArray[np.float64]:
    """The step in the middle of those that the mean at each of ``steps`` reaches over.

    Parameters
    ----------
    steps : array of int, shape (n,)
    count : int
        As ``window`` gives it.

    Returns
    -------
    array of float, shape (n,)
    """
    return np.asarray(steps - (reach(steps, count) - 1) / 2, np.float64)


def go_on(means: Line, line: Line, count: int) -> None:
    """Add to ``means`` the means that belong to the values which ``line`` has and ``means`` has not.

    A value that is not a number has none and is left out of those of its neighbours. Sums are never subtracted from
    each other, so that one huge value spoils only the means that it is part of; what is added costs the new values and
    two windows, however long the line is.

    Parameters
    ----------
    means, line : Line
        ``means[i]`` is the mean of the last ``reach`` values up to ``line[i]``.
    count : int
        As ``window`` gives it.
    """
    first = len(means)
    if first < 2 * count:  # the reach still grows
        values = np.array(line[: 2 * count], np.float64)
        steps = np.arange(first + 1, len(values) + 1, dtype=np.int32)
        parts = zip(steps.tolist(), reach(steps, count).tolist(), strict=True)
        means.extend([_mean(values[step - size : step]) for step, size in parts])
        first = len(means)
    if first >= len(line):
        return
    start = (first - count + 1) // count * count  # a block begins at each multiple of ``count``
    values = np.array(line[start:], np.float64)
    sound = np.isfinite(values)
    sums = _sums(np.where(sound, values, 0.0), count)[first - start :]
    counts = _sums(sound.astype(np.float64), count)[first - start :]
    here = sound[first - start :]
    found = np.full(len(here), np.nan)
    found[here] = sums[here] / counts[here]
    means.extend(found)


def _mean(values: Array) -> float:
    if not math.isfinite(values[-1]):
        return math.nan
    return float(values[np.isfinite(values)].mean())


def _sums(values: Array, count: int) -> Array:
    """The sum of the last ``count`` values at each place, fewer at the start.

    The window lies over the end of one block and the beginning of the next: the sum is that of the block before from
    here on, and that of this block so far.
    """
    blocks = -(-len(values) // count)
    padded = np.zeros((blocks, count))
    padded.reshape(-1)[: len(values)] = values
    so_far = padded.cumsum(axis=1)
    rest = np.zeros((blocks, count))  # of the block before, from the place after this one's on
    rest[1:, :-1] = padded[:-1, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return np.asarray((so_far + rest).reshape(-1)[: len(values)])
