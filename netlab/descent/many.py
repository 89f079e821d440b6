"""Walk from many starts at once: basins of attraction, learning-rate sweeps, races."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.descent.path import FAR, Path, descend, require_steps, starting_point
from netlab.optimizers import Optimizer
from netlab.surface import Domain, Surface

Array: TypeAlias = NDArray[Any]

NOWHERE = -1
DIVERGED = -2

_CHUNK = 20_000  # points whose arrays fit in a processor's cache together; each chunk may have a processor of its own


@dataclass(frozen=True, eq=False)
class Landings:
    """Where many walks ended.

    Attributes
    ----------
    starts, weights
        float32, (n, 2): first and last position. NaN where a walk diverged.
    losses
        float64, (n,): the height at the end.
    diverged
        bool, (n,).
    reached
        int, (n,): the index in `surface.minima` of the minimum reached, NOWHERE (−1) or DIVERGED (−2).
    """

    starts: Array
    weights: Array
    losses: Array
    diverged: Array
    reached: Array

    def share(self, minimum: int) -> float:
        """The share of starts that reached a minimum (or NOWHERE, or DIVERGED)."""
        return float(np.mean(self.reached == minimum))


def descend_many(
    surface: Surface,
    optimizer: Optimizer,
    starts: ArrayLike,
    *,
    steps: int,
    tolerance: float | None = None,
    slopes: type[np.floating[Any]] = np.float64,
) -> Landings:
    """Walk from every start (n, 2) as `descend` does, keeping only the ends.

    Where a surface has no height is looked at in the end only; `descend` looks at every step.

    Parameters
    ----------
    tolerance
        How near the end must be to a minimum to have reached it; a fiftieth of the domain's diagonal if not given.
    slopes
        The arithmetic of the surface's gradient. float64 is what `descend` does; float32 is up to six times quicker
        where the surface has sines, and a start on the border of two basins may fall to the other side.
    """
    require_steps(steps)
    points = np.asarray(starts, np.float32)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or not np.isfinite(points).all():
        raise ValueError(
            f"starts must be finite points of shape (n, 2), n at least 1; got shape {points.shape}."
        )
    ends = walk_many(surface, optimizer, points, steps, slopes=slopes)
    return _landings(surface, points, ends, tolerance or surface.domain.diagonal / 50)


def walk_many(
    surface: Surface,
    optimizer: Optimizer,
    starts: Array,
    steps: int,
    *,
    learning_rates: Array | None = None,
    slopes: type[np.floating[Any]] = np.float64,
) -> Array:
    """The last positions (n, 2) of walks from every start, NaN where one diverged on the way.

    `learning_rates` (n,) gives each walk its own rate.
    """
    chunks = [slice(first, first + _CHUNK) for first in range(0, len(starts), _CHUNK)]

    def walk(chunk: slice) -> Array:
        rates = None if learning_rates is None else learning_rates[chunk]
        with np.errstate(all="ignore"):  # overflow is how a divergence shows; it is reported as a value
            return _walk_chunk(surface, optimizer, starts[chunk], steps, rates, slopes)

    if len(chunks) == 1:
        return walk(chunks[0])
    with ThreadPoolExecutor(
        min(len(chunks), os.cpu_count() or 1)
    ) as threads:  # NumPy lets go of Python while it computes
        return np.concatenate(list(threads.map(walk, chunks)))


def _walk_chunk(
    surface: Surface,
    optimizer: Optimizer,
    starts: Array,
    steps: int,
    learning_rates: Array | None,
    slopes: type[np.floating[Any]],
) -> Array:
    rates = None if learning_rates is None else np.asarray(learning_rates)[:, None]
    scale = optimizer.loss_scale
    weights = np.asfortranarray(starts)  # each coordinate in one piece of memory
    farthest = np.zeros_like(weights)
    state = optimizer.init(weights)
    for _ in range(steps):
        gradient = _gradient(surface, weights, scale, slopes)
        weights, state = optimizer.update(gradient, weights, state, learning_rate=rates)
        np.maximum(farthest, np.abs(weights), out=farthest)  # keeps NaN
    weights[~(farthest < FAR).all(axis=1)] = np.nan
    return weights


def _gradient(surface: Surface, weights: Array, scale: float, slopes: type[np.floating[Any]]) -> Array:
    exact: Array = weights.T.astype(slopes)
    out: Array = np.empty(exact.shape, np.float32)
    quick = getattr(surface.fields, "quick_gradient", None) if slopes is np.float32 else None
    for row, slope in zip(out, (quick or surface.fields.gradient)(exact[0], exact[1])):
        row[...] = slope if scale == 1.0 else np.multiply(slope, scale)
    return out.T


def _landings(surface: Surface, starts: Array, weights: Array, tolerance: float) -> Landings:
    losses = surface.value(weights.astype(np.float64))
    diverged: Array = ~(np.isfinite(weights).all(axis=1) & np.isfinite(losses))
    reached = np.where(diverged, DIVERGED, NOWHERE)
    if surface.minima and not diverged.all():
        from scipy.spatial import cKDTree  # loaded only where it is used: it costs every start-up 0.1 s

        minima = cKDTree([minimum.point for minimum in surface.minima])
        distance, nearest = minima.query(weights[~diverged])
        reached[~diverged] = np.where(distance <= tolerance, nearest, NOWHERE)
    return Landings(starts, weights, losses, diverged, reached)


@dataclass(frozen=True, eq=False)
class BasinMap:
    """Which minimum each start of a grid reaches: image[i, j] belongs to the start (x[j], y[i])."""

    x: Array
    y: Array
    image: Array
    landings: Landings


def basin_map(
    surface: Surface, optimizer: Optimizer, *, steps: int, resolution: int = 200, domain: Domain | None = None
) -> BasinMap:
    """Walk from a grid of resolution × resolution starts and colour each by where it led (slopes in float32)."""
    if not 2 <= resolution <= 1000:
        raise ValueError(
            f"resolution must be between 2 and 1000; got {resolution}. 200 is fine for a picture."
        )
    window = domain or surface.domain
    starts = window.grid(resolution)
    landings = descend_many(surface, optimizer, starts, steps=steps, slopes=np.float32)
    x, y = window.axes(resolution)
    return BasinMap(x, y, landings.reached.reshape(resolution, resolution), landings)


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

    With `finer`, so many more are walked between the two neighbours of the best one, evenly in logarithm.
    """
    require_steps(steps)
    rates = np.logspace(-5, 1, 50) if learning_rates is None else np.asarray(learning_rates, np.float64)
    if rates.ndim != 1 or not len(rates) or not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(
            "learning_rates must be a list of positive numbers. Leave them out for 50 from 1e-5 to 10."
        )
    point = starting_point(start)
    sweep = _swept(surface, optimizer, point, steps, rates)
    return (
        _joined(sweep, _swept(surface, optimizer, point, steps, _between(sweep, finer))) if finer else sweep
    )


