"""Gradient descent on the page: one weight on a curve, then two weights on a map, by batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.components import component, live_figure
from netlab.app.digits import sample
from netlab.app.lesson import Answer, covered
from netlab.app.png import png_url
from netlab.app.tone import tone
from netlab.arrays import Bytes
from netlab.formatting import digits, percent, plain
from netlab.glossary import term
from netlab.landscape.surface import Surface
from netlab.landscape.view.stability_bar import ruler
from netlab.lessons.descent import words
from netlab.lessons.descent.epochs import dealt, walk_on_batches
from netlab.lessons.descent.figures import two_ways
from netlab.lessons.descent.ink import DIGITS, EXAMPLES, Ink, ink_curve, ink_fields, ink_of, ink_surface
from netlab.lessons.descent.one_weight import (
    Curve,
    is_parabola,
    largest_curvature,
    largest_safe_rate,
    lowest_points,
    simple_curves,
    walk,
)

BIND: Any = {"bind": "query-params", "persist_state": "session"}
KINDS = {
    "wide": "A parabola",
    "narrow": "A narrower one",
    "digits": "A real loss",
    "valleys": "Two valleys",
}
SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.2, 1.3)
FURTHER = (2.0, 4.0, 6.0)
"""Learning rates as shares of the limit 2/L; the further ones where the limit is far too careful."""
FIRST = 0.1
SIZES = (1, 2, 8, EXAMPLES)
PACES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
DRAWN = 121

_ball = component("lessons/descent/ball")


def rates(curve: Curve) -> tuple[float, ...]:
    """The slider's marks: shares of the limit, so that 1/L and 2/L are among them."""
    shares = SHARES + (FURTHER if curve.key == "digits" else ())
    return tuple(float(f"{share * largest_safe_rate(curve):.4g}") for share in shares)


def rate_key(key: str) -> str:
    """Key of the learning rate's control: each curve has its own."""
    return f"descent_rate_{key}"


def predictions() -> Sequence[Answer]:
    """What a reader may expect of a larger and larger rate, each with the setting that shows it."""
    curve = simple_curves()["wide"]
    best = largest_safe_rate(curve) / 2
    marks = rates(curve)

    def at(share: float) -> tuple[str, dict[str, Any]]:
        rate = marks[SHARES.index(share)]
        return f"Set η = {plain(rate)} and watch", {"descent_curve": "wide", rate_key("wide"): rate}

    return (
        Answer(
            "It gets there sooner and sooner",
            f"That is true up to η = {plain(best)}, where one step is enough. A longer step than that **overshoots**: it lands beyond the lowest point.",
            *at(1.1),
        ),
        Answer(
            "It gets there sooner, then jumps to and fro, and at last away",
            "Right: the slope says which way is down, but not how far. A step that is too long **overshoots**, and one that is far too long lands higher than it began.",
            *at(0.9),
        ),
        Answer(
            "It always stops at the lowest point, sooner or later",
            "The slope does always point the right way, but nothing stops the ball there: a step that is too long ends higher up on the other side, and the next is longer still.",
            *at(1.05),
        ),
    )


def outcome() -> str:
    """What is the case, whatever was predicted."""
    limit = largest_safe_rate(simple_curves()["wide"])
    return (
        f"On this parabola the ball arrives sooner up to η = {plain(limit / 2)} and jumps to and fro beyond that. At η = {plain(limit)} it jumps for ever, and beyond it "
        f"**{term('diverge', 'diverges')}**: each jump is longer than the one before."
    )


@st.fragment
def one_weight(*, asked: bool) -> None:
    """A ball on a curve; its learning rate can be moved once the reader was ``asked`` what that does."""
    left, right = st.columns([1.5, 1], gap="medium")
    with right:
        curve = _choose_curve()
        start = _start(curve)
        if asked:
            rate = _rate(curve)
        else:
            covered("The learning rate’s slider, with the limit marked on it.")
            rate = rates(curve)[SHARES.index(FIRST)]
        way = walk(curve, rate, start)
        if asked:
            st.markdown(" ".join(filter(None, (words.rate_told(curve, way), words.valley_told(curve, way)))))
    with left:
        _ball(key="descent_ball", data=_picture(curve, way))
        tone(
            "descent_tone", np.arange(way.steps + 1), way.losses,
            lowest=min([0.0, *(float(curve.value(one)) for one in lowest_points(curve))]),
        )  # fmt: skip
        if asked:
            with st.expander("More: why is 2/L the limit?"):
                _why(curve, rate)


