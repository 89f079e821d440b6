"""What a hidden layer needs to make x² of x by itself: measured, by letting small ones learn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from netlab.formatting import counted, plain
from netlab.lessons.functions.curve_fitting import learn
from netlab.lessons.functions.hand_constructions import OneHiddenLayer
from netlab.lessons.functions.targets import Target
from netlab.nn.activations import ACTIVATIONS
from netlab.playground.network import MOST_UNITS, Plan
from netlab.playground.points import REACH, Choice
from netlab.playground.presets import PRESETS, Setup
from netlab.playground.training import Course

COUNTS = (1, 2, 3, 4, 6, 8)
SEEDS, STEPS, EXAMPLES, RATE = 6, 1500, 61, 0.03
CLOSE = 0.05
"""A fit is close from this share of what a constant misses by on."""

SQUARE = Target("square", "x²", lambda x: x * x, lipschitz=2.0, curvature=2.0, variation=2.0, height=1.0)
"""On −1 to 1: what is learnt there is x² on −3 to 3, but for the units in which x and x² are counted."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The best of some layers of so many units.

    Attributes
    ----------
    units : int
        In the hidden layer.
    network : OneHiddenLayer
        Of x/3, which gives x²/9.
    error : float
        Root mean square of what it misses x² by, over −3 to 3.
    """

    units: int
    network: OneHiddenLayer
    error: float


@lru_cache(maxsize=32)
def fits(activation: str) -> tuple[Fit, ...]:
    """Let layers of 1 to 8 units learn x² from x, six times each.

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``.

    Returns
    -------
    tuple of Fit
        The best of each size; about two seconds of work.
    """
    found = []
    for units in COUNTS:
        *_, last = learn(
            SQUARE, activation, units, seeds=SEEDS, steps=STEPS, every=STEPS, learning_rate=RATE, examples=EXAMPLES, spread=True,
        )  # fmt: skip
        best = int(np.nan_to_num(last.rms, nan=np.inf).argmin())
        of = last.networks
        network = OneHiddenLayer(of.inner[best], of.shifts[best], of.outer[best], of.offset[best], activation)
        found.append(Fit(units, network, float(last.rms[best]) * REACH**2))
    return tuple(found)


def constant_error() -> float:
    """What the best constant misses x² by, at the places that are learnt from.

    Returns
    -------
    float
        Root mean square over −3 to 3.
    """
    return float(np.std(np.linspace(-REACH, REACH, EXAMPLES) ** 2))


def enough(found: Sequence[Fit]) -> int | None:
    """The fewest units that come close to x².

    Parameters
    ----------
    found : sequence of Fit
        From few units to many.

    Returns
    -------
    int or None
        None if none of them does.
    """
    return next((fit.units for fit in found if fit.error <= CLOSE * constant_error()), None)


def sentence(activation: str, found: Sequence[Fit]) -> str:
    """What was measured.

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``.
    found : sequence of Fit
        From few units to many.

    Returns
    -------
    str
        Sentences.
    """
    title, most, fewest = ACTIVATIONS[activation].title, found[-1], enough(found)
    measure = (
        f"From −3 to 3 a constant misses x² by {plain(constant_error(), 2)} (the root of the mean square), one {title} unit by "
        f"{plain(found[0].error, 2)}, {most.units} of them by {plain(most.error, 2)}."
    )
    if fewest is None:
        return f"{measure} Not even {counted(most.units, 'unit')} came within {plain(100 * CLOSE)} % of the constant's miss."
    return (
        f"{measure} {counted(fewest, 'unit').capitalize()} {'is' if fewest == 1 else 'are'} enough to come within "
        f"{plain(100 * CLOSE)} % of the constant's miss; for x² and y² that makes {2 * fewest}, and the input x² saves them all."
    )


def beginnings(activation: str, found: Sequence[Fit]) -> dict[str, Setup]:
    """Networks to try it with, by the words of their buttons.

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``.
    found : sequence of Fit
        From few units to many.

    Returns
    -------
    dict of str to Setup
        The circle, three times.
    """
    units = enough(found) or found[-1].units
    both = min(2 * units, MOST_UNITS)
    circle = Choice("circle")
    return {
        f"Given x alone: {counted(units, 'hidden unit')}": Setup(circle, Plan(("x",), ((units, activation),)), Course()),
        f"Given x and y: {counted(both, 'hidden unit')}": Setup(circle, Plan(hidden=((both, activation),)), Course()),
        "Given x² and y²: no hidden unit": PRESETS["squares"].setup,
    }  # fmt: skip
