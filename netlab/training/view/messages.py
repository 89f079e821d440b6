"""What there is to say of a run: its state, its verdict, what was not kept, what it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from netlab.app.frame import literal
from netlab.formatting import counted
from netlab.nets.naming import pictures, reads_digits
from netlab.processes.sharing import in_time
from netlab.runs.diagnosis import READS
from netlab.runs.events import Done
from netlab.runs.verdict import Tone, verdict
from netlab.training.queue import Job, View
from netlab.training.view.session import job_queue, tell_digits
from netlab.training.waiting import in_the_queue

STATES = {
    "queued": "In the queue",
    "starting": "Starting TensorFlow",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "done": "Finished",
    "diverged": "Diverged",
    "failed": "Could not go on",
    "died": "Training crashed",
    "interrupted": "Interrupted",
    "unreadable": "Cannot be read",
    "elsewhere": "Under way elsewhere",
}


def messages(job: Job, view: View) -> None:
    """Say it."""
    title = STATES[view.state]
    if view.state == "queued":
        st.info(in_the_queue(max(1, view.place), job_queue().slots, view.wait), icon=":material/hourglass:")
        if not job_queue().slots and job_queue().trouble:
            st.warning(literal(job_queue().trouble), icon=":material/cloud_off:")
    elif view.state == "starting":
        st.info(f"{title}, about 10 s.", icon=":material/hourglass:")
    elif view.gave_back:
        st.info(
            f"{title} for more than {in_time(job_queue().pause)}, so its place was given to others. It goes on from this "
            "very batch: Resume, One batch and To the end of the epoch take a place again when one is free.",
            icon=":material/hourglass:",
        )
    elif view.state == "elsewhere":
        st.info(f"**{title}**, batch {view.step:,}. {literal(view.reason)}", icon=":material/devices:")
    elif view.state == "done" and view.done is not None:
        _finished(view, view.done)
    elif view.state in ("died", "diverged", "failed", "interrupted", "stopped"):
        show = st.warning if view.state in ("stopped", "interrupted") else st.error
        reason = view.reason or {"interrupted": "The server or its worker ended before the run did."}.get(
            view.state, ""
        )
        ended = (
            f"**{title}** at batch {view.step:,}."
            if view.started is not None
            else f"**{title}** before it began."
        )
        show(f"{ended} {literal(reason)}", icon=":material/report:")
    if view.live and reads_digits(view.spec):
        st.page_link(
            "pages/draw.py", label="Draw: watch it read your 7 while it learns", icon=":material/draw:",
            query_params={"run": view.id, "reader": view.id},
        )  # fmt: skip
    if view.state == "died" and not view.can_continue:
        st.caption("It has no checkpoint yet: train its network again from the same seed.")
    if view.started is not None:
        tell_digits(view.started.note, view.started.warnings, pictures(view.spec))
    if view.starts_again:
        st.info(f"It started again from its seed. {literal(view.starts_again)}", icon=":material/replay:")
    if view.moved:
        st.info(literal(view.moved), icon=":material/move_down:")
    if job.trouble:
        st.warning(f"Not all of this run can be read. {literal(job.trouble)}", icon=":material/broken_image:")
    if not view.live and view.history.missing:
        st.warning(_gap(view.history.missing), icon=":material/save:")
    for missing in view.not_saved:
        st.warning(f"Not saved: {literal(missing.what)}. {literal(missing.reason)}", icon=":material/save:")


def _gap(missing: int) -> str:
    return (
        f"Its curves have a gap: {counted(missing, 'batch')} could not be written down when the disk was full or out of reach. "
        "What the network has learnt is not touched by that."
    )


ONWARDS = (
    ("inside", "See where it is wrong", "biotech"),
    ("rewind", "See when it learnt what", "fast_rewind"),
    ("runs", "Compare it", "compare_arrows"),
)
LOOKS: dict[Tone, tuple[Callable[..., Any], str]] = {
    "reads": (st.success, "check_circle"),
    "stand-in": (st.info, "edit_note"),
    "overfits": (st.warning, "call_split"),
    "not yet": (st.warning, "hourglass_disabled"),
    "guesses": (st.warning, "report"),
}


def _finished(view: View, done: Done) -> None:
    """The verdict over a finished run and, if the run can read, the way to let it."""
    judged = verdict(view.spec, view.history, done)
    show, icon = LOOKS[judged.tone]
    show(judged.sentence, icon=f":material/{icon}:")
    with st.container(horizontal=True, key="onwards"):
        if done.test_accuracy > READS and reads_digits(view.spec):
            st.page_link(
                "pages/draw.py", label="Now draw one for it to read", icon=":material/draw:",
                query_params={"run": view.id, "reader": view.id},
            )  # fmt: skip
        for page, label, icon in ONWARDS:
            st.page_link(
                f"pages/{page}.py", label=label, icon=f":material/{icon}:", query_params={"run": view.id}
            )
