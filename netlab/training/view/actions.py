"""What can be done with a run: one bar of buttons above the curves, always in the same place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from netlab.nets.spec import NetworkSpec
from netlab.training.queue import Job, View
from netlab.training.view.session import current, go_on, rights, send, stop, submit


def actions(job: Job | None, view: View | None, spec: NetworkSpec | None) -> None:
    """Train, and what the run that is shown obeys; ``spec`` is the next run's network, None if there is none.

    Train stays in its place, greyed while a run is on: a second click of the same press must not meet another button.
    """
    busy = job is not None and job.live
    st.button(
        "Train",
        type="primary",
        icon=":material/play_arrow:",
        on_click=_start,
        args=(spec,),
        disabled=busy or spec is None,
        key="train",
        shortcut="Ctrl+Enter",
        help="A run is on. Stop it first; what it has learnt is kept."
        if busy
        else "Starts a new run of the network that the settings describe.",
    )
    if job is None or view is None:
        return
    if view.live:
        _while_it_is_on(job, view)
    elif view.can_continue:
        why = rights(job.id).resume
        where = f"Continue from batch {view.step:,}" if view.started is not None else "Begin it now"
        st.button(
            where, icon=":material/restart_alt:", on_click=go_on, args=(job.id,), key="run_continue",
            disabled=bool(why), help=why or "The run that is shown goes on from its last checkpoint.",
        )  # fmt: skip


def _start(spec: NetworkSpec) -> None:
    job = current()
    if job is None or not job.live:  # else it is a second click of the same press
        submit(spec)


def _while_it_is_on(job: Job, view: View) -> None:
    halted, may = view.state not in ("running", "paused"), rights(job.id)
    if view.state == "paused":
        _button(
            "Resume",
            "play_arrow",
            partial(send, job, "resume"),
            why=may.resume,
            help="Goes on to the last epoch.",
        )
    else:
        _button(
            "Pause", "pause", partial(send, job, "pause"), off=view.state != "running", why=may.steer,
            help="Waits after this batch.",
        )  # fmt: skip
    _button(
        "One batch", "skip_next", partial(send, job, "batch"), off=halted, why=may.steer,
        help="Trains the next batch, shows it, and waits.",
    )  # fmt: skip
    _button(
        "To the end of the epoch", "fast_forward", partial(send, job, "epoch"), off=halted, why=may.steer,
        help="Trains what is left of this epoch, and waits.",
    )  # fmt: skip
    _button(
        "Stop", "stop", partial(stop, job), why=may.stop,
        help="Lets go of the run. It goes on as long as others who asked for it watch it."
        if may.leaves
        else "Ends the run. It is kept and can be continued.",
    )  # fmt: skip


def _button(
    label: str, icon: str, act: Callable[[], None], *, off: bool = False, why: str = "", help: str
) -> None:
    """``why`` says that it is not this visitor's to press."""
    st.button(
        label,
        icon=f":material/{icon}:",
        on_click=act,
        disabled=off or bool(why),
        type="primary" if label == "Resume" else "secondary",
        key=f"run_{label}",
        help=why or help,
    )
