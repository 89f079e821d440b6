"""One neuron with live numbers, its decision line, and every activation's strengths and weaknesses."""

from __future__ import annotations

import operator
import re
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import component, live_figure
from netlab.app.example import example
from netlab.app.lesson import covered
from netlab.app.moved import numbers_told, on_slider, turn_of
from netlab.formatting import bracketed, digits, fixed, plain, raised, signed
from netlab.glossary import term
from netlab.lessons.neuron.example import turning_line
from netlab.lessons.neuron.figures import activation_curve, activation_gallery
from netlab.lessons.neuron.neuron import CORNERS, GOALS, ROUNDED, Neuron, right_corners
from netlab.lessons.neuron.view.straight_layers import straight_fold
from netlab.lessons.neuron.view.two_neurons import xor_fold
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.place import Place, shown_in

BIND: Any = {"bind": "query-params"}
REACH, MOST, STEP = 2.0, 4.0, 0.05
SLIDERS = {"neuron_w1": MOST, "neuron_w2": MOST, "neuron_b": MOST, "neuron_x1": REACH, "neuron_x2": REACH}
"""In the order in which the plane tells what was moved, each with its largest value."""
PLANE = "neuron_plane"
Z = np.linspace(-6, 6, 121)
FINE = np.linspace(-10, 10, 20_001)
NO_GOAL = "none"
RULES = shown_in(ACTIVATIONS, Place.LESSONS)
TITLES = {key: rule.title for key, rule in RULES.items()}
IN_A_ROW = 10

_plane = component("lessons/neuron/neuron")


def one_neuron(*, tasks: bool = True) -> None:
    """Sliders for everything a neuron has, and what comes of them: numbers, a curve, a line; and tasks for the line."""
    controls, stage = st.columns([1, 2.2], gap="medium")
    with controls:
        neuron, x = _neuron_and_input()
        goal = NO_GOAL
        if tasks:
            goal = choose(st.segmented_control, "A task for the line", (NO_GOAL, *GOALS), key="neuron_goal")
            if goal != NO_GOAL:
                _judge(neuron, goal)
        else:
            covered("Tasks for the line.")
    rule = ACTIVATIONS[neuron.activation]
    z = round(float(neuron.pre_activation(x[None])[0]), ROUNDED)
    a = float(rule.value(np.array([z]))[0])
    with stage:
        _held_plane(neuron, x, goal)
        left, right = st.columns(2, gap="small")
        with left:
            alt = f"{rule.title} and its slope; the neuron is at z = {fixed(z, 3)}, a = {fixed(a, 3)}."
            live_figure("activation_curve", activation_curve(rule, Z, z), alt)
        with right:
            _formulas(rule, neuron, x, z, a)
            st.caption(_line_sentence(neuron) + " " + _saturation(rule, z))
    if tasks:
        xor_fold()
    straight_fold(float(x[0]), float(x[1]))


def _held_plane(neuron: Neuron, x: Any, goal: str) -> None:
    """The neuron's numbers and its plane, whose line, arrow and input can be held."""
    wanted = GOALS.get(goal)
    data = {
        "w": neuron.weights.tolist(), "b": neuron.bias, "x": x.tolist(), "activation": neuron.activation,
        "wanted": None if wanted is None else list(wanted), "turn": turn_of(PLANE), "alt": _line_sentence(neuron),
        "example": example("neuron", turning_line),
    }  # fmt: skip
    _plane(key=PLANE, data=data, on_moved_change=_take_over)


def _take_over() -> None:
    """Let the sliders have what the hand has moved."""
    numbers = numbers_told(PLANE)
    if numbers is not None and len(numbers) == len(SLIDERS):
        for (key, most), value in zip(SLIDERS.items(), numbers, strict=True):
            st.session_state[key] = on_slider(value, most, STEP)


def _neuron_and_input() -> tuple[Neuron, Any]:
    activation = choose(
        st.selectbox, "Activation", TITLES, "sigmoid", key="neuron_activation", titles=TITLES.__getitem__
    )
    left, right = st.columns(2)
    x1 = left.slider("Input x₁", -REACH, REACH, 1.0, STEP, key="neuron_x1", **BIND)
    x2 = right.slider("Input x₂", -REACH, REACH, 0.5, STEP, key="neuron_x2", **BIND)
    w1 = left.slider("Weight w₁", -MOST, MOST, 1.5, STEP, key="neuron_w1", **BIND)
    w2 = right.slider("Weight w₂", -MOST, MOST, -1.0, STEP, key="neuron_w2", **BIND)
    bias = st.slider("Bias b", -MOST, MOST, 0.5, STEP, key="neuron_b", **BIND)
    return Neuron(np.array([w1, w2]), bias, activation), np.array([x1, x2])


def _formulas(rule: Activation, neuron: Neuron, x: Any, z: float, a: float) -> None:
    slope = float(rule.derivative(np.array([z]))[0])
    (w1, w2), (x1, x2) = neuron.weights, x
    st.latex(
        rf"\begin{{aligned}} z &= w_1 x_1 + w_2 x_2 + b \\ &= {digits(w1)}\cdot{bracketed(x1)} {signed(w2)}\cdot{bracketed(x2)} "
        rf"{signed(neuron.bias)} = {digits(z)} \\ a &= f(z) = {_result(rule.latex, z, a)} \\ "
        rf"\frac{{da}}{{dz}} &= {_result(rule.derivative_latex, z, slope)} \end{{aligned}}"
    )


