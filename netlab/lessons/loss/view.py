"""Loss on the page: two losses on one prediction, the way out of a wrong answer, shares of 100 %."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.components import live_figure
from netlab.formatting import digits, plain
from netlab.lessons.loss.figures import shares, two_losses, two_slopes, way_out
from netlab.lessons.loss.two_losses import CROSS_ENTROPY, QUADRATIC, TwoLosses, compare, unlearn
from netlab.nn.activations import log_softmax, sigmoid, softmax

BIND: Any = {"bind": "query-params"}
LOGITS = np.linspace(-10, 10, 161)
CLASSES = ("3", "5", "8", "9")
STARTS = (2.0, 1.0, 0.5, -1.0)
STEPS = 200


@st.fragment
def one_prediction() -> None:
    """One sigmoid unit, judged by both losses at once."""
    controls = st.columns(2, gap="large")
    z = controls[0].slider(
        "Logit z: what the output unit has added up", -10.0, 10.0, -4.0, 0.1, key="loss_z", **BIND
    )
    target = choose(controls[1].segmented_control, "Target y", [0, 1], 1, key="loss_y")
    here, curve = compare(np.array([z]), target), compare(LOGITS, target)
    left, right = st.columns(2, gap="large")
    with left:
        live_figure("two_losses", two_losses(curve, here), _description(here))
        st.markdown("**Value.** Dotted: the tangent, the slope ∂L/∂p.")
        st.latex(_values(here))
    with right:
        live_figure("two_slopes", two_slopes(curve, here), _description(here))
        st.markdown("**Slope** at the logit, which is all that the weights feel.")
        st.latex(_slopes(here))
    st.markdown(_verdict(here))


def _description(here: TwoLosses) -> str:
    return (
        f"Prediction {plain(here.predictions[0])}, target {here.target}: quadratic loss {plain(here.quadratic[0])}, slope "
        f"{plain(here.quadratic_derivative[0])}; cross-entropy {plain(here.cross_entropy[0])}, slope "
        f"{plain(here.cross_entropy_derivative[0])}."
    )


def _values(here: TwoLosses) -> str:
    p, y = digits(here.predictions[0]), int(here.target)
    chance = rf"{p}" if y else rf"1 - {p}"
    return (
        rf"\begin{{aligned}} p &= \sigma(z) = \sigma({digits(here.logits[0])}) = {p} \\"
        rf"\text{{quadratic}} &= \tfrac12 (p - y)^2 \\ &= \tfrac12 ({p} - {y})^2 = {digits(here.quadratic[0])} \\"
        rf"\text{{cross-entropy}} &= -\ln({chance}) \\ &= {digits(here.cross_entropy[0])} \end{{aligned}}"
    )


def _slopes(here: TwoLosses) -> str:
    p, y, factor = digits(here.predictions[0]), int(here.target), digits(here.factor[0])
    error = digits(here.cross_entropy_derivative[0])
    return (
        rf"\begin{{aligned}} \text{{cross-entropy:}} &\quad p - y \\ &= {p} - {y} = {error} \\"
        rf"\text{{quadratic:}} &\quad (p - y)\,\underbrace{{\sigma'(z)}}_{{p(1-p)}} \\ &= {error} \cdot {factor} \\"
        rf"&= {digits(here.quadratic_derivative[0])} \end{{aligned}}"
    )


def _verdict(here: TwoLosses) -> str:
    error, ratio = abs(float(here.cross_entropy_derivative[0])), 1 / max(float(here.factor[0]), 1e-300)
    if error > 0.9:
        return (
            f"Badly wrong, and sure of it. Cross-entropy pushes with {plain(error, 2)}, the quadratic loss with "
            f"{plain(abs(float(here.quadratic_derivative[0])), 2)}: **{ratio:,.0f} times less**, because σ′(z) vanishes."
        )
    if error < 0.1:
        return "Nearly right: both slopes are small, and should be. Now switch the target, or move z to the wrong side."
    return f"In between, σ′(z) is {plain(here.factor[0], 2)}, so the quadratic loss pushes {ratio:.1f} times less."


@st.fragment
def leaving_a_wrong_answer() -> None:
    """The same wrong start, two losses: which gets out?"""
    left, right = st.columns([1, 2], gap="large")
    start = left.slider("Start at logit (target is 1)", -10.0, 0.0, -1.0, 0.5, key="loss_start", **BIND)
    rate = left.slider("Learning rate", 0.1, 2.0, 0.5, 0.1, key="loss_rate", **BIND)
    quadratic, entropy = (
        sigmoid(unlearn(loss, start, 1.0, learning_rate=rate, steps=STEPS))
        for loss in (QUADRATIC, CROSS_ENTROPY)
    )
    sentence = f"The prediction passes one half {_when(entropy)} with cross-entropy, {_when(quadratic)} with the quadratic loss."
    with right:
        live_figure("way_out", way_out(quadratic, entropy, 1.0), sentence)
    left.markdown(f"**{sentence}**")
    left.caption("One logit, moved against its slope at each step. Solla, Levin & Fleisher, 1988.")


def _when(predictions: Any) -> str:
    right = predictions > 0.5
    steps = int(np.argmax(right))
    return f"after {steps} step{'s' * (steps != 1)}" if right.any() else f"not within {STEPS} steps"


@st.fragment
def shares_of_all() -> None:
    """Logits to move, probabilities that share 100 %."""
    left, right = st.columns([1, 2], gap="large")
    columns = [*left.columns(2), *left.columns(2)]
    logits = [
        column.slider(f"Logit of “{name}”", -6.0, 6.0, start, 0.1, key=f"loss_logit{name}", **BIND)
        for column, name, start in zip(columns, CLASSES, STARTS, strict=True)
    ]
    shift = slide(
        left.select_slider, "Add to all four", [-10_000, -100, -5, 0, 5, 100, 10_000], 0, key="loss_shift",
        titles=with_sign,
    )  # fmt: skip
    truth = choose(left.segmented_control, "True class", CLASSES, key="loss_truth")
    z, target = np.array(logits) + shift, CLASSES.index(truth)
    p = softmax(z)
    loss, parts = -float(log_softmax(z)[target]), rounded_shares(p)
    with right:
        live_figure(
            "shares", shares(CLASSES, p, target, parts), f"Shares of 3, 5, 8 and 9: {', '.join(parts)}."
        )
        st.latex(" + ".join(part.replace("\u00a0%", r"\,\%") for part in parts) + r" = 100\,\%")
        st.latex(_softmax(np.array(logits), shift, target, p, loss))
        st.latex(_all_slopes(p, target))
    st.caption(
        "Adding the same to every logit "
        "changes nothing: only differences count. The program uses that, taking the largest logit away first, so that "
        "even +10000, where e^z itself is too large for the computer's numbers, gives the same shares. Softmax: Bridle, 1990."
    )


def with_sign(value: float) -> str:
    """A number that is added, for a slider's mark: +5, 0, −10000."""
    return f"{'+' if value > 0 else ''}{plain(value, 5)}"


