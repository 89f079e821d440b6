"""How much of a network's way a plane holds, and how much of a random walk's such a plane would hold.

A share is of lengths: the length of the nearest vector in the plane over the length of the vector. It never stands
without what chance gives: principal components of a walk without any aim hold most of that walk too.

Source: Antognini & Sohl-Dickstein (2018), PCA of high dimensional random walks with comparison to neural network training.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.landscape.network.directions import Pair, scalar_products


def share(pair: Pair, vector: Array) -> float:
    """The share of a vector's length that lies in a plane, by least squares.

    Parameters
    ----------
    pair : Pair
        The plane's directions; they need not be at right angles.
    vector : floats (P,)
        A step or a way.

    Returns
    -------
    float
        From 0 to 1; not a number for a vector of no length.
    """
    products = scalar_products([pair.first, pair.second, vector])
    along = products[:2, 2]
    if not products[2, 2] > 0:
        return float("nan")
    inside = along @ np.linalg.solve(products[:2, :2], along)
    return float(np.sqrt(np.clip(inside / products[2, 2], 0.0, 1.0)))


def by_chance(parameters: int) -> float:
    """The share that a plane chosen without regard to a vector holds of it: √(2/P) in the root mean square.

    Parameters
    ----------
    parameters : int
        P, how many numbers a network has.

    Returns
    -------
    float

    Examples
    --------
    >>> round(by_chance(407_050), 4)
    0.0022
    """
    return float(np.sqrt(2 / parameters))


def brownian(steps: Sequence[int]) -> NDArray[np.float64]:
    """Scalar products of the moments of a random walk, seen from its last: T − max(s, t), in steps, for each number.

    Parameters
    ----------
    steps : sequence of int
        After how many steps each moment is, ascending.

    Returns
    -------
    float64 (n − 1, n − 1)
        Of all moments but the last.
    """
    times = np.asarray(steps, np.float64)
    return np.asarray(times[-1] - np.maximum.outer(times[:-1], times[:-1]))


def chance_of_walk(steps: Sequence[int]) -> tuple[float, float]:
    """The shares that two principal components have of a random walk seen at these very moments, uncentred at its end.

    Parameters
    ----------
    steps : sequence of int
        After how many steps each moment is, ascending; at least three.

    Returns
    -------
    tuple of float
        Of the squared way, as ``Pair.spread``; in the limit of many numbers.
    """
    sizes = np.linalg.eigvalsh(brownian(steps))[::-1]
    return float(sizes[0] / sizes.sum()), float(sizes[1] / sizes.sum())


def chance_of_way(steps: Sequence[int], now: int) -> float:
    """The share that the plane of a random walk holds of its way from its start to one of these moments.

    Parameters
    ----------
    steps : sequence of int
        After how many steps each moment is, ascending; at least three.
    now : int
        Place of the moment, from 1.

    Returns
    -------
    float
        In the limit of many numbers.
    """
    sizes, vectors = np.linalg.eigh(brownian(steps))
    way = np.zeros(len(steps))
    way[now] += 1
    way[0] -= 1
    way = way[:-1]  # the last moment is where all are seen from
    products = brownian(steps)
    inside = sum(sizes[-place] * (vectors[:, -place] @ way) ** 2 for place in (1, 2))
    return float(np.sqrt(inside / (way @ products @ way)))


def chance_of_step(steps: Sequence[int], now: int) -> float:
    """The share that the plane of a random walk holds of its next step after one of these moments.

    Parameters
    ----------
    steps : sequence of int
        After how many steps each moment is, ascending; at least three.
    now : int
        Place of the moment.

    Returns
    -------
    float
        In the limit of many numbers; 0 after the last moment, whose next step no moment has seen.
    """
    sizes, vectors = np.linalg.eigh(brownian(steps))
    seen = np.where(np.arange(len(steps) - 1) <= now, -1.0, 0.0)  # the moments before lie on its other side
    if now == len(steps) - 1:
        seen[:] = 0.0
    inside = sum((vectors[:, -place] @ seen) ** 2 / sizes[-place] for place in (1, 2))
    return float(np.sqrt(inside))
