"""The numbers of a run in one line: where it is, how well it reads, how fast it goes."""

from __future__ import annotations

import math

import streamlit as st

from netlab.formatting import difference, percent, plain
from netlab.nets.naming import pictures, validation_name
from netlab.nn.schedules import SPANNING
from netlab.training.queue import View


def counters(view: View) -> None:
    """Show them; nothing before the run has begun."""
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
        ("Validation", "–" if last is None else percent(last.accuracy, 2), f"of {validation_name(view.spec)} right"),
        ("Training", "–" if training is None else percent(training, 2), f"of training {pictures(view.spec)} right{' (with dropout)' if drops else ''}"),
        ("Gap", _gap(view), "training minus validation"),
        ("Speed", f"{history.speed:,.0f}/s" if view.state == "running" else "–", "images a second"),
        ("Learning rate", plain(scheduled_rate(view, view.learning_rate, view.step), 3), "of the next batch" if view.live else "at the end"),
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


def scheduled_rate(view: View, rate: float, step: int) -> float:
    """What the schedule makes of a rate for the batch after ``step``."""
    assert view.started is not None
    total = view.started.total_steps
    return rate * float(SPANNING[view.spec.schedule].factors(min(step, total - 1), 1, total)[0])
