"""Whose the run on the page is, where that matters: on a server that others use too."""

from __future__ import annotations

import streamlit as st

from netlab.app.visitor import keeps_secret
from netlab.processes import sharing
from netlab.runs.owners import ANOTHERS, NOBODYS, NOT_FIRST, Rights
from netlab.training.class_size import class_size, offer
from netlab.training.queue import Job, View
from netlab.training.view.session import job_queue, make_smaller, own_seed, rights, train_own

JOINED = (
    "Somebody began this very training before you: the same network, data and seed, so every number of it is the same, bit for "
    "bit. You share the one run, and it counts once."
)
FOUND = (
    "Somebody else asked for this very training, too: the same network, data and seed, so every number of it is the same, bit "
    "for bit. They share this run with you, and it counts once."
)
NOT_KEPT = (
    "Your browser keeps nothing for this page (cookies are blocked), so your runs are yours only until this tab is closed. On the "
    "page Runs, “Take along” gives you a file that brings them back."
)


def tell_whose(job: Job | None, view: View | None) -> None:
    """Say it, with the ways out: a training of one's own, or one of the size of a class."""
    if not sharing.shared():
        return
    if not keeps_secret():
        st.caption(f":material/cookie_off: {NOT_KEPT}")
    if job is None or view is None:
        return
    may = rights(job.id)
    if may.delete in (ANOTHERS, NOBODYS):
        st.caption(f":material/visibility: {may.delete}")
    elif may.shared:
        _together(job, may)
    small = class_size(job.spec)
    if view.state == "queued" and view.started is None and small is not None and not may.stop:
        st.button(
            offer(small, job_queue().takes(small)), icon=":material/groups:", key="run_class_size", on_click=make_smaller,
            args=(job, small), help="Others are waiting too. With this your run keeps its place and is over sooner.",
        )  # fmt: skip


def _together(job: Job, may: Rights) -> None:
    other = own_seed(job.spec)
    st.info(JOINED if may.change == NOT_FIRST else FOUND, icon=":material/group:")
    st.button(
        f"Train one of my own, with seed {other.seed}", icon=":material/casino:", key="run_own_seed", on_click=train_own, args=(other,),
        help="Another seed draws other initial weights and another order of the images: it comes out a little differently.",
    )  # fmt: skip
