"""Overfitting on the page: a network that learns a few digits live, with a switch for each cure, and a curve with ten points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, slide
from netlab.app.components import live_figure
from netlab.app.digits import digits
from netlab.app.example import example
from netlab.app.lesson import Answer
from netlab.app.live_learning import learn_live, some_digits
from netlab.app.png import png_url
from netlab.arrays import SIDE
from netlab.formatting import counted, plain
from netlab.lessons.overfitting import words
from netlab.lessons.overfitting.few_digits import (
    DECAYS,
    EXAMPLES,
    LOOKS,
    RATES,
    STEPS,
    UNITS,
    Setting,
    courses,
    stopped,
)
from netlab.lessons.overfitting.few_points import COUNTS, POINTS, SEED, Descent, drawn_points, fit, over_units
from netlab.lessons.overfitting.figures import curve_through, falls_twice, two_losses
from netlab.lessons.overfitting.figures_example import more_and_more_units
from netlab.nn.pupil import Examples, Moment, side_by_side

BIND: Any = {"bind": "query-params", "persist_state": "session"}
SHOWN = 24
"""Digits of the strip."""
USUAL = Setting()
POINT_DECAYS = (0.0, 0.0001, 0.001, 0.01, 0.1)
NOTHING: dict[str, Any] = {
    "overfitting_examples": USUAL.examples, "overfitting_units": USUAL.units, "overfitting_decay": 0.0,
    "overfitting_dropout": 0.0, "overfitting_stops": False, "overfitting_mixed": False,
}  # fmt: skip
"""All switches as they are at first."""


def predictions() -> Sequence[Answer]:
    """What a reader may expect of the held-back loss, each with the setting that shows it."""
    most = EXAMPLES[-1]
    return (
        Answer(
            "It falls just as far",
            "Then it would **generalise** perfectly. The more digits it learns from, the nearer it comes to that.",
            f"Let it learn from {most:,} digits",
            NOTHING | {"overfitting_examples": most},
        ),
        Answer(
            "It falls, then stands still",
            "The share of right answers does nearly that. But the **loss** also counts how sure the network is of its wrong answers, and it grows surer and surer.",
            "Hold the weights small (weight decay)",
            NOTHING | {"overfitting_decay": 0.001},
        ),
        Answer(
            "It falls, then rises again",
            "Right: it **overfits**. First it learns what all 3s have in common, then what is odd about these few, which does not help with others.",
            "Set everything back and watch",
            NOTHING,
        ),
    )


def strip() -> None:
    """The first of the few digits, as the network gets them."""
    given = _examples(USUAL.examples, False, USUAL.seed)
    shown = (given.inputs[:SHOWN].reshape(-1, SIDE, SIDE) * 255).round().astype(np.uint8)
    framed = np.pad(shown, ((0, 0), (0, 1), (0, 1)), constant_values=90)
    st.image(png_url(np.concatenate(list(framed), axis=1), times=2), width=58 * len(shown))
    st.caption(
        f"{len(shown)} of the {counted(len(given.labels), 'digit')} that it learns from ({digits().source}); {len(given.held_labels):,} others are held back."
    )


@st.fragment
def live_losses() -> None:
    """Switches, and the two losses growing before one's eyes."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        setting = _setting()
    examples = _examples(setting.examples, setting.mixed, setting.seed)
    asked = (setting.examples, setting.mixed, courses(setting))

    def show(moments: Sequence[Moment]) -> None:
        left, right = st.columns([1.5, 1], gap="medium")
        with left:
            _draw(setting, examples, moments)
        with right:
            _tell(setting, examples, moments)

    learn_live(
        "overfitting", asked, lambda: side_by_side(courses(setting), examples, LOOKS), STEPS, show,
        "Let it learn", at_once=True,
    )  # fmt: skip


def _draw(setting: Setting, examples: Examples, moments: Sequence[Moment]) -> None:
    count = len(examples.labels)
    end = stopped(moments) if setting.stops else None
    live_figure(
        "overfitting_losses",
        two_losses(moments, end, words.epoch_steps(count)),
        words.curves_alt(moments, count),
    )


