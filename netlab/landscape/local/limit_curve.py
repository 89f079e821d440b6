"""The learning rate beside the largest one that theory allows, at every step of a walk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.landscape.descent import Path
from netlab.landscape.stability import limits_along
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer

NEAR = 1.25
"""Within this factor of the limit a rate is at it."""
FEWEST = 12
"""A walk of fewer steps has no thirds worth comparing."""


@dataclass(frozen=True, eq=False)
class LimitCurve:
    """Rates and limits, (steps taken,) each; a limit is NaN where theory is silent and infinite where it sets none."""

    rates: Array
    limits: Array

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where there is a limit, (steps taken,)."""
        return np.isfinite(self.limits)

    @property
    def above(self) -> NDArray[np.bool_]:
        """Where the rate is above it, (steps taken,)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.known & (self.rates > self.limits * (1.0 + 1e-6)))

    @property
    def at_the_edge(self) -> bool:
        """Whether limit and rate were apart at the start and have come to lie within a quarter of each other.

        The walk has brought itself there; a limit that never moves is no such thing, however near the rate is.
        """
        if len(self.rates) < FEWEST or not self.known.all():
            return False
        apart = np.abs(np.log(self.limits / self.rates))
        third = len(apart) // 3
        return bool(
            np.median(apart[:third]) > 2.0 * np.log(NEAR) and np.median(apart[-third:]) < np.log(NEAR)
        )


def limit_curve(surface: Surface, optimizer: Optimizer, path: Path) -> LimitCurve:
    """Rates and limits of a walk.

    Parameters
    ----------
    surface, optimizer, path
        The loss, the rule, and its walk on it.

    Returns
    -------
    LimitCurve
        As long as the walk.
    """
    taken = path.steps_taken
    limits = np.asarray(limits_along(surface, optimizer, path)[:taken], np.float64)
    return LimitCurve(np.asarray(path.learning_rates[:taken], np.float64), limits)
