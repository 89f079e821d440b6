"""One neuron with live numbers, its decision line, and every activation's strengths and weaknesses."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.formatting import bracketed, digits, fixed, plain, signed
from netlab.lessons.neuron.figures import activation_curve, activation_gallery, decision_line
from netlab.lessons.neuron.neuron import GOALS, Neuron, right_corners
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.place import Place, shown_in
from netlab.plots.palette import BLUE, ORANGE

BIND: Any = {"bind": "query-params"}
REACH = 2.0
Z = np.linspace(-6, 6, 121)
FINE = np.linspace(-10, 10, 20_001)
NO_GOAL = "none"
RULES = shown_in(ACTIVATIONS, Place.LESSONS)
TITLES = {key: rule.title for key, rule in RULES.items()}


def one_neuron() -> None:
    """Sliders for everything a neuron has, and what comes of them: numbers, a curve, a line."""
    controls, stage = st.columns([1, 2.2], gap="medium")
    with controls:
        neuron, x = _neuron_and_input()
        goal = choose(st.segmented_control, "A task for the line", (NO_GOAL, *GOALS), key="neuron_goal")
    rule = ACTIVATIONS[neuron.activation]
    z = round(float(neuron.pre_activation(x[None])[0]), 9)  # sliders move by 0.05: the rest is rounding
    a = float(rule.value(np.array([z]))[0])
    with stage:
        st.html(_picture(neuron, x, z, a))
        left, right = st.columns(2, gap="small")
        with left:
            alt = f"{rule.title} and its slope; the neuron is at z = {fixed(z, 3)}, a = {fixed(a, 3)}."
            live_figure("activation_curve", activation_curve(rule, Z, z), alt)
        with right:
            wanted = GOALS.get(goal)
            live_figure("decision_line", decision_line(neuron, x, REACH, wanted), _line_sentence(neuron))
        _formulas(rule, neuron, x, z, a)
        if wanted is not None:
            _judge(neuron, goal)
        st.caption(_line_sentence(neuron) + " " + _saturation(rule, z))


def _neuron_and_input() -> tuple[Neuron, Any]:
    activation = choose(
        st.selectbox, "Activation", TITLES, "sigmoid", key="neuron_activation", titles=TITLES.__getitem__
    )
    left, right = st.columns(2)
    x1 = left.slider("Input x₁", -REACH, REACH, 1.0, 0.05, key="neuron_x1", **BIND)
    x2 = right.slider("Input x₂", -REACH, REACH, 0.5, 0.05, key="neuron_x2", **BIND)
    w1 = left.slider("Weight w₁", -4.0, 4.0, 1.5, 0.05, key="neuron_w1", **BIND)
    w2 = right.slider("Weight w₂", -4.0, 4.0, -1.0, 0.05, key="neuron_w2", **BIND)
    bias = st.slider("Bias b", -4.0, 4.0, 0.5, 0.05, key="neuron_b", **BIND)
    return Neuron(np.array([w1, w2]), bias, activation), np.array([x1, x2])


STYLE = """
.netlab-neuron { display: grid; grid-template-columns: auto minmax(3.5rem, 1fr) auto minmax(1.5rem, 0.3fr) auto;
  grid-template-rows: 1fr 1fr 1fr; align-items: center; gap: 0.35rem 0.4rem; font-variant-numeric: tabular-nums; }
.netlab-neuron b, .netlab-neuron strong { border: 2px solid currentColor; border-radius: 999px; padding: 0.3rem 0.6rem; font-weight: 600; font-size: 0.9rem;
  text-align: center; white-space: nowrap; }
