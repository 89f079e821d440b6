"""A lesson on the page Train: the task, what is set for it, how far its reader is, and the verdict with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from netlab.app.frame import literal, put_in_address, word_in_address
from netlab.classroom.lessons.attempt import Attempt, Ink, answer_of, to_ink
from netlab.classroom.lessons.goals import Told
from netlab.classroom.lessons.lesson import Lesson, LessonError, words_and_links
from netlab.classroom.lessons.library import found
from netlab.classroom.lessons.settings import keys, label, written
from netlab.classroom.lessons.verdict import Verdict, best, judge
from netlab.classroom.lessons.view.hand_in import hand_in_button
from netlab.classroom.view.known_pages import path_of, title_of
from netlab.data import STAND_IN
from netlab.drawing import recognize
from netlab.drawing.view.pad import decode
from netlab.processes import sharing
from netlab.runs import store
from netlab.runs.reading import read
from netlab.training.fixed import FREE, Fixed
from netlab.training.queue import Job, View
from netlab.training.view.controls import MOVED
from netlab.training.view.session import name_of, own_only, source_in_use

ADDRESS = "lesson"
BEGUN = "_lesson_begun"
MOST_RUNS = 20
WHY = "The lesson has set this, and it stays so."
HARDER = (
    "The digits here are stand-ins, which are harder to read than MNIST's: the lesson may ask for more than they allow. "
    "`netlab data` says how to get MNIST."
)
MARKS = {
    True: ":material/check_circle:",
    False: ":material/cancel:",
    None: ":material/radio_button_unchecked:",
}


@dataclass(frozen=True)
class Open:
    """The lesson that is open here: the word of its address, and what it says."""

    word: str
    lesson: Lesson


def open_lesson() -> Open | None:
    """The lesson on Train that is open; its settings come first."""
    opened = open_on("train")
    if opened is not None and st.session_state.get(BEGUN) != opened.word:
        st.session_state[BEGUN] = opened.word
        if not set(keys()) & set(st.query_params):  # else its reader comes back, with what they had set
            st.session_state[MOVED] = opened.lesson.spec
    return opened


def open_on(page: str) -> Open | None:
    """The lesson that the address or the session asks for; one that cannot be read, or is worked elsewhere, is told."""
    word = word_in_address(ADDRESS, str)
    if not word:
        return None
    try:
        lesson = found(word)
    except LessonError as error:
        st.warning(literal(error), icon=":material/assignment_late:")
        st.button("Go on without a lesson", key="lesson_leave", on_click=leave)
        return None
    if lesson.page != page:
        _elsewhere(lesson)
        return None
    return Open(word, lesson)


def _elsewhere(lesson: Lesson) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/assignment: The lesson “{literal(lesson.title)}” is worked on another page.")
        st.page_link(
            path_of(lesson.page), label=f"Go to “{title_of(lesson.page)}”", icon=":material/arrow_forward:"
        )
        st.button(
            "Leave the lesson", key="lesson_leave", on_click=leave, type="tertiary", icon=":material/close:"
        )


def begin_lesson(word: str) -> None:
    """Open a lesson for this session; for callbacks, before the page Train is shown."""
    st.session_state[ADDRESS] = word
    st.session_state.pop(BEGUN, None)


def leave() -> None:
    """Close the lesson: all controls are free again. For callbacks."""
    st.session_state[ADDRESS] = ""
    st.session_state.pop(BEGUN, None)
    put_in_address(ADDRESS, "")


def fixed_by(opened: Open | None) -> Fixed:
    """What the lesson fixes of the controls."""
    if opened is None:
        return FREE
    return Fixed(opened.lesson.fixed, frozenset(opened.lesson.hidden), WHY)


def show_task(opened: Open | None, job: Job | None, view: View | None) -> None:
    """The task above the curves."""
    if opened is None:
        return
    lesson = opened.lesson
    with st.container(border=True, key="lesson_task"):
        heading(lesson)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_words(lesson)
            _set(lesson)
        with right:
            ink = drawing(lesson)
            made = attempts(job, view, ink)
            farthest = _progress(lesson, made)
            chosen = next((one for one in made if farthest is not None and one.run == farthest.run), None)
            if chosen is not None:
                hand_in_button(lesson, chosen, ink)


def heading(lesson: Lesson) -> None:
    """The lesson's title, and the way out of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        about = f" · about {lesson.minutes} minutes" if lesson.minutes else ""
        st.markdown(f"**:material/assignment: {literal(lesson.title)}**{about}", width="stretch")
        st.button(
            "Leave the lesson", key="lesson_leave", on_click=leave, type="tertiary", icon=":material/close:",
            help="All controls are free again. Your runs are kept.",
        )  # fmt: skip


