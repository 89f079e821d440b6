"""A network is a function made of simple ones: build a curve by hand from K activations, with a bound.

One hidden layer computes c + Σ_k v_k φ(w_k x + b_k). With hinges (ReLU) that is a line broken at K places, with
steep sigmoids a staircase of K steps; either comes as close to a continuous curve as one likes (Cybenko, 1989;
Hornik, Stinchcombe & White, 1989). That such weights exist says nothing about finding them by learning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, inf, log

import numpy as np

from netlab.arrays import Array
from netlab.lessons.functions.targets import Target
from netlab.nn.activations import ACTIVATIONS


@dataclass(frozen=True)
class OneHiddenLayer:
    """The function c + Σ_k v_k φ(w_k x + b_k), or many of them side by side.

    Attributes
    ----------
    inner, shifts, outer : array, (..., K)
        w, b and v; leading axes are networks of their own (seeds).
    offset : array, (...)
        c.
    """

    inner: Array
    shifts: Array
    outer: Array
    offset: Array
    activation: str

    def __call__(self, x: Array) -> Array:
        """Return the values at x (n,), shape (..., n)."""
        values: Array = self.terms(x).sum(axis=-1) + self.offset[..., None]
        return values

    def terms(self, x: Array) -> Array:
        """Return what each unit adds, v_k φ(w_k x + b_k), shape (..., n, K)."""
        z = np.asarray(x)[:, None] * self.inner[..., None, :] + self.shifts[..., None, :]
        return ACTIVATIONS[self.activation].value(z) * self.outer[..., None, :]

    @property
    def knots(self) -> Array:
        """Where each unit's kink or step lies, w x + b = 0; NaN for a unit whose w is 0."""
        return -self.shifts / np.where(self.inner == 0, np.nan, self.inner)


@dataclass(frozen=True)
class Bound:
    """What theory promises: no error larger than ``largest``, and not more than ``mean`` on average."""

    largest: float
    mean: float


@dataclass(frozen=True)
class Errors:
    """How far a function is from its target over the domain: root mean square, mean size, largest."""

    rms: float
    mean: float
    largest: float


@dataclass(frozen=True)
class HandConstruction:
    """A rule that writes the weights down, and its proof as a number.

    Attributes
    ----------
    build : callable
        (target, count) → ``OneHiddenLayer`` of ``count`` units.
    bound : callable
        (target, count) → ``Bound``.
    proof, letters : str
        The bound in LaTeX, and what its letters mean.
    """

    name: str
    title: str
    build: Callable[[Target, int], OneHiddenLayer]
    bound: Callable[[Target, int], Bound]
    idea: str
    proof: str
    letters: str


SHARPNESS = 20.0  # a sigmoid's steepness times the distance between steps


def relu_hinges(target: Target, count: int) -> OneHiddenLayer:
    """Join count + 1 evenly spaced points of the target: one hinge for each change of slope.

    Parameters
    ----------
    target, count
        The curve, and how many units, at least 1.

    Returns
    -------
    OneHiddenLayer
        ``count`` ReLU units.
    """
    x = np.linspace(*target.domain, _at_least_one(count) + 1)
    return hinges_through(x, target(x))


def hinges_through(x: Array, y: Array) -> OneHiddenLayer:
    """Join points (x sorted) by a broken line: the hinge at each point but the last turns the slope.

    Parameters
    ----------
    x, y : array, (n,)
        Two or more points.

    Returns
    -------
    OneHiddenLayer
        n - 1 ReLU units; level to the left of the first point.
    """
    slopes = np.diff(y) / np.diff(x)
    turns = np.diff(slopes, prepend=0)
    return OneHiddenLayer(np.ones_like(turns), -x[:-1], turns, np.asarray(y[0]), "relu")


def hinge_bound(target: Target, count: int) -> Bound:
    """Bound the error of joining points h apart.

    Over one cell it is at most h²/8 · max|f''|, at most h/2 · max|f'|, and at most what f varies there; the last,
    added up, bounds the mean by (total variation) / count.

    Parameters
    ----------
    target : Target
        The curve.
    count : int
        Units, at least 1.

    Returns
    -------
    Bound
        In units of y.
    """
    h = _width(target) / count
    largest = min(_times(target.curvature, h * h / 8), _times(target.lipschitz, h / 2), target.height)
    return Bound(largest, min(largest, target.variation / count))


