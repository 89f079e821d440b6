"""The lessons that come along, one for each part of the way from a bent line to a network that reads, by name in their order."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from netlab.classroom.lessons.code import MARK, from_code
from netlab.classroom.lessons.lesson import Lesson, LessonError, from_bytes

FOLDER = Path(__file__).parent / "shipped"
NAMES = (
    "function", "loss", "landscape", "steps", "momentum", "connected", "flatten", "relu", "dropout", "softmax", "adam",
    "curves",
)  # fmt: skip


@cache
def shipped(name: str) -> Lesson:
    """A lesson that comes along.

    Parameters
    ----------
    name : str
        One of ``NAMES``.

    Returns
    -------
    Lesson
    """
    return from_bytes((FOLDER / f"{name}.json").read_bytes())


def found(word: str) -> Lesson:
    """The lesson that an address asks for: by the name of one that comes along, or packed.

    Parameters
    ----------
    word : str
        Anything.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        If there is none.
    """
    if word in NAMES:
        return shipped(word)
    if word.startswith(MARK):
        return from_code(word)
    raise LessonError(
        f"There is no lesson called “{word[:40]}” here. The page Lessons lists those that there are."
    )
