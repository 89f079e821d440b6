"""Which points of a figure are named, so that no name lies on another."""

from __future__ import annotations

from collections.abc import Sequence

WIDE, HIGH = 0.16, 0.075
"""Of a figure's width and height, what a name of a dozen letters takes at most."""


def named(
    points: Sequence[tuple[float, float]], first: Sequence[int], *, wide: float = WIDE, high: float = HIGH
) -> list[bool]:
    """Whether there is room for each point's name.

    Parameters
    ----------
    points : sequence of (x, y)
        Shares of the figure's width and height.
    first : sequence of int
        All places in ``points``, in the order in which they are asked.
    wide, high : float, optional
        What a name takes, as shares of width and height.

    Returns
    -------
    list of bool
        As many as there are points; no two that are named are nearer than ``wide`` and ``high``.

    Examples
    --------
    >>> named([(0.5, 0.5), (0.51, 0.5), (0.9, 0.5)], [1, 0, 2])
    [False, True, True]
    """
    taken: list[tuple[float, float]] = []
    found = [False] * len(points)
    for place in first:
        x, y = points[place]
        if all(abs(x - other) >= wide or abs(y - height) >= high for other, height in taken):
            taken.append((x, y))
            found[place] = True
    return found