def show_words(lesson: Lesson) -> None:
    """The task, and below it the pages that it names, each opened in this tab."""
    words, links = words_and_links(lesson.task)
    st.markdown(words)
    with st.container(horizontal=True, gap="small"):
        for link in links:
            st.page_link(
                path_of(link.page), label=f"Open “{title_of(link.page)}”", icon=":material/arrow_forward:", query_params=link.address
            )  # fmt: skip


def attempts(job: Job | None, view: View | None, ink: Ink | None) -> list[Attempt]:
    """The runs of this session that count, the one that is shown first."""
    shown = [job.id] if job is not None else []
    ids = list(dict.fromkeys([*shown, *st.session_state.get("runs", [])]))[:MOST_RUNS]
    own = ids if not sharing.shared() else own_only(ids)
    made = (_attempt(run_id, job, view, ink) for run_id in own)
    return [one for one in made if one is not None]


def drawing(lesson: Lesson) -> Ink | None:
    """What is on the reader's pad, framed; None if it is empty, or the lesson does not ask for it."""
    asked = any(one.kind == "reads" for one in lesson.goal)
    drawn = decode(st.session_state.get("_pad_kept")) if asked else None
    if drawn is None:
        return None
    spec, weights = recognize.network("article")
    image = recognize.read(spec, weights, drawn.picture).image
    return to_ink(image) if image.any() else None


def _attempt(run_id: str, job: Job | None, view: View | None, ink: Ink | None) -> Attempt | None:
    run = store.get(run_id)
    if job is not None and view is not None and run_id == job.id and (view.live or run is None):
        return Attempt(run_id, name_of(job), view.spec, view.history, view.done)
    if run is None:
        return None
    kept = _kept(str(run.folder), run_id, run.stamp())
    if kept is None or ink is None:
        return kept
    return Attempt(
        kept.run, run.own_name() or kept.name, kept.spec, kept.history, kept.ending, answer_of(run, ink)
    )


@st.cache_resource(show_spinner=False, max_entries=200)
def _kept(folder: str, run_id: str, stamp: object) -> Attempt | None:
    """A run as it lies on the disk, read once as long as it stays so; None if its description cannot be read."""
    run = store.get(run_id)
    found = read(run) if run is not None else None
    if run is None or found is None or found.spec is None:
        return None
    return Attempt(run_id, run.name(), found.spec, found.history, found.ending)


def _set(lesson: Lesson) -> None:
    """What is locked, in words; what is hidden is set, too, and said without its value."""
    told = []
    if lesson.locked:
        listed = ", ".join(f"{label(key)} ({written(key, lesson.fixed[key])})" for key in lesson.locked)
        told.append(f"Set by the lesson: {listed}.")
    if lesson.hidden:
        told.append(f"Not shown: {', '.join(map(label, lesson.hidden))}.")
    if told:
        st.caption(f":material/lock: {literal(' '.join(told))}")


def _progress(lesson: Lesson, made: Sequence[Attempt]) -> Verdict | None:
    judged = [judge(lesson, one) for one in made]
    farthest = best(judged)
    st.markdown("**The goal: all of this is true of one run**")
    none = Told(None, "")
    told = dict(farthest.conditions) if farthest is not None and not farthest.why_not else {}
    for one in lesson.goal:
        said = told.get(one, none)
        evidence = f" *{literal(said.evidence)}*" if said.evidence else ""
        st.markdown(f"{MARKS[said.met]} {literal(one.sentence)}{evidence}")
    _verdict(farthest, judged)
    if source_in_use() == STAND_IN and {"accuracy", "loss"} & {one.kind for one in lesson.goal}:
        st.caption(HARDER)
    return farthest


def _verdict(farthest: Verdict | None, judged: Sequence[Verdict]) -> None:
    if farthest is None:
        st.caption("You have no run in this lesson yet. Set the controls that are free, and press Train.")
        return
    which = f"“{literal(farthest.name)}” ({farthest.run[:4]})"
    reached = f"{farthest.count} of {len(farthest.conditions)} reached."
    if farthest.met:
        st.success(f"Goal reached by the run {which}.", icon=":material/flag:")
    elif farthest.why_not:
        st.info(
            f"The run {which} does not count. {literal(farthest.why_not)}",
            icon=":material/rule:",
        )
    elif len(judged) > 1:
        st.caption(f"The best of your {len(judged)} runs is {which}: {reached}")
    else:
        st.caption(f"This is the run {which}: {reached}")
