"""Curves to imitate, each with the numbers that say how hard it is: slope, bend and total variation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, factorial, inf, pi, sqrt

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.formatting import plain

DOMAIN = (-1.0, 1.0)
BUMP_WIDTH = 0.25
NOISE_POINTS = 16


@dataclass(frozen=True)
class Target:
    """A function of one variable on a domain.

    Attributes
    ----------
    value : callable
        x (n,) → y (n,), also outside of the domain where the curve has a natural continuation.
    lipschitz, curvature : float
        Largest |f'| and |f''| on the domain; infinite where there is a jump or a kink.
    variation, height : float
        Total variation, and largest minus smallest value, on the domain.
    taylor : callable or None
        terms → (powers, coefficients) of the first non-zero terms around 0; None if there is no such series.
    no_taylor : str
        Why not.
    """

    name: str
    title: str
    value: Callable[[Array], Array]
    lipschitz: float
    curvature: float
    variation: float
    height: float
    taylor: Callable[[int], tuple[Array, Array]] | None = None
    no_taylor: str = ""
    domain: tuple[float, float] = DOMAIN

    def __call__(self, x: Array) -> Array:
        """Return the curve at x."""
        return self.value(np.asarray(x))


def sine() -> Target:
    """Two periods, sin 2πx."""
    return Target(
        "sine", "Sine", lambda x: np.sin(2 * pi * x), 2 * pi, (2 * pi) ** 2, 8.0, 2.0, taylor=_sine_series
    )


def step() -> Target:
    """A jump from 0 to 1 at 0."""
    return Target(
        "step", "Step", lambda x: np.where(x >= 0, 1.0, 0.0), inf, inf, 1.0, 1.0,
        no_taylor="A jump has no derivative there, and a Taylor series is made of derivatives.",
    )  # fmt: skip


def bump() -> Target:
    """A bell, exp(-(4x)²)."""
    return Target(
        "bump", "Bump", lambda x: np.exp(-((x / BUMP_WIDTH) ** 2)),
        lipschitz=sqrt(2) * exp(-0.5) / BUMP_WIDTH, curvature=2 / BUMP_WIDTH**2, variation=2.0, height=1.0,
        taylor=_bump_series,
    )  # fmt: skip


def noise(seed: int = 0) -> Target:
    """Random points joined by lines.

    Parameters
    ----------
    seed : int

    Returns
    -------
    Target
        From -1 to 1, through ``NOISE_POINTS`` evenly spaced points.
    """
    x = np.linspace(*DOMAIN, NOISE_POINTS)
    return through_points(x, np.random.default_rng(seed).uniform(-1, 1, NOISE_POINTS), "noise", "Noise")


def through_points(x: ArrayLike, y: ArrayLike, name: str = "points", title: str = "Own points") -> Target:
    """Join given points by lines; level on either side of them.

    Parameters
    ----------
    x, y : array_like, (n,)
        n at least 2; x in any order.
    name, title : str
        Name in addresses, and name in menus.

    Returns
    -------
    Target
        Its slope and variation are exact.

    Raises
    ------
    ValueError
        If there are fewer than two points, or x is not finite, distinct and in the domain.
    """
    places, heights = np.asarray(x, float), np.asarray(y, float)
    _check_points(places, heights)
    order = np.argsort(places)
    places, heights = places[order], heights[order]
    rises = np.abs(np.diff(heights))
    return Target(
        name, title, lambda at: np.interp(at, places, heights),
        lipschitz=float(np.max(rises / np.diff(places))), curvature=inf,
        variation=float(rises.sum()), height=float(np.ptp(heights)), taylor=_segment_series(places, heights),
        no_taylor="At 0 the line has a kink, which has no derivative, and a Taylor series is made of derivatives.",
    )  # fmt: skip


def _segment_series(x: Array, y: Array) -> Callable[[int], tuple[Array, Array]] | None:
    """Taylor terms of joined points around 0: the one segment that lies there; None if it is a kink that does."""
    slopes = np.concatenate([[0.0], np.diff(y) / np.diff(x), [0.0]])
    left, right = (slopes[np.searchsorted(x, 0.0, side)] for side in ("left", "right"))
    if not np.isclose(left, right):
        return None
    coefficients = np.array([np.interp(0.0, x, y), right])
    return lambda terms: (np.arange(2.0)[:terms], coefficients[:terms])


def _check_points(x: Array, y: Array) -> None:
    if x.ndim != 1 or x.shape != y.shape or x.size < 2:
        raise ValueError(f"Give two or more points, as many x as y; got {x.shape} x and {y.shape} y.")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("Every coordinate must be a finite number; remove the empty or infinite ones.")
    if x.min() < DOMAIN[0] or x.max() > DOMAIN[1]:
        raise ValueError(
            f"x must lie from {plain(DOMAIN[0])} to {plain(DOMAIN[1])}; got {plain(x.min())} to {plain(x.max())}."
        )
    if np.diff(np.sort(x)).min() < 1e-6:
        raise ValueError("Two points share one x, so the curve would jump; move one of them a little.")


def _sine_series(terms: int) -> tuple[Array, Array]:
    powers = [2 * n + 1 for n in range(terms)]
    signed = [(-1) ** (power // 2) * (2 * pi) ** power / factorial(power) for power in powers]
    return np.array(powers, float), np.array(signed)


def _bump_series(terms: int) -> tuple[Array, Array]:
    signed = [(-1) ** n / (BUMP_WIDTH ** (2 * n) * factorial(n)) for n in range(terms)]
    return 2.0 * np.arange(terms), np.array(signed)


TARGETS: dict[str, Callable[[], Target]] = {"sine": sine, "step": step, "bump": bump, "noise": noise}
