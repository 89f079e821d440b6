"""The error of a walk taken apart: how far it still is from the minimum along each axis of the bowl there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.landscape.descent import Path
from netlab.landscape.local.bowl import Bowl, bowl_ahead
from netlab.landscape.local.rate_momentum import closed_form_holds, left_over
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer

MOST = 0.9
"""A direction that holds this share of the height holds nearly all of it."""


@dataclass(frozen=True, eq=False)
class AxisErrors:
    """The distance to a minimum along the two axes of its bowl, flattest first.

    Attributes
    ----------
    bowl
        Of the minimum nearest to the walk's end.
    distances
        float64, (steps taken + 1, 2): how far the walk is from the minimum along each axis, without sign.
    heights
        float64, of the same shape: ½ h d², what each axis gives to the height in the bowl.
    expected
        What theory says a step leaves along each axis, (2,); None where it says nothing of this rule.
    """

    bowl: Bowl
    distances: Array
    heights: Array
    expected: Array | None

    @property
    def flat_share(self) -> Array:
        """The flattest direction's share of the height, (steps taken + 1,); NaN at the very minimum."""
        with np.errstate(invalid="ignore"):
            share: Array = self.heights[:, 0] / self.heights.sum(axis=1)
        return share

    @property
    def stalls_from(self) -> int | None:
        """The first step from which the flattest direction holds nearly all of the height to the end."""
        under = ~(self.flat_share > MOST)
        first = len(under) - int(np.argmax(under[::-1])) if under.any() else 0
        return first if first < len(under) - 1 else None


def axis_errors(surface: Surface, optimizer: Optimizer, path: Path) -> AxisErrors | None:
    """Take a walk's distance to the nearest minimum apart.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.

    Returns
    -------
    AxisErrors or None
        None where no minimum with curvature is known.
    """
    bowl = bowl_ahead(surface, path)
    if bowl is None:
        return None
    away = path.weights[: path.steps_taken + 1].astype(np.float64) - bowl.centre
    distances = np.abs(away @ bowl.directions)
    curvatures = np.array([bowl.flattest, bowl.steepest])
    expected = None
    if closed_form_holds(optimizer) and not path.sampled:
        mu = float(optimizer.values.get("momentum", 0.0))
        expected = left_over(optimizer.learning_rate, mu, curvatures, nesterov=optimizer.key == "nesterov")
    return AxisErrors(bowl, distances, 0.5 * curvatures * distances**2, expected)
