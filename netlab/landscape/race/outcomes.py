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
    """Losses above a floor, at least TINY, for a logarithmic axis; unchanged without a floor. NaN where infinite."""
    known = np.asarray(losses, np.float64)
    known = np.where(np.isfinite(known), known, np.nan)
    return known if floor is None else np.maximum(known - floor, TINY)


def loss_at(runner: Runner, rate: float) -> float:
    """The loss at the end of the walk whose rate is nearest to this one; infinite where it diverged."""
    rates = runner.sweep.learning_rates
    return float(runner.sweep.losses[int(np.abs(np.log(rates / rate)).argmin())])


def loss_with_default(runner: Runner) -> float | None:
    """The loss at the end with Keras's default rate; None where Keras does not have the optimizer."""
    rate = runner.optimizer.keras_learning_rate
    return None if rate is None else loss_at(runner, rate)


@dataclass(frozen=True)
class Destination:
    """One place where walks end: what it is called, its colour, and the numbers in ``Landings.reached`` that mean it."""

    name: str
    colour: str
    codes: range


def destinations(minima: Sequence[CriticalPoint]) -> tuple[Destination, ...]:
    """The six lowest minima by name, all others together, nowhere, and divergence."""
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
    """For each number of ``Landings.reached`` the place it means, int8 of the same shape."""
    found = np.zeros(reached.shape, np.int8)
    for index, place in enumerate(places):
        found[(reached >= place.codes.start) & (reached < place.codes.stop)] = index
    return found


def shares(reached: Array, places: Sequence[Destination]) -> list[float]:
    """The share of walks that ended at each place."""
    counts = np.bincount(classes(reached, places).ravel(), minlength=len(places))
    return [float(count) / reached.size for count in counts]
