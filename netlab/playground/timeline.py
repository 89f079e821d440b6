"""What a network was at every moment of its training, and how it goes on from any of them.

A moment is the end of an epoch, of a single batch, or an edit. The numbers of all moments are kept, and now and then all
that the next step needs (an anchor); what lies between two anchors is computed again, to the same bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from netlab.arrays import Floats
from netlab.playground.stretch import Stretch, exploded, stretch
from netlab.playground.training import (
    Measured,
    State,
    Task,
    advance,
    begin,
    continued,
    measure,
)

ANCHOR_EVERY = 16
MOST_BYTES = 8_000_000
"""Of one visitor's moments."""

End = Literal["", "exploded", "full"]


@dataclass(frozen=True, eq=False)
class Moment:
    """What a network was, and how it did; ``step`` counts updates, ``epoch`` whole passes."""

    step: int
    epoch: int
    numbers: Floats
    measured: Measured


@dataclass(frozen=True, eq=False)
class Anchor:
    """From where on a task was followed, and all that its next step needs."""

    index: int
    task: Task
    state: State


class Timeline:
    """The moments of one training from its start; it grows at its end and can be cut at any moment.

    Attributes
    ----------
    moments : list of Moment
        From the start.
    cuts : list of int
        How many moments each cut has left.
    """

    def __init__(self, task: Task) -> None:
        self.cuts: list[int] = []
        self.moments: list[Moment] = []
        self._anchors: list[Anchor] = []
        state = begin(task)
        self._now = state
        self._keep(task, state)
        self._anchors.append(Anchor(0, task, state))

    @property
    def task(self) -> Task:
        """What is trained from the last moment on."""
        return self._anchors[-1].task

    @property
    def frozen(self) -> list[int]:
        """Places of the numbers that no step changes now."""
        return [int(place) for place in np.flatnonzero(self._now.frozen)]

    @property
    def end(self) -> End:
        """Why there is no next moment; empty if there is one."""
        if exploded(self._now, self.moments[-1].measured):
            return "exploded"
        return "full" if len(self.moments) * self._weight > MOST_BYTES else ""

    def kept_since(self, version: int) -> int:
        """How many moments of a version are still the same now."""
        return min(self.cuts[version:], default=len(self.moments))

    def state(self, index: int) -> State:
        """All that the step after a moment needs, with the bits that it had then."""
        anchor = next(anchor for anchor in reversed(self._anchors) if anchor.index <= index)
        return advance(anchor.task, anchor.state, self.moments[index].step - anchor.state.step)

    def task_at(self, index: int) -> Task:
        """What was trained at a moment."""
        return next(anchor.task for anchor in reversed(self._anchors) if anchor.index <= index)

    def eras(self) -> list[int]:
        """From which moments on the points are others: the first is 0."""
        starts = [
            later.index
            for earlier, later in pairwise(self._anchors)
            if later.task.points is not earlier.task.points
        ]
        return [0, *starts]

    def era(self, index: int) -> int:
        """The first moment that has the points of a moment."""
        return max(start for start in self.eras() if start <= index)

    def going_on(self, index: int, task: Task | None = None) -> tuple[Task, State]:
        """What would be trained, and from where, if it went on from a moment: the newest wish, or another.

        Parameters
        ----------
        index : int
            Of the moment.
        task : Task, optional
            What to follow instead; it differs in its course or its points only.

        Returns
        -------
        task, state
            For ``advance``.
        """
        task = task or self.task
        return task, continued(task, self.state(index), self.task_at(index))

    def cut(self, index: int, task: Task | None = None) -> None:
        """Go on from a moment, with another course or other points if they are given; what came after it is forgotten.

        With other points a moment of its own follows: the same numbers, measured on them.

        Parameters
        ----------
        index : int
            Of the moment that stays the last.
        task : Task, optional
            What to follow from there on; it differs in its course or its points only.
        """
        before = self.task_at(index)
        task, now = self.going_on(index, task)
        self._forget(index)
        self._now = now
        if task.points is before.points:
            self._anchors = [anchor for anchor in self._anchors if anchor.index < index]
        else:
            self._anchors = [anchor for anchor in self._anchors if anchor.index <= index]
            self._keep(task, now)
        self._anchors.append(Anchor(len(self.moments) - 1, task, now))

    def edit(
        self, index: int, numbers: Mapping[int, float] | None = None, frozen: Mapping[int, bool] | None = None
    ) -> None:
        """Set numbers at a moment, or freeze and thaw some; a moment of its own follows if numbers were set.

        Parameters
        ----------
        index : int
            Of the moment; what came after it is forgotten.
        numbers, frozen : mapping, optional
            New values by place, and whether steps may not change a number.
        """
        self.cut(index)
        state, task = self._now, self.task
        row, held = state.numbers.copy(), state.frozen.copy()
        for place, value in (numbers or {}).items():
            row[place] = value
        for place, still in (frozen or {}).items():
            held[place] = still
        self._now = replace(state, numbers=row, frozen=held)
        if not numbers:
            self._anchors[-1] = replace(self._anchors[-1], state=self._now)
            return
        if len(self.moments) > index + 1:  # that of other points, which this one is as well
            del self.moments[index + 1 :], self._anchors[-1]
        self._keep(task, self._now)
        self._anchors.append(Anchor(len(self.moments) - 1, task, self._now))

    def one_batch(self) -> None:
        """Train for one batch, if there is a next moment."""
        if not self.end:
            state = advance(self.task, self._now, 1)
            self._append(self.task, state, measure(self.task, state.numbers))

    def grow(self, moments: int, *, seconds: float = 0.2, by: Stretch = stretch) -> None:
        """Train for so many epochs, at least one, if there is a next moment; ``by`` computes them, in no more than so many
        seconds of processor time.
        """
        task, room = self.task, MOST_BYTES // self._weight + 1 - len(self.moments)
        if self.end or min(moments, room) < 1:
            return
        for state, measured in by(task, self._now, min(moments, room), seconds):
            self._append(task, state, measured)

    @property
    def _weight(self) -> int:
        """Bytes of a moment."""
        return 4 * self.task.plan.count + 400

    def _append(self, task: Task, state: State, measured: Measured) -> None:
        self._now = state
        self.moments.append(Moment(state.step, state.epoch, state.numbers, measured))
        if len(self.moments) - 1 - self._anchors[-1].index >= ANCHOR_EVERY:
            self._anchors.append(Anchor(len(self.moments) - 1, task, state))

    def _keep(self, task: Task, state: State) -> None:
        self.moments.append(Moment(state.step, state.epoch, state.numbers, measure(task, state.numbers)))

    def _forget(self, index: int) -> None:
        del self.moments[index + 1 :]
        self.cuts.append(index + 1)
