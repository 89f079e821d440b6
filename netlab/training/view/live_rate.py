"""The one learning rate: that of the settings, which changes the run that is on from its next batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import keep
from netlab.formatting import plain
from netlab.nn.optimizers import ON_TRAIN
from netlab.training.controls import CONTROLS, RATES, rate_key
from netlab.training.queue import Job, View
from netlab.training.view.session import rights, send


@dataclass
class _Slider:
    """What this session's slider has shown of one run.

    Attributes
    ----------
    heard : int
        How often the rate was changed, but not from this tab, when the slider was last moved to the run's.
    turn : int
        How often a program moved it: each time it is a new control, so that a message that was on its way for the
        one before cannot be taken for a reader's choice.
    shown, agreed : float
        What it shows, and what of that the run knows or need not know.
    """

    heard: int
    turn: int
    shown: float
    agreed: float


def steers(job: Job | None, optimizer: str) -> bool:
    """Whether the learning rate of the settings is that of a run that is on: theirs is the same optimizer, and it is this
    visitor's to steer."""
    return job is not None and job.live and job.spec.optimizer == optimizer and not rights(job.id).steer


def live_rate(job: Job, view: View, place: DeltaGenerator, *, moved: bool = False) -> float:
    """Show the slider for a run that is on, where the settings have theirs; give its value, which they keep.

    Only its reader moves the run. When the run is first seen, or another tab has changed its rate, the slider begins
    at the rate in force; when a preset moves the settings it shows the preset's, for the next run, and the run goes on
    as it was. ``moved`` says that one does so now: a rate that it leaves out is the usual one.
    """
    key = rate_key(view.spec.optimizer)
    usual = ON_TRAIN[view.spec.optimizer].default_learning_rate
    slider = _followed(view, st.session_state.get(key, usual if moved else None), moved=moved)
    value: float = place.select_slider(
        CONTROLS["rate"].label,
        sorted({*RATES, slider.shown}),
        slider.shown,
        format_func=plain,
        key=f"live_rate_{view.id}_{slider.turn}",
        help=CONTROLS["rate"].help,
    )
    if value != slider.shown:
        slider.shown = value
    if slider.shown != slider.agreed and view.state in ("running", "paused"):
        slider.agreed = slider.shown
        st.session_state[_sent(view.id)].append(slider.shown)
        send(job, "learning_rate", value=slider.shown)
    keep(key, slider.shown, usual)
    return slider.shown


def _followed(view: View, settings: float | None, *, moved: bool) -> _Slider:
    """The slider, moved to what it has to show: the run's rate, or that of ``settings`` if a preset has moved them."""
    name, heard = f"_live_rate_{view.id}", changed_elsewhere(view)
    slider: _Slider | None = st.session_state.get(name)
    if slider is None and moved and settings is not None:
        slider = _Slider(heard, 0, settings, settings)
    elif slider is None or slider.heard != heard:
        turn = 0 if slider is None else slider.turn + 1
        slider = _Slider(heard, turn, view.learning_rate, view.learning_rate)
    elif settings is not None and settings != slider.shown:
        slider = _Slider(heard, slider.turn + 1, settings, settings)
    st.session_state[name] = slider
    return slider


def rate_note(job: Job | None, view: View | None, optimizer: str) -> str:
    """What the slider does now, in a sentence or two."""
    if job is None or view is None or not view.live:
        return "You can also change the learning rate while a run is on."
    if rights(job.id).steer:
        return "The learning rate here is for your next run. The run that is on is not yours alone, so its rate stays."
    if not steers(job, optimizer):
        title = ON_TRAIN[view.spec.optimizer].training_title
        return f"The run that is on uses {title}. Choose it here to change the learning rate of that run."
    told = "The learning rate also changes the run that is on, from its next batch."
    if view.spec.schedule != "constant":
        told += f" It is the rate before the {view.spec.schedule} schedule."
    return f"{told} All other settings are for the next run."


def changed_elsewhere(view: View) -> int:
    """How often the learning rate was changed, but not from this tab."""
    sent: list[float] = st.session_state.setdefault(_sent(view.id), [])
    return (Counter(rate.value for rate in view.history.rates) - Counter(sent)).total()


def _sent(run_id: str) -> str:
    return f"_rates_sent_{run_id}"