def _tell(setting: Setting, examples: Examples, moments: Sequence[Moment]) -> None:
    if moments[-1].step < STEPS:
        st.markdown(
            "It is learning, and both losses are drawn as they come. What they show is said at the end."
        )
        return
    told = (
        words.losses_told(moments, setting, len(examples.labels)),
        words.right_told(moments, setting, examples),
        words.compared_told(moments, setting),
    )
    st.markdown("\n\n".join(filter(None, told)))


def _setting() -> Setting:
    examples = choose(
        st.segmented_control, "Digits it learns from", EXAMPLES, USUAL.examples, key="overfitting_examples", titles="{:,}".format
    )  # fmt: skip
    units = choose(
        st.segmented_control, "Hidden units", UNITS, USUAL.units, key="overfitting_units", titles=str
    )
    decay = choose(
        st.segmented_control, "Weight decay λ", DECAYS, 0.0, key="overfitting_decay", titles=_or_none,
        help="λ times the sum of all squared weights is added to the loss: large weights cost.",
    )  # fmt: skip
    dropout = choose(
        st.segmented_control, "Dropout", RATES, 0.0, key="overfitting_dropout", titles=_or_none,
        help="At each step this share of the hidden units is silenced, drawn anew each time. The next page is about it.",
    )  # fmt: skip
    with st.container(width="content", gap=None):
        stops = st.toggle("Early stopping", key="overfitting_stops", **BIND)
        mixed = st.toggle("Labels at random", key="overfitting_mixed", **BIND)
    seed = st.number_input(
        "Seed", 0, 99, USUAL.seed, key="overfitting_seed", help="Another seed: other digits, other first weights, other batches.", width=130, **BIND
    )  # fmt: skip
    return Setting(examples, units, decay, dropout, stops, mixed, int(seed))


def _or_none(share: float) -> str:
    return plain(share) if share else "none"


def _examples(count: int, mixed: bool, seed: int) -> Examples:
    digits()  # may end this run of the page, which is not to happen inside a cache
    return _some(count, mixed, seed)


@st.cache_resource(show_spinner=False, max_entries=8)
def _some(count: int, mixed: bool, seed: int) -> Examples:
    """Digits to learn from and to hold back, one copy for all readers."""
    return some_digits(count, seed=seed, mixed=mixed)


@st.fragment
def ten_points() -> None:
    """A curve with ten points: how many units, and how strong a weight decay."""
    left, right = st.columns([1.5, 1], gap="medium")
    with right:
        count = int(
            slide(st.select_slider, "Hidden units of this one", COUNTS, POINTS, key="overfitting_count")
        )
        first, second = st.columns(2)
        decay = slide(
            first.select_slider, "Weight decay λ of this one", POINT_DECAYS, 0.0, key="overfitting_pull", titles=_or_none
        )  # fmt: skip
        seed = int(second.number_input("Seed of the points", 0, 99, SEED, key="overfitting_points", **BIND))
        points = drawn_points(seed)
        found = fit(points, count, decay, draw=seed)
        st.markdown(words.points_told(found, count, decay))
    with left:
        live_figure(
            "overfitting_curve", curve_through(points, found), words.points_alt(found, count),
            example=example("overfitting", more_and_more_units),
        )  # fmt: skip
    with st.expander("More: with more units than points, must it get worse and worse?"):
        _second_fall(seed, count, decay)


def _second_fall(seed: int, count: int, decay: float) -> None:
    bare = _over_units(seed, 0.0)
    tamed = _over_units(seed, decay) if decay else None
    live_figure("overfitting_twice", falls_twice(bare, count, tamed), words.twice_alt(bare))
    st.markdown(words.twice_told(bare))
    st.markdown(
        f"This is called **double descent** (Belkin, Hsu, Ma & Mandal, 2019). With {POINTS} units there is just one way "
        f"through {POINTS} points, however wild. With more units there are many ways, and here the one with the smallest "
        "weights is taken, which is a smooth one. It is no law:\n\n- **It depends on which way is taken.** Only the output "
        "weights are learnt here, and of all that fit the smallest are taken, where gradient descent from weights of 0 ends "
        "too. Another rule may end with a wild curve.\n- **It needs a network without a cure.** Set weight decay above: the "
        "hill disappears (grey).\n- **It depends on the points.** Set other seeds: the second low is sometimes the lower one, "
        "and sometimes not."
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _over_units(seed: int, decay: float) -> Descent:
    return over_units(drawn_points(seed), decay)
