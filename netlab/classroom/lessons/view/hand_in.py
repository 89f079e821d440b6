"""The button that hands a run in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from netlab.app.frame import literal
from netlab.app.lesson import predicted
from netlab.classroom.lessons.attempt import Attempt, Ink, weights_sum
from netlab.classroom.lessons.hand_in import MOST_NAME, hand_in, in_page
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.verdict import judge
from netlab.experiments.report.gather import gather
from netlab.experiments.report.report import html
from netlab.runs import origin, store
from netlab.runs.export import file_name

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
        make = partial(
            _file, lesson, attempt, seen or "", by or "", ink, f"{parts.scheme}://{parts.netloc}", tuple(predicted())
        )  # fmt: skip
        st.download_button(
            "Take the file to hand in", make, file_name=f"{file_name(lesson.title, attempt.run)}.html", mime="text/html",
            on_click="ignore", icon=":material/download:", key="hand_in_take",
        )  # fmt: skip
        st.caption(
            f"One HTML file about the run “{literal(attempt.name)}”: a lab report, the verdict with its evidence, and all settings with the seed. "
            "Your teacher can have it trained again, to the same bits, with `netlab check FILE`."
        )


def _file(
    lesson: Lesson, attempt: Attempt, seen: str, by: str, ink: Ink | None, address: str,
    said: tuple[tuple[str, str, str], ...],
) -> bytes:  # fmt: skip
    """The file's content, made when it is asked for."""
    run = store.get(attempt.run)
    if run is None:
        raise FileNotFoundError(f"Run {attempt.run} is gone.")
    report = gather(run, None, None, (), question=lesson.task, seen=seen, address=address, predicted=said)
    attempt = replace(attempt, weights=weights_sum(run))
    given = hand_in(lesson, attempt, by=by, branched=origin.read(run) is not None, ink=ink)
    return in_page(html(report), given, judge(lesson, attempt)).encode()
