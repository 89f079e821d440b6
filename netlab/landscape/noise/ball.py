"""The noise ball: how high above a minimum a walk on batches hovers, by theory and measured.

Near a minimum the loss is ½ dᵀ H d, and the slope of a batch is H d + e, where the noise e has mean 0 and a covariance
C that is known from the examples' own slopes. Gradient descent with momentum is then a linear map with noise, and its
covariance S follows S ← A S Aᵀ + N from step to step (the discrete Lyapunov equation). Along an axis of curvature h with
noise c it comes to rest at

    variance = η c (1 + μ) / (h (1 − μ) (2 (1 + μ) − η h)),

for small steps η c / (2 h (1 − μ)), so that the height ½ Σ h · variance is about η/(1 − μ) · trace(C)/4: the curvature
drops out, and momentum works as a rate that is 1/(1 − μ) times as large (Mandt, Hoffman and Blei, 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surface import CriticalPoint, Surface
from netlab.nn.optimizers import OPTIMIZERS, Optimizer
from netlab.nn.schedules import Constant

MOMENTA = (0.0, 0.5, 0.9)
"""The momenta that are measured beside each other."""
WALKERS, STEPS = 48, 200
AT_REST = range(STEPS // 2 + 4, STEPS + 1, 8)
"""The second half of a walk is taken as at rest, and looked at after every eighth step."""
FAR = 1e6


def noise_covariance(surface: Surface, point: ArrayLike, size: int) -> Array:
    """By how much the slopes of batches scatter about the surface's own slope.

    Examples are drawn without putting back, so that a batch of all has no noise: C (n − B)/(B (n − 1)), with C the
    scatter of the single examples' slopes.

    Parameters
    ----------
    surface
        A loss with data.
    point
        (x, y).
    size
        Examples in a batch, from 1 to all.

    Returns
    -------
    array
        float64, (2, 2), symmetric.

    Raises
    ------
    ValueError
        If the surface has no data.
    """
    fields = fields_with_data(surface)
    each = fields.of(np.arange(len(fields.data.inputs))[:, None])  # every example a batch of its own
    x, y = np.asarray(point, np.float64)
    slopes = np.stack([np.broadcast_to(part, (len(each.data.inputs),)) for part in each.gradient(x, y)])
    count = slopes.shape[1]
    off = slopes - slopes.mean(axis=1, keepdims=True)
    covariance: Array = off @ off.T / count * (count - size) / (size * (count - 1))
    return covariance


def resting_variance(learning_rate: float, momentum: float, curvature: float, noise: float) -> float:
    """The variance at which momentum comes to rest along one axis (module's formula).

    Parameters
    ----------
    learning_rate, momentum
        η above 0, and μ from 0, below 1.
    curvature, noise
        h above 0, and the variance c of the slope.

    Returns
    -------
    float
        Infinite where the walk is not stable, η h ≥ 2 + 2 μ.
    """
    room = 2.0 * (1.0 + momentum) - learning_rate * curvature
    if room <= 0.0:
        return float("inf")
    return learning_rate * noise * (1.0 + momentum) / (curvature * (1.0 - momentum) * room)


def height_by_rule(learning_rate: float, momentum: float, covariance: Array) -> float:
    """The rule of thumb for the height of the ball: η/(1 − μ) · trace(C)/4.

    Parameters
    ----------
    learning_rate, momentum
        η, and μ below 1.
    covariance
        Of the slope, (2, 2).

    Returns
    -------
    float
        Above the minimum, in the loss's own units.
    """
    return learning_rate / (1.0 - momentum) * float(np.trace(covariance)) / 4.0


def expected_height(
    hessian: Array, covariance: Array, learning_rates: ArrayLike, momenta: ArrayLike, steps: int = STEPS
) -> Array:
    """The height above the minimum that theory expects on the mean of the second half of a walk that began there.

    Parameters
    ----------
    hessian, covariance
        The curvature at the minimum and the scatter of a batch's slope, (2, 2) each.
    learning_rates, momenta
        (k,) each.
    steps
        How long the walk is, at least 2.

    Returns
    -------
    array
        float64, (k,); very large or infinite where the walk is not stable.
    """
    rates, kept = (np.asarray(one, np.float64)[:, None, None] for one in (learning_rates, momenta))
    step = np.zeros((len(rates), 4, 4))  # the state is (d, m): m ← μ m − η (H d + e), d ← d + m
    step[:, 2:, :2], step[:, 2:, 2:] = -rates * hessian, kept * np.eye(2)
    step[:, :2, :2], step[:, :2, 2:] = np.eye(2) - rates * hessian, kept * np.eye(2)
    noise = np.tile(covariance, (2, 2)) * rates**2
    spread, heights = np.zeros_like(step), []
    with np.errstate(all="ignore"):  # what is not stable grows without end
        for _ in range(steps):
            spread = step @ spread @ np.swapaxes(step, 1, 2) + noise
            heights.append(0.5 * np.einsum("ij,kji->k", hessian, spread[:, :2, :2]))
    return np.asarray(np.mean(heights[steps // 2 :], axis=0))


@dataclass(frozen=True, eq=False)
class Crowd:
    """Many walks on batches of their own, each party of them by one optimizer.

    Attributes
    ----------
    heights
        float64, (parties, looks): the mean loss of a party's walkers after each step that was looked at. Infinite where one
        of them has left all bounds.
    places
        float32, (parties, walkers, 2): where they stand in the end.
    """

    heights: Array
    places: Array


def crowd(
    surface: Surface,
    optimizers: Sequence[Optimizer],
    start: ArrayLike,
    *,
    steps: int,
    batches: Batches,
    walkers: int = WALKERS,
    looks: range | None = None,
) -> Crowd:
    """Let many walk from one start, each on batches of its own; all parties see the same batches.

    Parameters
    ----------
    surface
        A loss with data.
    optimizers
        One for each party.
    start
        Two finite numbers, (x, y).
    steps
        How many updates, at least 1.
    batches
        Their size, and the seed of the draws.
    walkers
        How many walk in a party.
    looks
        After which steps heights are measured, 0 being before the first; all if not given.

    Returns
    -------
    Crowd
        Mean losses by step, and the last places.

    Raises
    ------
    ValueError
        If the surface has no data, or a batch would be empty or larger than it.
    """
    fields = fields_with_data(surface)
    examples = len(fields.data.inputs)
    Batches(batches.size).rows(examples, 1)  # says so if there can be no such batch
    random = np.random.default_rng(batches.seed)
    order = np.tile(np.arange(examples), (walkers, 1))
    teams = [_Team(optimizers, places, steps) for places in _alike(optimizers)]
    weights = np.tile(np.asarray(start, np.float32), (len(optimizers), walkers, 1))
    for team in teams:
        team.begin(weights)
    looked = set(range(steps + 1) if looks is None else looks)
    seen = [weights.copy()] if 0 in looked else []
    with np.errstate(all="ignore"):  # a walk without bounds is a value here
        for step in range(steps):
            gradients = _slopes(fields.of(random.permuted(order, axis=1)[:, : batches.size]), weights)
            for team in teams:
                team.step(gradients, weights, step)
            if step + 1 in looked:
                seen.append(weights.copy())
    return Crowd(_mean_losses(surface, np.stack(seen, axis=1)), weights)


def _alike(optimizers: Sequence[Optimizer]) -> list[list[int]]:
    """Places of optimizers that differ in their learning rate and schedule alone."""
    teams: dict[Any, list[int]] = {}
    for place, one in enumerate(optimizers):
        settings = frozenset(item for item in one.values.items() if item[0] != "learning_rate")
        teams.setdefault((one.key, settings), []).append(place)
    return list(teams.values())


class _Team:
    """Parties whose optimizers are alike but for the rate at each step: one update moves them all."""

    def __init__(self, optimizers: Sequence[Optimizer], places: list[int], steps: int) -> None:
        self._at = places
        own = [optimizers[place] for place in places]
        self._optimizer = own[0].with_settings(schedule="constant")
        told = steps if any(not isinstance(one.schedule, Constant) for one in own) else 1
        rates = np.array([[one.rate_at(step) for one in own] for step in range(told)], np.float32)
        self._rates = np.broadcast_to(rates[..., None, None], (steps, len(own), 1, 1))

    def begin(self, weights: Array) -> None:
        """Make the memory for walkers at weights (parties, walkers, 2)."""
        self._state = self._optimizer.init(weights[self._at])

    def step(self, gradients: Array, weights: Array, step: int) -> None:
        """Move the team's walkers, in place; gradients and weights are (parties, walkers, 2), of all."""
        scaled = gradients[self._at] * np.float32(self._optimizer.loss_scale)
        weights[self._at], self._state = self._optimizer.update(
            scaled, weights[self._at], self._state, learning_rate=self._rates[step]
        )


def _slopes(batch: NeuronFields, places: Array) -> Array:
    """The slope that each walker's own batch has where it stands, float32 (parties, walkers, 2)."""
    return np.stack(batch.gradient(places[..., 0], places[..., 1]), axis=-1).astype(np.float32, copy=False)


def _mean_losses(surface: Surface, places: Array) -> Array:
    """The mean over walkers of the loss at (parties, steps, walkers, 2); infinite where one is out of bounds."""
    losses = np.asarray(surface.value(places), np.float64).mean(axis=-1)
    known = np.isfinite(losses) & (np.abs(places) < FAR).all(axis=(-1, -2))
    return np.where(known, losses, np.inf)


@dataclass(frozen=True, eq=False)
class Ball:
    """The noise ball over rates and momenta: measured heights beside those that theory expects, (momenta, rates) each.

    ``speeds`` are η/(1 − μ), (rates,): the same for every momentum, so that its learning rates are (1 − μ) times these.
    """

    minimum: CriticalPoint
    speeds: Array
    measured: Array
    expected: Array
    covariance: Array

    def learning_rates(self, place: int) -> Array:
        """The learning rates of a momentum by its place, (rates,)."""
        return (1.0 - MOMENTA[place]) * self.speeds


def noise_ball(surface: Surface, size: int, *, count: int = 5, seed: int = 0) -> Ball | None:
    """Measure the ball round the lowest minimum at rates up to a third of what plain gradient descent bears.

    Parameters
    ----------
    surface
        A loss with data.
    size
        Examples in a batch, from 1 to all.
    count
        How many rates, evenly in logarithm.
    seed
        Of the draws.

    Returns
    -------
    Ball or None
        None where the surface has no minimum (labels that one cut parts, say) or no curvature there.

    Raises
    ------
    ValueError
        If the surface has no data, or a batch would be empty or larger than it.
    """
    minimum = minimum_with_curvature(surface)
    if minimum is None:
        return None
    hessian, covariance = (
        surface.hessian(np.array(minimum.point)),
        noise_covariance(surface, minimum.point, size),
    )
    speeds = np.geomspace(*_range(hessian), count)
    rates, momenta = np.concatenate([(1.0 - mu) * speeds for mu in MOMENTA]), np.repeat(MOMENTA, count)
    parties = [momentum_with(rate, mu) for rate, mu in zip(rates, momenta, strict=True)]
    walked = crowd(surface, parties, minimum.point, steps=STEPS, batches=Batches(size, seed), looks=AT_REST)
    measured = walked.heights.mean(axis=1) - minimum.value
    expected = expected_height(hessian, covariance, rates, momenta)
    shape = (len(MOMENTA), count)
    return Ball(minimum, speeds, measured.reshape(shape), expected.reshape(shape), covariance)


def _range(hessian: Array) -> tuple[float, float]:
    """Rates that bring the flattest direction to rest within the first half of a walk, up to a third of the limit."""
    flattest, steepest = np.linalg.eigvalsh(hessian)
    limit = 2.0 / float(steepest)
    return min(max(limit / 50.0, 6.0 / (STEPS * float(flattest))), limit / 6.0), limit / 3.0


def minimum_with_curvature(surface: Surface) -> CriticalPoint | None:
    """The lowest minimum of a surface, if it curves upward there in both directions.

    Parameters
    ----------
    surface
        Any loss.

    Returns
    -------
    CriticalPoint or None
        None where there is none.
    """
    lowest = next(iter(surface.minima), None)
    if lowest is None:
        return None
    curvatures = np.linalg.eigvalsh(surface.hessian(np.array(lowest.point)))
    return lowest if np.isfinite(curvatures).all() and curvatures[0] > 1e-9 * curvatures[-1] > 0.0 else None


def momentum_with(learning_rate: float, momentum: float) -> Optimizer:
    """Gradient descent with this memory; without any it is the plain rule.

    Parameters
    ----------
    learning_rate, momentum
        η, and μ from 0, below 1.

    Returns
    -------
    Optimizer
        A row of the catalogue, set so.
    """
    if momentum == 0.0:
        return OPTIMIZERS["sgd"].with_settings(learning_rate=learning_rate)
    return OPTIMIZERS["momentum"].with_settings(learning_rate=learning_rate, momentum=momentum)


def hover(
    surface: Surface, optimizer: Optimizer, minimum: CriticalPoint, batches: Batches
) -> tuple[float, Array]:
    """How high one optimizer hovers above a minimum, measured as ``noise_ball`` does, and where its walkers end.

    Parameters
    ----------
    surface
        A loss with data.
    optimizer
        Any rule.
    minimum
        Where its walks begin.
    batches
        Size and seed.

    Returns
    -------
    height, places
        Infinite where a walk leaves all bounds; float32, (walkers, 2).

    Raises
    ------
    ValueError
        If the surface has no data, or a batch would be empty or larger than it.
    """
    walked = crowd(surface, [optimizer], minimum.point, steps=STEPS, batches=batches, looks=AT_REST)
    return float(walked.heights.mean()) - minimum.value, walked.places[0]


def ellipse(
    hessian: Array, covariance: Array, learning_rate: float, momentum: float, centre: ArrayLike
) -> Array | None:
    """Two standard deviations of the ball round a minimum, by theory for small steps: S ≈ η/(1 − μ) · X, HX + XH = C.

    Parameters
    ----------
    hessian, covariance
        The curvature at the minimum and the scatter of a batch's slope, (2, 2) each.
    learning_rate, momentum
        η, and μ below 1.
    centre
        The minimum, (x, y).

    Returns
    -------
    array or None
        float64, (m, 2), a closed line; None where the walk is not stable.
    """
    curvatures, directions = np.linalg.eigh(hessian)
    if learning_rate * curvatures[-1] >= 2.0 + 2.0 * momentum:
        return None
    turned = directions.T @ covariance @ directions
    spread = directions @ (turned / (curvatures[:, None] + curvatures[None, :])) @ directions.T
    sizes, along = np.linalg.eigh(spread * learning_rate / (1.0 - momentum))
    angle = np.linspace(0.0, 2.0 * np.pi, 73)
    ring = 2.0 * np.sqrt(np.maximum(sizes, 0.0))[:, None] * np.stack([np.cos(angle), np.sin(angle)])
    line: Array = (along @ ring).T + np.asarray(centre, np.float64)
    return line
