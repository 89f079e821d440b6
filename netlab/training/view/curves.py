"""The curves of a run, growing in place, and how its reader wants to see them."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import note_unread
from netlab.app.tone import tone
from netlab.formatting import plain
from netlab.nets.naming import validation_name
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import loss_named
from netlab.runs.history import Curves, History
from netlab.training.axes import (
    HEIGHTS,
    SPANS,
    Axis,
    accuracy_axis,
    cut_sentence,
    epochs_axis,
    loss_axis,
    mean_sentence,
)
from netlab.training.figures import Span, accuracy_curves, curves_sentence, loss_curves
from netlab.training.figures_prediction import prediction_trace
from netlab.training.queue import Job, View
from netlab.training.standing import scheduled_rate
from netlab.training.view.data_sets import optimistic
from netlab.training.view.prediction import expected_of

ACROSS, UPWARDS = "across", "upwards"
HEIGHT = "var(--netlab-chart, 340px)"
FIRST_HEIGHT = 400  # of the charts' place in pixels, until the page's style is there and knows the window
NOT_BEGUN = 1  # batches in an epoch of a run that has not said how many


def axis_choices() -> None:
    """How the axes are to be drawn; outside of what ticks, so that a press is never lost."""
    _heed_older_links()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="axes"):
        for label, key, options in (("Epochs", ACROSS, SPANS), ("Heights", UPWARDS, HEIGHTS)):
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                st.caption(label, width="content")
                choose(
                    st.segmented_control, label, options, key=key, titles=options.__getitem__,
                    label_visibility="collapsed",
                )  # fmt: skip


def _heed_older_links() -> None:
    """A link once said ``log=true`` for a logarithmic loss axis."""
    told = st.query_params.get("log")
    if told is None:
        return
    if told.lower() == "true":
        st.query_params.setdefault(UPWARDS, "errors")
    elif told.lower() != "false":
        note_unread("log", told)
    del st.query_params["log"]


def beginning() -> bool:
    """Whether the beginning of a run is looked at closely."""
    return st.session_state.get(ACROSS) == "log"


def curves(job: Job | None, view: View | None, spec: NetworkSpec) -> None:
    """Draw both charts of a run; of one that has not begun, or is to come with ``spec``, the empty axes."""
    across, upwards = st.session_state.get(ACROSS, "far"), st.session_state.get(UPWARDS, "left")
    lines = History().curves() if view is None else view.curves
    spec, run = (spec, "") if view is None else (view.spec, view.id)
    if view is None or view.started is None:
        epoch, total, rates = NOT_BEGUN, spec.epochs, {}
    else:
        epoch, total = view.started.steps_per_epoch, view.started.total_steps
        rates = {
            change.step: scheduled_rate(view, change.value, change.step) for change in view.history.rates
        }  # a slider passes other rates on its way
    along = epochs_axis(lines.step, total, epoch, across, live=view is not None and view.live)
    heights = accuracy_axis(lines, upwards), loss_axis(lines, upwards)
    spans = [
        Span(run, epoch, along, axis, tuple(rates.items()), f"{across} {upwards}", validation_name(spec))
        for axis in heights
    ]
    told = curves_sentence(lines, validation_name(spec))
    expected = None if view is None or view.live else expected_of(view.id)
    with st.container(key="charts", height=FIRST_HEIGHT, border=False):
        left, right = st.columns(2)
        with left:
            accuracy = accuracy_curves(lines, spans[0])
            if expected is not None:
                accuracy.add_trace(prediction_trace(expected, wrong=heights[0].log))
            live_figure("accuracy_curves", accuracy, told, height=HEIGHT)
        with right:
            loss = loss_curves(lines, spans[1], loss_name=loss_named(spec.loss).axis)
            live_figure("loss_curves", loss, told, height=HEIGHT)
    with st.container(key="about_curves", gap="xsmall"):
        tone(
            "train_tone", lines.loss_smooth.steps, lines.loss_smooth.values, told=_batch_told,
            live=view is not None and view.live,
        )  # fmt: skip
        st.caption(" ".join([*_about(spec, lines), *_cut(job, lines, *heights)]))


def _batch_told(step: float, loss: float) -> str:
    return f"Batch {step:,.0f}: loss {plain(loss, 3)}"


def _about(spec: NetworkSpec, lines: Curves) -> list[str]:
    """What the line of training is, and the unit of the loss."""
    told = [mean_sentence(lines, drops=any(layer.dropout for layer in spec.layers))]
    if loss_named(spec.loss).unit == "nats":
        told.append(
            "Loss in nats (its unit): −ln of the probability given to the right answer, averaged; ten equal guesses cost ln 10 = 2.303."
            f"{' Penalties and label smoothing come on top.' if spec.l1 or spec.l2 or spec.label_smoothing else ''}"
        )
    told.append(optimistic(spec))
    return [sentence for sentence in told if sentence]


def _cut(job: Job | None, lines: Curves, accuracy: Axis, loss: Axis) -> list[str]:
    """What of the batches the axes leave out."""
    if job is None or not lines.step:
        return []
    with job.lock:
        wrong = (0, 0) if accuracy.log else job.history.accuracies_outside(accuracy.low, accuracy.high)
        lost = job.history.losses_outside(loss.low, loss.high)
    told = [
        cut_sentence(loss, *lost, lines.loss, what="loss"),
        cut_sentence(accuracy, *wrong, lines.accuracy, what="accuracy"),
    ]
    if accuracy.log and (lines.accuracy.values == 1).any():
        told.append("Batches without an error lie on the lower edge of their axis.")
    return [sentence for sentence in told if sentence]
