"""Can these numbers learn to read? Set a network, press Train, watch it learn."""

import streamlit as st

from netlab.app.frame import begin
from netlab.classroom.lessons.view.task import fixed_by, open_lesson, show_task
from netlab.drawing.view.own_digits import own_digits
from netlab.nets.spec import NetworkSpec
from netlab.training.view import network
from netlab.training.view.actions import actions
from netlab.training.view.controls import network_settings
from netlab.training.view.data_sets import stand_in_banner
from netlab.training.view.kept_runs import kept_runs, tell_gone, tell_space
from netlab.training.view.limits import tell_limits
from netlab.training.view.live import live_run, unreadable, view_of
from netlab.training.view.places import BAR, STAGE, begin_places, jump
from netlab.training.view.prediction import predict_first, prediction_outcome
from netlab.training.view.run_header import lesson, on_paper, run_header, run_network
from netlab.training.view.session import (
    current,
    digits_in_use,
    job_queue,
    look_at,
    show_refusal,
    source_in_use,
    tell_rule,
    tell_unable,
)
from netlab.training.view.take_away import take_away
from netlab.training.view.whose import tell_whose

begin("Train", "Can a heap of numbers learn to read handwriting? Press Train and watch.")
begin_places()

job_queue()
job = current()
readable = job is not None and job.state != "unreadable"
view = view_of(job) if job is not None and readable else None
with st.container():  # always one, as below
    opened = open_lesson()
    show_task(opened, job, view)
bar = st.container(horizontal=True, vertical_alignment="center", key="bar", height=BAR, border=False)
stage, beside = st.columns([7, 3], gap="medium")
stage = stage.container(key="stage", height=STAGE, border=False)
with beside, st.container(key="settings"):
    jump("to_curves", "↑ Curves", "bar")
    spec = network_settings(st.container(), job, view, fixed_by(opened))
with bar:
    actions(job, view, spec)
    jump("to_settings", "↓ Settings", "settings")
with stage:
    with st.container():  # always one: what comes into it leaves the curves in their place
        show_refusal()
        tell_unable()
        stand_in_banner(
            view.started.source if view is not None and view.started is not None else source_in_use(), spec
        )
        if spec is not None:
            tell_space(spec)
        tell_limits(spec)
        if job is None:
            tell_gone()
        tell_whose(job, view)
    if job is not None:
        look_at(job)
    if job is not None and view is None:
        unreadable(job)
    else:
        with st.container(key="header_place"):
            if job is not None and view is not None:
                run_header(job, view)
            else:
                st.caption("Nothing is trained yet. Press Train: the curves grow here.")
        live_run(job, view, spec or NetworkSpec())
    if job is not None and view is not None:
        prediction_outcome(view)
        lesson(view)
        on_paper(view)
        take_away(job)
        run_network(view)
    own_digits(job)
with stage, st.container(key="next_run"):
    if spec is not None:
        if job is not None:
            st.subheader("The next run", anchor=False)
        predict_first(spec.epochs)
        network.network(spec)
    if job is None:
        digits_in_use()
    tell_rule()
    kept_runs()
