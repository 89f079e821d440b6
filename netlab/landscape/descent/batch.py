"""Walk from many starts at once: where they lead, and basins of attraction."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.landscape.descent.path import FAR, require_steps
from netlab.landscape.surface import Domain, Fields, QuickFields, Surface
from netlab.nn.optimizers import Optimizer

NOWHERE = -1
DIVERGED = -2

_CHUNK = 20_000  # points whose arrays fit in a processor's cache together
_LEAST = 5_000  # points that are worth a processor of their own


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
        int, (n,): the index in ``surface.minima`` of the minimum reached, NOWHERE (−1) or DIVERGED (−2).
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
    precision: type[np.floating[Any]] = np.float64,
) -> Landings:
    """Walk from every start (n, 2) as ``descend`` does, keeping only the ends.

    Whether the surface has a height is checked in the end only; ``descend`` checks at every step.

    Parameters
    ----------
    surface, optimizer
        The loss and the rule.
    starts
        Finite points, (n, 2), n at least 1.
    steps
        How many updates, at least 1.
    tolerance
        How near the end must be to a minimum to have reached it; a fiftieth of the domain's diagonal if not given.
    precision
        The arithmetic of the surface's gradient. float64 is what ``descend`` does; float32 is up to six times quicker
        where the surface has sines, and a start on the border of two basins may fall to the other side.

    Returns
    -------
    Landings
        The ends, in the order of the starts.

    Raises
    ------
    ValueError
        If steps is below 1, or the starts are not as said.
    """
    require_steps(steps)
    points = np.asarray(starts, np.float32)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) or not np.isfinite(points).all():
        raise ValueError(
            f"starts must be finite points of shape (n, 2), n at least 1; got shape {points.shape}."
        )
    ends = _walk_in_chunks(surface, optimizer, points, steps, precision)
    return _landings(surface, points, ends, tolerance or surface.domain.diagonal / 50)


def _walk_in_chunks(
    surface: Surface, optimizer: Optimizer, starts: Array, steps: int, precision: type[np.floating[Any]]
) -> Array:
    processors = os.cpu_count() or 1
    size = min(_CHUNK, max(_LEAST, -(-len(starts) // processors)))
    chunks = [starts[first : first + size] for first in range(0, len(starts), size)]

    def walk(chunk: Array) -> Array:
        return walk_together(surface, [Party(optimizer, chunk)], steps, precision)

    if len(chunks) == 1:
        return walk(starts)
    with ThreadPoolExecutor(processors) as threads:  # NumPy lets go of Python while it computes
        return np.concatenate(list(threads.map(walk, chunks)))


@dataclass(frozen=True, eq=False)
class Party:
    """Walkers who follow one optimizer: where they start (n, 2), and a learning rate for each (n,) if not its own."""

    optimizer: Optimizer
    starts: Array
    learning_rates: Array | None = None

    def rates(self) -> Array | None:
        """The rates in the weights' shape and order, so that NumPy need not match one to the other at each step."""
        if self.learning_rates is None:
            return None
        return np.asfortranarray(np.repeat(self.learning_rates[:, None], 2, axis=1))


def walk_together(
    surface: Surface, parties: Sequence[Party], steps: int, precision: type[np.floating[Any]] = np.float64
) -> Array:
    """The last positions (n, 2) of all parties in turn, NaN where a walk diverged on the way.

    One evaluation of the gradient serves them all at each step.

    Parameters
    ----------
    surface, parties, steps
        The loss, optimizers with their starts and learning rates, and how many updates.
    precision
        The arithmetic of the surface's gradient; weights are float32.

    Returns
    -------
    array
        float32, (n, 2), n being all starts of all parties.
    """
    ends = np.cumsum([len(party.starts) for party in parties])
    places = [slice(end - len(party.starts), end) for party, end in zip(parties, ends)]
    weights = [np.asfortranarray(party.starts) for party in parties]  # each coordinate in one piece of memory
    states = [party.optimizer.init(own) for party, own in zip(parties, weights)]
    rates = [party.rates() for party in parties]
    scales = np.repeat([party.optimizer.loss_scale for party in parties], [len(own) for own in weights])
    scale = None if (scales == 1.0).all() else scales
    here = _together(weights)
    farthest = np.zeros_like(here)
    gradient_at = _gradient_of(surface.fields, precision)
    with np.errstate(all="ignore"):  # overflow is how a divergence shows; it is reported as a value
        for _ in range(steps):
            gradients = _gradients(gradient_at, here, scale, precision)
            for i, (party, place) in enumerate(zip(parties, places)):
                gradient = np.ascontiguousarray(gradients[:, place]).T
                weights[i], states[i] = party.optimizer.update(
                    gradient, weights[i], states[i], learning_rate=rates[i]
                )
            here = _together(weights)
            np.maximum(farthest, np.abs(here), out=farthest)  # keeps NaN
    last: Array = np.concatenate(weights)
    last[~(farthest < FAR).all(axis=0)] = np.nan
    return last


def _together(weights: Sequence[Array]) -> Array:
    """Positions (n, 2) of several parties as one array (2, n)."""
    return weights[0].T if len(weights) == 1 else np.concatenate([own.T for own in weights], axis=1)


def _gradient_of(fields: Fields, precision: type[np.floating[Any]]) -> Callable[[Array, Array], Any]:
    """The quickest gradient that is good to this precision."""
    if precision is np.float32 and isinstance(fields, QuickFields):
        return fields.quick_gradient
    return fields.gradient


def _gradients(
    gradient: Callable[[Array, Array], Any],
    places: Array,
    scale: Array | None,
    precision: type[np.floating[Any]],
) -> Array:
    exact = places.astype(precision)
    out: Array = np.empty(exact.shape, np.float32)
    for row, derivative in zip(out, gradient(exact[0], exact[1])):
        row[...] = derivative if scale is None else derivative * scale
    return out


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
    """Walk from a grid of resolution × resolution starts and colour each by where it led (gradients in float32).

    Parameters
    ----------
    surface, optimizer
        The loss and the rule.
    steps
        How many updates, at least 1.
    resolution
        Starts along each axis, from 2 to 1000.
    domain
        The window of the grid; the surface's own if not given.

    Returns
    -------
    BasinMap
        The minimum that each start reached, (resolution, resolution).

    Raises
    ------
    ValueError
        If resolution or steps is out of its range.
    """
    if not 2 <= resolution <= 1000:
        raise ValueError(
            f"resolution must be between 2 and 1000; got {resolution}. 200 is fine for a picture."
        )
    window = domain or surface.domain
    starts = window.grid(resolution)
    landings = descend_many(surface, optimizer, starts, steps=steps, precision=np.float32)
    x, y = window.axes(resolution)
    return BasinMap(x, y, landings.reached.reshape(resolution, resolution), landings)
