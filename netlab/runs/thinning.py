"""A line of any length thinned for the screen: the lowest and the highest of each bucket, never an average.

The extremes are kept bucket by bucket while the line grows. When there are too many buckets, neighbours are
joined and a bucket is twice as long. So a look costs what the points and the new values cost, however long the line.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlab.runs.line import Line

MOST_BUCKETS = 2048
MOST_BOUNDS = 16
EARLY_POINTS, MOST_EARLY = 40, 4096
Places = NDArray[np.intp]


class Extremes:
    """Where a growing line is lowest and highest."""

    def __init__(self) -> None:
        self._size, self._count = 1, 0  # values in a bucket, values looked at
        self._low = self._high = np.zeros(0, np.intp)

    def cut(self, count: int) -> None:
        """The line has lost what came after its first ``count`` values."""
        if count < self._count:
            self._size, self._count = 1, 0
            self._low = self._high = np.zeros(0, np.intp)

    def places(self, line: Line, points: int) -> Places:
        """Places of the lowest and the highest value of each of ``points / 2`` stretches, in order, and the last."""
        values = line.values
        if len(values) <= points:
            return np.arange(len(values))
        self._look(values)
        joined = -(-len(self._low) // max(points // 2, 1))
        low, high = _joined(values, self._low, self._high, joined)
        return np.unique(np.concatenate([low, high, [len(values) - 1]]))

    def _look(self, values: NDArray[np.float32]) -> None:
        """Take in what came since the last look; the last bucket, which was not full, is looked at again."""
        full = self._count // self._size
        while len(values) > self._size * MOST_BUCKETS:
            full -= full % 2
            self._low, self._high = _joined(values, self._low[:full], self._high[:full], 2)
            self._size, full = 2 * self._size, full // 2
        start = full * self._size
        low, high = _bucket_extremes(values[start:], self._size)
        self._low = np.concatenate([self._low[:full], low + start])
        self._high = np.concatenate([self._high[:full], high + start])
        self._count = len(values)


class Tally:
    """How many values of a growing line lie outside of bounds that change seldom; any thread may ask."""

    def __init__(self) -> None:
        self._counted: dict[tuple[float, float], tuple[int, int, int]] = {}
        self._lock = threading.Lock()

    def cut(self, count: int) -> None:
        """The line has lost what came after its first ``count`` values."""
        with self._lock:
            self._counted = {bounds: found for bounds, found in self._counted.items() if found[0] <= count}

    def outside(self, line: Line, low: float, high: float) -> tuple[int, int]:
        """How many values lie below ``low``, and above ``high``; only values that are new are looked at."""
        with self._lock:
            values = line.values
            count, below, above = self._counted.pop((low, high), (0, 0, 0))
            below += int(np.count_nonzero(values[count:] < low))
            above += int(np.count_nonzero(values[count:] > high))
            self._counted[low, high] = len(values), below, above
            while len(self._counted) > MOST_BOUNDS:
                del self._counted[next(iter(self._counted))]
            return below, above


def early(count: int) -> Places:
    """Places in the first thousands of a line of ``count`` values, ever farther apart: even on a logarithmic axis.

    Parameters
    ----------
    count : int
        Length of the line.

    Returns
    -------
    intp array
        Ascending.
    """
    if not count:
        return np.zeros(0, np.intp)
    return np.unique(np.geomspace(1, min(count, MOST_EARLY), EARLY_POINTS).round().astype(np.intp) - 1)


def extremes(values: Sequence[float], points: int) -> Places:
    """Places of the lowest and the highest value of each of ``points / 2`` stretches of a line, in order.

    Parameters
    ----------
    values : sequence of float (count,)
        The line.
    points : int
        About how many places to give.

    Returns
    -------
    intp array (at most points + 1,)
        Ascending, the last place among them; all places if there are at most ``points``.
    """
    return Extremes().places(Line(values), points)


def every(count: int, points: int) -> Places:
    """At most ``points`` places out of ``count``, evenly spread, the last one always among them.

    Parameters
    ----------
    count : int
        How many places there are.
    points : int
        How many to give at most.

    Returns
    -------
    intp array (at most points,)
        Ascending from 0.
    """
    if count <= points:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, points).astype(np.intp))


def _bucket_extremes(values: NDArray[np.float32], size: int) -> tuple[Places, Places]:
    """Places of the lowest and the highest of each ``size`` values; the last bucket may be smaller."""
    padded = np.full(-(-len(values) // size) * size, np.nan, np.float32)
    padded[: len(values)] = values
    buckets = padded.reshape(-1, size)
    finite = np.isfinite(buckets)
    starts = np.arange(len(buckets)) * size
    low = np.where(finite, buckets, np.inf).argmin(axis=1) + starts
    high = np.where(finite, buckets, -np.inf).argmax(axis=1) + starts
    return low, high


def _joined(values: NDArray[np.float32], low: Places, high: Places, count: int) -> tuple[Places, Places]:
    """The extremes of ``count`` neighbours each, from their own."""
    if not len(low):
        return low, high
    gap = -len(low) % count
    lows, highs = (np.pad(places, (0, gap), mode="edge").reshape(-1, count) for places in (low, high))
    rows = np.arange(len(lows))
    lowest = np.where(np.isfinite(values[lows]), values[lows], np.inf).argmin(axis=1)
    highest = np.where(np.isfinite(values[highs]), values[highs], -np.inf).argmax(axis=1)
    return lows[rows, lowest], highs[rows, highest]
