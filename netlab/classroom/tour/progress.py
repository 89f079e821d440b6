"""How far a reader is on the tour: a value, and the word by which their browser keeps it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from netlab.classroom.tour.steps import STEPS, Step
from netlab.files import parse

VERSION = 1
MOST_LETTERS = 2000


@dataclass(frozen=True)
class Progress:
    """How far a reader is.

    Attributes
    ----------
    on : bool
        Whether the tour is shown on the pages.
    done, skipped : tuple of str
        Keys of steps.
    """

    on: bool = False
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def begun(self) -> bool:
        """Whether there is anything to keep."""
        return self.on or bool(self.done or self.skipped)

    def begin(self) -> Progress:
        """Go on with it; what is done stays so, and what was skipped comes again once nothing else is left."""
        left = [one for one in STEPS if one.key not in (*self.done, *self.skipped)]
        return replace(self, on=True, skipped=self.skipped if left else ())

    def end(self) -> Progress:
        """Show it no longer."""
        return replace(self, on=False)

    def with_done(self, step: Step) -> Progress:
        """A step was done."""
        skipped = tuple(key for key in self.skipped if key != step.key)
        return replace(self, done=_with(self.done, step.key), skipped=skipped)

    def without(self, step: Step) -> Progress:
        """A step is passed over."""
        return replace(self, skipped=_with(self.skipped, step.key))


def current(progress: Progress, hidden: Collection[str] = ()) -> Step | None:
    """The step that comes next.

    Parameters
    ----------
    progress : Progress
    hidden : collection of str
        Pages that cannot be opened now; their steps are left out.

    Returns
    -------
    Step or None
        None if nothing is left to do.
    """
    settled = {*progress.done, *progress.skipped}
    return next((one for one in STEPS if one.key not in settled and one.page not in hidden), None)


def to_word(progress: Progress) -> str:
    """What a browser keeps.

    Parameters
    ----------
    progress : Progress

    Returns
    -------
    str
        ``from_word`` gives the progress back; empty if nothing is to be kept.
    """
    if not progress.begun:
        return ""
    told = {"version": VERSION, "on": progress.on, "done": progress.done, "skipped": progress.skipped}
    return json.dumps(told, separators=(",", ":"))


def from_word(word: Any) -> Progress:
    """Read what a browser kept.

    Parameters
    ----------
    word : object
        Anything.

    Returns
    -------
    Progress
        One that has not begun, if it is nothing of ours. Steps that there are no longer are left out.
    """
    if not isinstance(word, str) or len(word) > MOST_LETTERS:
        return Progress()
    try:
        told = parse(word, 10)
    except (ValueError, RecursionError):
        return Progress()
    if not isinstance(told, dict) or told.get("version") != VERSION:
        return Progress()
    done = _keys(told.get("done"))
    skipped = tuple(key for key in _keys(told.get("skipped")) if key not in done)
    return Progress(told.get("on") is True, done, skipped)


def _keys(told: Any) -> tuple[str, ...]:
    return tuple(one.key for one in STEPS if isinstance(told, list) and one.key in told)


def _with(keys: tuple[str, ...], key: str) -> tuple[str, ...]:
    return tuple(one.key for one in STEPS if one.key in (*keys, key))
