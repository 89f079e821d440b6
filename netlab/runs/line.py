"""A line that grows: one number a batch, added by one thread and read by any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from netlab.arrays import Floats

LEAST_ROOM = 256


class Line:
    """Numbers in float32 that become more, and fewer only by ``cut``.

    What was read from it stays as it was: new numbers come behind it or into memory of their own, so a reader needs no
    lock. Only one thread may add or cut.

    Parameters
    ----------
    values : array_like of float, shape (n,)
        The first of them.

    Examples
    --------
    >>> line = Line([0.5, 0.25])
    >>> before = line.values
    >>> line.extend([2.0])
    >>> line.cut(1)
    >>> before.tolist(), list(line)
    ([0.5, 0.25], [0.5])
    """

    def __init__(self, values: ArrayLike = ()) -> None:
        room = np.array(values, np.float32).reshape(-1)
        self._kept = room, len(room)  # one value: a reader must never see the one without the other

    @property
    def values(self) -> Floats:
        """All numbers, shape (n,); not to be written to."""
        room, count = self._kept
        return room[:count]

    def extend(self, values: ArrayLike) -> None:
        """Add numbers at the end.

        Parameters
        ----------
        values : array_like of float, shape (n,)
        """
        new = np.asarray(values, np.float32)
        room, before = self._kept
        count = before + len(new)
        if count > len(room):
            larger = np.empty(max(count + count // 2, LEAST_ROOM), np.float32)
            larger[:before] = room[:before]
            room = larger
        room[before:count] = new
        self._kept = room, count

    def cut(self, count: int) -> None:
        """Forget what comes after the first ``count`` numbers.

        Parameters
        ----------
        count : int
            At least 0; a line that is not longer stays as it is.
        """
        if count < len(self):
            self._kept = self.values[:count].copy(), count

    def __len__(self) -> int:
        return self._kept[1]

    def __iter__(self) -> Iterator[float]:
        return iter(self.tolist())

    @overload
    def __getitem__(self, place: int) -> float: ...
    @overload
    def __getitem__(self, place: slice) -> Floats: ...
    def __getitem__(self, place: int | slice) -> float | Floats:
        found = self.values[place]
        return found if isinstance(place, slice) else float(found)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self.values, dtype, copy=copy)

    def tolist(self) -> list[float]:
        """All numbers in a list."""
        return self.values.tolist()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Line) and np.array_equal(self.values, other.values)

    __hash__ = None  # type: ignore[assignment]
