"""The button that hands a run in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from netlab.app.frame import literal
from netlab.app.lesson import predicted
from netlab.app.visitor import visitor
from netlab.classroom.lessons.attempt import Attempt, Ink, weights_sum
from netlab.classroom.lessons.hand_in import MOST_NAME, HandIn, hand_in, in_page
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.verdict import judge
from netlab.classroom.lessons.xapi import home_page, pupil_id, statements, to_text
from netlab.experiments.report.gather import gather
from netlab.experiments.report.report import html
from netlab.runs import origin, store
from netlab.runs.export import file_name
from netlab.runs.run import Run

MOST_SEEN = 4000


def hand_in_button(lesson: Lesson, attempt: Attempt, ink: Ink | None) -> None:
    """What its reader says, and the file."""
    run = store.get(attempt.run)
    if run is None or attempt.ending is None:
        return
    with st.popover("Hand in", icon=":material/outgoing_mail:", width="content"):
        seen = st.text_area(
            "What did you find out, and why is it so?", key="hand_in_seen", max_chars=MOST_SEEN, height=110, persist_state="session"
        )  # fmt: skip
        by = st.text_input(
            "Who are you, if your teacher wants to know", key="hand_in_by", max_chars=MOST_NAME, persist_state="session"
        )  # fmt: skip
        parts = urlsplit(st.context.url or "http://localhost:8501/")
        given = partial(
            _given, lesson, attempt, by or "", ink, home_page(st.context.url), pupil_id(visitor())
        )
        said = tuple(predicted())
        make = partial(_file, given, attempt, seen or "", f"{parts.scheme}://{parts.netloc}", said)
        st.download_button(
            "Take the file to hand in", make, file_name=f"{file_name(lesson.title, attempt.run)}.html", mime="text/html",
            on_click="ignore", icon=":material/download:", key="hand_in_take",
        )  # fmt: skip
        st.caption(
            f"One HTML file about the run “{literal(attempt.name)}”: a lab report, the verdict with its evidence, and all settings with the seed. "
            "Your teacher can have it trained again, to the same bits, with `netlab check FILE`."
        )
        st.download_button(
            "For a learning platform (xAPI)", partial(_statements, given, attempt, said),
            file_name=f"{file_name(lesson.title, attempt.run)}.xapi.json", mime="application/json", on_click="ignore",
            icon=":material/school:", key="hand_in_xapi", type="tertiary",
            help="Statements in the form xAPI 1.0.3: attempted, completed, passed or failed, and what you predicted. Nothing is sent; you get a "
            "file. It calls you by a random word of this browser, and by the name above if you gave one.",
        )  # fmt: skip


def _given(lesson: Lesson, attempt: Attempt, by: str, ink: Ink | None, home: str, pupil: str) -> HandIn:
    run = _run(attempt)
    attempt = replace(attempt, weights=weights_sum(run))
    branched = origin.read(run) is not None
    return hand_in(
        lesson, attempt, by=by, branched=branched, ink=ink, begun=run.started(), pupil=pupil, home=home
    )


def _file(
    make: Callable[[], HandIn],
    attempt: Attempt,
    seen: str,
    address: str,
    said: tuple[tuple[str, str, str], ...],
) -> bytes:
    """The file's content, made when it is asked for."""
    given = make()
    report = gather(
        _run(attempt), None, None, (), question=given.lesson.task, seen=seen, address=address, predicted=said
    )
    return in_page(html(report), given, judge(given.lesson, attempt)).encode()


def _statements(
    make: Callable[[], HandIn], attempt: Attempt, said: tuple[tuple[str, str, str], ...]
) -> bytes:
    given = make()
    return to_text(statements(given, judge(given.lesson, attempt), said)).encode()


def _run(attempt: Attempt) -> Run:
    run = store.get(attempt.run)
    if run is None:
        raise FileNotFoundError(f"Run {attempt.run} is gone.")
    return run
