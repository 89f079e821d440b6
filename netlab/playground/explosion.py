"""A training that has exploded: which step threw which number out, and from where it can be mended."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.playground.step_words import name_of
from netlab.playground.timeline import Moment, Timeline
from netlab.playground.training import State, Task, advance, rest_of_epoch

LEAST_RATE, MOST_RATE = 1e-9, 10.0
THROWN = 1e6
"""A number beyond this has been thrown out."""


@dataclass(frozen=True)
class Explosion:
    """What happened, and what is offered.

    Attributes
    ----------
    sentence : str
        Which rate threw which number where, and at which step.
    back : int
        The last moment before that.
    step : int
        Its step.
    rate : float
        A tenth of the rate that was too high.
    """

    sentence: str
    back: int
    step: int
    rate: float

    @property
    def offer(self) -> str:
        """What a button calls it."""
        if not self.step:
            return f"Step back to the start and go on with the rate {plain(self.rate)}"
        return f"Step back to step {self.step:,} and go on with the rate {plain(self.rate)}"


def explosion(line: Timeline, index: int) -> Explosion | None:
    """What threw the numbers out of bounds before a moment, if anything has.

    Parameters
    ----------
    line : Timeline
        All moments.
    index : int
        Of the moment that is asked about.

    Returns
    -------
    Explosion or None
        None while all numbers and the loss are finite.
    """
    if not _broken(line.moments[index]):
        return None
    back = max((at for at, moment in enumerate(line.moments[: index + 1]) if not _thrown(moment)), default=0)
    task = line.task_at(back)
    state, last = line.state(back), line.moments[min(back + 1, index)].step
    before, after = next(
        (pair for pair in pairwise(_steps(task, state, last)) if not _sound(pair[1].numbers)),
        (state, None),
    )
    return Explosion(
        _sentence(task, before, after), back, line.moments[back].step, float(f"{task.course.learning_rate / 10:.6g}"),
    )  # fmt: skip


def offered(told: Any) -> float | None:
    """The rate that a browser says a reader has taken.

    Parameters
    ----------
    told : object
        Anything at all; else a dictionary with ``rate``.

    Returns
    -------
    float or None
        None if it is no rate to learn with.
    """
    rate = told.get("rate") if isinstance(told, dict) else None
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not LEAST_RATE <= rate <= MOST_RATE:
        return None  # NaN is in no interval
    return float(rate)


def _steps(task: Task, state: State, last: int) -> list[State]:
    """A state after every step until one that leaves the bounds."""
    states = [state]
    while states[-1].step < max(last, state.step + rest_of_epoch(task, state)) and _sound(states[-1].numbers):
        states.append(advance(task, states[-1], 1))
    return states


def _sentence(task: Task, before: State, after: State | None) -> str:
    rate = plain(task.optimizer.rate_at(before.memory.step), 3)
    if after is None:
        return f"It has exploded: with the learning rate {rate} the loss became larger than any number that the computer can hold."
    sizes = np.abs(after.numbers)
    place = int(np.where(np.isfinite(sizes), sizes, np.inf).argmax())
    value = after.numbers[place]
    threw = f"It has exploded: the learning rate {rate} threw the {name_of(task, place)}"
    if not np.isfinite(value):
        return f"{threw} beyond all bounds at step {after.step:,}."
    return f"{threw} to {plain(value, 2)} at step {after.step:,}."


def _broken(moment: Moment) -> bool:
    return not (np.isfinite(moment.numbers).all() and np.isfinite(moment.measured.loss))


def _thrown(moment: Moment) -> bool:
    return _broken(moment) or not _sound(moment.numbers)


def _sound(numbers: Array) -> bool:
    return bool((np.abs(numbers) <= THROWN).all())  # NaN is not
