"""Where a lesson is made: the controls of its page, which of them are fixed, the words, the goal; a link or a file results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from netlab.app.choice import choose
from netlab.app.frame import literal
from netlab.app.keys import base
from netlab.classroom import joining
from netlab.classroom.lessons import walks
from netlab.classroom.lessons.code import to_code
from netlab.classroom.lessons.goals import KINDS, Condition, condition
from netlab.classroom.lessons.lesson import (
    MINUTES,
    MOST_CONDITIONS,
    MOST_TASK,
    MOST_TITLE,
    Lesson,
    LessonError,
    to_text,
)
from netlab.classroom.lessons.settings import EACH, ROUND, keys, label, start_of
from netlab.classroom.lessons.view.make_walk import FIRST_WALK_TASK, show_beginning, walk_controls
from netlab.classroom.lessons.view.task import show_words
from netlab.classroom.view.known_pages import title_of
from netlab.nets.spec import NetworkSpec
from netlab.runs.export import file_name
from netlab.training.controls import to_controls
from netlab.training.view.controls import network_settings

FIRST_TASK = "Read [Loss](./loss) first. Then change … until …\n\n**Before you press Train**: what do you expect, and why?"


@dataclass(frozen=True)
class Ground:
    """A page on which a lesson can be worked, as whoever makes one needs it.

    Attributes
    ----------
    goal, asked : str
        What the choice of the goal is called, and what stands before the goal that was chosen.
    first_task : str
        What the task begins as.
    names : mapping of str to str
        What can be fixed: the keys of its controls, and what the page calls them.
    hides : bool
        Whether a control there can be hidden, too.
    controls : callable
        Shows the controls and tells those that are not as they begin, by key; or none, and why no lesson can have them.
    """

    goal: str
    asked: str
    first_task: str
    names: Mapping[str, str]
    hides: bool
    controls: Callable[[], tuple[dict[str, Any] | None, str]]


def make_lesson() -> None:
    """Controls on the right, words and goal on the left, below what results."""
    page = choose(
        st.segmented_control,
        "The page on which it is worked",
        list(GROUNDS),
        key="make_page",
        titles=title_of,
    )
    ground = GROUNDS[page]
    left, right = st.columns([3, 2], gap="large")
    with right:
        st.subheader("What the controls begin at", anchor=False)
        controls, why_not = ground.controls()
    with left:
        title = st.text_input("Title", key="make_title", max_chars=MOST_TITLE, persist_state="session")
        task = st.text_area(
            "Task", ground.first_task, key=f"make_task_{page}", max_chars=MOST_TASK, height=220, persist_state="session",
            help="Markdown without HTML and pictures: **bold**, lists, $formulas$, and links to pages, such as [Loss](./loss).",
        )  # fmt: skip
        minutes = st.number_input("Minutes", *MINUTES, 15, key="make_minutes", persist_state="session")
        locked, hidden = _fixed(page, ground)
        goal = _goal(page, ground)
        st.subheader("The lesson", anchor=False)
        if controls is None:
            st.info(why_not)
            return
        if not title.strip() or not goal:
            st.info("A lesson needs a title and at least one condition of its goal.")
            return
        try:
            lesson = Lesson(title.strip(), task, goal, controls, locked, hidden, page, int(minutes))
        except LessonError as error:
            st.error(literal(error), icon=":material/edit_off:")
            return
        _result(lesson, ground)


def _network() -> tuple[dict[str, Any] | None, str]:
    spec = network_settings(st.container())
    if spec is None:
        return None, "The controls describe no network yet: beside them it says why."
    try:
        return set_by(spec), ""
    except LessonError as error:
        return None, str(error)


def set_by(spec: NetworkSpec) -> dict[str, Any]:
    """The controls of a network that are not as they begin, by key.

    Parameters
    ----------
    spec : NetworkSpec
        One that the controls describe.

    Returns
    -------
    dict

    Raises
    ------
    LessonError
        If each hidden layer is set by itself.
    """
    values = to_controls(spec)
    if values[EACH]:
        raise LessonError(
            "A lesson sets all hidden layers alike. Under “More”, switch off “Set each hidden layer by itself”."
        )
    return {key: values[key] for key in keys() if key in values and values[key] != start_of(key)}


def _fixed(page: str, ground: Ground) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which controls stay as they are: of no other thing on the page is it asked."""
    names = ground.names
    locked = st.multiselect(
        "Locked: shown greyed, as they are set", list(names), format_func=names.__getitem__, key=f"make_locked_{page}",
        placeholder="None is locked", persist_state="session",
    )  # fmt: skip
    if not ground.hides:
        return tuple(locked), ()
    hidden = st.multiselect(
        "Hidden: not shown, as they are set", [key for key in names if key not in locked], format_func=names.__getitem__,
        key=f"make_hidden_{page}", placeholder="None is hidden", persist_state="session",
    )  # fmt: skip
    if set(ROUND) & {*locked, *hidden}:
        st.caption("Layers cannot be set one by one then: that would go around it.")
    return tuple(locked), tuple(key for key in hidden if key not in locked)