.netlab-neuron strong { grid-row: 1 / 4; }
.netlab-neuron .wire { text-align: center; font-size: 0.82rem; line-height: 1.3; }
.netlab-neuron .wire div { border-radius: 3px; }
.netlab-neuron i { grid-row: 1 / 4; font-style: normal; text-align: center; opacity: 0.7; }
@media (max-width: 640px) {
  .netlab-neuron { grid-template-columns: auto minmax(3rem, 1fr) auto 0 auto; }
  .netlab-neuron i { display: none; }
  .netlab-neuron b, .netlab-neuron strong { font-size: 0.76rem; padding: 0.25rem 0.4rem; }
}
"""


def _picture(neuron: Neuron, x: Any, z: float, a: float) -> str:
    """The neuron as boxes and wires; a wire is as thick as its weight is large, blue if positive, orange if not."""
    rows = [
        ("x₁", x[0], "w₁", neuron.weights[0]),
        ("x₂", x[1], "w₂", neuron.weights[1]),
        ("1", None, "b", neuron.bias),
    ]
    cells = "".join(
        f"<b style='grid-column:1;grid-row:{row}'>{name}{'' if value is None else f' = {fixed(value, 2)}'}</b>"
        f"<div class='wire' style='grid-column:2;grid-row:{row}'>{weight_name} = {fixed(weight, 2)}{_wire(weight)}"
        f"{'' if value is None else f'adds {fixed(value * weight, 3)}'}</div>"
        for row, (name, value, weight_name, weight) in enumerate(rows, 1)
    )
    label = f"z = {fixed(z, 3)}, a = {fixed(a, 3)}"
    return (
        f"<style>{STYLE}</style><div class='netlab-neuron' role='img' aria-label='{label}'>{cells}"
        f"<strong style='grid-column:3'>Σ: z = {fixed(z, 3)}</strong><i style='grid-column:4'>bend →</i>"
        f"<strong style='grid-column:5'>a = {fixed(a, 3)}</strong></div>"
    )


def _wire(weight: float) -> str:
    colour = BLUE if weight >= 0 else ORANGE
    return f"<div style='height:{1 + 2 * abs(weight):.1f}px;background:{colour}'></div>"


def _formulas(rule: Activation, neuron: Neuron, x: Any, z: float, a: float) -> None:
    slope = float(rule.derivative(np.array([z]))[0])
    (w1, w2), (x1, x2) = neuron.weights, x
    st.latex(
        rf"\begin{{aligned}} z &= w_1 x_1 + w_2 x_2 + b \\ &= {digits(w1)}\cdot{bracketed(x1)} {signed(w2)}\cdot{bracketed(x2)} "
        rf"{signed(neuron.bias)} = {digits(z)} \\ a &= f(z) = {with_number(rule.latex, z)} = {digits(a)} \\ "
        rf"\frac{{da}}{{dz}} &= {with_number(rule.derivative_latex, z)} = {digits(slope)} \end{{aligned}}"
    )


def with_number(latex: str, z: float) -> str:
    """Put a number in the place of every z in a formula: in brackets where negative, with a dot behind a factor."""
    text = latex.replace("(z)", f"({digits(z)})")
    text = re.sub(r"(?<=\d)\\,(?=z(?![A-Za-z]))", r" \\cdot ", text)
    return re.sub(r"(?<![A-Za-z\\])z(?![A-Za-z])", lambda _: bracketed(z), text)


def _line_sentence(neuron: Neuron) -> str:
    length = float(np.linalg.norm(neuron.weights))
    if length == 0:
        return "Both weights are 0: there is no line, the answer is the same for every input."
    negative = "; the more orange, the further below 0" if ACTIVATIONS[neuron.activation].range[0] < 0 else ""
    return (
        f"Diamond: the input. The bluer, the larger a{negative}. On the black line z = 0; the arrow shows where the weights "
        f"point. The line lies {plain(abs(neuron.bias) / length, 3)} from the origin: turn it with the weights, shift it with the bias."
    )


def _saturation(rule: Activation, z: float) -> str:
    if not rule.saturated(np.array([z]))[0]:
        return ""
    return "Here the neuron is saturated (shaded): next to no gradient passes, so it hardly learns."


def _judge(neuron: Neuron, goal: str) -> None:
    right = int(right_corners(neuron, goal).sum())
    if right == len(GOALS[goal]):
        st.success(
            f"All four corners are right: this neuron computes {goal}.", icon=":material/check_circle:"
        )
    else:
        st.info(
            f"{goal}: {right} of 4 corners {'is' if right == 1 else 'are'} right. Filled circles should lie on the arrow's side of the line, open ones not.",
            icon=":material/target:",
        )


def all_activations() -> None:
    """What there is to know about the chosen activation, among all of them."""
    rule = RULES[choose(st.pills, "Choose one", TITLES, "relu", key="neuron_card", titles=TITLES.__getitem__)]
    left, right = st.columns([1, 1.2], gap="medium")
    with left:
        st.latex(
            rf"\begin{{aligned}} f(z) &= {rule.latex} \\ f'(z) &= {rule.derivative_latex} \\ "
            rf"f''(z) &= {rule.second_derivative_latex} \end{{aligned}}"
        )
        st.markdown(
            f"- **Range** {_range(rule)}\n- **Largest slope** {plain(rule.derivative(FINE).max(), 3)}\n- **Saturates** {rule.saturates}\n"
            f"- **Good** {rule.advantages}\n- **Bad** {rule.disadvantages}\n- **Source** {rule.source}"
        )
        if rule.untrainable:
            st.info(rule.untrainable, icon=":material/block:")
    with right:
        slopes = st.toggle("Show the slopes", key="neuron_slopes", **BIND)
        kind = "slopes" if slopes else "values"
        live_figure(
            "activation_gallery",
            activation_gallery(Z, rule.key, slopes=slopes),
            f"{kind} of all, {rule.title} strong.",
        )
    with st.expander(f"All {len(RULES)} in a table"):
        st.table([_row(each) for each in RULES.values()])
        st.caption("At a kink, where there is no one slope, the slope at 0 is the one that TensorFlow takes.")


def _row(rule: Activation) -> dict[str, str]:
    return {
        "Activation": rule.title,
        "Range": _range(rule),
        "Slope at 0": plain(rule.derivative(np.zeros(1))[0], 3),
        "Saturates": rule.saturates,
        "Good": rule.advantages,
        "Bad": rule.disadvantages,
    }


def _range(rule: Activation) -> str:
    low, high = (plain(end, 3) for end in rule.range)
    return f"{low} to {high}"
