"""The same with two inputs: four steps and one more neuron make a tower, and towers side by side build any surface.

A step in x₁ is a cliff along x₂. Two of them, up and down, are a ridge. A ridge across another is a cross, highest where
they meet; a neuron that says yes only up there leaves the tower alone (Nielsen, 2015, chapter 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import sigmoid

STEEP = 60.0
"""Weight of an input in a step of the tower that is built."""
MEETS = 1.5
"""Above this sum of two ridges, each 1 high, a tower stands: one ridge is not enough."""
CUT = 40.0
"""Weight of the sum of two ridges in the neuron that cuts a tower out."""
SHARPNESS = 60.0
"""Steepness of a step times the width of a tower, where towers stand side by side."""
TOWER = (-0.5, 0.5)
"""From where to where the one tower stands, along either input."""
STAGES = ("step", "ridge", "cross", "tower", "towers")


def surface(x: Array, y: Array) -> Array:
    """The surface that towers imitate: a hill and a hollow.

    Parameters
    ----------
    x, y : array
        From -1 to 1, of shapes that go together.

    Returns
    -------
    array
        From -1 to 1.
    """
    return np.asarray(np.sin(np.pi * x) * np.cos(np.pi * y / 2))


def ridge(x: Array, left: float, right: float, steepness: float) -> Array:
    """A step up at one place and a step down at another: 1 between them, 0 outside.

    Parameters
    ----------
    x : array
        One input.
    left, right, steepness : float
        Where the steps stand, and the weight of the input in both.

    Returns
    -------
    array
        Of the shape of x.
    """
    return np.asarray(sigmoid(steepness * (x - left)) - sigmoid(steepness * (x - right)))


def cut_out(sum_of_ridges: Array) -> Array:
    """What the neuron of a tower says to the sum of its two ridges: about 1 where both are, about 0 elsewhere.

    Parameters
    ----------
    sum_of_ridges : array
        From 0 to 2.

    Returns
    -------
    array
        From 0 to 1.
    """
    return np.asarray(sigmoid(CUT * (sum_of_ridges - MEETS)))


def stage(name: str, x: Array, y: Array) -> Array:
    """One tower in the making, at every pair of places.

    Parameters
    ----------
    name : str
        "step", "ridge", "cross" or "tower".
    x : array, (n,)
    y : array, (m,)

    Returns
    -------
    array
        (m, n).
    """
    across = np.broadcast_to(ridge(x, *TOWER, STEEP), (len(y), len(x)))
    both = across + ridge(y, *TOWER, STEEP)[:, None]
    cliff = np.broadcast_to(sigmoid(STEEP * (x - TOWER[0])), across.shape)
    return np.asarray({"step": cliff, "ridge": across, "cross": both, "tower": cut_out(both)}[name])


@dataclass(frozen=True)
class Towers:
    """Towers side by side over the square from -1 to 1, each as high as the surface at its middle.

    Attributes
    ----------
    middles : array, (n,)
        Where they stand, along either input.
    width : float
        Of each.
    heights : array, (n, n)
        A row for each middle of y.
    """

    middles: Array
    width: float
    heights: Array

    @property
    def first_layer(self) -> int:
        """Steps in the first layer: two for each ridge along either input, which all towers on it share."""
        return 4 * len(self.middles)

    @property
    def second_layer(self) -> int:
        """Neurons in the second layer: one for each tower."""
        return int(self.heights.size)

    def __call__(self, x: Array, y: Array) -> Array:
        """Return the heights at every pair of places x (n,) and y (m,), shape (m, n)."""
        half, steepness = self.width / 2, SHARPNESS / self.width
        ridges = [
            np.stack([ridge(places, middle - half, middle + half, steepness) for middle in self.middles])
            for places in (x, y)
        ]
        total = np.zeros((len(y), len(x)))
        for row, along in zip(self.heights, ridges[1], strict=True):
            for height, across in zip(row, ridges[0], strict=True):
                total += height * cut_out(across[None] + along[:, None])
        return total


def towers(count: int) -> Towers:
    """Fill the square with towers.

    Parameters
    ----------
    count : int
        Along either input, at least 1.

    Returns
    -------
    Towers

    Raises
    ------
    ValueError
        If the count is below 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}. Use 1 for a single tower.")
    edges = np.linspace(-1.0, 1.0, count + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    return Towers(middles, 2.0 / count, surface(middles[None], middles[:, None]))


def off_by(built: Towers, *, samples: int = 101) -> float:
    """Measure the root mean square distance of towers from the surface over the square.

    Parameters
    ----------
    built : Towers
    samples : int
        Places along either input, both ends among them.

    Returns
    -------
    float
    """
    places = np.linspace(-1.0, 1.0, samples)
    return float(np.sqrt(np.mean((built(places, places) - surface(places[None], places[:, None])) ** 2)))
