"""A lesson as data: what it is called, what is set, locked and hidden for it, the task, and the goal.

It comes from a link or a file, so it is read as a stranger's: every name and value is checked, and a sentence says what
is wrong. Only controls can be locked or hidden, since only their names are taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from netlab.classroom.lessons import settings, walks
from netlab.classroom.lessons.goals import KINDS, Condition, GoalError, condition
from netlab.classroom.lessons.settings import SettingError, spec_of
from netlab.files import parse, reason_of
from netlab.nets.spec import NetworkSpec, SpecError

VERSION = 1
MOST_BYTES = 8000
MOST_TITLE, MOST_TASK = 80, 2000
MOST_CONDITIONS = 4
MOST_LISTS = 60
PAGES = ("train", "landscape")
"""The pages on which a lesson can be worked."""
TABLES: dict[str, Any] = {"train": settings, "landscape": walks}
"""What a lesson may set on each of them: ``known`` and ``check_value`` of that page's controls."""
FIELDS = ("netlab_lesson", "title", "page", "minutes", "controls", "locked", "hidden", "task", "goal")
MINUTES = (1, 90)
_HTML = re.compile(r"<[A-Za-z/!?]")
_LINK = re.compile(r"\]\(\s*([^)\s]*)")
_PAGE_LINK = re.compile(r"\./[a-z_]+(\?[A-Za-z0-9_.=&%+-]*)?")
_WHOLE_LINK = re.compile(r"([*_]?)\[([^\[\]]*)\]\(\s*\./([a-z_]+)(?:\?([^)\s]*))?[^)]*\)")
_REFERENCE = re.compile(r"^\s*\[[^\]]*\]:|\]\[", re.MULTILINE)


@dataclass(frozen=True)
class PageLink:
    """A page to which a task leads: its name, and what its address says."""

    page: str
    address: tuple[tuple[str, str], ...] = ()


