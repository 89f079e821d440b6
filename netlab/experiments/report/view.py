"""The section in which a reader writes their report and takes it along."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from netlab.app.frame import follow_newest, literal
from netlab.app.lesson import predicted
from netlab.drawing import recognize
from netlab.drawing.view.pad import decode
from netlab.experiments.report.gather import gather
from netlab.experiments.report.report import LONGEST, Drawn, html
from netlab.experiments.subject import source_of
from netlab.experiments.view.subjects import pictures_for, tell_unreadable
from netlab.nets.naming import reads_digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs import store
from netlab.runs.export import file_name
from netlab.runs.run import Run, RunError
from netlab.storage import in_words
from netlab.training.view.session import current, mine

MOST = 100


def lab_report() -> None:
    """Which run, what was asked, what was seen; one file."""
    runs = _runs()
    tell_unreadable()
    if not runs:
        st.info(
            "A report tells of a run, and there is none yet. Train one, then come back.",
            icon=":material/description:",
        )
        st.page_link("pages/train.py", label="Train a network", icon=":material/play_circle:")
        return
    now = current()
    newest = now.id if now is not None and now.id in runs else next(iter(runs))
    chosen = follow_newest("report_run", "Report on", runs, newest)
    run = store.get(chosen)
    if run is None:
        st.rerun()
    left, right = st.columns(2, gap="medium")
    with left:
        question = st.text_area(
            "My question", key="report_question", max_chars=LONGEST, height=120, persist_state="session",
            placeholder="What did I want to know? For example: does dropout help when there are few digits?",
        )  # fmt: skip
    with right:
        seen = st.text_area(
            "What I saw", key="report_seen", max_chars=LONGEST, height=120, persist_state="session",
            placeholder="What came out, what surprised me, and what it does not show.",
        )  # fmt: skip
    try:
        spec = run.spec()
        drawn = _drawn(run, spec)
        if drawn:
            st.caption("The drawing on your pad and what this run reads in it go into the report.")
        pictures = pictures_for(spec, source_of(run))
        page = html(
            gather(
                run, pictures.images, pictures.labels, pictures.classes, question=question or "", seen=seen or "",
                drawings=drawn, address=_address(), source=pictures.source, predicted=tuple(predicted()),
            )
        ).encode()  # fmt: skip
    except RunError as error:
        st.warning(literal(error), icon=":material/broken_image:")
        return
    st.download_button(
        "Take the report", page, file_name=f"{file_name(run.name(), run.id)}-report.html", mime="text/html", type="primary",
        icon=":material/download:", on_click="ignore", key="report_take",
    )  # fmt: skip
    st.caption(
        f"One HTML file of {in_words(len(page))}: your question, your prediction if you made one, settings, curves, the confusion table, what "
        "stands out, the Keras script and a link that brings all settings back. It opens in every browser, needs nothing from the network, "
        "and prints."
    )


def _runs() -> dict[str, str]:
    found = {}
    for run_id in mine()[:MOST]:
        run = store.get(run_id)
        if run is not None and run.begun():
            found[run_id] = _words(run_id, run.own_name())
    return found


@st.cache_data(show_spinner=False, max_entries=500)
def _words(run_id: str, own_name: str) -> str:
    run = store.get(run_id)
    if run is None:
        return f"run {run_id[:4]}"
    try:
        return f"{own_name or run.name()}, {run.started()[:16].replace('T', ' ')}, run {run_id[:4]}"
    except RunError:
        return f"cannot be read, run {run_id[:4]}"


def _drawn(run: Run, spec: NetworkSpec) -> tuple[Drawn, ...]:
    """What is on the reader's pad, if it is ink and the run reads digits."""
    drawing = decode(st.session_state.get("_pad_kept"))
    if drawing is None or not reads_digits(spec):
        return ()
    try:
        own, weights, _ = run.latest_weights()
        reading = recognize.read(own, weights, drawing.picture)
    except (RunError, WeightsError):
        return ()  # it has no weights yet
    return () if reading.blank else (Drawn(reading.image, reading.probabilities),)


def _address() -> str:
    """Where this visitor's browser found Netlab."""
    parts = urlsplit(st.context.url or "http://localhost:8501/")
    return f"{parts.scheme}://{parts.netloc}"
