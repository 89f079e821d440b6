"""A run on the screen: what ticks while it is live, in containers that keep their places."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import tab_named
from netlab.app.frame import literal
from netlab.app.visitor import visitor
from netlab.nets.spec import NetworkSpec
from netlab.training.progress import TITLE, tab_title
from netlab.training.queue import Job, View
from netlab.training.view.counters import counters
from netlab.training.view.curves import axis_choices, beginning, curves
from netlab.training.view.findings import Beside, beside, findings_shown, outdated
from netlab.training.view.live_rate import changed_elsewhere
from netlab.training.view.living_network import living_network
from netlab.training.view.messages import messages
from netlab.training.view.session import job_queue
from netlab.training.view.shown_batch import shown_batch

TICK_SECONDS = 0.22
ELSEWHERE_SECONDS = 2.0  # between two looks at a run that another program trains
POINTS, POINTS_BESIDE_BEGINNING = 120, 80


def view_of(job: Job) -> View:
    """What there is to show of a run now."""
    closely = beginning()
    points = POINTS_BESIDE_BEGINNING if closely else POINTS
    return job_queue().view(job, points, beginning=closely, viewer=visitor())


def live_run(job: Job | None, view: View | None, spec: NetworkSpec) -> None:
    """Show a run or, where there is none, the empty axes that one of ``spec`` will fill.

    Only figures, counters and messages are in the ticking part, so that a tick costs the browser little; a change
    of state runs the page again.
    """
    axis_choices()
    if job is None or view is None:
        st.fragment(_show)(None, None, spec)
        return
    pace = {"elsewhere": ELSEWHERE_SECONDS}.get(view.state, TICK_SECONDS if view.live else None)
    ticking = st.fragment(_tick, run_every=pace)
    ticking(job.id, view.state, changed_elsewhere(view), beside(view))
    shown_batch(view)
    findings_shown(view)


def unreadable(job: Job) -> None:
    """Say why a run cannot be shown, and what becomes of it."""
    st.error(
        f"{literal(job.reason)} Its files stay as they are until you delete it under “My runs”.",
        icon=":material/broken_image:",
    )


def _tick(run_id: str, state: str, elsewhere: int, then: Beside) -> None:
    job = job_queue().find(run_id)
    if job is None:
        st.rerun()  # it was deleted
    view = view_of(job)
    if view.state != state or st.session_state.get("run") != run_id or changed_elsewhere(view) != elsewhere:
        st.rerun()
    if outdated(view, then):
        st.rerun()  # what stands below what ticks is of another moment
    _show(job, view, view.spec)


def _show(job: Job | None, view: View | None, spec: NetworkSpec) -> None:
    # One container each, filled or not: a figure that changes its place would lose its zoom.
    numbers, charts, words, picture = (
        st.container(), st.container(), st.container(key="words"), st.container(),
    )  # fmt: skip
    with numbers:
        counters(view)
    with charts:
        curves(job, view, spec)
    if job is not None and view is not None:
        with words:
            messages(job, view)
            total = 0 if view.started is None else view.started.total_steps
            tab_named(tab_title(view.state, view.step, total), usual=TITLE)
        with picture:
            living_network(job, view)
