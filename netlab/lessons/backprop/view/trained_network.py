"""The same for the real network: any weight from a pixel to a hidden unit, one of 407,050 numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.digits import Sample, sample
from netlab.app.frame import move, number
from netlab.arrays import SIDE
from netlab.formatting import plain, probability
from netlab.lessons.backprop import trained_network
from netlab.lessons.backprop.chain_rule import Chain, chain
from netlab.lessons.backprop.gradient_check import central_difference, relative_error
from netlab.lessons.backprop.tape import gradients_of_article
from netlab.lessons.backprop.view.chain import paths_table
from netlab.lessons.backprop.view.pixel_picker import pixel_picker
from netlab.lessons.backprop.view.tape import tape, wait_for
from netlab.nets import shipped_mlp

FIRST_DIGIT, FIRST_PIXEL, FIRST_UNIT = (
    247,
    518,
    442,
)  # a 4 that looks like a 2 and a 6, and the weight it moves most
LOOKED_AT = 2000
TOLERANCE = 1e-5


@st.fragment
def any_weight() -> None:
    """Choose a digit, a pixel in it and a hidden unit: the weight between them, and its gradient three ways."""
    digits = sample()
    left, right = st.columns([2, 5], gap="large")
    with left:
        shown = _digit(digits)
        image, label = digits.images[shown], int(digits.labels[shown])
        seen = trained_network.see(image, label)
        picture = st.container()
    with right:
        pixel, unit = _place(seen)
        with picture:
            _picture(image, shown, label, pixel)
        guess = int(seen.probabilities.argmax())
        st.markdown(
            f"The network reads **{guess}** with {probability(seen.probabilities[guess], 2)}; the right answer is **{label}**, to which it gives "
            f"{probability(seen.probabilities[label], 2)}. Loss −ln(p) = {plain(seen.loss)}."
        )
        parts = chain(shipped_mlp.network(), seen.inputs[None], np.array([label]), 0, pixel, unit)
        _story(seen, parts)
        _three_ways(seen, parts)


def _picture(image: NDArray[np.uint8], shown: int, label: int, pixel: int) -> None:
    row, column = divmod(pixel, SIDE)
    alt = (
        f"Test digit {shown}, a {label}. Chosen: row {row}, column {column}, grey value {image[row, column]}."
    )
    pixel_picker("digit_pixels", image, pixel, alt, _pick)
    st.caption(f"{alt} Click another pixel.")


def _digit(digits: Sample) -> int:
    count = len(digits.images)
    shown = number(
        "backprop_digit",
        "Test digit",
        FIRST_DIGIT,
        count - 1,
        help="Pictures the network has not learnt from.",
    )
    st.button("Next one it misreads", key="backprop_wrong", on_click=_next_wrong, args=(shown,))
    return shown


def _next_wrong(shown: int) -> None:
    wrong = misread()
    if len(wrong):
        move("backprop_digit", int(wrong[np.searchsorted(wrong, shown, side="right") % len(wrong)]))


@st.cache_resource(show_spinner=False)
def misread() -> Any:
    """Which of the first test digits the article's network gets wrong."""
    digits = sample()
    return np.flatnonzero(shipped_mlp.answers(digits.images[:LOOKED_AT]) != digits.labels[:LOOKED_AT])


def _place(seen: trained_network.Seen) -> tuple[int, int]:
    """Which weight: its pixel and its hidden unit."""
    columns = st.columns([2, 2, 3], vertical_alignment="bottom")
    with columns[0]:
        pixel = number("backprop_pixel", "Pixel (0 to 783)", FIRST_PIXEL, 783)
    with columns[1]:
        unit = number("backprop_unit", "Hidden unit (0 to 511)", FIRST_UNIT, 511)
    columns[2].button(
        "The weight with most to learn here", key="backprop_steepest", on_click=_steepest, args=(seen,),
        help="The largest of the 401,408 gradients of the first layer's weights, for this digit.",
    )  # fmt: skip
    return pixel, unit


def _pick(pixel: int) -> None:
    move("backprop_pixel", pixel)


def _steepest(seen: trained_network.Seen) -> None:
    pixel, unit = trained_network.steepest(seen)
    move("backprop_pixel", pixel)
    move("backprop_unit", unit)


def _story(seen: trained_network.Seen, parts: Chain) -> None:
    assert parts.row is not None
    weight, z = (
        shipped_mlp.network().arrays[0][parts.row, parts.column],
        seen.passed.pre_activations[0][0, parts.column],
    )
    st.markdown(
        f"**w = {plain(weight)}** leads from pixel {parts.row} ({round(255 * seen.inputs[parts.row])}/255 = {plain(seen.inputs[parts.row])}) to hidden unit "
        f"{parts.column} (z = {plain(z)}). From the loss back to it there are ten paths, one through each output:"
    )
    st.table(paths_table(parts))
    if seen.inputs[parts.row] == 0:
        st.info(
            "The pixel is empty, so every path ends with a factor 0: an empty pixel teaches this weight nothing."
        )
    elif z <= 0:
        st.info("The unit is silent (z ≤ 0), so ReLU′ = 0 on every path: this digit does not teach the unit.")
    elif seen.loss < 1e-3:
        st.info(
            "The network is right and sure, so every p − y is almost 0: there is little left to learn here."
        )


def _three_ways(seen: trained_network.Seen, parts: Chain) -> None:
    assert parts.row is not None
    place = (0, parts.row, parts.column)
    ours = float(seen.gradients[0][parts.row, parts.column])
    nudged = central_difference(shipped_mlp.network(), seen.inputs[None], np.array([seen.label]), *place)
    question = gradients_of_article(seen.inputs, seen.label, [place])
    answer = tape(question)
    cells = [
        ("sum of the ten paths", parts.total),
        ("back-propagation", ours),
        ("central difference", nudged),
        ("`tf.GradientTape`", answer.values[0] if answer.values else None),
    ]
    st.markdown(
        "\n".join(
            ["| ∂L/∂w by | value | relative error |", "|:--|--:|--:|", *(_row(*cell, ours) for cell in cells)]
        )
    )
    wait_for(question, answer)


def _row(name: str, value: float | None, ours: float) -> str:
    if value is None:
        return f"| {name} | … | … |"
    error = float(relative_error(np.array(ours), np.array(value)))
    verdict = f":green[{plain(error, 1)} ✓]" if error <= TOLERANCE else f":red[{plain(error, 1)} ✗]"
    return f"| {name} | {plain(value, 6)} | {verdict if name != 'back-propagation' else ''} |"
