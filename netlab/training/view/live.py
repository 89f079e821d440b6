"""A run on the screen: what ticks while it is live, in containers that keep their places."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import tab_named
from netlab.app.frame import literal
from netlab.training.progress import TITLE, tab_title
from netlab.training.queue import Job, View
from netlab.training.view.counters import counters
from netlab.training.view.curves import axis_choices, curves
from netlab.training.view.live_rate import changed_elsewhere, live_rate
from netlab.training.view.messages import messages
from netlab.training.view.session import job_queue

TICK_SECONDS = 0.22
ELSEWHERE_SECONDS = 2.0  # between two looks at a run that another program trains
POINTS = 140


def view_of(job: Job) -> View:
    """What there is to show of a run now."""
    return job_queue().view(job, POINTS)


def live_run(job: Job, view: View) -> None:
    """Show a run.

    Only figures, counters and messages are in the ticking part, so that a tick costs the browser little; a change
    of state runs the page again.
    """
    moving = st.container()
    axis_choices(job)
    if view.state in ("running", "paused"):
        live_rate(job, view)
    with moving:  # after the axes, which a link may have set
        pace = {"elsewhere": ELSEWHERE_SECONDS}.get(view.state, TICK_SECONDS if view.live else None)
        ticking = st.fragment(_tick, run_every=pace)
        ticking(job.id, view.state, changed_elsewhere(view))


def unreadable(job: Job) -> None:
    """Say why a run cannot be shown, and what becomes of it."""
    st.error(
        f"{literal(job.reason)} Its files stay as they are until you delete it under “My runs”.",
        icon=":material/broken_image:",
    )


def _tick(run_id: str, state: str, elsewhere: int) -> None:
    job = job_queue().find(run_id)
    if job is None:
        st.rerun()  # it was deleted
    view = view_of(job)
    if view.state != state or st.session_state.get("run") != run_id or changed_elsewhere(view) != elsewhere:
        st.rerun()
    # One container each, filled or not: a figure that changes its place would lose its zoom.
    numbers, charts, words = (st.container() for _ in range(3))
    with words:
        messages(job, view)
        total = 0 if view.started is None else view.started.total_steps
        tab_named(tab_title(view.state, view.step, total), usual=TITLE)
    if view.started is not None:
        with numbers:
            counters(view)
        with charts:
            curves(view)
