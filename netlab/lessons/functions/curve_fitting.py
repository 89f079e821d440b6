"""Let the same one-layer networks learn the curve, twenty seeds at once, to see that existence is not finding.

All seeds are trained side by side as one array, each from weights of its own, on the quadratic loss with full
batches. ``learn`` yields a ``Moment`` now and then, so that a page can show it as it happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.lessons.functions.hand_constructions import (
    HAND_CONSTRUCTIONS,
    OneHiddenLayer,
    errors,
    relu_hinges,
)
from netlab.lessons.functions.series import SERIES, NoSeries
from netlab.lessons.functions.targets import Target
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.initializers import INITIALIZERS

BAR = 8
"""Hinges of the hand construction that learned networks are held to."""
BETAS = 0.9, 0.999
EPSILON = 1e-7
Parameters = tuple[Array, Array, Array, Array]


@dataclass(frozen=True)
class Moment:
    """All seeds after some steps: networks with a leading axis of seeds, and each one's RMS error (seeds,)."""

    step: int
    networks: OneHiddenLayer
    rms: Array

    @property
    def diverged(self) -> NDArray[np.bool_]:
        """Which seeds have left the numbers (seeds,); a smaller learning rate keeps them in."""
        return ~np.isfinite(self.rms)


@dataclass(frozen=True)
class Contest:
    """Learned against built: how many seeds found a fit as good as the hand construction of ``BAR`` hinges."""

    by_hand: float
    learned: Array

    @property
    def found(self) -> int:
        """The number of seeds at least as good as the hand."""
        return int(np.sum(self.learned <= self.by_hand))


@dataclass(frozen=True)
class ErrorCurve:
    """RMS error against the number of terms for one method; NaN where there is no such series."""

    name: str
    counts: Array
    rms: Array
    largest: Array
    bound: Array


def learn(
    target: Target, activation: str, count: int, *, seeds: int = 20, seed: int = 0, steps: int = 2000,
    every: int = 20, learning_rate: float = 0.02, optimizer: str = "adam", examples: int = 128,
    initializer: str = "glorot_uniform", spread: bool = False,
) -> Iterator[Moment]:  # fmt: skip
    """Train ``seeds`` networks of ``count`` units on evenly spaced examples; yield the state every few steps.

    Parameters
    ----------
    target, activation, count
        The curve, and the activation and number of each network's units.
    seeds, seed
        How many networks, and what all their draws begin from.
    steps, every
        Updates, and how many lie between two moments.
    learning_rate, optimizer
        η, and "adam" (as in Keras; Kingma & Ba, 2015) or "sgd" (plain gradient descent).
    examples, initializer
        Points of the domain, both ends among them, and a key of ``INITIALIZERS``.
    spread
        Shift the first units so that their kinks lie all over the domain; Keras's zero biases put all at 0.

    Yields
    ------
    Moment
        Before the first step, after every few, and after the last.

    Raises
    ------
    ValueError
        For another optimizer, at the first ``next``.
    """
    if optimizer not in ("adam", "sgd"):
        raise ValueError(f"optimizer must be adam or sgd; got {optimizer!r}.")
    x = np.linspace(*target.domain, examples)
    y = target(x)
    networks = first_networks(
        activation, count, seeds=seeds, seed=seed, initializer=initializer, spread=spread
    )
    first = second = tuple(np.zeros_like(array) for array in parameters(networks))
    yield Moment(0, networks, _rms(networks, x, y))
    for step in range(1, steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):  # divergence is reported below, as a value
            slopes = gradients(networks, x, y)
            if optimizer == "adam":
                first, second, moves = adam_moves(slopes, first, second, step, learning_rate)
            else:
                moves = tuple(-learning_rate * slope for slope in slopes)
            networks = _moved(networks, moves)
        if step % every == 0 or step == steps:
            yield Moment(step, networks, _rms(networks, x, y))


def first_networks(
    activation: str, count: int, *, seeds: int, seed: int = 0, initializer: str = "glorot_uniform",
    spread: bool = False,
) -> OneHiddenLayer:  # fmt: skip
    """Draw the first weights of every seed from a generator of its own; biases are zero unless spread.

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``.
    count, seeds : int
        Units in a network, and networks.
    seed : int
        Of all draws together.
    initializer : str
        A key of ``INITIALIZERS``.
    spread : bool
        Whether kinks lie evenly drawn from -1 to 1 instead of all at 0.

    Returns
    -------
    OneHiddenLayer
        Arrays (seeds, count); the offset is (seeds,).
    """
    generators = [np.random.default_rng([seed, number]) for number in range(seeds)]
    draw = INITIALIZERS[initializer].draw
    inner = np.stack([draw(generator, 1, count)[0] for generator in generators])
    outer = np.stack([draw(generator, count, 1)[:, 0] for generator in generators])
    kinks = np.stack([generator.uniform(-1, 1, count) for generator in generators])
    return OneHiddenLayer(inner, -inner * kinks * spread, outer, np.zeros(seeds), activation)


