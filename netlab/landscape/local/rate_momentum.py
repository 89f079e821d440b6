"""How quickly gradient descent with momentum comes down a bowl: closed forms over the learning rate and the momentum.

Along an axis of curvature h, with s = η h, two steps on follow from one by a polynomial z² − p z + q:

- momentum (Polyak, 1964): p = 1 + μ − s, q = μ
- Nesterov as in Keras: p = (1 + μ)(1 − s), q = μ (1 − s)

The larger root's size is what a step leaves of the distance, in the long run: √q where the roots are a complex pair, and
(|p| + √(p² − 4 q))/2 where they are real. Where it is complex, or negative, the walk swings from side to side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Array
from netlab.landscape.local.bowl import Bowl
from netlab.nn.optimizers import Optimizer
from netlab.nn.schedules import Constant
from netlab.nn.setting import COMMON

Regime = Literal["monotone", "ringing", "diverging"]
FAMILY = ("sgd", "momentum", "nesterov")
"""The optimizers that the closed form holds for."""
EDGE = 1e-9


@dataclass(frozen=True)
class Pair:
    """A learning rate and a momentum, with what a step leaves of the distance in the worse direction."""

    learning_rate: float
    momentum: float
    left: float

    @property
    def steps(self) -> float:
        """How many steps make the distance ten times smaller, at least 1; infinite where none do."""
        if self.left >= 1.0:
            return float("inf")
        return 1.0 if self.left <= 0.1 else float(np.log(10.0) / -np.log(self.left))


def _parts(s: Any, mu: Any, nesterov: bool) -> tuple[Any, Any]:
    if nesterov:
        return (1.0 + mu) * (1.0 - s), mu * (1.0 - s)
    return 1.0 + mu - s, mu + 0.0 * s


def left_over(
    learning_rate: ArrayLike, momentum: ArrayLike, curvature: ArrayLike, *, nesterov: bool = False
) -> Array:
    """What one step leaves of the distance along one axis, in the long run.

    Parameters
    ----------
    learning_rate, momentum, curvature
        η, μ from 0, and h; they broadcast.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    array
        float64, their common shape; above 1 the walk moves away.
    """
    eta, mu, h = (np.asarray(one, np.float64) for one in (learning_rate, momentum, curvature))
    p, q = _parts(eta * h, mu, nesterov)
    inside = p * p - 4.0 * q
    real = 0.5 * (np.abs(p) + np.sqrt(np.maximum(inside, 0.0)))
    return np.asarray(np.where(inside < 0.0, np.sqrt(np.maximum(q, 0.0)), real))


def swings(
    learning_rate: ArrayLike, momentum: ArrayLike, curvature: ArrayLike, *, nesterov: bool = False
) -> NDArray[np.bool_]:
    """Whether a walk along one axis goes from side to side rather than straight down.

    Parameters
    ----------
    learning_rate, momentum, curvature
        η, μ from 0, and h; they broadcast.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    array
        bool, their common shape.
    """
    eta, mu, h = (np.asarray(one, np.float64) for one in (learning_rate, momentum, curvature))
    p, q = _parts(eta * h, mu, nesterov)
    return np.asarray((p * p - 4.0 * q < -EDGE) | (p < -EDGE))


def pair(bowl: Bowl, learning_rate: float, momentum: float, *, nesterov: bool = False) -> Pair:
    """A rate and a momentum with what they come to on a bowl.

    Parameters
    ----------
    bowl
        Its two curvatures.
    learning_rate, momentum
        η above 0, and μ from 0, below 1.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    Pair
        With what a step leaves in the worse direction.
    """
    both = left_over(learning_rate, momentum, [bowl.flattest, bowl.steepest], nesterov=nesterov)
    return Pair(learning_rate, momentum, float(both.max()))


def regime(bowl: Bowl, learning_rate: float, momentum: float, *, nesterov: bool = False) -> Regime:
    """How a walk comes down a bowl, or that it does not.

    Parameters
    ----------
    bowl
        Its two curvatures.
    learning_rate, momentum
        η above 0, and μ from 0, below 1.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    str
        "diverging" from where a step leaves all of the distance; "ringing" where the walk swings along an axis; else
        "monotone".
    """
    if pair(bowl, learning_rate, momentum, nesterov=nesterov).left >= 1.0 - EDGE:
        return "diverging"
    both = swings(learning_rate, momentum, [bowl.flattest, bowl.steepest], nesterov=nesterov)
    return "ringing" if both.any() else "monotone"


def optimum(bowl: Bowl, *, nesterov: bool = False) -> Pair:
    """The pair that comes down a bowl fastest.

    Parameters
    ----------
    bowl
        Its curvatures l ≤ L.
    nesterov
        Whether momentum is Nesterov's: η = 4/(3L + l) and μ = (√(3κ + 1) − 2)/(√(3κ + 1) + 2), κ = L/l (Lessard, Recht
        and Packard, 2016). Else η = 4/(√L + √l)² and μ = ((√L − √l)/(√L + √l))² (Polyak, 1964).

    Returns
    -------
    Pair
        The best.
    """
    low, high = bowl.flattest, bowl.steepest
    if nesterov:
        root = np.sqrt(3.0 * high / low + 1.0)
        return pair(bowl, 4.0 / (3.0 * high + low), float((root - 2.0) / (root + 2.0)), nesterov=True)
    sum_, difference = np.sqrt(high) + np.sqrt(low), np.sqrt(high) - np.sqrt(low)
    mu = float((difference / sum_) ** 2)
    return Pair(
        float(4.0 / sum_**2), mu, float(np.sqrt(mu))
    )  # the root is double there, and rounding would split it


def best_without_momentum(bowl: Bowl) -> Pair:
    """The learning rate at which plain gradient descent comes down fastest, 2/(L + l).

    Parameters
    ----------
    bowl
        Its two curvatures.

    Returns
    -------
    Pair
        With momentum 0.
    """
    return pair(bowl, 2.0 / (bowl.steepest + bowl.flattest), 0.0)


def stability_edge(momentum: ArrayLike, curvature: float, *, nesterov: bool = False) -> Array:
    """The learning rate beyond which a momentum diverges.

    Parameters
    ----------
    momentum
        μ from 0, below 1, of any shape.
    curvature
        The steepest.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    array
        float64 of the same shape: (2 + 2μ)/L, Nesterov's divided by 1 + 2μ.
    """
    mu = np.asarray(momentum, np.float64)
    most = (2.0 + 2.0 * mu) / curvature
    return np.asarray(most / (1.0 + 2.0 * mu) if nesterov else most)


def ringing_edge(momentum: ArrayLike, curvature: float, *, nesterov: bool = False) -> Array:
    """The learning rate beyond which a momentum rings.

    Parameters
    ----------
    momentum
        μ from 0, below 1, of any shape.
    curvature
        The steepest.
    nesterov
        Whether momentum is Nesterov's.

    Returns
    -------
    array
        float64 of the same shape: (1 − √μ)²/L, Nesterov's ((1 − μ)/(1 + μ))²/L.
    """
    mu = np.asarray(momentum, np.float64)
    least = ((1.0 - mu) / (1.0 + mu)) ** 2 if nesterov else (1.0 - np.sqrt(mu)) ** 2
    return np.asarray(least / curvature)


@dataclass(frozen=True, eq=False)
class RateMap:
    """Steps until ten times nearer, over rates and momenta: steps[i, j] belongs to momenta[i] and learning_rates[j]."""

    learning_rates: Array
    momenta: Array
    steps: Array


def rate_map(bowl: Bowl, *, nesterov: bool = False, columns: int = 101, rows: int = 81) -> RateMap:
    """The map over all stable rates.

    Parameters
    ----------
    bowl
        Its two curvatures.
    nesterov
        Whether momentum is Nesterov's.
    columns, rows
        How many rates, from near 0 to past the largest stable one, and how many momenta, from 0 to 0.99.

    Returns
    -------
    RateMap
        Infinite steps where the walk does not come nearer.
    """
    most = (2.2 if nesterov else 4.15) / bowl.steepest
    rates, momenta = np.linspace(most / columns, most, columns), np.linspace(0.0, 0.99, rows)
    both = left_over(
        rates[None, :, None], momenta[:, None, None], [bowl.flattest, bowl.steepest], nesterov=nesterov
    )
    left = both.max(axis=-1)
    with np.errstate(divide="ignore"):
        steps = np.where(left < 1.0, np.log(10.0) / -np.log(np.clip(left, 1e-12, 1.0 - 1e-15)), np.inf)
    return RateMap(rates, momenta, np.maximum(steps, 1.0))


def closed_form_holds(optimizer: Optimizer) -> bool:
    """Whether an optimizer, as it is set, is one that the closed form is of.

    Parameters
    ----------
    optimizer
        Any rule with its settings.

    Returns
    -------
    bool
        False where the weights decay, slopes are clipped or gathered, weights averaged, or the rate changes.
    """
    usual = all(optimizer.values[setting.key] == setting.default for setting in COMMON)
    return optimizer.key in FAMILY and usual and isinstance(optimizer.schedule, Constant)