def _result(latex: str, z: float, value: float) -> str:
    """A formula with its number and what comes of it; once, where these are the same."""
    worked, result = with_number(latex, z), digits(value)
    return result if worked in (result, f"({result})") else f"{worked} = {result}"


def with_number(latex: str, z: float) -> str:
    """Put a number in the place of every z in a formula: in brackets where negative, with a dot behind a factor.

    Of several cases the one that applies is left.
    """
    text = CASES.sub(lambda cases: _case(cases[1], z), latex)
    text = text.replace("(z)", f"({digits(z)})")
    text = re.sub(r"(?<=\d)\\,(?=z(?![A-Za-z]))", r" \\cdot ", text)
    return re.sub(r"(?<![A-Za-z\\])z(?![A-Za-z])", lambda _: bracketed(z), text)


CASES = re.compile(r"\\begin\{cases\} (.*?) \\end\{cases\}")
_HOLDS = {">": operator.gt, "<": operator.lt, r"\ge": operator.ge, r"\le": operator.le}


def _case(rows: str, z: float) -> str:
    """The one of some cases whose condition, such as |z| < 3, holds for a number."""
    for row in rows.split(r" \\ "):
        formula, condition = row.split(" & ")
        left, sign, right = condition.split()
        if _HOLDS[sign](abs(z) if left == "|z|" else z, float(right)):
            return formula
    raise ValueError(f"No case holds for z = {z}: {rows}")


def _line_sentence(neuron: Neuron) -> str:
    length = float(np.linalg.norm(neuron.weights))
    if length == 0:
        return "Both weights are 0: there is no line, the answer is the same for every input."
    colours = (
        "The bluer, the larger a; the more orange, the further below 0."
        if ACTIVATIONS[neuron.activation].range[0] < 0
        else "The bluer, the larger a."
    )
    return (
        f"The diamond is the input. {colours} On the black line z is 0; the arrow shows where the weights point and how large "
        f"they are. The line lies {plain(abs(neuron.bias) / length, 3)} from the origin: turn it with the weights, shift it with the bias."
    )


def _saturation(rule: Activation, z: float) -> str:
    if not rule.saturated(np.array([z]))[0]:
        return ""
    return "Here the neuron is saturated (shaded): its slope is next to 0. A network learns by slopes (see the page Loss), so this neuron hardly learns."


def _judge(neuron: Neuron, goal: str) -> None:
    right = int(right_corners(neuron, goal).sum())
    tie = " A corner on the line itself counts as no." if neuron.on_line(CORNERS).any() else ""
    if right == len(GOALS[goal]):
        st.success(
            f"All four corners are right: this neuron computes {goal}.{tie}", icon=":material/check_circle:"
        )
    else:
        st.info(
            f"{goal}: {right} of 4 corners {'is' if right == 1 else 'are'} right. Filled circles should lie on the arrow's side "
            f"of the line, open ones not.{tie}",
            icon=":material/target:",
        )


def all_activations() -> None:
    """What there is to know about the chosen activation, among all of them."""
    rule = RULES[choose(st.pills, "Choose one", TITLES, "relu", key="neuron_card", titles=TITLES.__getitem__)]
    steepest = float(rule.derivative(FINE).max())
    card, beside = st.columns([1, 1.2], gap="medium")
    with card:
        st.latex(
            rf"\begin{{aligned}} f(z) &= {rule.latex} \\ f'(z) &= {rule.derivative_latex} \\ "
            rf"f''(z) &= {rule.second_derivative_latex} \end{{aligned}}"
        )
        st.markdown(
            f"- **Range** {_range(rule)}\n- **Largest slope** {plain(steepest, 3)}\n- **{term('saturated', 'Saturates')}** {rule.saturates}\n"
            f"- **{IN_A_ROW} in a row** {_in_a_row(steepest)}\n"
            f"- **Good** {rule.advantages}\n- **Bad** {rule.disadvantages}\n- **Read** {rule.source}"
        )
        if rule.untrainable:
            st.info(rule.untrainable, icon=":material/block:")
    with beside:
        slopes = st.toggle("Show the slopes", key="neuron_slopes", **BIND)
        left, middle, right = (
            plain(one, 3) for one in (rule.derivative if slopes else rule.value)(Z[[0, 60, -1]])
        )
        told = (
            f"The slopes of all activations. That of {rule.title}, drawn strong, is {left} at z = −6, {middle} at 0 and {right} at 6."
            if slopes
            else f"All activations. {rule.title}, drawn strong, is {left} at z = −6, {middle} at 0 and {right} at 6."
        )
        live_figure(
            "activation_gallery",
            activation_gallery(Z, rule.key, slopes=slopes),
            told,
        )
    with st.expander(f"All {len(RULES)} in a table"):
        st.table([_row(each) for each in RULES.values()])
        st.caption("At a kink there is no single slope; the one shown at 0 is the one that TensorFlow uses.")


def _in_a_row(steepest: float) -> str:
    """What is left, at the most, of a small change behind so many neurons whose weights are 1: the product of their slopes."""
    left = plain(steepest**IN_A_ROW, 3)
    if steepest < 1:
        return (
            f"Of a small change at the first neuron at most {plain(steepest, 3)}{raised(IN_A_ROW)} = {left} gets through to the last (all weights 1), so the "
            "first ones have next to nothing to learn from."
        )
    if steepest > 1:
        return f"A small change at the first neuron may get through whole, or grow up to {left} times (all weights 1)."
    return "A small change at the first neuron may get through whole (all weights 1)."


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
