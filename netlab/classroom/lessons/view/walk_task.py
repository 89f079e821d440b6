"""A lesson on the page Loss landscape: the task, what is locked, and the verdict on the walk that is shown."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from netlab.app.choice import set_controls
from netlab.app.frame import literal
from netlab.classroom.lessons.hand_in import MOST_NAME
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.verdict import judge_walk
from netlab.classroom.lessons.view.task import BEGUN, MARKS, Open, heading, open_on, show_words
from netlab.classroom.lessons.walk_file import WalkIn, to_text
from netlab.classroom.lessons.walks import PLACES, Walk, known, written
from netlab.landscape.surface import Surface
from netlab.landscape.view.body import Task
from netlab.landscape.view.controls import rate_key, start_keys
from netlab.nn.optimizers import OPTIMIZERS, Optimizer
from netlab.runs.export import file_name

PREFIX = "ls_"


def open_walk_lesson() -> Open | None:
    """The lesson on the landscape that is open; its settings come first."""
    opened = open_on("landscape")
    if opened is None:
        return None
    if st.session_state.get(BEGUN) != opened.word:
        st.session_state[BEGUN] = opened.word
        if not any(key.startswith(PREFIX) for key in st.query_params):  # else its reader comes back
            set_controls(controls_of(opened.lesson.walk))
    return opened


def controls_of(walk: Walk) -> dict[str, Any]:
    """A walk by the keys of the page's controls."""
    surface, optimizer = PLACES[walk.surface], OPTIMIZERS[walk.optimizer]
    x, y = start_keys(surface)
    return {
        "ls_surface": walk.surface, "ls_optimizer": walk.optimizer, rate_key(surface, optimizer): float(walk.rate),
        x: float(walk.x), y: float(walk.y), "ls_steps": walk.steps, "ls_others": [],
    }  # fmt: skip


def walk_task(opened: Open) -> Task:
    """What shows the task of an open lesson above the walk."""
    return partial(show_walk_task, opened)


def show_walk_task(
    opened: Open, surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int
) -> None:
    """The task, and what the walk that is shown says of its goal."""
    lesson = opened.lesson
    with st.container(border=True, key="lesson_task"):
        heading(lesson)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_words(lesson)
            if lesson.locked:
                listed = ", ".join(
                    f"{known(key)} ({written(key, lesson.fixed[key])})" for key in lesson.locked
                )
                st.caption(f":material/lock: Set by the lesson: {literal(listed)}.")
            st.button(
                "Back to the settings of the lesson", key="lesson_back", type="tertiary", icon=":material/undo:",
                on_click=set_controls, args=(controls_of(lesson.walk),),
            )  # fmt: skip
        with right:
            st.markdown("**The goal: all of this is true of one walk**")
            walk, why_not = _walk(surface, optimizer, start, steps)
            if walk is None:
                st.info(why_not, icon=":material/rule:")
                return
            _verdict(lesson, walk)


def _walk(
    surface: Surface, optimizer: Optimizer, start: tuple[float, float], steps: int
) -> tuple[Walk | None, str]:
    """The walk on the screen by its settings, or why these do not say all of it."""
    if PLACES.get(surface.key) is not surface:
        return None, "This landscape has settings of its own, and a lesson walks on one that is as it is."
    usual = OPTIMIZERS[optimizer.key].with_settings(learning_rate=optimizer.learning_rate)
    if (optimizer.values, optimizer.schedule) != (usual.values, usual.schedule):
        return (
            None,
            "Among “More settings” one is not as it begins. Set it back: a lesson counts walks without them.",
        )
    x, y = start
    return Walk(surface.key, optimizer.key, optimizer.learning_rate, x, y, steps), ""


def _verdict(lesson: Lesson, walk: Walk) -> None:
    found = judge_walk(lesson, walk)
    for one, said in found.conditions:
        st.markdown(f"{MARKS[said.met]} {literal(one.sentence)} *{literal(said.evidence)}*")
    if found.met:
        st.success("Goal reached by this walk.", icon=":material/flag:")
    elif found.why_not:
        st.info(f"This does not count. {literal(found.why_not)}", icon=":material/rule:")
    with st.popover("Hand in", icon=":material/outgoing_mail:"):
        by = st.text_input(
            "Who are you, if your teacher wants to know", key="hand_in_by", max_chars=MOST_NAME, persist_state="session"
        )  # fmt: skip
        st.download_button(
            "Take the file to hand in", to_text(WalkIn(lesson, walk, by or "")), mime="application/json", on_click="ignore",
            file_name=f"{file_name(lesson.title, 'walk')}.netlab-walk.json", icon=":material/download:", key="hand_in_take",
        )  # fmt: skip
        st.caption(
            "The settings of this walk and the lesson. Your teacher has it walked again with `netlab check FILE`."
        )