class LessonError(ValueError):
    """A lesson that cannot be used; the sentence says what is wrong with it and what was expected."""


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    title : str
        Plain text.
    task : str
        Markdown without HTML and pictures; its links lead to pages of the app.
    goal : tuple of Condition
        What one run must meet, all of it.
    controls : mapping of str to object
        What controls begin at, by key; the others as ever.
    locked, hidden : tuple of str
        Keys of controls that stay as they are: shown greyed, or not shown at all.
    page : str
        One of ``PAGES``.
    minutes : int
        About how long it takes; 0 if that is not said.

    Raises
    ------
    LessonError
        If it cannot be used.
    """

    title: str
    task: str
    goal: tuple[Condition, ...]
    controls: Mapping[str, Any] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    page: str = "train"
    minutes: int = 0

    def __post_init__(self) -> None:
        _check_words(self)
        _check_controls(self)
        if not 1 <= len(self.goal) <= MOST_CONDITIONS:
            raise LessonError(
                f"The goal of a lesson has 1 to {MOST_CONDITIONS} conditions; this one has {len(self.goal)}."
            )
        if len({one.kind for one in self.goal}) < len(self.goal):
            raise LessonError("The goal names a condition twice; once is enough.")
        elsewhere = [one.kind for one in self.goal if KINDS[one.kind].page != self.page]
        if elsewhere:
            raise LessonError(
                f"The goal “{elsewhere[0]}” is one for the page {KINDS[elsewhere[0]].page}, and this lesson is worked on {self.page}."
            )

    @cached_property
    def spec(self) -> NetworkSpec:
        """The network that its controls describe before anybody moves one."""
        return spec_of(self.controls)

    @cached_property
    def walk(self) -> walks.Walk:
        """The walk that the controls of a lesson on the landscape describe before anybody moves one."""
        return walks.walk_of(self.controls)

    @cached_property
    def fixed(self) -> dict[str, Any]:
        """The values of the controls that are locked or hidden, by key."""
        keys = (*self.locked, *self.hidden)
        if self.page == "landscape":
            return {key: getattr(self.walk, key) for key in keys}
        return {key: settings.fixed_value(key, self.controls) for key in keys}

    def to_json(self) -> dict[str, Any]:
        """The lesson as plain JSON values; ``from_json`` gives it back."""
        told: dict[str, Any] = {
            "netlab_lesson": VERSION, "title": self.title, "page": self.page, "minutes": self.minutes,
            "controls": dict(self.controls), "locked": list(self.locked), "hidden": list(self.hidden), "task": self.task,
            "goal": [one.to_json() for one in self.goal],
        }  # fmt: skip
        return {name: value for name, value in told.items() if value not in (0, {}, [])}


def from_json(told: Any) -> Lesson:
    """Read a lesson from JSON values.

    Parameters
    ----------
    told : object
        As ``Lesson.to_json`` gives it, or what a stranger wrote.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        If it is no lesson, is one of a newer version, or cannot be used.
    """
    if not isinstance(told, dict) or "netlab_lesson" not in told:
        raise LessonError("This is no lesson of Netlab: it does not say “netlab_lesson”.")
    if told["netlab_lesson"] != VERSION:
        raise LessonError(
            f"This lesson is of version {str(told['netlab_lesson'])[:20]}, and this Netlab reads version {VERSION}. A newer "
            "Netlab may read it."
        )
    unknown = sorted(set(told) - set(FIELDS))
    if unknown:
        raise LessonError(
            f"A lesson has no part called “{unknown[0][:40]}”; its parts are {', '.join(FIELDS[1:])}."
        )
    missing = [name for name in ("title", "task", "goal") if name not in told]
    if missing:
        raise LessonError(f"The lesson has no {missing[0]}.")
    controls = told.get("controls", {})
    if not isinstance(controls, dict):
        raise LessonError("The controls of a lesson are an object: the key of each control and its value.")
    return Lesson(
        told["title"], told["task"], _goal(told["goal"]), controls, _keys(told, "locked"), _keys(told, "hidden"),
        told.get("page", "train"), told.get("minutes", 0),
    )  # fmt: skip


def from_text(text: str) -> Lesson:
    """Read a lesson from the text of a file.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        If it is too long, no JSON, or no lesson.
    """
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise LessonError(f"A lesson has at most {MOST_BYTES:,} bytes; this has more.")
    try:
        told = parse(text, MOST_LISTS)
    except (ValueError, RecursionError) as error:
        raise LessonError(f"This is no lesson of Netlab: it is not JSON ({reason_of(error)}).") from error
    return from_json(told)


def from_bytes(content: bytes) -> Lesson:
    """Read a lesson from a file's bytes.

    Parameters
    ----------
    content : bytes
        Anything.

    Returns
    -------
    Lesson

    Raises
    ------
    LessonError
        If it is no lesson.
    """
    try:
        return from_text(content[: MOST_BYTES + 1].decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LessonError("This is no lesson of Netlab: it is not text in UTF-8.") from error


def to_text(lesson: Lesson) -> str:
    """The lesson as a file that people can read and change.

    Parameters
    ----------
    lesson : Lesson

    Returns
    -------
    str
        JSON, indented.
    """
    return json.dumps(lesson.to_json(), indent=1, ensure_ascii=False) + "\n"


def _goal(told: Any) -> tuple[Condition, ...]:
    if not isinstance(told, list):
        raise LessonError("The goal of a lesson is a list of conditions.")
    try:
        return tuple(condition(one) for one in told)
    except GoalError as error:
        raise LessonError(str(error)) from error


def _keys(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = told.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise LessonError(f"What is {name} is a list of keys of controls.")
    return tuple(found)


def _check_words(lesson: Lesson) -> None:
    for name, text, most in (("title", lesson.title, MOST_TITLE), ("task", lesson.task, MOST_TASK)):
        if not isinstance(text, str) or not text.strip():
            raise LessonError(f"The {name} of a lesson is text; this lesson has none.")
        if len(text) > most:
            raise LessonError(
                f"The {name} of a lesson has at most {most:,} letters; this one has {len(text):,}."
            )
        if any(not (one.isprintable() or (one == "\n" and name == "task")) for one in text):
            raise LessonError(f"The {name} holds a control character; letters, signs and digits are taken.")
    check_markdown(lesson.task)
    if lesson.page not in PAGES:
        raise LessonError(
            f"A lesson is worked on the page {_either(PAGES)}, not on {str(lesson.page)[:40]!r}."
        )
    low, high = MINUTES
    if type(lesson.minutes) is not int or (lesson.minutes and not low <= lesson.minutes <= high):
        raise LessonError(f"A lesson takes {low} to {high} minutes, a whole number.")


def check_markdown(task: str) -> None:
    """Refuse a task that would show more than words: HTML, pictures, links that leave the app.

    Parameters
    ----------
    task : str
        Markdown.

    Raises
    ------
    LessonError
        In a sentence.
    """
    if _HTML.search(task):
        raise LessonError("A task is Markdown without HTML: put a blank behind “<”, or leave it out.")
    if "![" in task:
        raise LessonError("A task shows no pictures: leave out “![”.")
    if _REFERENCE.search(task):
        raise LessonError("A link stands where it is, [words](./page), not at the end of the task.")
    for target in _LINK.findall(task):
        if not _PAGE_LINK.fullmatch(target):
            raise LessonError(
                f"A link in a task leads to a page of Netlab, such as [Loss](./loss); this one leads to “{target[:60]}”."
            )


def words_and_links(task: str) -> tuple[str, tuple[PageLink, ...]]:
    """Part a task from its links: in Markdown they open a tab of its own, which knows nothing of the reader's runs and drawings.

    Parameters
    ----------
    task : str
        Markdown of a lesson.

    Returns
    -------
    words : str
        The task, the words of its links emphasized.
    links : tuple of PageLink
        Where they lead to, in their order, each once.
    """
    found = (PageLink(one[3], tuple(parse_qsl(one[4] or ""))) for one in _WHOLE_LINK.finditer(task))
    return _WHOLE_LINK.sub(_emphasized, task), tuple(dict.fromkeys(found))


def _emphasized(link: re.Match[str]) -> str:
    """The words of a link, in italics unless they are emphasized already."""
    already, words = link[1], link[2]
    return f"{already}{words}" if already or {"*", "_"} & set(words) else f"*{words}*"


def _check_controls(lesson: Lesson) -> None:
    table = TABLES[lesson.page]
    try:
        for key, value in lesson.controls.items():
            table.check_value(key, value)
        for name in ("locked", "hidden"):
            keys = getattr(lesson, name)
            if len(set(keys)) < len(keys):
                raise LessonError(f"A control is named twice in what is {name}.")
            for key in keys:
                table.known(key)
    except SettingError as error:
        raise LessonError(str(error)) from error
    if lesson.page == "landscape" and lesson.hidden:
        raise LessonError("A lesson on the landscape hides no control; it can lock them.")
    both = set(lesson.locked) & set(lesson.hidden)
    if both:
        raise LessonError(f"The control “{min(both)}” is locked and hidden; one of the two is enough.")
    try:
        if lesson.page == "train":
            spec_of(lesson.controls)
    except SpecError as error:
        raise LessonError(f"The controls of the lesson describe no network: {error}") from error


def _either(words: Sequence[str]) -> str:
    return " or ".join(words)
