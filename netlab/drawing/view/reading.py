"""Draw, see what the network receives, and read what it thinks, after every stroke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from netlab.app.frame import literal
from netlab.drawing import recognize
from netlab.drawing.page import ONE, Parted, part, read_parted
from netlab.drawing.view.answer import answer, sentence
from netlab.drawing.view.pad import pad
from netlab.drawing.view.several import several
from netlab.nets import shipped
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, WeightsError
from netlab.runs import store
from netlab.runs.run import RunError
from netlab.training.queue import Job
from netlab.training.view.session import job_queue


@dataclass(frozen=True)
class Choice:
    """A network to read with: a name for people, its spec and its weights."""

    title: str
    spec: NetworkSpec
    weights: Weights


@st.cache_data(show_spinner=False, max_entries=16)
def _run_weights(run_id: str, step: int | None) -> tuple[NetworkSpec, Weights]:
    run = store.get(run_id)
    if run is None:
        raise RunError(f"Run {run_id} is gone.")
    return run.weights(step)


def choose(name: str) -> Choice:
    """The network of that name: a shipped one, or a run at its newest weights.

    Raises
    ------
    RunError, WeightsError
        If there is none to be had.
    """
    if name in shipped.SHIPPED:
        return Choice(shipped.SHIPPED[name], *shipped.load(name))
    job = job_queue().find(name)
    if job is None:
        raise RunError("That run is gone; choose another network.")
    recognize.check_digits(job.spec)
    step = None if job.state == "done" else next(reversed(job.snapshots), -1)
    if step == -1:
        raise RunError("This run has no weights yet; they come with its first batch.")
    when = "at its end" if step is None else f"after {step:,} batches"
    return Choice(f"run {name[:4]} {when}", *_run_weights(name, step))


def tell_other_pictures(job: Job | None) -> None:
    """Say that the run which is looked at learnt no digits, and so does not read here."""
    if job is None:
        return
    try:
        recognize.check_digits(job.spec)
    except RunError as error:
        st.info(literal(str(error).replace("This network", "The run you look at")), icon=":material/apparel:")


def pad_and_reading(key: str, name: str, *, demo: Sequence[int] = ()) -> recognize.Reading | None:
    """A drawing pad beside the network's reading of it; ``demo`` is what an untouched pad draws."""
    left, right = st.columns([1, 1.4], gap="medium")
    with left:
        drawing = pad(key, demo=demo)
    with right:
        if drawing is None:
            return show_reading(f"{key}_reading", name, None)
        return show_reading(f"{key}_reading", name, drawing.picture, parted=part(drawing.picture, turn=False))


def show_reading(
    key: str, name: str, picture: Any, *, blank: str = "Draw a digit, 0 to 9.", parted: Parted = ONE
) -> recognize.Reading | None:
    """What a network of that name reads in a picture; ``blank`` is said where there is nothing to read.

    Of several digits ``parted`` tells where they are; what a network reads in each is shown in a row, and None returned.
    """
    try:
        choice = choose(name)
    except (RunError, WeightsError) as error:
        st.info(literal(error), icon=":material/hourglass:")
        choice = choose("article")
    if parted.rows:
        several(read_parted(choice.spec, choice.weights, parted), turned=parted.turned)
        if name not in shipped.SHIPPED:
            st.caption(f"Read by {choice.title}.")
        return None
    result = None if picture is None else recognize.read(choice.spec, choice.weights, picture)
    if result is None or result.blank:
        st.markdown(f"**{blank}**")
        answer(key, None, None)
        return None
    st.markdown(f"**{sentence(result.probabilities)}**")
    answer(key, result.image, result.probabilities)
    if result.doubt:
        st.caption(f":material/help: {result.doubt}")
    if name not in shipped.SHIPPED:
        st.caption(f"Read by {choice.title}.")
    return result
