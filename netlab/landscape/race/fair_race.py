"""A race in which nobody is helped by where the origin lies: no decay pulls to it, and who measures by it is told.

Decay of the weights pulls them to the origin, and the origin is the very minimum of some surfaces. Adafactor's steps are
as long as a share of the weights, so it too sees where the origin is, the slope aside. The test for both is the same
landscape moved: a rule that only follows slopes walks there as it did here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.landscape.descent import Runner
from netlab.landscape.descent import race as run_race
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS, Optimizer

MOVED_BY = (4.0, 1.0)
LEVEL = 1e-12
"""Losses no farther apart than this are level; at a minimum away from the origin float32 can do no better."""


def racers(*, decay: bool = False, among: Mapping[str, Optimizer] = OPTIMIZERS) -> dict[str, Optimizer]:
    """All with their own settings, without decay of the weights unless it is asked for.

    Parameters
    ----------
    decay
        Whether weights decay where an optimizer's settings say so.
    among
        The optimizers by their keys.

    Returns
    -------
    dict
        The same keys in the same order.
    """
    if decay:
        return dict(among)
    return {key: optimizer.with_settings(weight_decay=0.0) for key, optimizer in among.items()}


@dataclass(frozen=True, eq=False)
class Race:
    """Runners, lowest first, and for those who see the origin how they end where the landscape is moved."""

    ranking: Mapping[str, Runner]
    moved: Mapping[str, float]

    @property
    def helped(self) -> tuple[str, ...]:
        """Those in front (or level with it) here who would not be if the landscape lay elsewhere."""
        front = min(self._ends_of_others) + LEVEL
        return tuple(key for key, there in self.moved.items() if end_of(self.ranking[key]) <= front < there)

    @property
    def hindered(self) -> tuple[str, ...]:
        """Those behind all others here who would not be if the landscape lay elsewhere."""
        rear = max(self._ends_of_others)
        return tuple(key for key, there in self.moved.items() if there <= rear < end_of(self.ranking[key]))

    @property
    def _ends_of_others(self) -> list[float]:
        return [end_of(runner) for key, runner in self.ranking.items() if key not in self.moved]

    @property
    def earned(self) -> dict[str, Runner]:
        """The ranking without those whom the origin put in front or behind."""
        unearned = {*self.helped, *self.hindered}
        return {key: runner for key, runner in self.ranking.items() if key not in unearned}


def end_of(runner: Runner) -> float:
    """The loss after the last step; infinite where the walk ended before its time.

    Parameters
    ----------
    runner
        One optimizer of a race.

    Returns
    -------
    float
        Never NaN.
    """
    end = float(runner.path.losses[-1])
    return end if np.isfinite(end) else np.inf


def fair_race(
    surface: Surface,
    start: tuple[float, float],
    *,
    steps: int,
    learning_rates: Array,
    decay: bool = False,
    among: Mapping[str, Optimizer] = OPTIMIZERS,
) -> Race:
    """Race all, and those who see the origin once more on the same landscape moved by ``MOVED_BY``.

    Parameters
    ----------
    surface
        The loss.
    start
        Two finite numbers, (x, y).
    steps
        How many updates, at least 1.
    learning_rates
        Positive numbers, (n,), among which each finds its best first.
    decay
        Whether weights decay where an optimizer's settings say so.
    among
        The optimizers by their keys.

    Returns
    -------
    Race
        The ranking, and the ends on the moved landscape.

    Raises
    ------
    ValueError
        If steps is below 1, the start is no finite point, or a rate is not positive.
    """
    optimizers = racers(decay=decay, among=among)
    runners = run_race(surface, optimizers, start, steps=steps, learning_rates=learning_rates)
    bound = {key: optimizer for key, optimizer in optimizers.items() if optimizer.sees_the_origin}
    there = (start[0] + MOVED_BY[0], start[1] + MOVED_BY[1])
    moved = run_race(surface.moved(MOVED_BY), bound, there, steps=steps, learning_rates=learning_rates)
    ranking = dict(sorted(runners.items(), key=lambda item: end_of(item[1])))
    return Race(ranking, {key: end_of(runner) for key, runner in moved.items()})