def _choose_curve() -> Curve:
    key = choose(st.pills, "The loss", KINDS, key="descent_curve", titles=KINDS.__getitem__)
    curve = _digits().curve if key == "digits" else simple_curves()[key]
    st.markdown(f"$L(w) = {curve.latex}$")
    if key == "digits":
        st.caption(
            f"One unit tells 1 from 7 by the ink x alone: p = σ(w x) for a 7, 1 − σ(w x) for a 1. L is the cross-entropy over {EXAMPLES} test digits; "
            "the bias stays 0."
        )
    return curve


def _start(curve: Curve) -> float:
    low, high = curve.window
    return float(st.slider("Start: w", low, high, curve.start, 0.1, key=f"descent_start_{curve.key}", **BIND))


def _rate(curve: Curve) -> float:
    marks = rates(curve)
    rate = slide(
        st.select_slider, "Learning rate η", marks, marks[SHARES.index(FIRST)], key=rate_key(curve.key), titles=plain
    )  # fmt: skip
    known = sorted({*marks, rate})
    limit = largest_safe_rate(curve)
    labels = {
        _place(limit / 2, known): f"1/L = {plain(limit / 2, 3)}",
        _place(limit, known): f"limit 2/L = {plain(limit, 3)}",
    }
    st.html(ruler(_place(limit, known), labels, _place(rate, known)))
    return float(rate)


def _place(rate: float, marks: Sequence[float]) -> float:
    """Where a rate stands among the slider's marks, which are evenly spaced, in per cent."""
    return float(np.interp(rate, marks, np.linspace(0.0, 100.0, len(marks))))


def _picture(curve: Curve, way: Any) -> dict[str, Any]:
    drawn = curve.drawn(DRAWN)
    heights = curve.value(drawn)
    low, high = float(heights.min()), float(heights.max())
    floor = low - 0.12 * (high - low)
    return {
        "curve": {"x": _short(drawn), "y": _short(heights)},
        "window": list(curve.window),
        "heights": [floor, high],
        "walk": {"w": _short(way.weights), "loss": _short(way.losses), "slope": _short(way.slopes)},
        "told": [words.step_told(way, step) for step in range(way.steps + 1)],
        "lowest": [[round(one, 4), round(float(curve.value(one)), 4)] for one in lowest_points(curve)],
        "ticks": [[round(one, 4), plain(one, 3)] for one in _nice(*curve.window)],
        "levels": [[round(one, 4), plain(one, 3)] for one in _nice(max(floor, low), high, 4)],
        "outside": "The ball is out of the picture.",
        "alt": words.ball_alt(curve, way),
    }


