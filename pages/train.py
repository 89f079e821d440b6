"""Can these numbers learn to read? Set a network, press Train, watch it learn."""

import streamlit as st

from netlab.app.components import prepare_figures
from netlab.app.frame import begin
from netlab.training.view import network
from netlab.training.view.actions import actions
from netlab.training.view.controls import network_settings
from netlab.training.view.data_sets import stand_in_banner
from netlab.training.view.kept_runs import kept_runs, tell_gone, tell_space
from netlab.training.view.live import live_run, unreadable, view_of
from netlab.training.view.session import (
    current,
    digits_in_use,
    job_queue,
    look_at,
    show_refusal,
    source_in_use,
    tell_rule,
)
from netlab.training.view.take_away import take_away

begin("Train", "Can a heap of numbers learn to read handwriting? Press Train and watch.", compact=True)

job_queue()
job = current()
readable = job is not None and job.state != "unreadable"
view = view_of(job) if job is not None and readable else None
bar = st.container(horizontal=True, vertical_alignment="center", key="bar")
stage, beside = st.columns([7, 3], gap="medium")
with beside:
    spec = network_settings(st.container(), source_in_use())
with bar:
    actions(job, view, spec)
with stage:
    show_refusal()
    stand_in_banner(
        view.started.source if view is not None and view.started is not None else source_in_use(), spec
    )
    if spec is not None:
        tell_space(spec)
    if job is None:
        tell_gone()
        prepare_figures()
    else:
        look_at(job)
        if view is None:
            unreadable(job)
        else:
            live_run(job, view)
            take_away(job)
    if spec is not None:
        if job is not None:
            st.subheader("The next run", anchor=False)
        network.network(spec)
    if job is None:
        digits_in_use()
    tell_rule()
    kept_runs()
