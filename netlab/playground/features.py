"""What a network is given of a point: x and y themselves, or numbers computed from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array


@dataclass(frozen=True)
class Feature:
    """One number of a point.

    Attributes
    ----------
    key, title : str
        Its word in addresses and scripts, and as the page writes it.
    words : str
        What it is large for.
    value : callable
        (x, y) → the number, elementwise.
    numpy : str
        The same as an expression of NumPy in x and y, for scripts.
    """

    key: str
    title: str
    words: str
    value: Callable[[Array, Array], Array]
    numpy: str


_ALL = (
    Feature("x", "x", "how far to the right", lambda x, y: x, "x"),
    Feature("y", "y", "how far up", lambda x, y: y, "y"),
    Feature("xx", "x²", "far from the middle, to the left or to the right", lambda x, y: x * x, "x * x"),
    Feature("yy", "y²", "far from the middle, up or down", lambda x, y: y * y, "y * y"),
    Feature(
        "xy",
        "xy",
        "plus where x and y have the same sign, minus where they differ",
        lambda x, y: x * y,
        "x * y",
    ),
    Feature(
        "sinx",
        "sin 2x",
        "waves from left to right, 0 in the middle",
        lambda x, y: np.sin(2 * x),
        "np.sin(2 * x)",
    ),
    Feature(
        "siny",
        "sin 2y",
        "waves from below to above, 0 in the middle",
        lambda x, y: np.sin(2 * y),
        "np.sin(2 * y)",
    ),
    Feature(
        "cosx",
        "cos 2x",
        "waves from left to right, 1 in the middle",
        lambda x, y: np.cos(2 * x),
        "np.cos(2 * x)",
    ),
    Feature(
        "cosy",
        "cos 2y",
        "waves from below to above, 1 in the middle",
        lambda x, y: np.cos(2 * y),
        "np.cos(2 * y)",
    ),
)

FEATURES: dict[str, Feature] = {feature.key: feature for feature in _ALL}


def map_of(key: str, side: int = 28, reach: float = 3.0) -> Array:
    """An input over the plane, as a picture has its rows: the first is the uppermost.

    Parameters
    ----------
    key : str
        Of ``FEATURES``.
    side : int
        Squares a side; each has the value at its middle.
    reach : float
        How far the plane goes each way.

    Returns
    -------
    floats (side, side)
    """
    middles = ((np.arange(side) + 0.5) / side * 2 - 1) * reach
    return FEATURES[key].value(
        middles[None, :] + np.zeros((side, 1)), -middles[:, None] + np.zeros((1, side))
    )


def inputs(keys: Sequence[str], places: Array) -> Array:
    """What a network is given of points.

    Parameters
    ----------
    keys : sequence of str
        Keys of ``FEATURES``, in order.
    places : floats (n, 2)
        x and y.

    Returns
    -------
    floats (n, features)
        In the type of ``places``.
    """
    x, y = places[:, 0], places[:, 1]
    return np.stack([FEATURES[key].value(x, y) for key in keys], axis=1).astype(places.dtype)
