"""How much of the gradient arrives at the first layer, for every activation and every initializer."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.example import example
from netlab.arrays import Array
from netlab.formatting import plain
from netlab.lessons.depth.figures import gain_table, gradient_through_layers
from netlab.lessons.depth.figures_example import deeper_and_deeper
from netlab.lessons.depth.signal_propagation import Depth, paper_gain, through_layers, verdict
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.activations.base import zero
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.place import Place, shown_in

BIND: Any = {"bind": "query-params"}
WIDTH, MOST = 128, 20
RULES = shown_in(ACTIVATIONS, Place.LESSONS)
TITLES = [rule.title for rule in RULES.values()], [rule.title for rule in INITIALIZERS.values()]
LEARN = {
    "vanishes": "the first layers hardly learn",
    "fades": "the first layers learn more slowly than the last",
    "survives": "all layers learn at about the same pace",
    "grows": "the first layers are pushed harder than the last",
    "explodes": "the first layers jump about",
}


def gradient_and_depth() -> None:
    """Choose depth, activation and first weights; see the gradient layer by layer, and all combinations beside."""
    columns = st.columns(3)
    depth = columns[0].slider("Layers", 1, MOST, 3, key="depth_layers", **BIND)
    activation = choose(
        columns[1].selectbox, "Activation in every layer", RULES, "sigmoid", key="depth_activation",
        titles=lambda key: RULES[key].title,
    )  # fmt: skip
    start = choose(
        columns[2].selectbox, "Initial weights", INITIALIZERS, "glorot_uniform", key="depth_start",
        titles=lambda key: INITIALIZERS[key].title,
    )  # fmt: skip
    names = activation, start
    measured, by_paper = _measured(*names, depth), paper_gain(*names, width=WIDTH)
    left, right = st.columns(2, gap="medium")
    with left:
        live_figure(
            "gradient_through_layers", gradient_through_layers(measured, by_paper), _verdict(measured),
            example=example("depth", deeper_and_deeper),
        )  # fmt: skip
        st.markdown(_verdict(measured))
        if depth > 1:
            st.markdown(_learning(measured))
            st.markdown(_paper_sentence(measured, by_paper))
    with right:
        gains = _all_gains()
        alt = _gains_alt(gains, activation, start)
        live_figure("gain_table", gain_table(*TITLES, gains), alt)
        st.caption(
            f"What one layer multiplies the gradient by, measured over the {MOST - 1} passages between {MOST} layers of {WIDTH} "
            f"units as their geometric mean: the one factor that, {MOST - 1} times over, comes to the same. Orange shrinks, blue grows, white is right; 0 is exactly nothing. 0.7 looks harmless, but "
            "0.7¹⁹ = 0.001."
        )


def _gains_alt(gains: Array, activation: str, start: str) -> str:
    """What the table shows now; the activations are its rows, the initial weights its columns."""
    chosen = gains[list(RULES).index(activation), list(INITIALIZERS).index(start)]
    return (
        f"A table of what one layer multiplies the gradient by: from {plain(gains.min(), 3)} to {plain(gains.max(), 3)} over {len(RULES)} activations and "
        f"{len(INITIALIZERS)} kinds of initial weights. For {RULES[activation].title} with {INITIALIZERS[start].title} it is {plain(float(chosen), 3)}."
    )


@st.cache_data(show_spinner=False, max_entries=512)
def _measured(activation: str, initializer: str, depth: int) -> Depth:
    return through_layers(activation, initializer, depth=depth, width=WIDTH)


@st.cache_resource(show_spinner=f"Measuring {len(RULES) * len(INITIALIZERS)} deep networks, once…")
def _all_gains() -> Array:
    return np.array([[_gain(activation, start) for start in INITIALIZERS] for activation in RULES])


def _gain(activation: str, initializer: str) -> float:
    return through_layers(activation, initializer, depth=MOST, width=WIDTH, examples=16).gain


def _verdict(measured: Depth) -> str:
    layers, last = len(measured.gradient), measured.gradient[-1]
    if layers == 1:
        return f"The single layer gets the gradient {plain(last, 3)}; there is no other layer on the way that could shrink it."
    if last == 0:
        return _nothing(measured)
    return (
        f"From the last of {layers} layers to the first the gradient is multiplied by {plain(measured.share, 2)}, that is by "
        f"{plain(measured.gain, 3)} in each layer: it **{verdict(measured.share)}**."
    )


def _nothing(measured: Depth) -> str:
    """Why no gradient arrives even at the last of several layers, or why none passes on."""
    layers, rule = len(measured.gradient), RULES[measured.activation]
    if rule.derivative is zero:
        return f"The slope of {rule.title} is 0 everywhere, so nothing flows back through {layers} layers."
    return f"With all weights 0 nothing flows back through {layers} layers."


def _learning(measured: Depth) -> str:
    """What that means for the weights, whose gradient is this one times what enters their layer."""
    if measured.weight_gradient[-1] == 0:
        return "No weight gets a gradient."
    share = measured.weight_share
    return (
        "A bias learns from this gradient, a weight from this times what enters its layer. For the weights the first layer "
        f"has {plain(share, 2)} times the gradient of the last: {LEARN[verdict(share)]}."
    )


def _paper_sentence(measured: Depth, by_paper: float | None) -> str:
    if measured.initializer == "constant":
        return "There is no theory for this: equal weights are not drawn at random. All units of a layer do the same."
    if by_paper is None:
        return (
            "The papers give no rule for this activation; the dashed line is the same reasoning with its integrals taken "
            "numerically (Poole et al., 2016; Schoenholz et al., 2017)."
        )
    source = (
        "He et al. (2015): √(n·Var(w)/2)"
        if measured.activation == "relu"
        else "After Glorot & Bengio (2010): √(n·Var(w))·f′(0)"
    )
    return f"{source} = {plain(by_paper, 3)} a layer; measured {plain(measured.gain, 3)}. Here n = {WIDTH} units feed each unit, and Var(w) is the variance of the first weights."
