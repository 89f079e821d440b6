"""Loss on the page: two losses on one prediction, the way out of a wrong answer, shares of 100 %."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.choice import choose, slide
from netlab.app.components import component, live_figure
from netlab.app.digits import digits as all_digits
from netlab.app.example import example
from netlab.app.lesson import covered
from netlab.app.live_learning import learn_live, some_digits
from netlab.arrays import PIXELS
from netlab.formatting import counted, digits, log_of, plain
from netlab.lessons.loss.figures import reading, shares, two_losses, two_slopes
from netlab.lessons.loss.figures_example import towards_the_answer
from netlab.lessons.loss.two_losses import CROSS_ENTROPY, QUADRATIC, TwoLosses, compare, unlearn
from netlab.lessons.loss.two_readers import (
    BATCH,
    BEGINNINGS,
    DIGIT_RATES,
    DIGIT_STEPS,
    HIDDEN,
    LEARNT,
    race_told,
    two_courses,
)
from netlab.nn.activations import log_softmax, sigmoid, softmax
from netlab.nn.pupil import Examples, Moment, look_steps, side_by_side

BIND: Any = {"bind": "query-params"}
LOGITS = np.linspace(-10, 10, 161)
CLASSES = ("3", "5", "8", "9")
STARTS = (2.0, 1.0, 0.5, -1.0)
STEPS = 1000
Floats64 = NDArray[np.float64]

_race = component("lessons/loss/race")


@st.fragment
def one_prediction(*, slopes: bool = True) -> None:
    """One sigmoid unit, judged by both losses at once; with their slopes, and where these lead from a wrong answer."""
    controls = st.columns(2, gap="large")
    z = controls[0].slider(
        "Logit z: what the output unit has added up", -10.0, 10.0, -4.0, 0.1, key="loss_z", **BIND
    )
    target = choose(controls[1].segmented_control, "Target y", [0, 1], 1, key="loss_y")
    here, curve = compare(np.array([z]), target), compare(LOGITS, target)
    left, right = st.columns(2, gap="large")
    with left:
        live_figure(
            "two_losses", two_losses(curve, here, tangents=slopes), _description(here, slopes=slopes),
            example=example("loss", towards_the_answer),
        )  # fmt: skip
        st.caption(
            "**Value**: how wrong. Dotted: the tangent, the slope ∂L/∂p."
            if slopes
            else _description(here, slopes=False)
        )
    with right:
        if not slopes:
            covered("The slope of each loss, and two units on their way out of a wrong answer.")
            return
        live_figure("two_slopes", two_slopes(curve, here), _description(here))
        st.caption(
            "**Slope** with respect to z: every weight's gradient (the slope along it) is this number times its input."
        )
    st.markdown(_verdict(here))
    leaving_a_wrong_answer()
    with st.expander("More: both losses and their slopes in numbers"):
        st.markdown(
            "Training only uses the **slope**: how the loss changes when the logit moves. The quadratic loss multiplies the error p − y "
            "by σ′(z), the slope of the sigmoid. In the cross-entropy this factor cancels, and p − y is left. Here ln is the natural logarithm: ln 1 is 0, and the nearer "
            "a probability is to 0, the larger −ln of it. A loss that is counted with ln is said to be in **nats**."
        )
        values, derivatives = st.columns(2, gap="large")
        values.latex(_values(here))
        derivatives.latex(_slopes(here))


def _description(here: TwoLosses, *, slopes: bool = True) -> str:
    if not slopes:
        return (
            f"Prediction {plain(here.predictions[0])}, target {here.target}: quadratic loss {plain(here.quadratic[0])}, "
            f"cross-entropy {plain(here.cross_entropy[0])}."
        )
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
            f"{plain(abs(float(here.quadratic_derivative[0])), 2)}: **{ratio:,.0f} times less**, because σ′(z) is almost 0 there."
        )
    if error < 0.1:
        return "Nearly right: both slopes are small, and should be. Now switch the target, or move z to the wrong side."
    return f"In between, σ′(z) is {plain(here.factor[0], 2)}, so the quadratic loss pushes {ratio:.1f} times less."


@st.fragment
def leaving_a_wrong_answer() -> None:
    """The same wrong start, two losses: a race to the right answer."""
    left, right = st.columns([1, 2], gap="large")
    start = left.slider(
        "Start at logit (target is 1)",
        -10.0,
        0.0,
        -6.0,
        0.5,
        key="loss_start",
        help="One logit, moved against its slope at each step (Solla, Levin & Fleisher, 1988).",
        **BIND,
    )
    rate = left.slider(
        "Learning rate",
        0.1,
        2.0,
        0.5,
        0.1,
        key="loss_rate",
        help="How far a step goes: the slope times this.",
        **BIND,
    )
    quadratic, entropy = (
        sigmoid(unlearn(loss, start, 1.0, learning_rate=rate, steps=STEPS))
        for loss in (QUADRATIC, CROSS_ENTROPY)
    )
    sentence = f"{_passes('cross-entropy', entropy)} {_passes('the quadratic loss', quadratic)}"
    with right:
        _race(key="loss_race", data=race_data(quadratic, entropy, sentence))
    left.markdown(f"**{sentence}**")


def race_data(quadratic: Floats64, entropy: Floats64, outcome: str) -> dict[str, Any]:
    """All that the race is told, once: the predictions after every step, as float32."""
    units = (
        ("cross-entropy", "Cross-entropy", "blue", False, entropy),
        ("quadratic", "Quadratic loss", "vermilion", True, quadratic),
    )
    return {
        "units": [
            {
                "name": name, "title": title, "colour": colour, "dash": dash, "right": first_right(p),
                "packed": base64.b64encode(p.astype("<f4").tobytes()).decode(),
            }
            for name, title, colour, dash, p in units
        ],
        "across": ["steps (count)", "prediction p (target 1)"],
        "outcome": outcome,
        "alt": f"Two units learn from the same wrong answer, one by each loss. {outcome}",
    }  # fmt: skip


def first_right(predictions: Floats64) -> int | None:
    """After how many steps a prediction is first above one half; None if it never is."""
    right = predictions > 0.5
    return int(np.argmax(right)) if right.any() else None


def _passes(loss: str, predictions: Floats64) -> str:
    steps = first_right(predictions)
    if steps is None:
        return f"With {loss} the prediction does not pass one half within {STEPS:,} steps."
    return f"With {loss} the prediction passes one half after {counted(steps, 'step')}."


def on_digits() -> None:
    """A fold in which the two losses teach two networks to read digits; nothing is computed while it is shut."""
    box = st.expander("More: the same race on real digits", on_change="rerun", key="loss_digits_open")
    if box.open:
        with box:
            st.fragment(_on_digits)()


def _on_digits() -> None:
    st.markdown(
        f"Two networks with {PIXELS} inputs, {HIDDEN} hidden units and ten sigmoid outputs, one for each digit. Both begin with the same weights and see the same {BATCH} digits at each step; only the loss differs."
    )
    columns = st.columns(2, gap="medium")
    first = choose(
        columns[0].segmented_control,
        "The ten output units start",
        BEGINNINGS,
        key="loss_first",
        titles=BEGINNINGS.__getitem__,
    )
    rate = choose(
        columns[1].segmented_control,
        "Learning rate of both",
        DIGIT_RATES,
        0.3,
        key="loss_digit_rate",
        titles=plain,
    )
    examples = _examples()
    courses = two_courses(float(first), rate)

    def show(moments: Sequence[Moment]) -> None:
        words = race_told(moments)
        live_figure("loss_reading", reading(moments, DIGIT_STEPS), words.replace("**", ""))
        st.markdown(words)

    looks = look_steps(DIGIT_STEPS)
    learn_live(
        "loss_digits", (first, rate), lambda: side_by_side(courses, examples, looks), DIGIT_STEPS, show
    )


def _examples() -> Examples:
    all_digits()  # may end this run of the page, which is not to happen inside a cache
    return _some()


@st.cache_resource(show_spinner=False)
def _some() -> Examples:
    return some_digits(LEARNT)


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
            "shares",
            shares(CLASSES, p, target, parts),
            f"Softmax gives {parts[0]} to the 3, {parts[1]} to the 5, {parts[2]} to the 8 and {parts[3]} to the 9; {CLASSES[target]} is the true class.",
        )
        st.latex(" + ".join(part.replace("\u00a0%", r"\,\%") for part in parts) + r" = 100\,\%")
        st.latex(_softmax(np.array(logits), shift, target, p, loss))
        st.latex(_all_slopes(p, target))
    st.caption(
        "Adding the same to every logit changes nothing: only differences count. The program uses that: it first subtracts "
        "the largest logit from all of them. So even +10000, where e^z itself is too large for the computer’s numbers, gives "
        "the same shares. Softmax: Bridle, 1990."
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
        rf"{digits(p[target])}{cancelled} \\ L &= -{log_of(p[target])} = {digits(loss)} \end{{aligned}}"
    )


def _all_slopes(p: Any, target: int) -> str:
    y = np.eye(len(p))[target]
    parts = [_column(values) for values in (p, y, p - y)]
    return rf"\frac{{\partial L}}{{\partial z}} = p - y = {parts[0]} - {parts[1]} = {parts[2]}"


def _column(values: Any) -> str:
    return r"\begin{pmatrix}" + r"\\".join(map(digits, values)) + r"\end{pmatrix}"
