"""The curves of a run, growing in place, and how its reader wants to see them."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import live_figure
from netlab.nets.naming import validation_name
from netlab.nn.losses import loss_named
from netlab.training.figures import Span, accuracy_curves, curves_sentence, loss_curves
from netlab.training.queue import Job, View
from netlab.training.view.counters import scheduled_rate


def axis_choices(job: Job) -> None:
    """How the axes are to be drawn; outside of what ticks, so that a press is never lost."""
    st.toggle("Logarithmic loss axis", key="log", bind="query-params")
    if loss_named(job.spec.loss).unit == "nats":
        st.caption(
            "Loss in nats: −ln of the probability given to the right digit. Ten equal guesses: ln 10 = 2.303."
        )


def curves(view: View) -> None:
    """Draw both charts of a run that has begun."""
    assert view.started is not None
    total = view.started.total_steps
    end = total if view.live or view.state == "done" else max(view.step, 1)
    rates = {
        change.step: scheduled_rate(view, change.value, change.step) for change in view.history.rates
    }  # a slider passes other rates on its way
    name = validation_name(view.spec)
    sentence = curves_sentence(view.curves, name)
    scale = Span(view.id, view.started.steps_per_epoch, total, end, tuple(rates.items()), name)
    log = bool(st.session_state.get("log"))
    left, right = st.columns(2)
    with left:
        live_figure("accuracy_curves", accuracy_curves(view.curves, scale), sentence)
    with right:
        loss = loss_curves(view.curves, scale, log=log, loss_name=loss_named(view.spec.loss).axis)
        live_figure("loss_curves", loss, sentence)
