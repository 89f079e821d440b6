"""The network as a picture that lives: a digit runs through a sample of its units while it trains."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import streamlit as st

from netlab.app.components import component
from netlab.app.digits import soon
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs import store
from netlab.runs.events import MOST_COUNT, Look
from netlab.runs.run import RunError
from netlab.training import look
from netlab.training.queue import Job, View

KEY = "living_network"
HEIGHT = 470  # pixels, as in living_network.css
PATIENCE = 2.0  # seconds that a page waits for its digits, where nothing ticks
CLASSES = tuple("0123456789")

_picture = component("training/living_network")


def living_network(job: Job, view: View) -> None:
    """Draw it: while a run is on from what its worker tells, else from the weights that are kept.

    It takes the same room whether there is anything to show yet or not, so that nothing below it moves.
    """
    if view.started is None and not view.live:
        return

    def chosen() -> None:
        choose(job, st.session_state[KEY].get("digit"))

    newest, words = _newest(job, view)
    data = {"run": job.id, "words": words, "count": view.started.validation_examples if view.started else 1}
    if newest is not None:
        data |= _described(view.spec)
        data |= {
            "packed": newest.packed, "step": newest.step, "index": newest.index, "label": newest.label,
        }  # fmt: skip
    _picture(key=KEY, data=data, on_digit_change=chosen, height=HEIGHT)


@lru_cache(maxsize=64)
def _described(spec: NetworkSpec) -> dict[str, Any]:
    """What does not change while a network trains."""
    plan = look.plan(spec)
    columns = [
        {
            "name": column.name, "noun": column.noun, "total": column.total, "units": column.units,
            "activation": column.activation, "side": column.side,
        }
        for column in plan.columns
    ]  # fmt: skip
    return {"columns": columns, "tile": plan.tile, "classes": CLASSES, "caption": look.caption(spec)}


def choose(job: Job, index: object) -> None:
    """Another digit, please: the worker is asked for it, or the next look at what is kept shows it. For callbacks."""
    if type(index) is int and 0 <= index < MOST_COUNT:
        st.session_state[_name(job)] = index
        job.send("look", value=index)


def _name(job: Job) -> str:
    return f"_look_{job.id}"


def _newest(job: Job, view: View) -> tuple[Look | None, str]:
    """The look to show, and what to say if it is none or not the one that was asked for."""
    told = job.look
    if told is not None and not look.fits(view.spec, told):
        told = None
    if (view.live and job.worker is not None) or view.started is None:
        return told, "" if told else "The network appears here with its first batch."
    index = st.session_state.get(_name(job), 0 if told is None else told.index)
    if told is not None and told.index == index:
        return told, ""
    found, words = _kept(job, view, index)  # a worker that has told its end answers no more
    return found or told, words


def _kept(job: Job, view: View, index: int) -> tuple[Look | None, str]:
    digits = soon(0.0 if view.state == "elsewhere" else PATIENCE)
    if digits is None:
        return None, "The digits are still being fetched."
    assert view.started is not None
    if digits.source != view.started.source:
        return (
            None,
            "This run learnt from pictures that Netlab does not have at hand now, so none can be shown here.",
        )
    run = store.get(job.id)
    steps = tuple(view.snapshots if run is None else run.snapshots())
    try:
        return _looked(job.id, view.state, view.step, steps[-1:], index), ""
    except (RunError, WeightsError):
        return None, "There are no weights of this run to look at yet."


@st.cache_data(show_spinner=False, max_entries=200)
def _looked(run_id: str, state: str, step: int, newest: tuple[int, ...], index: int) -> Look:
    """A look at what is kept; made anew when the run has moved on or another digit is chosen."""
    digits, run = soon(PATIENCE), store.get(run_id)
    if digits is None or run is None:
        raise RunError(f"Run {run_id} cannot be looked at.")
    exact = state in ("paused", "queued", "starting")
    return look.kept(run, digits.x_test, digits.y_test, index=index, step=step, exact=exact)
