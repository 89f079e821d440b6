"""What a race came to, in numbers: heights above the lowest, losses at a rate, and the places where walks end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import DIVERGED, Runner
from netlab.landscape.surface import CriticalPoint
from netlab.plots.palette import BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION

TINY = 1e-14
"""What is nearer to the floor than this is drawn here: a logarithm has no 0."""

NAMED = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
OTHER, NOWHERE_TINT, DIVERGED_TINT = "#F0E442", "#C9CED4", "#111111"


def above(losses: ArrayLike, floor: float | None) -> Array:
    """Losses above a floor, at least TINY, for a logarithmic axis; unchanged without a floor. NaN where infinite.

    Parameters
    ----------
    losses
        Heights of any shape.
    floor
        The height that becomes 0; None for none.

    Returns
    -------
    array
        float64 of the same shape.
    """
    known = np.asarray(losses, np.float64)
    known = np.where(np.isfinite(known), known, np.nan)
    return known if floor is None else np.maximum(known - floor, TINY)


def loss_at(runner: Runner, rate: float) -> float:
    """The loss at the end of the walk whose rate is nearest to this one; infinite where it diverged.

    Parameters
    ----------
    runner
        One optimizer of a race.
    rate
        A positive learning rate; the nearest in logarithm counts.

    Returns
    -------
    float
        Never NaN.
    """
    rates = runner.sweep.learning_rates
    return float(runner.sweep.losses[int(np.abs(np.log(rates / rate)).argmin())])


def loss_with_default(runner: Runner) -> float | None:
    """The loss at the end with Keras's default rate; None where Keras does not have the optimizer.

    Parameters
    ----------
    runner
        One optimizer of a race.

    Returns
    -------
    float or None
        Infinite where the walk diverged.
    """
    rate = runner.optimizer.keras_learning_rate
    return None if rate is None else loss_at(runner, rate)


@dataclass(frozen=True)
class Destination:
    """One place where walks end: what it is called, its colour, and the numbers in ``Landings.reached`` that mean it."""

    name: str
    colour: str
    codes: range


def destinations(minima: Sequence[CriticalPoint]) -> tuple[Destination, ...]:
    """The six lowest minima by name, all others together, nowhere, and divergence.

    Parameters
    ----------
    minima
        Lowest first, as ``Surface.minima`` has them.

    Returns
    -------
    tuple
        Every number of ``Landings.reached`` belongs to one of them.
    """
    named = [
        Destination(f"{number + 1}: ({_g(m.point[0])}, {_g(m.point[1])}), loss {_g(m.value)}", colour, range(number, number + 1))
        for number, (m, colour) in enumerate(zip(minima, NAMED, strict=False))
    ]  # fmt: skip
    rest = len(minima) - len(named)
    others = [Destination(f"one of {rest} more minima", OTHER, range(len(named), len(minima)))] * (rest > 0)
    nowhere = Destination("no minimum", NOWHERE_TINT, range(-1, 0))
    return (
        *named,
        *others,
        nowhere,
        Destination("diverged", DIVERGED_TINT, range(DIVERGED, DIVERGED + 1)),
    )


def _g(value: float) -> str:
    return plain(value if abs(value) > 1e-9 else 0.0, 3)


def classes(reached: Array, places: Sequence[Destination]) -> NDArray[np.int8]:
    """For each number of ``Landings.reached`` the place it means, int8 of the same shape.

    Parameters
    ----------
    reached
        Numbers of ``Landings.reached``, of any shape.
    places
        What ``destinations`` gave.

    Returns
    -------
    array
        Indices of ``places``.
    """
    found = np.zeros(reached.shape, np.int8)
    for index, place in enumerate(places):
        found[(reached >= place.codes.start) & (reached < place.codes.stop)] = index
    return found


def shares(reached: Array, places: Sequence[Destination]) -> list[float]:
    """The share of walks that ended at each place.

    Parameters
    ----------
    reached
        Numbers of ``Landings.reached``, of any shape.
    places
        What ``destinations`` gave.

    Returns
    -------
    list
        A share from 0 to 1 for each place; together 1.
    """
    counts = np.bincount(classes(reached, places).ravel(), minlength=len(places))
    return [float(count) / reached.size for count in counts]