def _goal(page: str, ground: Ground) -> tuple[Condition, ...]:
    chosen = st.multiselect(
        ground.goal, [kind for kind, row in KINDS.items() if row.page == page],
        format_func=lambda kind: KINDS[kind].title, key=f"make_goal_{page}", placeholder="Choose what is checked",
        persist_state="session", max_selections=MOST_CONDITIONS,
    )  # fmt: skip
    return tuple(condition({"kind": kind, **_numbers(kind)}) for kind in chosen)


def _numbers(kind: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    with st.container(horizontal=True):
        for name, (which, low, high, usual) in KINDS[kind].numbers.items():
            number: Any = int if which in ("count", "digit") else float
            step = 1 if which in ("count", "digit") else 0.01
            told[name] = number(
                st.number_input(
                    f"{KINDS[kind].title}: {name.replace('_', ' ')}", number(low), number(high), number(usual), step,
                    key=f"make_{kind}_{name}", width=260, persist_state="session",
                    help="A share: 0.97 is 97 %." if which == "share" else None,
                )
            )  # fmt: skip
    return told


def _result(lesson: Lesson, ground: Ground) -> None:
    """The task as pupils see it, the goal in words, the link, its code and the file."""
    with st.container(border=True):
        st.markdown(f"**{literal(lesson.title)}**")
        show_words(lesson)
        goal = literal(" ".join(one.sentence for one in lesson.goal))
        st.markdown(f"{ground.asked}: {goal}")
    if lesson.page == "landscape":
        show_beginning(lesson)
    st.download_button(
        "Take it as a file", to_text(lesson), file_name=f"{file_name(lesson.title, 'lesson')}.netlab-lesson.json",
        mime="application/json", on_click="ignore", icon=":material/download:", key="make_file",
    )  # fmt: skip
    address = joining.join_address(st.context.url, str(base()), f"{lesson.page}?lesson={to_code(lesson)}")
    if not address:
        st.caption("Your browser has not told its address yet. Reload the page, and the link is here.")
        return
    st.code(address, language=None, wrap_lines=True)
    if joining.only_here(address):
        st.caption(
            "This link begins with localhost, by which every computer means itself. Open this page as the others open theirs."
        )
    if len(address) > joining.MOST_LETTERS:
        st.caption(
            f"The link has {len(address):,} letters, too many for a QR code that is read across a room ({joining.MOST_LETTERS}): send it, or "
            "make the task shorter."
        )
        return
    st.html(
        f'<img src="{joining.qr_url(address)}" alt="QR code of the lesson" style="width: min(320px, 80vw); border-radius: 8px">',
        width="content",
    )


GROUNDS = {
    "train": Ground(
        "Goal: one run meets all of",
        "Goal of one run",
        FIRST_TASK,
        {key: label(key) for key in keys()},
        True,
        _network,
    ),
    "landscape": Ground(
        "Goal: one walk meets all of", "Goal of one walk", FIRST_WALK_TASK, walks.LABELS, False, walk_controls
    ),
}
"""Each page of a lesson, by its name."""