def sigmoid_steps(target: Target, count: int, *, sharpness: float = SHARPNESS) -> OneHiddenLayer:
    """Cut the domain into count + 1 cells and climb from each middle value to the next by a steep sigmoid.

    Parameters
    ----------
    target : Target
        The curve.
    count : int
        Units, at least 1.
    sharpness : float
        Steepness of a sigmoid times the width of a cell.

    Returns
    -------
    OneHiddenLayer
        ``count`` sigmoid units.

    Raises
    ------
    ValueError
        If the count is below 1.
    """
    edges = np.linspace(*target.domain, _at_least_one(count) + 2)
    levels = target((edges[1:] + edges[:-1]) / 2)
    steepness = np.full(count, sharpness * (count + 1) / _width(target))
    return OneHiddenLayer(
        steepness, -steepness * edges[1:-1], np.diff(levels), np.asarray(levels[0]), "sigmoid"
    )


def step_bound(target: Target, count: int, *, sharpness: float = SHARPNESS) -> Bound:
    """Bound the error of a soft staircase with cells h wide.

    The staircase itself is off by at most ω(h/2), what f can vary in half a cell. Softness adds, at worst on an
    edge, half a step there and a geometric tail from all others, each step being at most ω(h). On average the
    two cost (total variation) / cells · (1 + 2 ln 2 / sharpness).

    Parameters
    ----------
    target : Target
        The curve.
    count : int
        Units, at least 1.
    sharpness : float
        Steepness of a sigmoid times the width of a cell.

    Returns
    -------
    Bound
        In units of y.
    """
    cells = count + 1
    h = _width(target) / cells
    largest = step_wobble(target, h, sharpness)
    return Bound(largest, min(largest, target.variation / cells * (1 + 2 * log(2) / sharpness)))


def step_wobble(target: Target, width: float, sharpness: float) -> float:
    """Bound the error of a soft staircase whose cells are so wide and meet the curve at their middles.

    Parameters
    ----------
    target : Target
        The curve.
    width : float
        Of a cell.
    sharpness : float
        Steepness of a sigmoid times the width of a cell.

    Returns
    -------
    float
        ω(h/2) + (½ + ε) ω(h), in units of y.
    """
    tail = 2 * exp(-sharpness) / -np.expm1(-sharpness)
    return float(_varies(target, width / 2) + _varies(target, width) * (0.5 + tail))


def errors(function: Callable[[Array], Array], target: Target, *, samples: int = 2001) -> Errors:
    """Measure the distance from the target at evenly spaced points of its domain.

    Parameters
    ----------
    function : callable
        x (n,) → values (n,).
    target : Target
        The curve.
    samples : int
        Points, both ends of the domain among them.

    Returns
    -------
    Errors
        In units of y.
    """
    x = np.linspace(*target.domain, samples)
    distance = np.abs(function(x) - target(x))
    return Errors(float(np.sqrt(np.mean(distance**2))), float(distance.mean()), float(distance.max()))


def _at_least_one(count: int) -> int:
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}. Use 1 for a single unit.")
    return count


def _width(target: Target) -> float:
    return target.domain[1] - target.domain[0]


def _times(slope: float, distance: float) -> float:
    return inf if slope == inf else slope * distance


def _varies(target: Target, distance: float) -> float:
    return min(_times(target.lipschitz, distance), target.height)


_ALL = (
    HandConstruction(
        "relu", "Hinges (ReLU)", relu_hinges, hinge_bound,
        idea="Join points of the curve by straight lines; every unit turns the line once.",
        proof=r"|f - \hat f| \le \min(\tfrac{h^2}{8} \max |f''|,\ \tfrac h2 \max |f'|,\ \max f - \min f)",
        letters="In the bound h is the distance between two hinges, f′ the slope of the curve and f″ its bend.",
    ),
    HandConstruction(
        "sigmoid", "Steps (sigmoid)", sigmoid_steps, step_bound,
        idea="Climb the curve like a staircase; every unit is one steep step.",
        proof=r"|f - \hat f| \le \omega(\tfrac h2) + (\tfrac12 + \varepsilon)\, \omega(h)",
        letters=(
            "In the bound h is the width of a step, ω(h) the most that the curve changes within h, and ε < 10⁻⁸ is what the steps "
            "further away add."
        ),
    ),
)  # fmt: skip

HAND_CONSTRUCTIONS: dict[str, HandConstruction] = {rule.name: rule for rule in _ALL}
