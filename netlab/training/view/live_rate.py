"""The learning rate of the run that is on, from the next batch on."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from netlab.app.frame import key_for
from netlab.formatting import plain
from netlab.training.controls import RATES
from netlab.training.queue import Job, View


def live_rate(job: Job, view: View) -> None:
    """A slider that starts where the run is.

    While it is shown only its reader moves it; when it is shown anew, or another tab has changed the rate, it begins
    at the rate that is in force.
    """
    key = key_for(f"live_rate_{view.id}", changed_elsewhere(view))
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


def changed_elsewhere(view: View) -> int:
    """How often the learning rate was changed, but not from this tab."""
    sent: list[float] = st.session_state.setdefault(_sent(view.id), [])
    return (Counter(rate.value for rate in view.history.rates) - Counter(sent)).total()


def _sent(run_id: str) -> str:
    return f"_rates_sent_{run_id}"