def _short(values: Any) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _nice(low: float, high: float, most: int = 8) -> list[float]:
    """Round numbers from low to high, at most so many."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(part * power for part in (1.0, 2.0, 5.0, 10.0) if part * power >= rough)
    return [float(one) for one in np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step]


def _why(curve: Curve, rate: float) -> None:
    steepest, limit = largest_curvature(curve), largest_safe_rate(curve)
    st.markdown(words.limit_told(curve))
    if is_parabola(curve):
        share = rate * steepest
        st.markdown(
            "On a parabola the slope is L times the distance d to the lowest point. So one step turns the distance d into"
        )
        st.latex(
            rf"d - \eta \, L \, d = (1 - \eta L)\, d = (1 - {digits(rate)} \cdot {digits(steepest)})\, d = {digits(1 - share)} \, d"
        )
        st.markdown(
            f"It shrinks as long as 1 − ηL lies between −1 and 1, that is, for η below 2/L = {plain(limit)}. At η = 1/L = {plain(limit / 2)} nothing is left "
            "of it; beyond that its sign changes at every step, which is the jumping to and fro."
        )
    else:
        st.markdown(
            f"Where the curve bends less than L, a longer step would do too, but nobody knows beforehand how sharply the ground will bend. With the largest bend L the limit is safe: below "
            f"η = {plain(limit)} no step inside the picture goes uphill."
        )


@dataclass(frozen=True)
class _Digits:
    ink: Ink
    surface: Surface
    curve: Curve


def _digits() -> _Digits:
    sample()  # may end this run of the page, which is not to happen inside a cache
    return _from_ink()


@st.cache_resource(show_spinner=False)
def _from_ink() -> _Digits:
    ink = ink_of(sample().images, sample().labels)
    surface = ink_surface(ink)
    return _Digits(ink, surface, ink_curve(surface))


@st.fragment
def two_weights() -> None:
    """The walk of weight and bias on the digits' loss, by one digit a step, a few, or all."""
    known = _digits()
    left, right = st.columns([1.3, 1], gap="medium")
    with right:
        size = choose(
            st.segmented_control, "Digits a step looks at", SIZES, 2, key="descent_batch",
            titles=lambda one: f"all {one}" if one == EXAMPLES else f"{one}",
        )  # fmt: skip
        one, two = st.columns(2)
        steps = int(one.slider("Steps", 1, 200, 40, key="descent_steps", **BIND))
        rate = slide(
            two.select_slider, "Learning rate η of this walk", PACES, 1.0, key="descent_pace", titles=plain
        )
    way = walk_on_batches(known.surface, rate, steps, size)
    quiet = way if size == EXAMPLES else walk_on_batches(known.surface, rate, steps, EXAMPLES)
    with right:
        st.markdown(words.epochs_told(size, EXAMPLES, steps))
        st.markdown(words.noise_told(way, quiet, size, EXAMPLES))
    with left:
        live_figure(
            "descent_map",
            two_ways(known.surface, way, None if size == EXAMPLES else quiet),
            words.map_alt(way, quiet, size),
        )
        st.caption("Colour is the loss over all digits, dark is low. ★ the lowest point. Each dot is a step.")
    with st.expander("More: the digits, all of them, and those of the last step"):
        if size < EXAMPLES:
            _last_batch(known, way, dealt(EXAMPLES, size, steps)[-1])
        _all_digits(known.ink)


def _last_batch(known: _Digits, way: Any, rows: Any) -> None:
    before = way.weights[way.steps_taken - 1].astype(np.float64)
    whole = tuple(float(part) for part in ink_fields(known.surface).gradient(*before))
    told = words.last_step_told(way, (whole[0], whole[1]), len(rows))
    st.image(png_url(_strip(known.ink.images[rows]), times=2), width=58 * len(rows), alt=told)
    st.caption(told)


def _all_digits(ink: Ink) -> None:
    sevens = int(ink.targets.sum())
    st.image(
        png_url(np.concatenate([_strip(ink.images[:20]), _strip(ink.images[20:])]), times=2), width=900,
        alt=f"Two rows of digits: {EXAMPLES - sevens} of them are ones and {sevens} are sevens.",
    )  # fmt: skip
    ones, others = (float(ink.inputs[ink.targets == target].mean()) for target in (0.0, 1.0))
    st.caption(
        f"The first {EXAMPLES} test digits that are a {DIGITS[0]} or a {DIGITS[1]}: {EXAMPLES - sevens} ones and {sevens} "
        f"sevens ({sample().source}). All that the unit knows of a digit is its ink, measured from the mean of all digits (in "
        f"standard deviations, the usual measure of spread): on average {plain(ones, 2)} for a one and {plain(others, 2)} for "
        f"a seven, which is why a weight above 0 helps. At the lowest point the unit is right on {percent(_right(ink), 0)} of "
        "them: ink alone does not tell them apart for sure."
    )


def _right(ink: Ink) -> float:
    lowest = min(_digits().surface.minima, key=lambda one: one.value, default=None)
    weight, bias = (0.0, 0.0) if lowest is None else lowest.point
    return float((((weight * ink.inputs + bias) > 0.0) == (ink.targets > 0.5)).mean())


def _strip(images: Bytes) -> Bytes:
    """Pictures in a row, a grey line after each, (29, 29 n)."""
    framed = np.pad(images, ((0, 0), (0, 1), (0, 1)), constant_values=90)
    return np.concatenate(list(framed), axis=1)
