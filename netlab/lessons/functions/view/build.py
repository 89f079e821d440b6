"""Imitating a curve: choose or draw it, build it from simple functions, compare with other sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import choose
from netlab.app.components import component, live_figure
from netlab.app.example import example
from netlab.app.frame import literal
from netlab.app.moved import numbers_told, turn_of
from netlab.arrays import Array
from netlab.formatting import counted, digits, plain, signed, word
from netlab.lessons.functions.bumps import BUMPS, side_by_side
from netlab.lessons.functions.by_hand import RULES, ByHand, weights_table
from netlab.lessons.functions.curve_fitting import ErrorCurve, error_curves
from netlab.lessons.functions.example import hinge_after_hinge, packed, window_of
from netlab.lessons.functions.figures import compared_sums, error_against_terms
from netlab.lessons.functions.hand_constructions import HAND_CONSTRUCTIONS, SHARPNESS, OneHiddenLayer, errors
from netlab.lessons.functions.series import SERIES, NoSeries
from netlab.lessons.functions.targets import DOMAIN, TARGETS, Target, through_points
from netlab.plots.lines import short

BIND: Any = {"bind": "query-params"}
OWN = "own"
FIRST_POINTS = "-1 0; -0.6 0.8; -0.2 -0.3; 0.3 1; 0.7 -0.6; 1 0.2"
MOST_POINTS, HIGHEST = 24, 1.5
MOST_UNITS = 8
STEEPEST = 100.0  # the rule for 8 steps wants 90
_KNOTS = (-1.0, -0.75, -0.25, 0.25, 0.75, 0.5, 0.0, -0.5)
PLACES = {"relu": _KNOTS, "sigmoid": _KNOTS, "bump": (-0.75, -0.25, 0.25, 0.75, 0.0, 0.5, -0.5, 1.0)}
HEIGHTS = {
    "relu": (4.0, -8.0, 4.0) + (0.0,) * 5, "sigmoid": (0.7, -0.5, -0.5) + (0.0,) * 5, "bump": (0.8, -0.4) + (0.0,) * 6,
}  # fmt: skip
REACH = {"relu": 25.0, "sigmoid": 3.0, "bump": 3.0}
UNITS_HEIGHT = 180  # two pairs of sliders; the others by scrolling
UNITS = {"hinges": "relu", "steps": "sigmoid", "bumps": "bump"}
FIRST_KIND = "hinges"
MEASURED = 2001
"""Places at which the picture measures its error, as ``errors`` does."""
BUILD = "functions_build"


@dataclass(frozen=True)
class Names:
    """What the page calls one piece of a sum, its two sliders, and what they mean."""

    noun: str
    at: str
    by: str
    put_to_work: str
    meaning: str


NAMES = {
    "relu": Names(
        "unit", "Unit {} starts at", "and turns by", "Move a knot, or turn the line with a slider.",
        "Which slider is which weight? A unit adds v · max(0, w · x + b). “Starts at” s is its bias, b = −w · s; “turns by” is v, its "
        "weight to the output. The weight w of x is 1 for every hinge here.",
    ),
    "sigmoid": Names(
        "unit", "Unit {} starts at", "and climbs by", "Move a knot, or lift the line with a slider.",
        "Which slider is which weight? A unit adds v · σ(w · x + b). “Starts at” s is its bias, b = −w · s; “climbs by” is v, its weight "
        "to the output. The weight w of x is the steepness.",
    ),
    "bump": Names(
        "bump", "Bump {} stands at", "and is high by", "Move a top, or raise it with a slider.",
        "A bump is a pair of steps: one unit goes up by v at its left edge, the other takes v back at its right (its weight to the output is "
        "−v). Side by side, bumps build any curve: “Place them by rule”, then take more of them.",
    ),
}  # fmt: skip
COUNTS = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32])
SAMPLES = 241

_points = component("lessons/functions/points")
_build = component("lessons/functions/build")


def choose_target() -> Target:
    """Let the reader choose a curve or draw one."""
    with (
        st.container()
    ):  # one place on the page, whatever is in it: a fragment below that moves loses its controls
        left, right = st.columns([1.2, 1], gap="medium")
        with left, st.container(horizontal=True, vertical_alignment="bottom"):
            name = choose(
                st.segmented_control, "A curve to imitate", (*TARGETS, OWN), key="functions_target",
                titles=lambda key: "own points" if key == OWN else key,
            )  # fmt: skip
            st.toggle("Look outside the data", key="functions_outside", **BIND)
        return _own_target(left, right) if name == OWN else TARGETS[name]()


def sample_places() -> Array:
    """Places to draw curves at: the domain, or twice as wide if the reader wants to see beyond it."""
    stretch = 2 if st.session_state.get("functions_outside") else 1
    return np.linspace(DOMAIN[0] * stretch, DOMAIN[1] * stretch, SAMPLES)


def _own_target(left: DeltaGenerator, drawing: DeltaGenerator) -> Target:
    written = left.text_input(
        "The points as numbers: x y; x y; …", FIRST_POINTS, max_chars=400, key="functions_points", **BIND
    )
    try:
        target, shown = parse_points(written), np.stack(_pairs(written), axis=1).tolist()
    except ValueError as error:
        target, shown = parse_points(FIRST_POINTS), []
        left.warning(f"{literal(error)} Until then the first example is used.", icon=":material/edit:")
    with drawing:
        _points(
            key="functions_pad",
            default={"points": None},
            on_points_change=_take_points,
            data={"points": shown, "top": HIGHEST, "most": MOST_POINTS},
        )
    return target


def _take_points() -> None:
    """Write what was clicked as text, the one place where the points are kept."""
    st.session_state["functions_points"] = written_points(st.session_state["functions_pad"].get("points"))


def written_points(points: Any) -> str:
    """Text for points as a browser sent them; what is no pair of numbers is left out."""
    pairs = [pair for pair in points if _is_pair(pair)] if isinstance(points, list) else []
    return "; ".join(
        " ".join(word(round(float(part), 4) + 0.0) for part in pair) for pair in pairs[:MOST_POINTS]
    )


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(value, int | float) for value in pair)


def parse_points(text: str) -> Target:
    """Read "x y; x y; …" as a curve through these points.

    Raises
    ------
    ValueError
        With a sentence that says how to mend it.
    """
    x, y = _pairs(text)
    if len(x) > MOST_POINTS:
        raise ValueError(f"At most {MOST_POINTS} points, please; there are {len(x)}.")
    if len(y) and np.abs(y).max() > HIGHEST:
        raise ValueError(f"y must lie from {plain(-HIGHEST)} to {plain(HIGHEST)}.")
    return through_points(x, y)


def _pairs(text: str) -> tuple[Array, Array]:
    pieces = [piece.split() for piece in text.replace(",", " ").split(";") if piece.strip()]
    try:
        numbers = [(float(x), float(y)) for x, y in pieces]
    except ValueError:
        raise ValueError(
            "Write each point as two numbers, x and y, and a semicolon between points."
        ) from None
    table = np.array(numbers).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def build_by_hand(target: Target) -> None:
    """Let the reader place every unit, by slider or in the picture, and see the sum, its error and its formula change."""
    picture, controls = st.columns([1.5, 1], gap="medium")
    with controls:
        built = _units(target)
    with picture:
        _picture(target, built)
        st.markdown(_what_to_do(built))
    _score(target, built)


def _picture(target: Target, built: ByHand) -> None:
    measured = errors(built.network(), target)
    outside = bool(st.session_state.get("functions_outside"))
    wanted = target(np.linspace(*DOMAIN, MEASURED))
    seen = target(sample_places()) if outside else wanted
    names = NAMES[built.kind]
    _build(
        key=BUILD,
        data={
            "kind": built.kind,
            "units": np.stack([built.places, built.heights], axis=1).tolist(),
            "offset": built.offset,
            "steep": built.steepness,
            "width": built.width,
            "reach": REACH[built.kind],
            "stretch": 2 if outside else 1,
            "wanted": packed(wanted),
            "far": short(seen) if outside else [],
            "range": window_of(seen),
            "noun": names.noun,
            "turn": turn_of(BUILD),
            "example": example("functions", hinge_after_hinge),
            "alt": f"Your sum of {counted(len(built.places), names.noun)} is off by {measured.rms:.3f} (root mean square).",
        },
        on_moved_change=_take_over,
    )


def _take_over() -> None:
    """Let the sliders have what the hand has moved in the picture."""
    numbers = numbers_told(BUILD)
    kind = UNITS.get(str(st.session_state.get("functions_kind", FIRST_KIND)))
    if numbers is None or kind is None or len(numbers) % 2 == 0 or not 1 <= len(numbers) // 2 <= MOST_UNITS:
        return
    table = np.array(numbers[1:]).reshape(-1, 2)
    _set(kind, np.clip(table[:, 0], *DOMAIN), table[:, 1], numbers[0])


def _what_to_do(built: ByHand) -> str:
    names = NAMES[built.kind]
    idle = [str(unit) for unit, height in enumerate(built.heights, 1) if height == 0]
    if not idle:
        return f"Every {names.noun} is at work. Fewer, or better placed?"
    if len(idle) == 1:
        return f"{names.noun.capitalize()} {idle[0]} does nothing yet. {names.put_to_work}"
    return f"{names.noun.capitalize()}s {', '.join(idle[:-1])} and {idle[-1]} do nothing yet. {names.put_to_work}"


def _units(target: Target) -> ByHand:
    kind = UNITS[choose(st.segmented_control, "Simple functions", UNITS, FIRST_KIND, key="functions_kind")]
    names = NAMES[kind]
    left, right = st.columns(2)
    count = left.slider("How many (K)", 1, MOST_UNITS, 5, key="functions_count", **BIND)
    offset = right.slider("Start at (c)", -1.5, 1.5, 0.0, 0.05, key=f"functions_{kind}_offset", **BIND)
    steep, width = 1.0, 0.5
    if kind != "relu":
        steep = left.slider(
            "Steepness of every step", 2.0, STEEPEST, 30.0, 1.0, key="functions_steep", **BIND
        )
    if kind == BUMPS.name:
        width = right.slider("Width of every bump", 0.05, 2.0, 0.5, 0.01, key="functions_width", **BIND)
    with st.container(horizontal=True):
        st.button(
            "Place them by rule", icon=":material/straighten:", on_click=_by_rule, args=(target, kind, count),
            key="functions_rule", help="The sliders jump to where the rule puts them.",
        )  # fmt: skip
        st.button(
            "All flat", icon=":material/horizontal_rule:", on_click=_flat, args=(kind,), key="functions_flat"
        )
    st.caption(names.meaning)
    with st.container(height=UNITS_HEIGHT):
        places, heights = zip(*[_unit(kind, place) for place in range(count)], strict=True)
    return ByHand(kind, np.array(places), np.array(heights), offset, steep, width)


def _unit(kind: str, place: int) -> tuple[float, float]:
    left, right = st.columns(2)
    names, reach = NAMES[kind], REACH[kind]
    at = left.slider(
        names.at.format(place + 1),
        -1.0,
        1.0,
        PLACES[kind][place],
        0.01,
        key=f"functions_{kind}_at{place}",
        **BIND,
    )
    by = right.slider(
        names.by, -reach, reach, HEIGHTS[kind][place], 0.05, key=f"functions_{kind}_by{place}", **BIND
    )
    return at, by


def _by_rule(target: Target, kind: str, count: int) -> None:
    if kind == BUMPS.name:
        places, width = side_by_side(count)
        _set(kind, places, target(places), 0.0)
        st.session_state["functions_width"] = round(width, 4)
        st.session_state["functions_steep"] = float(np.clip(SHARPNESS / width, 2, STEEPEST))
        return
    network = RULES[kind].build(target, count)
    _set(kind, np.clip(network.knots, *DOMAIN), network.outer, float(network.offset))
    if kind == "sigmoid":
        st.session_state["functions_steep"] = float(np.clip(network.inner[0], 2, STEEPEST))


def _flat(kind: str) -> None:
    _set(kind, np.array(PLACES[kind]), np.zeros(MOST_UNITS), 0.0)


def _set(kind: str, places: Array, heights: Array, offset: float) -> None:
    reach = REACH[kind]
    for unit, (at, by) in enumerate(zip(places, np.clip(heights, -reach, reach), strict=True)):
        st.session_state[f"functions_{kind}_at{unit}"] = round(float(at), 4) + 0.0  # −0 is 0
        st.session_state[f"functions_{kind}_by{unit}"] = round(float(by), 4) + 0.0
    st.session_state[f"functions_{kind}_offset"] = round(float(np.clip(offset, -1.5, 1.5)), 4) + 0.0


def _score(target: Target, built: ByHand) -> None:
    rule, count, noun = RULES[built.kind], len(built.places), NAMES[built.kind].noun
    network = built.network()
    by_rule, bound = errors(rule.build(target, count), target), rule.bound(target, count)
    yours = errors(network, target)
    st.markdown(
        f"**Your error: {yours.rms:.3f}** (root mean square, a typical distance; at worst {yours.largest:.3f}). The rule with {counted(count, noun)}: "
        f"{by_rule.rms:.3f}, at worst {by_rule.largest:.3f}. It is never off by more than {plain(bound.largest, 3)}: ${rule.proof}$"
    )
    with st.expander("More: which slider is which weight, your sum as a formula, and the rule"):
        st.table(weights_table(network))
        st.caption(f"The last number, c = {plain(network.offset)}, is the bias of the output.")
        st.latex(_formula(network))
        st.markdown(f"**{rule.title}.** {rule.idea} {rule.letters}")


def _formula(network: OneHiddenLayer) -> str:
    """The sum with its numbers."""
    bend = r"\max(0," if network.activation == "relu" else r"\sigma("
    parts = [
        rf"{signed(outer)}\, {bend} {digits(weight)} \cdot x {signed(bias)})"
        for outer, weight, bias in zip(network.outer, network.inner, network.shifts, strict=True)
    ]
    joined = r" \\ &\quad ".join(parts)  # one a line: a phone has no room for two
    return rf"\begin{{aligned}} f(x) &= {digits(network.offset)} {joined} \end{{aligned}}"


def compare_sums(target: Target) -> None:
    """Every method's sum with the same number of terms, and each one's error against that number."""
    terms = st.slider("Number of terms K", 1, 32, 8, key="functions_terms", **BIND)
    x = sample_places()
    sums, missing = _sums(target, terms, x)
    left, right = st.columns(2, gap="medium")
    with left:
        live_figure(
            "compared_sums",
            compared_sums(x, target(x), sums),
            _sums_alt(sums, target(x), terms),
        )
    with right:
        curves = _curves(target)
        figure = error_against_terms(curves, terms, learned_before(target))
        live_figure("error_against_terms", figure, _errors_sentence(curves))
        if learned_before(target):
            st.caption(
                "Crosses: the errors of 20 networks, each time you let them learn to the end on the page “Many layers”."
            )
    for reason in missing:
        st.caption(f"No Taylor series here: {reason}")


def _sums_alt(sums: Mapping[str, Array], wanted: Array, terms: int) -> str:
    """How near the nearest and the farthest of the sums come to the curve."""
    off = {name: float(np.sqrt(np.mean((values - wanted) ** 2))) for name, values in sums.items()}
    best, worst = min(off, key=off.__getitem__), max(off, key=off.__getitem__)
    return (
        f"The curve and {len(sums)} sums of {counted(terms, 'term')} each. The sum called {best} comes nearest, {plain(off[best], 2)} off (root mean "
        f"square); the one called {worst} stays farthest away, {plain(off[worst], 2)} off."
    )


def _sums(target: Target, terms: int, x: Array) -> tuple[dict[str, Array], list[str]]:
    sums = {name: rule.build(target, terms)(x) for name, rule in HAND_CONSTRUCTIONS.items()}
    missing = []
    for name, method in SERIES.items():
        series = method(target, terms)
        if isinstance(series, NoSeries):
            missing.append(series.reason)
        else:
            sums[name] = series(x)
    return sums, missing


def _curves(target: Target) -> tuple[ErrorCurve, ...]:
    """Measured once for each curve, which is known by its values."""
    return _measured(fingerprint(target), target.name, target)


def fingerprint(target: Target) -> bytes:
    """What tells one curve from another: its values."""
    return target(np.linspace(*DOMAIN, SAMPLES)).tobytes()


def remember_learned(target: Target, count: int, activation: str, rms: Array) -> None:
    """Keep the errors of networks that have learnt this curve, for the session; the latest of a kind stays."""
    st.session_state.setdefault("_functions_learned", {})[fingerprint(target), count, activation] = rms


def learned_before(target: Target) -> list[tuple[int, str, Array]]:
    """Units, activation and errors of all networks that have learnt this curve in this session."""
    kept = st.session_state.get("_functions_learned", {})
    own = fingerprint(target)
    return [(count, activation, rms) for (curve, count, activation), rms in kept.items() if curve == own]


@st.cache_data(show_spinner=False, max_entries=64)
def _measured(values: bytes, name: str, _target: Target) -> tuple[ErrorCurve, ...]:
    return error_curves(_target, COUNTS)


def _errors_sentence(curves: tuple[ErrorCurve, ...]) -> str:
    ends = [
        f"With {curve.name} it goes from {plain(curve.rms[0], 2)} to {plain(curve.rms[-1], 2)}."
        for curve in curves
        if np.isfinite(curve.rms[0])
    ]
    return " ".join(
        [f"The root mean square error as the terms grow from {COUNTS[0]} to {COUNTS[-1]}.", *ends]
    )