def gradients(networks: OneHiddenLayer, x: Array, y: Array) -> Parameters:
    """Return the gradients of ½ mean (f(x) - y)² with respect to inner, shifts, outer and offset.

    Parameters
    ----------
    networks, x, y
        Networks (seeds, K), and examples (n,) with what they should give.

    Returns
    -------
    tuple of array
        (seeds, K) three times, and (seeds,).
    """
    activation = ACTIVATIONS[networks.activation]
    z = x[:, None] * networks.inner[:, None, :] + networks.shifts[:, None, :]
    a = activation.value(z)
    error = ((a @ networks.outer[..., None])[..., 0] + networks.offset[:, None] - y) / len(x)
    delta = error[..., None] * networks.outer[:, None, :] * activation.derivative(z)
    return x @ delta, delta.sum(axis=1), (error[:, None, :] @ a)[:, 0], error.sum(axis=1)


def adam_moves(
    slopes: Parameters, first: tuple[Array, ...], second: tuple[Array, ...], step: int, learning_rate: float
) -> tuple[tuple[Array, ...], tuple[Array, ...], tuple[Array, ...]]:
    """Return Adam's two running means and the moves that they make, bias-corrected as in Keras.

    Parameters
    ----------
    slopes, first, second : tuple of array
        Gradients, and running means of them and of their squares.
    step : int
        Which update, from 1.
    learning_rate : float
        Before bias correction.

    Returns
    -------
    first, second, moves : tuple of array
        Shaped like the slopes.
    """
    mean, square = BETAS
    first = tuple(m + (1 - mean) * (g - m) for m, g in zip(first, slopes, strict=True))
    second = tuple(v + (1 - square) * (g * g - v) for v, g in zip(second, slopes, strict=True))
    rate = learning_rate * np.sqrt(1 - square**step) / (1 - mean**step)
    moves = tuple(-rate * m / (np.sqrt(v) + EPSILON) for m, v in zip(first, second, strict=True))
    return first, second, moves


def parameters(networks: OneHiddenLayer) -> Parameters:
    """Return inner, shifts, outer and offset.

    Parameters
    ----------
    networks : OneHiddenLayer

    Returns
    -------
    tuple of array
        (seeds, count) three times, and (seeds,).
    """
    return networks.inner, networks.shifts, networks.outer, networks.offset


def contest(target: Target, networks: OneHiddenLayer) -> Contest:
    """Compare every learned network with one bar for all: the hand construction of ``BAR`` hinges.

    A bar that rose with the number of units could not show that more of them help.

    Parameters
    ----------
    target : Target
        The curve.
    networks : OneHiddenLayer
        Arrays (seeds, count).

    Returns
    -------
    Contest
        Root mean square errors over 2001 points of the domain.
    """
    x = np.linspace(*target.domain, 2001)
    by_hand = errors(relu_hinges(target, BAR), target).rms
    return Contest(by_hand, _rms(networks, x, target(x)))


def error_curves(target: Target, counts: Array) -> tuple[ErrorCurve, ...]:
    """Measure every hand construction and series at every number of terms; only the former have a bound.

    Parameters
    ----------
    target : Target
        The curve.
    counts : array of int
        Numbers of terms, from 1 to ``MOST_TERMS`` of ``series``.

    Returns
    -------
    tuple of ErrorCurve
        One for each method, hand constructions first.
    """
    by_hand = [_hand_curve(name, target, counts) for name in HAND_CONSTRUCTIONS]
    return (*by_hand, *(_series_curve(name, target, counts) for name in SERIES))


def _hand_curve(name: str, target: Target, counts: Array) -> ErrorCurve:
    rule = HAND_CONSTRUCTIONS[name]
    measured = [errors(rule.build(target, int(count)), target) for count in counts]
    bounds = [rule.bound(target, int(count)).largest for count in counts]
    return _curve(name, counts, [(m.rms, m.largest) for m in measured], bounds)


def _series_curve(name: str, target: Target, counts: Array) -> ErrorCurve:
    rows = []
    for count in counts:
        series = SERIES[name](target, int(count))
        measured = None if isinstance(series, NoSeries) else errors(series, target)
        rows.append((np.nan, np.nan) if measured is None else (measured.rms, measured.largest))
    return _curve(name, counts, rows, [np.nan] * len(rows))


def _curve(name: str, counts: Array, rows: list[tuple[float, float]], bounds: list[float]) -> ErrorCurve:
    table = np.array(rows)
    return ErrorCurve(name, np.asarray(counts), table[:, 0], table[:, 1], np.array(bounds))


def _rms(networks: OneHiddenLayer, x: Array, y: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        root: Array = np.sqrt(np.mean(np.square(networks(x) - y), axis=-1))
    return root


def _moved(networks: OneHiddenLayer, moves: tuple[Array, ...]) -> OneHiddenLayer:
    inner, shifts, outer, offset = (w + move for w, move in zip(parameters(networks), moves, strict=True))
    return OneHiddenLayer(inner, shifts, outer, offset, networks.activation)
