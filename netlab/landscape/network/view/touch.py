"""What can be done on the plane: try the network at a point, go from one run to another, watch the curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.png import png_url
from netlab.drawing import recognize
from netlab.drawing.view.pad import pad
from netlab.formatting import percent, plain, probability
from netlab.landscape.network import figures_network as figures
from netlab.landscape.network import words
from netlab.landscape.network.flat import Weights, first_kernel, shaped
from netlab.landscape.network.pictures import Pictures
from netlab.landscape.network.question import Question
from netlab.landscape.network.studio import Answer
from netlab.landscape.network.tiles import tiles
from netlab.landscape.network.view.asking import moment, studio
from netlab.landscape.network.view.controls import Chosen, choose_others, name_of
from netlab.nets.naming import reads_digits
from netlab.nets.spec import NetworkSpec
from netlab.nn.losses import LOSSES
from netlab.runs.run import RunError
from netlab.training.view.session import rename, show_refusal, submit

TICK = 0.5
Show = Callable[[Answer, Question, Chosen], None]


def touch(question: Question, pictures: Pictures, chosen: Chosen, options: dict[str, str]) -> None:
    """The sections below the picture."""
    show_refusal()
    at = st.session_state.get("_network_point")
    if at is None:
        st.caption(
            "Click a point of the loss's picture: the network that stands there reads your drawing and all test pictures."
        )
    else:
        asked = replace(question, kind="point", at=at, reach=1.0, fine=True)
        _until_over(_point, asked, pictures, chosen)
    if len(chosen.steps) > 1:
        with st.expander(
            "Curvature over the training: the edge of stability",
            key="network_edge_fold",
            expanded="network_edge" in st.query_params,
        ):
            if st.toggle("Work it out at every kept moment", key="network_edge", bind="query-params"):
                asked = Question("sharpness", question.run, 0, question.moments, pictures.key)
                _until_over(_sharpness, asked, pictures, chosen)
    with st.expander(
        "The line between two runs", key="network_line_fold", expanded="network_line" in st.query_params
    ):
        others = choose_line(chosen, options)
        if others:
            asked = Question(
                "line", question.run, question.step, question.moments, pictures.key, others=others
            )
            _until_over(_line, asked, pictures, chosen)


def _until_over(show: Show, asked: Question, pictures: Pictures, chosen: Chosen) -> None:
    """Show an answer, again each half second until nothing more comes."""
    every = None if studio().ask(asked, pictures).over else TICK
    st.fragment(_again, run_every=every)(show, asked, pictures, chosen, waits=every is not None)


def _again(show: Show, asked: Question, pictures: Pictures, chosen: Chosen, *, waits: bool) -> None:
    answer = studio().ask(asked, pictures)
    if waits and answer.over:
        st.rerun()  # nothing more comes: the clock stops
    if answer.refused:
        st.info(literal(answer.refused), icon=":material/layers_clear:")
    else:
        try:
            show(answer, asked, chosen)
        except RunError as error:  # the run is gone meanwhile
            st.warning(literal(error), icon=":material/broken_image:")


def choose_line(chosen: Chosen, options: dict[str, str]) -> tuple[str, ...]:
    """The other end of the line; none until the reader asks for it."""
    if not st.toggle("Go from this network to another run's", key="network_line", bind="query-params"):
        return ()
    others = choose_others(chosen, options, 1, "end")
    if not others:
        st.caption(
            "There is no other run of a network with the same layers. Train one with another seed, or another optimizer."
        )
    return others


def _point(answer: Answer, asked: Question, chosen: Chosen) -> None:
    """The network at the point that was clicked."""
    st.markdown(f"**The network at ({plain(asked.at[0], 3)}, {plain(asked.at[1], 3)})**")
    if "point" not in answer.parts:
        st.caption("All pictures go through it…")
        return
    found = answer.parts["point"]
    if not found["sound"]:
        st.warning("Its weights are not numbers.", icon=":material/error:")
        return
    table = np.asarray(found["table"])
    middle = moment(chosen.id, asked.step)
    weights = shaped(chosen.spec, np.asarray(found["row"], np.float32), middle)
    left, right = st.columns(2)
    with left:
        read = (
            f"It reads {percent(np.trace(table) / table.sum())} of {int(table.sum()):,} pictures correctly."
        )
        st.markdown(read)
        live_figure(
            "network_confusion",
            figures.confusion(table, list("0123456789")),
            f"What each class is taken for at this point. {read}",
        )
    with right:
        if reads_digits(chosen.spec):
            _drawing(chosen.spec, weights, middle)
        kernels = first_kernel(middle), first_kernel(weights)
        st.image(png_url(tiles(*kernels), times=12 if kernels[0].ndim == 4 else 3))
        st.caption(words.units_shown(kernels[0].shape))

    named = name_of(chosen.id)
    st.button(
        "Start a training from here", icon=":material/call_split:", key="network_start", on_click=_start,
        args=(chosen.spec, weights, f"From ({plain(asked.at[0], 3)}, {plain(asked.at[1], 3)}) beside {named}"),
    )  # fmt: skip
    st.caption(
        "It trains as the run itself did, but begins with these weights, kept with three to four digits, and with an optimizer that "
        "remembers nothing. Its name says where it began, and it is then the run that is looked at, here and on Train."
    )


def _start(spec: NetworkSpec, weights: Weights, name: str) -> None:
    """Begin a run at the point, and call it so; from then on it is the one that is looked at."""
    if not submit(spec, begins=dict(weights)):
        return
    new = str(st.session_state["run"])
    try:
        rename(new, name)
    except RunError as error:
        st.session_state["refused"] = str(error)


def _drawing(spec: NetworkSpec, weights: Weights, middle: Weights) -> None:
    drawing = pad("network_pad")
    if drawing is None:
        st.caption("Draw a digit: the network at this point reads it, and the one in the middle too.")
        return
    told = []
    for name, one in (("Here", weights), ("In the middle", middle)):
        reading = recognize.read(spec, dict(one), drawing.picture)
        if reading.blank:
            st.caption("There is no ink on it yet.")
            return
        told.append(
            f"{name} it is read as a **{reading.digit}**, at {probability(reading.probabilities.max())}."
        )
    st.markdown(" ".join(told))


def _sharpness(answer: Answer, asked: Question, chosen: Chosen) -> None:
    """The curvature at the kept moments that are known so far."""
    found = list(answer.sharp)
    if not found:
        st.caption("The first moment is being worked out…")
        return
    live_figure(
        "network_sharpness",
        figures.sharpness(found),
        f"The largest curvature at each kept moment, beside the limit of stability. {words.sharpness(found)}",
    )
    st.markdown(words.sharpness(found))
    for sentence in (words.EDGE, words.rough(found), "" if answer.over else "More moments are on their way."):
        if sentence:
            st.caption(sentence)


def _line(answer: Answer, asked: Question, chosen: Chosen) -> None:
    """The loss from one run to another."""
    if "line" not in answer.parts:
        st.caption("The line is being worked out…")
        return
    found = answer.parts["line"]
    live_figure(
        "network_between", figures.between(found, LOSSES[chosen.spec.loss].axis), words.barrier(found)
    )
    st.markdown(words.barrier(found))
    st.caption(
        f"On {found['images']:,} images. Neither the shape of such a line nor a hill on it foretells how good a network is (Vlaar and "
        "Frankle, 2022); that a good order of neurons makes it lower is Entezari and others (2022) and Ainsworth and others (2023)."
    )
