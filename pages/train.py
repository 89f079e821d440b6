"""Can these numbers learn to read? Set a network, press Train, watch it learn."""

import streamlit as st

from netlab.app.components import prepare_figures
from netlab.app.frame import begin
from netlab.nets.spec import NetworkSpec
from netlab.training.view import network
from netlab.training.view.controls import network_settings
from netlab.training.view.kept_runs import kept_runs, tell_gone, tell_space
from netlab.training.view.live import live_run, run_details, unreadable
from netlab.training.view.session import (
    current,
    digits_in_use,
    job_queue,
    look_at,
    show_refusal,
    source_in_use,
    submit,
    tell_rule,
)

begin("Train", "Can a heap of numbers learn to read handwriting? Press Train and watch.")


def start(spec: NetworkSpec) -> None:
    job = current()
    if job is None or not job.live:  # else it is a second click of the same press
        submit(spec)


job_queue()
job = current()
action, menu = st.columns([1, 2], gap="medium")
stage, controls = st.columns([2, 1], gap="large")
with controls:
    spec = network_settings(menu, source_in_use())
with action:
    busy = job is not None and job.live
    st.button(
        "Train" if job is None else "Train again",
        type="primary",
        icon=":material/play_arrow:",
        on_click=start,
        args=(spec,),
        disabled=busy or spec is None,
        width="stretch",
        key="train",
        shortcut="Ctrl+Enter",
        help="A run is under way: stop it first, it is kept."
        if busy
        else "Starts a new run with the settings of the controls.",
    )
    show_refusal()
    if spec is not None:
        tell_space(spec)
    tell_rule()
with controls:
    if job is not None and job.state != "unreadable" and spec is not None and job.spec != spec:
        st.caption("The controls differ from the run that is shown; they apply to the next run.")
with stage:
    if job is None:
        tell_gone()
        if spec is not None:
            network.network(spec)
        prepare_figures()
        digits_in_use()
    elif job.state == "unreadable":
        look_at(job)
        unreadable(job)
    else:
        look_at(job)
        live_run(job)
        run_details(job)
        with st.expander("The network of this run"):
            network.network(job.spec)
    kept_runs()
