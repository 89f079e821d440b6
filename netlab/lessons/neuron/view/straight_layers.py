"""Why bend: three layers become one matrix before the reader's eyes, and with an activation between them they do not."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.arrays import Array
from netlab.formatting import counted, digits, plain, signed
from netlab.lessons.neuron.figures import straight_and_bent
from netlab.lessons.neuron.straight_layers import Straight, collapse, corners_of, draw_layers, through
from netlab.nn.activations import ACTIVATIONS

BIND: Any = {"bind": "query-params"}
OPEN = "neuron_straight_open"
BENDS = ("relu", "tanh", "sigmoid")
ALONG = np.linspace(-2.0, 2.0, 401)
SEEDS = 100
ROUNDED = 9


def straight_fold(x1: float, x2: float) -> None:
    """A fold with the experiment; it costs nothing while it is shut."""
    box = st.expander("More: why bend? Three layers without it are one", on_change="rerun", key=OPEN)
    if not box.open:
        return
    with box:
        st.markdown(
            "Take three layers: two inputs, three units, three units, one output. Without a bend each is only a table of weights, a "
            "**matrix** W, and its biases b. Multiply the three matrices, and one layer is left that says the same for every input."
        )
        layers, bend = _choices()
        one = collapse(layers)
        left, right = st.columns([1.35, 1], gap="medium")
        with left:
            _in_numbers(layers, one, np.array([x1, x2]))
        with right:
            _along(layers, bend, x1, x2)


def _choices() -> tuple[tuple[Straight, ...], str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = int(st.number_input("Set of weights", 0, SEEDS - 1, 9, key="neuron_layers", width=160, **BIND))
        bend = choose(
            st.segmented_control, "The bend to compare with", BENDS, "relu", key="neuron_bend",
            titles=lambda key: ACTIVATIONS[key].title,
        )  # fmt: skip
    return draw_layers(seed), bend


def _in_numbers(layers: tuple[Straight, ...], one: Straight, x: Array) -> None:
    for place, layer in enumerate(layers):
        name = place + 1
        st.latex(rf"W_{name} = {matrix(layer.weights)} \qquad b_{name} = {matrix(layer.biases[:, None])}")
    st.latex(
        rf"W = W_3 W_2 W_1 = {matrix(one.weights)} \qquad b = {digits(round(float(one.biases[0]), ROUNDED))}"
    )
    st.latex(_both_ways(layers, one, x))
    far = largest_difference(layers, one)
    st.markdown(
        f"Over {counted(ALONG.size, 'input')} along x₁ the three layers and the one layer differ by {plain(far, 2)} at most, and that is rounding."
        if far > 0
        else f"Over {counted(ALONG.size, 'input')} along x₁ the three layers and the one layer do not differ at all."
    )


def largest_difference(layers: tuple[Straight, ...], one: Straight) -> float:
    """How far three layers and the one that they make are apart, at the worst of many inputs."""
    places = np.stack([ALONG, ALONG[::-1]], axis=1)
    return float(np.abs(through(layers, places) - one(places)).max())


def _both_ways(layers: tuple[Straight, ...], one: Straight, x: Array) -> str:
    """The reader's input through the three layers, and through the one."""
    first = layers[0](x[None])
    second = layers[1](first)
    y, other = (round(float(way), ROUNDED) for way in (layers[2](second)[0, 0], one(x[None])[0, 0]))
    same = rf"{digits(round(float(one.weights[0, 0]), ROUNDED))} \cdot ({digits(x[0])}) {signed(round(float(one.weights[0, 1]), ROUNDED))} \cdot ({digits(x[1])}) {signed(round(float(one.biases[0]), ROUNDED))}"
    return (
        rf"\begin{{aligned}} {matrix(x[:, None])} &\to {matrix(first.T)} \to {matrix(second.T)} \to {digits(y)} \\ "
        rf"W x + b &= {same} = {digits(other)} \end{{aligned}}"
    )


def matrix(values: Array) -> str:
    """A table of numbers in round brackets, as LaTeX."""
    rows = r"\\".join(" & ".join(digits(round(float(value), ROUNDED)) for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _along(layers: tuple[Straight, ...], bend: str, x1: float, x2: float) -> None:
    places = np.stack([ALONG, np.full_like(ALONG, x2)], axis=1)
    straight, bent = through(layers, places)[:, 0], through(layers, places, bend)[:, 0]
    title = ACTIVATIONS[bend].title
    told = what_is_seen(bent, bend)
    live_figure(
        "straight_layers",
        straight_and_bent(ALONG, straight, bent, title, x1),
        f"The output of three layers as x₁ goes from {plain(ALONG[0])} to {plain(ALONG[-1])}. {told}",
    )
    st.markdown(told)
    st.caption(f"Dotted: your input x₁ = {plain(x1)}. The other input stays at x₂ = {plain(x2)}.")


def what_is_seen(bent: Array, bend: str) -> str:
    """The straight line beside the bent one, in a sentence."""
    title = ACTIVATIONS[bend].title
    if bend != "relu":
        return f"Without a bend: one straight line. With {title} between the layers the same weights make a curve."
    corners = corners_of(bent)
    if corners == 0:
        return "Without a bend: one straight line. With ReLU no unit switches on or off along this line: try other weights, or another x₂."
    return f"Without a bend: one straight line. With ReLU the same weights make a line with {counted(corners, 'corner')}."
