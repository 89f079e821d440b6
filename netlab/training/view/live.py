"""A run on the screen: its curves growing in place, its counters, and buttons that only it obeys."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from netlab.app.components import live_figure
from netlab.app.frame import key_for, literal
from netlab.formatting import difference, percent, plain
from netlab.nn.losses import loss_named
from netlab.nn.schedules import SPANNING
from netlab.processes.sharing import in_time
from netlab.runs import store
from netlab.runs.diagnosis import READS, findings
from netlab.runs.events import Done
from netlab.runs.verdict import Tone, verdict
from netlab.training.controls import RATES
from netlab.training.figures import Span, accuracy_curves, curves_sentence, loss_curves
from netlab.training.queue import Job, View
from netlab.training.view.session import go_on, job_queue, submit, tell_digits

TICK_SECONDS = 0.22
ELSEWHERE_SECONDS = 2.0  # between two looks at a run that another program trains
POINTS = 140
STATES = {
    "queued": "In the queue",
    "starting": "Starting TensorFlow",
    "running": "Training",
    "paused": "Paused",
    "stopped": "Stopped",
    "done": "Finished",
    "diverged": "Diverged",
    "failed": "Could not go on",
    "died": "The worker died",
    "interrupted": "Interrupted",
    "unreadable": "Cannot be read",
    "elsewhere": "Trains elsewhere",
}


def live_run(job: Job) -> None:
    """Show a run: its buttons, what ticks while it is live, and the two controls of its figures.

    Only figures, counters and messages are in the ticking part, so that a tick costs the browser little; a change
    of state runs the page again.
    """
    view = job_queue().view(job, POINTS)
    _buttons(job, view)
    moving = st.container()
    left, right = st.columns(2)
    with left:
        if view.state in ("running", "paused"):
            _rate(job, view)
    right.toggle("Logarithmic loss axis", key="log", bind="query-params")
    if loss_named(job.spec.loss).unit == "nats":
        right.caption(
            "Loss in nats: −ln of the probability given to the right digit. Ten equal guesses: ln 10 = 2.303."
        )
    with moving:  # after the toggle, which a link may have set
        pace = {"elsewhere": ELSEWHERE_SECONDS}.get(view.state, TICK_SECONDS if view.live else None)
        ticking = st.fragment(_tick, run_every=pace)
        ticking(job.id, view.state, _changed_elsewhere(view))


def unreadable(job: Job) -> None:
    """Say why a run cannot be shown, and what becomes of it."""
    st.error(
        f"{literal(job.reason)} Its files stay as they are until you delete it under “Kept runs”.",
        icon=":material/broken_image:",
    )


def _tick(run_id: str, state: str, elsewhere: int) -> None:
    job = job_queue().find(run_id)
    if job is None:
        st.rerun()  # it was deleted
    view = job_queue().view(job, POINTS)
    if view.state != state or st.session_state.get("run") != run_id or _changed_elsewhere(view) != elsewhere:
        st.rerun()
    # One container each, filled or not: a figure that changes its place would lose its zoom.
    counters, curves, messages = (st.container() for _ in range(3))
    with messages:
        _messages(job, view)
    if view.started is not None:
        with counters:
            _counters(view)
        with curves:
            _curves(view)


def _buttons(job: Job, view: View) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if view.state == "paused":
            _button("Resume", "play_arrow", lambda: job.send("resume"), primary=True)
        else:
            _button("Pause", "pause", lambda: job.send("pause"), off=view.state != "running")
        halted = view.state not in ("running", "paused")
        _button("One batch", "skip_next", lambda: job.send("batch"), off=halted)
        _button("One epoch", "fast_forward", lambda: job.send("epoch"), off=halted)
        _button("Stop", "stop", lambda: job_queue().stop(job), off=not view.live)
        _button(
            "Start over", "replay", lambda: _start_over(job), off=view.state in ("queued", "starting"),
            help="This run's network again, from the same seed: the same curves.",
        )  # fmt: skip


def _start_over(job: Job) -> None:
    """The same network from the same seed: the same curves. A second click of the same press does nothing more."""
    looked_at = st.session_state.get("run") == job.id
    if looked_at and submit(job.spec) and job.live:
        job_queue().stop(job)


def _button(
    label: str, icon: str, act: object, *, off: bool = False, primary: bool = False, help: str | None = None
) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        on_click=act,  # type: ignore[arg-type]
        disabled=off,
        type="primary" if primary else "secondary",
        key=f"run_{label}",
        help=help,
    )


def _rate(job: Job, view: View) -> None:
    """A slider that starts where the run is.

    While it is shown only its reader moves it; when it is shown anew, or another tab has changed the rate, it begins
    at the rate that is in force.
    """
    key = key_for(f"live_rate_{view.id}", _changed_elsewhere(view))
    if key not in st.session_state:
        st.session_state[f"_{key}"] = st.session_state[f"_told_{key}"] = view.learning_rate
    start: float = st.session_state[f"_{key}"]
    scheduled = "" if view.spec.schedule == "constant" else f", before its {view.spec.schedule} schedule"
    value = st.select_slider(
        f"Learning rate, from the next batch on{scheduled}",
        sorted({*RATES, start}),
        start,
        format_func=plain,
        key=key,
    )
    if value != st.session_state[f"_told_{key}"]:
        st.session_state[f"_told_{key}"] = value
        st.session_state[_sent(view.id)].append(value)
        job.send("learning_rate", value=value)


def _sent(run_id: str) -> str:
    return f"_rates_sent_{run_id}"


def _changed_elsewhere(view: View) -> int:
    """How often the learning rate was changed, but not from this tab."""
    sent: list[float] = st.session_state.setdefault(_sent(view.id), [])
    return (Counter(rate.value for rate in view.history.rates) - Counter(sent)).total()


def _scheduled(view: View, rate: float, step: int) -> float:
    """What the schedule makes of a rate for the batch after ``step``."""
    assert view.started is not None
    total = view.started.total_steps
    return rate * float(SPANNING[view.spec.schedule].factors(min(step, total - 1), 1, total)[0])


def _counters(view: View) -> None:
    started, history = view.started, view.history
    if started is None:
        return
    epoch, within = divmod(max(view.step - 1, 0), started.steps_per_epoch)
    seen = min((within + bool(view.step)) * view.spec.batch_size, started.examples)
    last = history.validations[-1] if history.validations else None
    drops = any(layer.dropout for layer in view.spec.layers)
    training = history.smooth_accuracies[-1] if view.step else None
    cells = [
        ("Epoch", f"{epoch + 1} of {view.spec.epochs}", f"{seen:,} of {started.examples:,} images"),
        ("Validation", "–" if last is None else percent(last.accuracy, 2), "of test digits right"),
        ("Training", "–" if training is None else percent(training, 2), f"of training digits right{' (with dropout)' if drops else ''}"),
        ("Gap", _gap(view), "training minus validation"),
        ("Speed", f"{history.speed:,.0f}/s" if view.state == "running" else "–", "images a second"),
        ("Learning rate", plain(_scheduled(view, view.learning_rate, view.step), 3), "of the next batch" if view.live else "at the end"),
        ("Time left", _left(view), f"{view.done.seconds:.1f} s in all" if view.done else f"{history.seconds:.1f} s so far"),
    ]  # fmt: skip
    text = "".join(
        f"<div><span>{title}</span><b>{value}</b><span>{note}</span></div>" for title, value, note in cells
    )
    st.html(f"<style>{_COUNTERS}</style><div class='netlab-counters'>{text}</div>")


_COUNTERS = """
.netlab-counters { display: grid; grid-template-columns: repeat(auto-fit, minmax(6.6rem, 1fr)); gap: 0.5rem 1rem; }
.netlab-counters div { display: flex; flex-direction: column; }
.netlab-counters b { font-size: 1.2rem; font-variant-numeric: tabular-nums; line-height: 1.3; }
.netlab-counters span { font-size: 0.8rem; opacity: 0.75; }
"""


def _gap(view: View) -> str:
    """Training less validation accuracy at the moment of the last validation."""
    done = [item for item in view.history.validations if 0 < item.step <= view.step]
    if not done:
        return "–"
    training = view.history.smooth_accuracies[done[-1].step - 1]
    if not math.isfinite(training):  # these batches were not kept
        return "–"
    return f"{difference((training - done[-1].accuracy) * 100, 1)} points"


def _left(view: View) -> str:
    assert view.started is not None
    if view.state != "running" or not view.history.speed:
        return "–"
    images = (view.started.total_steps - view.step) * view.spec.batch_size
    return f"{images / view.history.speed:.0f} s"


def _messages(job: Job, view: View) -> None:
    title = STATES[view.state]
    if view.state == "queued":
        st.info(
            f"{title}: place {view.place}. {_at_once(job_queue().slots)} here.",
            icon=":material/hourglass:",
        )
    elif view.state == "starting":
        st.info(f"{title}, about 10 s.", icon=":material/hourglass:")
    elif view.gave_back:
        st.info(
            f"{title} for more than {in_time(job_queue().pause)}, so its place was given to others. It goes on from this "
            "very batch: Resume, One batch and One epoch take a place again when one is free.",
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
        where = f"at batch {view.step:,}" if view.started is not None else "before it began"
        show(f"**{title}** {where}. {literal(reason)}", icon=":material/report:")
    if view.can_continue:
        st.button(
            "Continue from the last checkpoint" if view.started is not None else "Begin it now",
            icon=":material/restart_alt:",
            on_click=go_on,
            args=(job.id,),
            type="primary",
            key="run_continue",
        )
    elif view.state == "died":
        st.caption("It has no checkpoint yet. Start over trains it from the same seed.")
    if view.started is not None:
        tell_digits(view.started.note, view.started.warnings)
    if view.starts_again:
        st.info(f"It started again from its seed. {literal(view.starts_again)}", icon=":material/replay:")
    if job.trouble:
        st.warning(f"Not all of this run can be read. {literal(job.trouble)}", icon=":material/broken_image:")
    for missing in view.not_saved:
        st.warning(f"Not saved: {literal(missing.what)}. {literal(missing.reason)}", icon=":material/save:")
    for finding in findings(view.spec, view.history):
        st.warning(f"**{finding.title}** {finding.evidence} {finding.advice}", icon=":material/lightbulb:")


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
    if done.test_accuracy > READS:
        st.page_link(
            "pages/draw.py", label="Now draw one for it to read", icon=":material/draw:",
            query_params={"run": view.id, "reader": view.id},
        )  # fmt: skip


def _at_once(slots: int) -> str:
    return "One training runs at a time" if slots == 1 else f"{slots} trainings run at once"


def _curves(view: View) -> None:
    assert view.started is not None
    total = view.started.total_steps
    end = total if view.live or view.state == "done" else max(view.step, 1)
    rates = {
        change.step: _scheduled(view, change.value, change.step) for change in view.history.rates
    }  # a slider passes other rates on its way
    scale = Span(view.id, view.started.steps_per_epoch, total, end, tuple(rates.items()))
    log = bool(st.session_state.get("log"))
    left, right = st.columns(2)
    with left:
        live_figure("accuracy_curves", accuracy_curves(view.curves, scale), curves_sentence(view.curves))
    with right:
        loss = loss_curves(view.curves, scale, log=log, loss_name=loss_named(view.spec.loss).axis)
        live_figure("loss_curves", loss, curves_sentence(view.curves))


def run_details(job: Job) -> None:
    """Where the run is kept, and TensorBoard's command for it."""
    run = store.get(job.id)
    if run is None:
        return
    with st.expander("Watch it in TensorBoard"):
        program = Path(sys.executable).with_name("tensorboard")
        st.write("In a terminal on the machine that runs Netlab:")
        st.code(f'"{program}" --logdir "{run.tensorboard}"', language="bash")
        st.write(
            "Then open http://localhost:6006: losses, accuracies and a histogram of every weight, epoch by epoch."
        )
