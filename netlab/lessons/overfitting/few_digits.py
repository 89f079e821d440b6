"""A few digits, learnt too well: how a network is trained on them, when early stopping ends it, and which weights are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netlab.nn.pupil import Course, Moment
from netlab.training.early_stopping import BestSoFar

EXAMPLES = (100, 300, 1000, 3000)
UNITS = (4, 16, 128, 512)
DECAYS = (0.0, 0.0003, 0.001, 0.01)
RATES = (0.0, 0.5, 0.8)
STEPS, EVERY = 600, 10
"""Steps of a training, and from one look at both losses to the next."""
LOOKS = tuple(range(0, STEPS + 1, EVERY))
LEARNING_RATE = 0.3
PATIENCE = 5
"""Looks without a lower held-back loss after which early stopping ends a training."""


@dataclass(frozen=True)
class Setting:
    """How a network is trained.

    Attributes
    ----------
    examples, units
        Digits that it learns from, and its hidden units.
    decay, dropout
        λ of weight decay, and the share of the hidden units that is silenced at each step.
    stops
        Whether early stopping ends it.
    mixed
        Whether the labels of the digits it learns from are dealt out anew at random.
    seed
        Of everything that is drawn.
    """

    examples: int = 300
    units: int = 128
    decay: float = 0.0
    dropout: float = 0.0
    stops: bool = False
    mixed: bool = False
    seed: int = 0


def courses(setting: Setting) -> tuple[Course, ...]:
    """The course of a setting, and beside it the one with the usual units and no cure, where that is another.

    Parameters
    ----------
    setting
        What the reader has set.

    Returns
    -------
    tuple of Course
        One, or two. Early stopping changes neither: it chooses among the weights on the way.
    """
    plain = Course(hidden=Setting().units, learning_rate=LEARNING_RATE, seed=setting.seed)
    chosen = Course(
        hidden=setting.units,
        learning_rate=LEARNING_RATE,
        decay=setting.decay,
        dropout=setting.dropout,
        seed=setting.seed,
    )
    return (chosen,) if chosen == plain else (chosen, plain)


def stopped(moments: Sequence[Moment]) -> int | None:
    """At which look early stopping ends the first network's training.

    Parameters
    ----------
    moments
        So far, from the first look.

    Returns
    -------
    int or None
        The first look after ``PATIENCE`` looks without a lower held-back loss; None if there is none yet.
    """
    best = BestSoFar(PATIENCE)
    for place, moment in enumerate(moments):
        best.see(place + 1, moment.held[0].loss, ())  # it counts from 1
        if best.enough:
            return place
    return None


def lowest(moments: Sequence[Moment]) -> int:
    """The look at which the first network's held-back loss is lowest.

    Parameters
    ----------
    moments
        At least one.

    Returns
    -------
    int
        The first of them.
    """
    return min(range(len(moments)), key=lambda place: moments[place].held[0].loss)


def used(moments: Sequence[Moment], *, stops: bool) -> int:
    """The look at the weights that are used in the end.

    Parameters
    ----------
    moments
        From the first look to the last.
    stops
        Whether early stopping chooses.

    Returns
    -------
    int
        With early stopping the lowest held-back loss until it ends the training, else the last look.
    """
    if not stops:
        return len(moments) - 1
    end = stopped(moments)
    return lowest(moments if end is None else moments[: end + 1])
