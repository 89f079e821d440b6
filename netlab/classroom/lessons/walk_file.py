"""What a pupil hands in of a lesson on the landscape: the lesson and the settings of one walk, which say all of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from netlab.classroom.lessons import walks
from netlab.classroom.lessons.hand_in import MOST_NAME, HandInError
from netlab.classroom.lessons.lesson import Lesson, LessonError, from_json
from netlab.classroom.lessons.settings import SettingError
from netlab.classroom.lessons.walks import LABELS, Walk
from netlab.files import parse, reason_of

VERSION = 1
MOST_BYTES = 20_000
MOST_LISTS = 80


@dataclass(frozen=True)
class WalkIn:
    """A lesson, a walk, and who hands it in, if they said so."""

    lesson: Lesson
    walk: Walk
    by: str = ""


def to_text(given: WalkIn) -> str:
    """A walk as a file.

    Parameters
    ----------
    given : WalkIn

    Returns
    -------
    str
        JSON; ``read`` gives it back.
    """
    told = {
        "netlab_walk": VERSION, "by": " ".join(given.by.split())[:MOST_NAME], "lesson": given.lesson.to_json(), "walk": given.walk.to_json(),
    }  # fmt: skip
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def is_walk(content: bytes) -> bool:
    """Whether a file is handed in of a walk, rather than of a run."""
    return content.lstrip()[:1] == b"{"


def read(content: bytes) -> WalkIn:
    """Read what a file hands in.

    Parameters
    ----------
    content : bytes
        Anything.

    Returns
    -------
    WalkIn

    Raises
    ------
    HandInError
        If it is no walk that was handed in, or a setting of it cannot be.
    """
    if len(content) > MOST_BYTES:
        raise HandInError(f"It has more than {MOST_BYTES:,} bytes, and no walk that is handed in has.")
    try:
        told: Any = parse(content.decode("utf-8"), MOST_LISTS)
    except (ValueError, RecursionError) as error:
        raise HandInError(f"It is no hand-in of Netlab: it is not JSON ({reason_of(error)}).") from error
    if not isinstance(told, dict) or told.get("netlab_walk") != VERSION:
        raise HandInError(
            "It is no hand-in of Netlab. The page Loss landscape makes one, in a lesson, with the button “Hand in”."
        )
    settings, by = told.get("walk"), told.get("by", "")
    if not isinstance(settings, dict) or set(settings) != set(LABELS):
        raise HandInError(f"Its walk does not say each of {', '.join(LABELS)}.")
    if not isinstance(by, str) or len(by) > MOST_NAME or not by.isprintable():
        raise HandInError("“by” in it is no short text.")
    try:
        lesson = from_json(told.get("lesson"))
        for key, value in settings.items():
            walks.check_value(key, value)
    except (LessonError, SettingError) as error:
        raise HandInError(f"It cannot be walked again: {error}") from error
    if lesson.page != "landscape":
        raise HandInError(f"Its lesson is worked on the page {lesson.page}, and it hands in a walk.")
    return WalkIn(lesson, Walk(**settings), by)
