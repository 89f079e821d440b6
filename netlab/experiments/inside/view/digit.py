"""One digit through everything: its numbers at each layer, from the pixels to the loss and back."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.app.choice import choose, forget, slide
from netlab.app.frame import literal, move, number
from netlab.app.grids import GREY, SIGNED, grid
from netlab.arrays import SIDE
from netlab.experiments.inside.networks import needs_dense
from netlab.experiments.inside.passage import (
    RATES,
    Passage,
    after_step,
    by_pixels,
    walk,
    wished_picture,
    wishes,
)
from netlab.experiments.inside.passage_words import read_as, step_words, weight_name, wish_words
from netlab.experiments.inside.view.asked import Asked, at_moment, choose_picture, layers_of, show_picture
from netlab.experiments.inside.view.convolutional import convolutional_maps
from netlab.experiments.inside.worked_passage import backward_lines, forward_lines, in_rows, step_line
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import plain, probability

MOST_WISHES = 10
UNIT = "digit_unit"


def show(subject: Subject, pictures: Pictures) -> None:
    """Choose a picture and a layer, and see every number of it, forward and backward."""
    st.markdown(
        "**What happens between the pixels and the answer, and what would this picture like to change?** Choose a picture, "
        "then a layer, then a unit in it."
    )
    left, right = st.columns([1, 3], gap="large")
    with left:
        subject = at_moment(subject)
        asked = choose_picture(subject, pictures, "digit")
        show_picture(asked)
    if reason := needs_dense(subject.spec):
        with right:
            st.info(f"{reason} Here is the way forward through this one.", icon=":material/filter_b_and_w:")
            convolutional_maps(subject, asked, pictures.classes)
        return
    with right:
        passage = walk(layers_of(subject), asked.picture, asked.label)
        st.markdown(read_as(passage, tuple(map(literal, pictures.classes)), asked.name, known=asked.known))
        at = _stage(passage)
        if at < 0:
            _pixels(passage, asked)
        elif at < len(passage.network.layers) - 1:
            unit = _hidden(passage, at)
        else:
            unit = _answer(passage, at, pictures.classes)
        if at >= 0:
            _formulas(passage, at, unit)
    _wanted(passage, unit if at == 0 else None, pictures.classes)


def _stage(passage: Passage) -> int:
    """Which layer to look at, from 0; −1 for the pixels."""
    layers = passage.network.layers
    titles = {"pixels": f"{passage.inputs.size} pixels"}
    for place, layer in enumerate(layers[:-1], start=1):
        titles[f"layer{place}"] = f"Layer {place}: {layer.biases.size} {layer.activation.replace('_', ' ')}"
    titles["answer"] = f"Answer: {layers[-1].biases.size} probabilities, loss"
    if st.session_state.get("digit_at", "pixels") not in titles:
        forget("digit_at")
    keys = list(titles)
    first = keys[1]
    chosen = choose(
        st.segmented_control, "Where on the way", keys, first, key="digit_at", titles=titles.__getitem__
    )
    return keys.index(chosen) - 1


def _pixels(passage: Passage, asked: Asked) -> None:
    left, right = st.columns(2)
    inked = int(np.count_nonzero(passage.inputs))
    with left:
        st.markdown(f"**Forward.** {passage.inputs.size} numbers x from 0 to 1 enter; {inked} are not 0.")
        grid("digit_pixels_x", passage.inputs, "pixel", f"The pixels of {asked.name}", signed=False, most=1.0)
        st.caption("Black is 0, white is 1.")
    with right:
        st.markdown("**Backward.** ∂L/∂x: by how much the loss would grow if a pixel got brighter.")
        grid(
            "digit_pixels_slope", by_pixels(passage), "∂L/∂x of pixel", "The slope of the loss by each pixel"
        )
        st.caption(f"{SIGNED} More ink on orange pixels would lower the loss.")


def _hidden(passage: Passage, at: int) -> int:
    """The three grids of a hidden layer; gives the unit that is chosen."""
    size = passage.sums(at).size
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = number(UNIT, f"Unit (0 to {size - 1})", int(np.abs(passage.delta(at)).argmax()), size - 1)
        for words, values in (
            ("Most excited", passage.given(at)),
            ("Most to blame", np.abs(passage.delta(at))),
        ):
            st.button(words, key=f"digit_{words}", on_click=move, args=(UNIT, int(values.argmax())))
    columns = st.columns(3)
    name = f"layer {at + 1}"
    shown = (
        ("**Weighted sums z**", "z of unit", passage.sums(at), True, SIGNED),
        (f"**Activations a** = {passage.network.layers[at].activation.replace('_', ' ')}(z)", "a of unit", passage.given(at),
         bool((passage.given(at) < 0).any()), GREY),
        ("**Backward: δ** = ∂L/∂z", "δ of unit", passage.delta(at), True, SIGNED),
    )  # fmt: skip
    for place, (column, (title, noun, values, signed, colours)) in enumerate(
        zip(columns, shown, strict=True)
    ):
        with column:
            st.markdown(title)
            grid(
                f"digit_grid_{place}", values, noun, f"{title.strip('*')} of {name}, a cell a unit", signed=signed,
                chosen=unit, on_pick=lambda picked: move(UNIT, picked),
            )  # fmt: skip
            st.caption(SIGNED if signed else colours)
    still = int((passage.delta(at) == 0).sum())
    if still:
        st.caption(
            f"{still} of {size} units have δ = 0: their activation is flat here, and this picture teaches them nothing."
        )
    return unit


def _answer(passage: Passage, at: int, classes: tuple[str, ...]) -> int:
    """The ten answers as a table; gives the class that is chosen."""
    rows = ["| class | z | p | y | δ = p − y |", "|:--|--:|--:|--:|--:|"]
    for place, name in enumerate(classes):
        mark = "**" if place == passage.label else ""
        cells = (
            plain(passage.sums(at)[place]), probability(passage.probabilities[place], 2), str(int(place == passage.label)),
            plain(passage.delta(at)[place]),
        )  # fmt: skip
        rows.append(f"| {mark}{literal(name)}{mark} | {' | '.join(cells)} |")
    st.markdown("\n".join(rows))
    return int(
        st.selectbox(
            "Written out for",
            range(len(classes)),
            passage.label,
            format_func=classes.__getitem__,
            key=f"digit_answer_{passage.label}",
            width=200,
        )
    )


def _formulas(passage: Passage, at: int, unit: int) -> None:
    st.markdown("**Forward**, with this picture’s numbers:")
    for line in forward_lines(passage, at, unit):
        st.latex(in_rows(line))
    st.markdown("**Backward:**")
    for line in backward_lines(passage, at, unit):
        st.latex(in_rows(line))


def _wanted(passage: Passage, unit: int | None, classes: tuple[str, ...]) -> None:
    st.subheader("What this picture would like to change", anchor=False)
    names = tuple(map(literal, classes))
    rate = slide(
        st.select_slider, "Learning rate η of one step on this picture alone", RATES, 0.01, key="digit_rate",
        titles=plain,
    )  # fmt: skip
    st.markdown(step_words(passage, after_step(passage, rate), rate, names))
    found = wishes(passage, MOST_WISHES)
    if not found:
        st.info("No weight has a gradient here: nothing is left to learn from this picture.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(
            "\n".join(
                [
                    "| weight | w | ∂L/∂w | wished: −η ∂L/∂w |",
                    "|:--|--:|--:|--:|",
                    *(
                        f"| {weight_name(wish, len(passage.network.layers), names)} | {plain(wish.weight)} | {plain(wish.gradient)} | "
                        f"{plain(-rate * wish.gradient)} |"
                        for wish in found
                    ),
                ]
            )
        )
        st.caption(wish_words(passage, found))
        st.latex(step_line(found[0], rate))
    with right:
        chosen = int(np.abs(passage.delta(0)).argmax()) if unit is None else unit
        change = wished_picture(passage, chosen, rate)
        st.markdown(
            f"The change that is wished of the {SIDE}×{SIDE} weights into **unit {chosen}** of layer 1"
        )
        grid(
            "digit_wish",
            change,
            "−η ∂L/∂w from pixel",
            f"The wished change of the weights into unit {chosen}",
        )
        st.caption(
            SIGNED if change.any() else "No change: this unit’s δ is 0, so the picture does not teach it."
        )