def _swept(surface: Surface, optimizer: Optimizer, start: Array, steps: int, rates: Array) -> Sweep:
    ends = walk_many(surface, optimizer, np.tile(start, (len(rates), 1)), steps, learning_rates=rates)
    losses = surface.value(ends.astype(np.float64))
    return Sweep(rates, np.where(np.isfinite(losses), losses, np.inf), ends)


def _between(sweep: Sweep, count: int) -> Array:
    """`count` rates around the best one, up to its neighbours, which are left out."""
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

    The best is looked for among `learning_rates`, then among `finer` more around the best of them. Judged by the loss at the last step. No rate is tuned for another horizon, nothing is clipped, and each
    runner's sweep is kept, so that a narrow escape can be told from a safe win.
    """
    return {
        key: _run(surface, optimizer, start, steps, learning_rates, finer)
        for key, optimizer in optimizers.items()
    }


def _run(
    surface: Surface,
    optimizer: Optimizer,
    start: ArrayLike,
    steps: int,
    learning_rates: ArrayLike | None,
    finer: int,
) -> Runner:
    sweep = learning_rate_sweep(
        surface, optimizer, start, steps=steps, learning_rates=learning_rates, finer=finer
    )
    best = optimizer.with_settings(learning_rate=sweep.best_learning_rate)
    return Runner(best, sweep, descend(surface, best, start, steps=steps))
