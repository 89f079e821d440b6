"""The lessons that come along, in their order, and the place where a lesson from a file is opened."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal
from netlab.classroom.lessons.code import to_code
from netlab.classroom.lessons.lesson import MOST_BYTES, LessonError, from_bytes
from netlab.classroom.lessons.library import NAMES, shipped
from netlab.classroom.lessons.view.task import begin_lesson

GO = "_lesson_go"


_OF = {"train": "Goal of one run", "landscape": "Goal of one walk"}


def listed() -> None:
    """Each lesson with its goal and a button that opens it."""
    page = st.session_state.pop(GO, "")
    if page:
        st.switch_page(f"pages/{page}.py")
    st.markdown(
        "Each lesson is a task on a page, Train or the loss landscape: it sets some controls, asks a question, and checks by itself whether the goal "
        "is reached. Read the page that it names first. They go from a line without a bend to a network that reads."
    )
    for place, name in enumerate(NAMES, start=1):
        lesson = shipped(name)
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"lesson_{name}_row"
        ):
            goal = literal(" ".join(one.sentence for one in lesson.goal))
            st.markdown(
                f"**{place}. {literal(lesson.title)}** · about {lesson.minutes} minutes  \n{_OF[lesson.page]}: {goal}",
                width="stretch",
            )
            st.button(
                "Begin",
                key=f"lesson_{name}",
                on_click=_go,
                args=(name, lesson.page),
                icon=":material/play_arrow:",
            )


def from_file() -> None:
    """A file that a teacher has given."""
    st.subheader("A lesson from a file", anchor=False)
    file = st.file_uploader(
        "A lesson, as the page “Make a lesson” writes it", type="json", key="lesson_file", width=480
    )
    if file is None:
        return
    try:
        lesson = from_bytes(file.read(MOST_BYTES + 1))
    except LessonError as error:
        st.error(literal(error), icon=":material/assignment_late:")
        return
    st.button(
        f"Begin “{literal(lesson.title)}”", key="lesson_from_file", on_click=_go, args=(to_code(lesson), lesson.page), type="primary",
        icon=":material/play_arrow:",
    )  # fmt: skip


def _go(word: str, page: str) -> None:
    begin_lesson(word)
    st.session_state[GO] = page
