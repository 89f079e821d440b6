"""Walk at many learning rates at once: what a rate is worth, and a race of optimizers each at its own best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.landscape.descent.batch import Party, walk_together
from netlab.landscape.descent.path import Path, descend, require_steps, starting_point
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer


@dataclass(frozen=True, eq=False)
class Sweep:
    """The loss at the end against the learning rate; infinite where the walk diverged."""

    learning_rates: Array
    losses: Array
    weights: Array

    @property
    def best_learning_rate(self) -> float:
        """The rate that ended lowest; the smallest rate if every one diverged."""
        return float(self.learning_rates[int(np.argmin(self.losses))])

    @property
    def largest_stable(self) -> float | None:
        """The largest rate that did not diverge."""
        stable = self.learning_rates[np.isfinite(self.losses)]
        return float(stable.max()) if len(stable) else None


def learning_rate_sweep(
    surface: Surface,
    optimizer: Optimizer,
    start: ArrayLike,
    *,
    steps: int,
    learning_rates: ArrayLike | None = None,
    finer: int = 0,
) -> Sweep:
    """Walk from one start at many learning rates at once: 50 from 10⁻⁵ to 10 if none are given.

    With ``finer``, so many more are walked between the two neighbours of the best one, evenly in logarithm.

    Parameters
    ----------
    surface, optimizer
        The loss and the rule.
    start
        Two finite numbers, (x, y), the same for all rates.
    steps
        How many updates at each rate, at least 1.
    learning_rates
        Positive numbers, (n,).
    finer
        How many more rates, around the best.

    Returns
    -------
    Sweep
        A loss for each rate; by rising rate where there are finer ones.

    Raises
    ------
    ValueError
        If steps is below 1, the start is no finite point, or a rate is not positive.
    """
    return _sweeps(surface, [optimizer], start, steps, learning_rates, finer)[0]


def _sweeps(
    surface: Surface,
    optimizers: Sequence[Optimizer],
    start: ArrayLike,
    steps: int,
    learning_rates: ArrayLike | None,
    finer: int,
) -> list[Sweep]:
    require_steps(steps)
    rates = np.logspace(-5, 1, 50) if learning_rates is None else np.asarray(learning_rates, np.float64)
    if rates.ndim != 1 or not len(rates) or not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(
            "learning_rates must be a list of positive numbers. Leave them out for 50 from 1e-5 to 10."
        )
    point = starting_point(start)
    coarse = _swept(surface, optimizers, point, steps, [rates] * len(optimizers))
    if not finer:
        return coarse
    fine = _swept(surface, optimizers, point, steps, [_between(sweep, finer) for sweep in coarse])
    return [_joined(one, other) for one, other in zip(coarse, fine)]


def _swept(
    surface: Surface, optimizers: Sequence[Optimizer], start: Array, steps: int, rates: Sequence[Array]
) -> list[Sweep]:
    """Each optimizer at each of its rates, all from one start and in step with each other."""
    parties = [
        Party(optimizer, np.tile(start, (len(own), 1)), own) for optimizer, own in zip(optimizers, rates)
    ]
    ends = walk_together(surface, parties, steps)
    losses = surface.value(ends.astype(np.float64))
    losses[~np.isfinite(losses)] = np.inf
    cuts = np.cumsum([len(own) for own in rates])[:-1]
    return [Sweep(*parts) for parts in zip(rates, np.split(losses, cuts), np.split(ends, cuts))]


def _between(sweep: Sweep, count: int) -> Array:
    """``count`` rates around the best one, up to its neighbours, which are left out."""
    rates = np.sort(sweep.learning_rates)
    best = int(np.searchsorted(rates, sweep.best_learning_rate))
    low, high = rates[max(best - 1, 0)], rates[min(best + 1, len(rates) - 1)]
    return np.geomspace(low, high, count + 2)[1:-1]


def _joined(one: Sweep, other: Sweep) -> Sweep:
    rates = np.concatenate([one.learning_rates, other.learning_rates])
    order = np.argsort(rates, kind="stable")
    losses, weights = (
        np.concatenate(pair)[order] for pair in ((one.losses, other.losses), (one.weights, other.weights))
    )
    return Sweep(rates[order], losses, weights)


@dataclass(frozen=True, eq=False)
class Runner:
    """One optimizer in a race: its sweep, and its walk at the rate that was best for it."""

    optimizer: Optimizer
    sweep: Sweep
    path: Path


def race(
    surface: Surface,
    optimizers: Mapping[str, Optimizer],
    start: ArrayLike,
    *,
    steps: int,
    learning_rates: ArrayLike | None = None,
    finer: int = 24,
) -> dict[str, Runner]:
    """Let all walk from one start, each at its own best learning rate for this many steps.

    The best is looked for among ``learning_rates``, then among ``finer`` more around the best of them, and judged by the
    loss at the last step. No rate is tuned for another horizon, nothing is clipped, and each runner's sweep is kept,
    so that a narrow escape can be told from a safe win.

    Parameters
    ----------
    surface, optimizers, start, steps
        The loss, rules by their keys, two finite numbers (x, y), and how many updates, at least 1.
    learning_rates, finer
        Positive numbers, 50 from 10⁻⁵ to 10 if not given, and how many more around each one's best.

    Returns
    -------
    dict
        A ``Runner`` for each key, in the order of the optimizers.

    Raises
    ------
    ValueError
        If steps is below 1, the start is no finite point, or a rate is not positive.
    """
    sweeps = _sweeps(surface, list(optimizers.values()), start, steps, learning_rates, finer)
    return {
        key: _run(surface, optimizer, sweep, start, steps)
        for (key, optimizer), sweep in zip(optimizers.items(), sweeps)
    }


def _run(surface: Surface, optimizer: Optimizer, sweep: Sweep, start: ArrayLike, steps: int) -> Runner:
    best = optimizer.with_settings(learning_rate=sweep.best_learning_rate)
    return Runner(best, sweep, descend(surface, best, start, steps=steps))
