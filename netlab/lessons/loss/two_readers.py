"""The two losses on real digits: two networks with the same first weights and the same batches, told apart by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netlab.formatting import counted, percent
from netlab.nn.pupil import Course, Moment

LEARNT = 1000
HIDDEN, BATCH = 30, 10
DIGIT_STEPS = 1000
DIGIT_RATES = (0.1, 0.3, 1.0)
BEGINNINGS = {"0": "undecided (p = ½)", "-6": "sure of “no” (logit −6)"}
BAR = 0.8
"""The share of right answers that both are timed to."""


def two_courses(first_logit: float, learning_rate: float) -> tuple[Course, Course]:
    """The two courses.

    Parameters
    ----------
    first_logit : float
        The bias that all ten output units begin with.
    learning_rate : float
        η of both.

    Returns
    -------
    tuple of Course
        By the quadratic loss, and by cross-entropy.
    """
    quadratic = Course(
        hidden=HIDDEN, activation="sigmoid", output="sigmoid", loss="quadratic", first_logit=first_logit,
        learning_rate=learning_rate, batch_size=BATCH,
    )  # fmt: skip
    return quadratic, replace(quadratic, loss="cross_entropy")


def reached(moments: Sequence[Moment], place: int, bar: float = BAR) -> int | None:
    """At which look a network first read so many of the held-back digits.

    Parameters
    ----------
    moments : sequence of Moment
        All looks so far.
    place : int
        Which network.
    bar : float
        The share.

    Returns
    -------
    int or None
        Steps; None if it has not yet.
    """
    return next((moment.step for moment in moments if moment.held[place].accuracy >= bar), None)


def race_told(moments: Sequence[Moment]) -> str:
    """Say how the two stand, as measured.

    Parameters
    ----------
    moments : sequence of Moment
        All looks so far, the quadratic network first.

    Returns
    -------
    str
        Markdown.
    """
    now = moments[-1]
    quadratic, entropy = (one.accuracy for one in now.held)
    if now.step == 0:
        return "Nothing is learnt yet: both networks guess, and both guess the same."
    return (
        f"After {counted(now.step, 'step')} the network with cross-entropy reads **{percent(entropy)}** of digits that it has never seen, the one with the "
        f"quadratic loss **{percent(quadratic)}**. {_when('cross-entropy', reached(moments, 1))} {_when('the quadratic loss', reached(moments, 0))}"
    )


def _when(name: str, steps: int | None) -> str:
    if steps is None:
        return f"With {name} it has not reached {percent(BAR, 0)} yet."
    return f"With {name} it had reached {percent(BAR, 0)} by step {steps:,}."
