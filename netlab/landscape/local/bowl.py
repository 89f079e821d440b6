"""The bowl that a surface is near a point: two curvatures and the directions that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.landscape.descent import Path
from netlab.landscape.surface import Surface

LEAST = 1e-9
"""A curvature below this share of the other one is none."""


@dataclass(frozen=True, eq=False)
class Bowl:
    """A bowl ½ dᵀ H d round a centre.

    Attributes
    ----------
    flattest, steepest
        The Hessian's eigenvalues, 0 < flattest ≤ steepest.
    directions
        float64, (2, 2): a column for each, flattest first.
    centre
        float64, (2,): where the curvature was taken.
    at_minimum
        Whether that is a minimum of the surface, rather than where a walk stands.
    height
        The surface's height at the centre.
    """

    flattest: float
    steepest: float
    directions: Array
    centre: Array
    at_minimum: bool
    height: float

    @property
    def condition(self) -> float:
        """How many times as steep as flat it is."""
        return self.steepest / self.flattest


def bowl_at(surface: Surface, point: Array, *, at_minimum: bool = False) -> Bowl | None:
    """The bowl at a point.

    Parameters
    ----------
    surface
        Any loss.
    point
        (x, y).
    at_minimum
        Whether the point is a minimum.

    Returns
    -------
    Bowl or None
        None where the surface does not curve upward in both directions.
    """
    place = np.asarray(point, np.float64)
    with np.errstate(all="ignore"):
        hessian = surface.hessian(place)
    if not np.isfinite(hessian).all():
        return None
    (low, high), directions = np.linalg.eigh(hessian)
    if not (high > 0.0 and low > LEAST * high):
        return None
    return Bowl(float(low), float(high), directions, place, at_minimum, float(surface.value(place)))


def bowl_under(surface: Surface, path: Path, step: int) -> Bowl | None:
    """The bowl where a walk stands after a step; where there is none, that of the minimum nearest to its end.

    Parameters
    ----------
    surface, path
        The loss, and a walk on it.
    step
        Which of the walk's positions, from 0.

    Returns
    -------
    Bowl or None
        None where neither is a bowl.
    """
    here = bowl_at(surface, path.weights[min(step, path.steps_taken)])
    return here if here is not None else bowl_ahead(surface, path)


def bowl_ahead(surface: Surface, path: Path) -> Bowl | None:
    """The bowl of the minimum that is nearest to where a walk ends.

    Parameters
    ----------
    surface, path
        The loss, and a walk on it.

    Returns
    -------
    Bowl or None
        None where no minimum is known, or it has no curvature.
    """
    end = path.weights[path.steps_taken].astype(np.float64)
    nearest = min(surface.minima, key=lambda one: float(np.hypot(*(end - one.point))), default=None)
    return None if nearest is None else bowl_at(surface, np.array(nearest.point), at_minimum=True)
