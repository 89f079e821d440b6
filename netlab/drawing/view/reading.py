"""Draw, see what the network receives, and read what it thinks, after every stroke."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from netlab.app import weights as served
from netlab.app.frame import literal
from netlab.drawing import recognize
from netlab.drawing.browser_network import BrowserNetwork, browser_network
from netlab.drawing.framing import Framing, stages
from netlab.drawing.on_pad import see
from netlab.drawing.page import ONE, Parted, Read, number, part, read_parted
from netlab.drawing.view.answer import Beside, answer, sentence
from netlab.drawing.view.pad import Drawing, drawings, pad
from netlab.drawing.view.several import several
from netlab.nets import shipped
from netlab.nets.naming import reads_digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, WeightsError
from netlab.runs import store
from netlab.runs.run import RunError
from netlab.training.queue import Job
from netlab.training.view.session import job_queue, name_of

FIRST = "convolutional"
"""The network that reads where nothing else is chosen: of those that come along the surer."""
KNOWS = "It has ten answers, 0 to 9, saw nothing but digits, and does not learn from your drawing; nothing of it is kept."
DRAW = "Draw a digit, 0 to 9."


@dataclass(frozen=True)
class Choice:
    """A network to read with: a name for people, its spec and its weights, and which it is: a run's at a step, or at its end.

    ``trouble`` says why another cannot be had, in whose place it reads.
    """

    title: str
    spec: NetworkSpec
    weights: Weights
    name: str = ""
    step: int | None = None
    trouble: str = ""


@dataclass(frozen=True)
class Shown:
    """What was read in a picture: one digit, or rows of several with the picture they stand in; neither where nothing was."""

    one: recognize.Reading | None = None
    rows: tuple[tuple[Read, ...], ...] = ()
    picture: NDArray[Any] | None = None

    @property
    def readings(self) -> list[recognize.Reading]:
        """All that was read, in order."""
        found = [one.reading for row in self.rows for one in row]
        return found if self.one is None else [self.one]


@st.cache_resource(show_spinner=False, max_entries=16)
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
        return Choice(shipped.SHIPPED[name], *shipped.load(name), name)
    job = job_queue().find(name)
    if job is None:
        raise RunError("That run is gone; choose another network.")
    recognize.check_digits(job.spec)
    step = None if job.state == "done" else next(reversed(job.snapshots), -1)
    if step == -1:
        raise RunError("This run has no weights yet; they come with its first batch.")
    title = f"{name_of(job)} (run {name[:4]})"
    if step is None:
        title = f"{title} at its end"
    elif job.live:
        title = f"{title} after {step:,} batches, while it learns"
    else:
        title = f"{title} after {step:,} batches"
    return Choice(title, *_run_weights(name, step), name, step)


def tell_other_pictures(job: Job | None) -> None:
    """Say that the run which is looked at learnt no digits, and so does not read here."""
    if job is None:
        return
    try:
        recognize.check_digits(job.spec)
    except RunError as error:
        st.info(literal(str(error).replace("This network", "The run you look at")), icon=":material/apparel:")


def training_now(job: Job | None) -> None:
    """Say from the beginning of a run that it reads while it learns; silent when none trains that reads digits."""
    if job is None or not job.live or not reads_digits(job.spec):
        return
    name = f"**{literal(name_of(job))}**"
    doing = {
        "queued": f"{name} waits for its turn.",
        "starting": f"{name} is starting.",
        "paused": f"{name} is paused.",
    }
    st.caption(
        f":material/school: {doing.get(job.state, f'{name} is training.')} Your drawing stays: watch it read your 7 while it learns."
    )


def pad_and_reading(
    key: str, name: str, *, demo: Sequence[int] = (), on_stroke: Callable[[], None] | None = None
) -> Shown:
    """A drawing pad beside the network's reading of it; ``demo`` is what an untouched pad draws.

    While a stroke is drawn the browser reads it itself, where it can compute the network and the ink is one sign; what
    may be several digits, and any other network, waits for the server, which reads when the pen is lifted.
    """
    with st.container(horizontal=True, gap="medium", key=f"beside_{key}"):
        choice = reader(name)
        drawing = pad(
            key, demo=demo, large=True, reader=name, network=_for_browser(choice), on_stroke=on_stroke
        )
        framing, parted = (None, ONE) if drawing is None else _framed(drawing)
        beside = Beside(key, drawings(key))
        # ``frame.BESIDE`` keeps one part beside the pad; a container costs the server a third of a millisecond a stroke.
        with st.container() if parted.rows or choice.trouble else nullcontext():
            shown = show_reading(f"{key}_reading", choice, framing, parted=parted, beside=beside)
        return replace(shown, picture=None if drawing is None else drawing.picture)


def _framed(drawing: Drawing) -> tuple[Framing, Parted]:
    if drawing.drawn:
        seen = see(drawing.picture)
        return seen.framing, seen.parted
    return stages(drawing.picture), part(drawing.picture, turn=False)


def _for_browser(choice: Choice) -> dict[str, Any] | None:
    """What the browser needs to compute the network that reads; None if it cannot."""
    network = _packed(choice.name, choice.step)
    if network is None:
        return None
    address = served.serve(network.name, network.content)
    return {"address": address, "half": network.half, "layers": network.layers}


@lru_cache(maxsize=8)
def _packed(name: str, step: int | None) -> BrowserNetwork | None:
    return browser_network(*(shipped.load(name) if name in shipped.SHIPPED else _run_weights(name, step)))


def reader(name: str) -> Choice:
    """The network of that name, or the first of those that come along, with the trouble that it stands in for."""
    try:
        return choose(name)
    except (RunError, WeightsError) as error:
        return replace(choose(FIRST), trouble=str(error))


def show_reading(
    key: str,
    choice: Choice,
    picture: Any,
    *,
    blank: str = DRAW,
    parted: Parted = ONE,
    beside: Beside | None = None,
) -> Shown:
    """What a network reads in a picture; ``blank`` is said where there is nothing to read.

    Of several digits ``parted`` tells where they are; what a network reads in each is shown in a row.
    ``beside`` a pad the answer follows the stroke that is drawn.
    """
    if choice.trouble:
        st.info(literal(choice.trouble), icon=":material/hourglass:")
    by = f"Read by {choice.title}. {KNOWS}" if beside is not None else f"Read by {choice.title}."
    rows = read_parted(choice.spec, choice.weights, parted)
    if rows:
        several(rows, turned=parted.turned)
        if beside is None:
            st.caption(literal(by))
        else:
            answer(key, None, None, beside=beside, blank=blank, digits=number(rows), by=by)
        return Shown(rows=rows)
    result = None if picture is None else recognize.read(choice.spec, choice.weights, picture)
    if result is None or result.blank:
        if beside is None:
            st.markdown(f"**{blank}**")
        answer(key, None, None, beside=beside, blank=blank)
        return Shown()
    if beside is None:
        told = sentence(result.probabilities) if result.doubt is None else result.doubt.sentence
        st.markdown(f"**{told}**")
    answer(key, result.image, result.probabilities, beside=beside, blank=blank, by=by, doubt=result.doubt)
    return Shown(result)