def rounded_shares(probabilities: Any) -> list[str]:
    """Shares in tenths of a per cent that add to 100 % as printed: what rounding down leaves goes to the largest rests."""
    tenths = np.floor(probabilities * 1000).astype(int)
    rests = np.argsort(tenths - probabilities * 1000, kind="stable")
    tenths[rests[: 1000 - tenths.sum()]] += 1
    return [f"{value / 10:.1f}\u00a0%" for value in tenths]


def _softmax(logits: Any, shift: int, target: int, p: Any, loss: float) -> str:
    powers = " + ".join(f"e^{{{digits(value)}}}" for value in logits)
    cancelled = rf"\quad(\text{{the }} e^{{{shift}}} \text{{ cancels}})" if shift else ""
    return (
        rf"\begin{{aligned}} p_\text{{{CLASSES[target]}}} &= \frac{{e^{{{digits(logits[target])}}}}}{{{powers}}} = "
        rf"{digits(p[target])}{cancelled} \\ L &= -\ln {digits(p[target])} = {digits(loss)} \end{{aligned}}"
    )


def _all_slopes(p: Any, target: int) -> str:
    y = np.eye(len(p))[target]
    parts = [_column(values) for values in (p, y, p - y)]
    return rf"\frac{{\partial L}}{{\partial z}} = p - y = {parts[0]} - {parts[1]} = {parts[2]}"


def _column(values: Any) -> str:
    return r"\begin{pmatrix}" + r"\\".join(map(digits, values)) + r"\end{pmatrix}"
