"""Walking in the fog: what can be learnt about a landscape when only what was looked at is known, and looks are few.

And why a grid of looks, which shows everything about two parameters, shows nothing about 407,050.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.landscape.descent.baselines import Budgeted, random_search
from netlab.landscape.descent.path import descend
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS


def evaluated_at(surface: Surface, points: ArrayLike) -> Budgeted:
    """A walk by hand: the height at each point (n, 2) that somebody chose to look at, in order.

    Parameters
    ----------
    surface
        The loss.
    points
        Points, (n, 2), the start first.

    Returns
    -------
    Budgeted
        The points as float64 with their heights.
    """
    where = np.asarray(points, np.float64)
    return Budgeted(where, surface.value(where), None)


def gradient_descent(
    surface: Surface, start: ArrayLike, *, budget: int, learning_rate: float | None = None
) -> Budgeted:
    """Gradient descent with a budget of looks: the start is the first, every step is one more.

    The learning rate is the surface's own if not given.

    Parameters
    ----------
    surface, start
        The loss, and two finite numbers (x, y).
    budget, learning_rate
        Most looks, at least 2, and η.

    Returns
    -------
    Budgeted
        The points of the walk, fewer than the budget where it diverged.

    Raises
    ------
    ValueError
        If the budget is below 2: one look allows no step.
    """
    if budget < 2:
        raise ValueError(f"budget must be at least 2 looks, the start and one step; got {budget}.")
    rule = OPTIMIZERS["sgd"].with_settings(learning_rate=learning_rate or surface.learning_rate)
    path = descend(surface, rule, start, steps=budget - 1)
    seen = path.steps_taken + 1
    return Budgeted(path.weights[:seen].astype(np.float64), path.losses[:seen], path.diverged)


def rivals(
    surface: Surface, start: ArrayLike, *, budget: int, learning_rate: float, seed: int
) -> dict[str, Budgeted]:
    """Gradient descent and random search from one start with one budget.

    Parameters
    ----------
    surface
        The loss.
    start
        Two finite numbers, (x, y), the same for both.
    budget
        Looks for each, at least 2.
    learning_rate
        Of gradient descent.
    seed
        Of the points that random search draws.

    Returns
    -------
    dict
        What each did with its looks, by its name.

    Raises
    ------
    ValueError
        If the budget is below 2 or the start is no finite point.
    """
    return {
        "gradient descent": gradient_descent(surface, start, budget=budget, learning_rate=learning_rate),
        "random search": random_search(surface, start, budget=budget, seed=seed),
    }


@dataclass(frozen=True)
class Power:
    """A number too large to write out: mantissa · 10^exponent, mantissa in [1, 10)."""

    mantissa: float
    exponent: int

    @property
    def digits(self) -> int:
        """How many digits it has when written out."""
        return self.exponent + 1


def grid_evaluations(points_per_axis: int, parameters: int) -> Power:
    """points_per_axis ** parameters: the looks that a grid over all parameters takes.

    Computed in decimal arithmetic: 25 ** 407,050 has 569,032 digits, and floating point ends at 308.

    Parameters
    ----------
    points_per_axis, parameters
        Whole numbers, at least 1.

    Returns
    -------
    Power
        Mantissa and exponent of the number of looks.

    Raises
    ------
    ValueError
        If either is below 1.
    """
    if points_per_axis < 1 or parameters < 1:
        raise ValueError(f"A grid needs points and parameters; got {points_per_axis} and {parameters}.")
    with localcontext() as context:
        context.prec = 40
        logarithm = Decimal(points_per_axis).log10() * parameters
        exponent = int(logarithm)
        return Power(float(Decimal(10) ** (logarithm - exponent)), exponent)


def parameters_beyond(points_per_axis: int, evaluations: float) -> int:
    """The fewest parameters whose grid takes more than so many looks.

    Parameters
    ----------
    points_per_axis
        A whole number, at least 2.
    evaluations
        How many looks there are.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If points_per_axis is below 2: such a grid never grows.
    """
    if points_per_axis < 2:
        raise ValueError(f"points_per_axis must be at least 2; got {points_per_axis}.")
    count = 1
    while points_per_axis**count <= evaluations:
        count += 1
    return count


@dataclass(frozen=True, eq=False)
class Dimensions:
    """What is left of the start's loss after a budget of looks, by the number of parameters, each (n,)."""

    parameters: Array
    gradient_descent: Array
    random_search: Array


def bowl_in_many_dimensions(
    parameters: ArrayLike, *, budget: int, learning_rate: float = 0.1, repeats: int = 40, seed: int = 0
) -> Dimensions:
    """Gradient descent and random search on the plainest bowl there is, ½|w|², with more and more parameters.

    Starts and random looks are drawn evenly from the cube from −1 to 1. A step of gradient descent multiplies w
    by 1 − η whatever the dimension, so what is left is (1 − η)^(2 (budget − 1)). Random search looks for a point
    that is near 0 in all parameters at once. Given is the median over repeats of best loss / loss at the start.

    Parameters
    ----------
    parameters
        Numbers of parameters, (n,), each at least 1.
    budget
        Looks for each method, the start included.
    learning_rate
        Of gradient descent, η.
    repeats
        How many random searches the median is taken over.
    seed
        Of all that is drawn.

    Returns
    -------
    Dimensions
        Shares of the start's loss, (n,) for each method.
    """
    counts = np.atleast_1d(np.asarray(parameters, np.int64))
    random = np.random.default_rng(seed)
    left = [
        np.median([_best_of_random(random, int(count), budget) for _ in range(repeats)]) for count in counts
    ]
    descent = (1.0 - learning_rate) ** (2 * (budget - 1))
    return Dimensions(counts, np.full(len(counts), descent), np.array(left))


def _best_of_random(random: np.random.Generator, parameters: int, budget: int) -> float:
    losses = np.square(random.uniform(-1.0, 1.0, (budget, parameters))).sum(axis=1)
    return float(losses.min() / losses[0])
