"""One weight walks down a loss: a curve with its slope and curvature, the walk, and the largest rate that is safe.

Curves are cuts through the landscapes of ``netlab.landscape``: the second weight stays where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from netlab.arrays import Array
from netlab.landscape.double_well import double_well
from netlab.landscape.formula import surface_from
from netlab.landscape.surface import Fields
from netlab.nn.optimizers import OPTIMIZERS

STEPS = 20
FINE = 1401
"""Points of the window at which curvature and slope are looked at."""
SAME = 1e-6
"""Rates, and curvatures, that differ by a smaller share count as equal: weights are float32."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A loss of one weight.

    Attributes
    ----------
    key, title, latex
        Name in addresses, name in the menu, and the formula.
    fields, other
        The loss of two weights that it is cut from, and where the second weight stays.
    window
        The weights that are drawn, lowest and highest.
    start
        Where walks begin if the reader says nothing.
    """

    key: str
    title: str
    latex: str
    fields: Fields
    window: tuple[float, float]
    start: float
    other: float = 0.0

    def value(self, weights: ArrayLike) -> Array:
        """The loss at weights, of their shape."""
        return self._full(weights, self.fields.value(*self._both(weights)))

    def slope(self, weights: ArrayLike) -> Array:
        """The first derivative at weights, of their shape."""
        return self._full(weights, self.fields.gradient(*self._both(weights))[0])

    def curvature(self, weights: ArrayLike) -> Array:
        """The second derivative at weights, of their shape."""
        return self._full(weights, self.fields.hessian(*self._both(weights))[0])

    def drawn(self, count: int) -> Array:
        """So many weights, evenly over the window, (count,)."""
        return np.linspace(*self.window, count)

    def _both(self, weights: ArrayLike) -> tuple[Array, Array]:
        one = np.asarray(weights, np.float64)
        return one, np.full_like(one, self.other)

    @staticmethod
    def _full(weights: ArrayLike, found: ArrayLike) -> Array:
        return np.broadcast_to(np.asarray(found, np.float64), np.shape(weights))


def largest_curvature(curve: Curve) -> float:
    """L, the largest second derivative in the window.

    Parameters
    ----------
    curve
        A loss of one weight.

    Returns
    -------
    float
        In loss per weight squared.
    """
    return float(curve.curvature(curve.drawn(FINE)).max())


def largest_safe_rate(curve: Curve) -> float:
    """2/L: below it every step inside the window goes down, whatever the weight is.

    Parameters
    ----------
    curve
        A loss of one weight that curves upward somewhere.

    Returns
    -------
    float
        A learning rate.
    """
    return 2.0 / largest_curvature(curve)


def is_parabola(curve: Curve) -> bool:
    """Whether the curvature is the same everywhere.

    Parameters
    ----------
    curve
        A loss of one weight.

    Returns
    -------
    bool
        Up to rounding.
    """
    found = curve.curvature(curve.drawn(FINE))
    return bool(np.ptp(found) <= SAME * np.abs(found).max())


def lowest_points(curve: Curve) -> list[float]:
    """Where the slope passes from falling to rising.

    Parameters
    ----------
    curve
        A loss of one weight.

    Returns
    -------
    list of float
        All minima inside the window, from left to right; none where the loss only falls.
    """
    weights = curve.drawn(FINE)
    slopes = curve.slope(weights)
    falls = np.flatnonzero((slopes[:-1] < 0.0) & (slopes[1:] >= 0.0))
    return [float(brentq(lambda w: float(curve.slope(w)), weights[at], weights[at + 1])) for at in falls]


@dataclass(frozen=True, eq=False)
class Walk:
    """The way of one weight.

    Attributes
    ----------
    rate
        The learning rate η.
    weights, losses, slopes
        float64, (steps + 1,) each: where it stood, start first, with loss and slope there.
    """

    rate: float
    weights: Array
    losses: Array
    slopes: Array

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.weights) - 1


def walk(curve: Curve, rate: float, start: float, steps: int = STEPS) -> Walk:
    """Take steps of gradient descent: each goes the learning rate times the slope, downhill.

    Parameters
    ----------
    curve, rate, start
        A loss of one weight, η above 0, and the first weight.
    steps
        How many, at least 1.

    Returns
    -------
    Walk
        All weights are finite: it ends before one would not be.
    """
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
    weight = np.array([start], np.float32)
    state, weights = optimizer.init(weight), [float(weight[0])]
    for _ in range(steps):
        slope = curve.slope(weight.astype(np.float64)).astype(np.float32)
        weight, state = optimizer.update(slope, weight, state)  # weight − rate × slope
        if not np.abs(weight) < 1e12:
            break
        weights.append(float(weight[0]))
    stood = np.array(weights)
    return Walk(rate, stood, curve.value(stood), curve.slope(stood))


@lru_cache(maxsize=1)
def simple_curves() -> dict[str, Curve]:
    """The curves that need no data.

    Returns
    -------
    dict
        Two parabolas and a loss with two valleys, by their keys.
    """
    wide, narrow = surface_from("(x - 3)^2"), surface_from("4*(x - 3)^2")
    return {
        "wide": Curve("wide", "A parabola", "(w - 3)^2", wide.fields, (-2.0, 8.0), -1.0),
        "narrow": Curve("narrow", "A narrower one", "4\\,(w - 3)^2", narrow.fields, (-2.0, 8.0), -1.0),
        "valleys": Curve(
            "valleys", "Two valleys", "w^2 - 3\\,e^{-5(w+1)^2} - 2\\,e^{-5(w-1)^2}", double_well().fields, (-1.9, 1.9), 1.7
        ),
    }  # fmt: skip
