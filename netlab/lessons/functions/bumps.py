"""A step up and a step down make a bump, and bumps side by side build any curve (Nielsen, 2015, chapter 4).

A bump is a pair of steep sigmoids: one climbs at its left edge, the other takes the same height back at its right.
"""

from __future__ import annotations

from math import exp

import numpy as np

from netlab.arrays import Array
from netlab.lessons.functions.hand_constructions import (
    SHARPNESS,
    Bound,
    HandConstruction,
    OneHiddenLayer,
    step_wobble,
)
from netlab.lessons.functions.targets import DOMAIN, Target


def bump_layer(
    middles: Array, heights: Array, width: float, steepness: float, offset: float
) -> OneHiddenLayer:
    """Write bumps down as one hidden layer of twice as many sigmoids: up, down, up, down…

    Parameters
    ----------
    middles, heights : array, (K,)
        Where each bump stands, and how high it is.
    width, steepness : float
        Of every bump, and of every step.
    offset : float
        What is there where no bump is.

    Returns
    -------
    OneHiddenLayer
        2 K sigmoid units.
    """
    edges = np.stack([middles - width / 2, middles + width / 2], axis=1).reshape(-1)
    inner = np.full(edges.size, float(steepness))
    outer = np.stack([heights, -np.asarray(heights)], axis=1).reshape(-1)
    return OneHiddenLayer(inner, -inner * edges, outer, np.asarray(float(offset)), "sigmoid")


def side_by_side(count: int) -> tuple[Array, float]:
    """Where bumps stand that fill the domain without a gap, and how wide they are.

    Parameters
    ----------
    count : int
        At least 1.

    Returns
    -------
    tuple of array (count,) and float

    Raises
    ------
    ValueError
        If the count is below 1.
    """
    if count < 1:
        raise ValueError(f"count must be at least 1; got {count}. Use 1 for a single bump.")
    edges = np.linspace(*DOMAIN, count + 1)
    return (edges[1:] + edges[:-1]) / 2, float(edges[1] - edges[0])


def bumps(target: Target, count: int, *, sharpness: float = SHARPNESS) -> OneHiddenLayer:
    """Fill the domain with bumps, each as high as the curve at its middle.

    Parameters
    ----------
    target : Target
        The curve.
    count : int
        Bumps, at least 1.
    sharpness : float
        Steepness of a step times the width of a bump.

    Returns
    -------
    OneHiddenLayer
        Twice as many sigmoid units as there are bumps.
    """
    middles, width = side_by_side(count)
    return bump_layer(middles, target(middles), width, sharpness / width, 0.0)


def bump_bound(target: Target, count: int, *, sharpness: float = SHARPNESS) -> Bound:
    """Bound the error of bumps side by side, which are a staircase whose steps go up and down at the same place.

    Beside what ``step_bound`` says, at the ends of the domain the outer bumps are only half as high as in their
    middle.

    Parameters
    ----------
    target : Target
        The curve.
    count : int
        Bumps, at least 1.
    sharpness : float
        Steepness of a step times the width of a bump.

    Returns
    -------
    Bound
        In units of y.
    """
    middles, width = side_by_side(count)
    first, last = np.abs(target(middles[[0, -1]]))
    ends = max(first, last) / 2 + (first + last) * exp(-sharpness)
    largest = step_wobble(target, width, sharpness) + float(ends)
    return Bound(largest, largest)


BUMPS = HandConstruction(
    "bump", "Bumps (pairs of steps)", bumps, bump_bound,
    idea="Stand bumps side by side, each as high as the curve at its middle; every bump is a step up and a step down.",
    proof=r"|f - \hat f| \le \omega(\tfrac h2) + (\tfrac12 + \varepsilon)\, \omega(h) + \tfrac12 H",
    letters=(
        "In the bound h is the width of a bump, ω(h) the most that the curve changes within h, ε < 10⁻⁸ is what the steps further away "
        "add, and H is the height of the outer bumps, which are only half as high where the picture ends."
    ),
)  # fmt: skip
