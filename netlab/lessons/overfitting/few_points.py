"""A curve with ten points, learnt too well: random hidden units, and output weights that least squares finds at once.

Only the output weights are learnt; the hidden units stay as they were drawn. So the best output weights are found
without any descent, and where there are more units than points, the smallest of all that fit: those at which gradient
descent from zero ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array

POINTS, HELD = 10, 40
NOISE = 0.3
SEED = 1
"""Of the points and the units that the page begins with."""
COUNTS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 17, 20, 25, 30, 40, 60, 100, 200, 300)
"""Hidden units that can be chosen."""
STEEP, REACH = 10.0, 1.2
"""Standard deviation of the units’ slopes, and how far from 0 their middles lie at most."""
DRAWS = 30
"""So many draws of units stand behind a middle error."""


@dataclass(frozen=True, eq=False)
class Points:
    """Points with noise on a curve: those that are learnt from, and those held back; x from −1 to 1, (n,) each."""

    x: Array
    y: Array
    held_x: Array
    held_y: Array


def truth(x: Array) -> Array:
    """The curve that the points come from.

    Parameters
    ----------
    x
        Places.

    Returns
    -------
    array
        sin πx.
    """
    return np.asarray(np.sin(np.pi * x))


def drawn_points(seed: int, noise: float = NOISE) -> Points:
    """Draw ten points to learn from, and others to hold back.

    Parameters
    ----------
    seed
        Of the draw.
    noise
        Standard deviation of what is added to the curve.

    Returns
    -------
    Points
        Places are drawn evenly, one from each stretch of equal length.
    """
    random = np.random.default_rng([seed, 0])
    x, held_x = (_places(random, count) for count in (POINTS, HELD))
    y, held_y = (truth(places) + noise * random.normal(size=len(places)) for places in (x, held_x))
    return Points(x, y, held_x, held_y)


def _places(random: np.random.Generator, count: int) -> Array:
    return (np.arange(count) + random.random(count)) * 2 / count - 1


@dataclass(frozen=True, eq=False)
class Units:
    """Hidden units that stay as they were drawn: how steep each is, and where it is 0, (units,) each."""

    slopes: Array
    middles: Array

    def answers(self, x: Array) -> Array:
        """tanh(slope · (x − middle)), (n, units)."""
        return np.asarray(np.tanh(self.slopes * (x[:, None] - self.middles)))


def drawn_units(seed: int, count: int) -> Units:
    """Draw hidden units; more of them hold the fewer.

    Parameters
    ----------
    seed
        Of the draw.
    count
        How many.

    Returns
    -------
    Units
        Slopes from a normal distribution, middles even over the window and a little beyond.
    """
    slopes, places = (np.random.default_rng([seed, of]) for of in (1, 2))
    return Units(STEEP * slopes.normal(size=count), REACH * (2 * places.random(count) - 1))


def smallest_weights(answers: Array, wanted: Array, decay: float = 0.0) -> Array:
    """Output weights with the least mean squared error plus ``decay`` times their squared length.

    Parameters
    ----------
    answers : floats (n, units)
        Of the hidden units to the points.
    wanted : floats (n,)
        What should come out.
    decay
        λ of weight decay. At 0, of all weights with the least error the smallest are taken.

    Returns
    -------
    floats (units,)
        By singular values s: each direction is multiplied by s / (s² + λn).
    """
    left, sizes, right = np.linalg.svd(answers, full_matrices=False)
    counts = sizes > sizes[0] * max(answers.shape) * np.finfo(float).eps
    factors = np.where(counts, sizes / (sizes**2 + decay * len(wanted) + ~counts), 0.0)
    return np.asarray(right.T @ (factors * (left.T @ wanted)))


@dataclass(frozen=True, eq=False)
class Fit:
    """A network of few points.

    Attributes
    ----------
    units, weights
        Its hidden units and the output weights that were found.
    loss, held_loss
        Mean squared error at the points it learnt from, and at those held back.
    """

    units: Units
    weights: Array
    loss: float
    held_loss: float

    def __call__(self, x: Array) -> Array:
        """The network's answers at places x (n,)."""
        return np.asarray(self.units.answers(x) @ self.weights)


def fit(points: Points, count: int, decay: float = 0.0, draw: int = 0) -> Fit:
    """Learn the points.

    Parameters
    ----------
    points
        With those that are held back.
    count
        Hidden units.
    decay
        λ of weight decay.
    draw
        Seed of the units.

    Returns
    -------
    Fit
        With both losses.
    """
    units = drawn_units(draw, count)
    weights = smallest_weights(units.answers(points.x), points.y, decay)
    found = Fit(units, weights, 0.0, 0.0)
    loss, held_loss = (
        float(np.mean(np.square(found(x) - y)))
        for x, y in ((points.x, points.y), (points.held_x, points.held_y))
    )
    return Fit(units, weights, loss, held_loss)


@dataclass(frozen=True, eq=False)
class Descent:
    """Losses against the number of hidden units, over many draws of them.

    Attributes
    ----------
    counts : ints (k,)
        Hidden units.
    losses, held_losses : floats (draws, k)
        Mean squared errors.
    """

    counts: Array
    losses: Array
    held_losses: Array

    @property
    def middle(self) -> Array:
        """The median held-back loss of each number of units, (k,)."""
        return np.asarray(np.median(self.held_losses, axis=0))

    @property
    def low(self) -> int:
        """The place of the lowest middle held-back loss of fewer units than points."""
        return int(self.middle[self.counts < POINTS].argmin())

    @property
    def peak(self) -> int:
        """The place of the largest from there on."""
        return self.low + int(self.middle[self.low :].argmax())

    @property
    def falls_twice(self) -> bool:
        """Whether it at least doubles from its first low to the peak, and at least halves from there to the end."""
        top = self.middle[self.peak]
        return bool(top >= 2 * self.middle[self.low] and self.middle[-1] <= top / 2)


def over_units(
    points: Points, decay: float = 0.0, counts: Sequence[int] = COUNTS, draws: int = DRAWS
) -> Descent:
    """Learn the points with every number of units, each with many draws.

    Parameters
    ----------
    points, decay
        As for ``fit``.
    counts, draws
        Numbers of units, and seeds 0 to ``draws`` − 1.

    Returns
    -------
    Descent
        All losses.
    """
    found = [[fit(points, count, decay, draw) for count in counts] for draw in range(draws)]
    losses = np.array([[(one.loss, one.held_loss) for one in row] for row in found])
    return Descent(np.array(counts), losses[..., 0], losses[..., 1])
