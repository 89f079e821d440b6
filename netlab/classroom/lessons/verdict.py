"""What becomes of a lesson: each condition with its evidence, for one run, and the best of several runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netlab.classroom.lessons.attempt import Attempt
from netlab.classroom.lessons.goals import Condition, Told
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.settings import broken, label
from netlab.classroom.lessons.walks import Walk
from netlab.classroom.lessons.walks import broken as broken_walk


@dataclass(frozen=True)
class Verdict:
    """What one run says of a lesson.

    Attributes
    ----------
    run, name : str
        Which run.
    why_not : str
        Why it does not count, as a sentence; empty if it counts.
    conditions : tuple of (Condition, Told)
        In the order of the lesson.
    """

    run: str
    name: str
    why_not: str
    conditions: tuple[tuple[Condition, Told], ...]

    @property
    def met(self) -> bool:
        """Whether the lesson's goal is reached by this run."""
        return not self.why_not and all(told.met is True for _, told in self.conditions)

    @property
    def count(self) -> int:
        """How many conditions are met; none by a run that does not count."""
        return 0 if self.why_not else sum(told.met is True for _, told in self.conditions)


def judge(lesson: Lesson, attempt: Attempt) -> Verdict:
    """Check a run against a lesson.

    Parameters
    ----------
    lesson : Lesson
    attempt : Attempt

    Returns
    -------
    Verdict
    """
    found = tuple((one, one.judge(attempt)) for one in lesson.goal)
    return Verdict(attempt.run, attempt.name, _why_not(lesson, attempt), found)


def judge_walk(lesson: Lesson, walk: Walk) -> Verdict:
    """Check a walk against a lesson on the landscape.

    Parameters
    ----------
    lesson : Lesson
    walk : Walk

    Returns
    -------
    Verdict
    """
    found = tuple((one, one.judge(walk)) for one in lesson.goal)
    return Verdict("", "this walk", broken_walk(walk, lesson.fixed), found)


def best(verdicts: Iterable[Verdict]) -> Verdict | None:
    """The verdict that comes farthest, the first of several.

    Parameters
    ----------
    verdicts : iterable of Verdict

    Returns
    -------
    Verdict or None
        None if there is none.
    """
    return max(verdicts, key=lambda one: (one.met, one.count), default=None)


def _why_not(lesson: Lesson, attempt: Attempt) -> str:
    """Whether it was trained as the lesson says: what a lesson has fixed holds for every run that counts."""
    why = broken(attempt.spec, lesson.fixed)
    if why:
        return why
    rates = [key for key in lesson.fixed if key.endswith("_rate")]
    if rates and attempt.history.rates:
        return f"The learning rate was moved while it trained; the lesson sets “{label(rates[0])}”."
    return ""
