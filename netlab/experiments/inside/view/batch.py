"""One batch opened: each picture's own gradient as an arrow, their mean, and how it steadies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from netlab.app import digits
from netlab.app.choice import choose, slide
from netlab.app.components import component, live_figure
from netlab.app.frame import literal, number
from netlab.app.lesson import covered, judged, predict_first
from netlab.app.png import png_url
from netlab.data import DataError, Digits, sets
from netlab.experiments.expected import STEADIER, steadied
from netlab.experiments.inside.batch_words import (
    arrow_words,
    batch_words,
    example_words,
    odd_one_out,
    outlier,
    quarter_words,
    steadying_words,
)
from netlab.experiments.inside.batches import Batch, drawn, next_in
from netlab.experiments.inside.figures_batch import steadying_figure
from netlab.experiments.inside.networks import fingerprint, needs_dense
from netlab.experiments.inside.per_example import (
    SAMPLE,
    SIZES,
    PerExample,
    Plane,
    Steadying,
    gram,
    per_example,
    plane,
    steadying,
)
from netlab.experiments.inside.view.asked import at_moment, layers_of
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import plain
from netlab.nets.naming import pictures as called
from netlab.nets.spec import MNIST
from netlab.nn.mlp import Network
from netlab.plots.lines import short
from netlab.training.teaching import as_rows

LAST_BATCH, NEXT = 999, -1
SEEDED = 1_000_000
"""The number of the draw that is the sample: none of the batches that a reader can ask for."""

_arrows = component("experiments/inside/arrows")


@dataclass(frozen=True)
class Opened:
    """A batch with its pictures, its examples, and its plane."""

    batch: Batch
    examples: PerExample
    plane: Plane


def show(subject: Subject, pictures: Pictures) -> None:
    """Choose a batch and its size, and see what each of its pictures asks for."""
    noun = called(subject.spec)
    st.markdown(
        f"**Do the {noun} of one batch want the same?** Each arrow is the step that one of them asks for, minus its own "
        "gradient over all weights; the thick one is their mean, the step of plain gradient descent (times the learning "
        "rate). Point at an arrow, press it: its picture."
    )
    if reason := needs_dense(subject.spec):
        st.info(reason, icon=":material/filter_b_and_w:")
        return
    data = _data(subject)
    left, right = st.columns([1, 3], gap="large")
    with left:
        subject = at_moment(subject)
        size = slide(st.select_slider, "Batch size B", SIZES, 32, key="inside_batch_size")
        which = _which(subject, len(data.y_train), noun)
    with right:
        network = layers_of(subject)
        opened = _opened(fingerprint(subject), which, size, network, subject, data)
        chosen = _chosen(subject, which, size, opened.plane)
        _picture(opened, chosen, pictures.classes)
        st.markdown(batch_words(opened.examples, opened.plane, noun))
    with left:
        _example(opened, chosen, pictures.classes, noun.removesuffix("s"))
    st.subheader("How the mean steadies", anchor=False)
    steady = _steady(fingerprint(subject), network, subject, data)
    answered = predict_first(
        "inside_steady",
        f"Take 128 {noun} a step in place of 32. The mean of their gradients lies nearer to that of all {noun}: its distance "
        "becomes …",
        judged(
            STEADIER,
            _steadied(steady),
            waits="Here nothing varies.",
            link="Take 128 a batch",
            setting={"inside_batch_size": 128},
        ),
        quarter_words(steady),
    )
    if not answered:
        covered("The distance at every batch size.")
        return
    live_figure(
        "inside_steadying", steadying_figure(steady, size),
        f"How far the mean gradient of a batch lies from the sample's: {plain(steady.distances[0], 3)} with {steady.sizes[0]} in a batch, "
        f"{plain(steady.distances[-1], 3)} with {steady.sizes[-1]}. The line σ/√B goes from {plain(steady.expected[0], 3)} to {plain(steady.expected[-1], 3)}.",
    )  # fmt: skip
    st.markdown(steadying_words(steady, size, noun))


def _steadied(found: Steadying) -> str | None:
    return steadied(*(float(found.distances[found.sizes.index(size)]) for size in (32, 128)))


def _data(subject: Subject) -> Digits:
    """The data that the subject learnt from; without it this run of the page ends."""
    if subject.spec.data == MNIST:
        return digits.digits()
    try:
        return sets.loaded(subject.spec.data)
    except DataError as error:
        st.info(f"The pictures that this network learnt from are not at hand. {literal(error)}")
        st.stop()


def _which(subject: Subject, count: int, noun: str) -> int:
    """The number of a drawn batch; ``NEXT`` for the one of the run's next step."""
    if subject.step is not None:
        where = choose(
            st.segmented_control, "Which batch", ("drawn", "next"), key="inside_batch_from",
            titles={"drawn": "Drawn at random", "next": "Of its next step"}.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
        if where == "next":
            st.caption(
                f"The {noun} that this training met after {subject.step:,} batches, in its own order; its batch size is "
                f"{subject.spec.batch_size}."
            )
            return NEXT
    return number(
        "inside_batch", f"Which batch (0 to {LAST_BATCH})", 0, LAST_BATCH,
        help=f"Drawn at random from the {subject.spec.examples_used(count):,} {noun} that are learnt from; a smaller batch "
        "is the beginning of a larger one of the same number.",
    )  # fmt: skip


@st.cache_resource(show_spinner=False, max_entries=8)
def _opened(mark: str, which: int, size: int, _network: Network, _subject: Subject, _data: Digits) -> Opened:
    spec = _subject.spec
    batch = (
        next_in(spec, _data, _subject.step or 0, size) if which == NEXT else drawn(spec, _data, which, size)
    )
    examples = per_example(_network, as_rows(batch.images), batch.labels)
    return Opened(batch, examples, plane(gram(examples)))


@st.cache_resource(show_spinner=False, max_entries=8)
def _steady(mark: str, _network: Network, _subject: Subject, _data: Digits) -> Steadying:
    sample = drawn(_subject.spec, _data, SEEDED, SAMPLE, SAMPLE)
    return steadying(gram(per_example(_network, as_rows(sample.images), sample.labels)))


def _chosen(subject: Subject, which: int, size: int, found: Plane) -> int:
    """The arrow that was pressed in this very batch; else the longest."""
    now = st.session_state["_inside_about"] = (subject.id, subject.step, which)
    about, place = st.session_state.get("_inside_arrow", (None, 0))
    return int(place) if about == now and place < size else outlier(found)


def _picture(opened: Opened, chosen: int, classes: tuple[str, ...]) -> None:
    found, examples = opened.plane, opened.examples
    right = examples.guesses == examples.labels

    data: dict[str, Any] = {
        "along": [value or 0.0 for value in short(found.along)],
        "aside": [value or 0.0 for value in short(found.aside)],
        "lengths": [value or 0.0 for value in short(found.lengths)],
        "mean": float(found.length),
        "right": right.tolist(),
        "words": arrow_words(examples, found, classes),
        "chosen": chosen,
        "hint": "Point at the tip of an arrow; press it for its picture. Arrow keys go from the longest to the shortest.",
        "alt": f"{len(right)} arrows, the gradients of a batch, and their mean, {plain(found.length)} long",
    }
    _arrows(key="inside_arrows", data=data, on_picked_change=_picked)
    st.caption(
        "Across: along their mean. Upwards: the direction in which they differ most beside it. Both have one scale. "
        "Blue: read correctly; orange: wrongly; black or white: the mean."
    )


def _picked() -> None:
    value = st.session_state["inside_arrows"].get("picked")
    if isinstance(value, int | float) and 0 <= value < SIZES[-1]:
        st.session_state["_inside_arrow"] = (st.session_state.get("_inside_about"), int(value))


def _example(opened: Opened, chosen: int, classes: tuple[str, ...], noun: str) -> None:
    names = tuple(map(literal, classes))
    st.image(png_url(opened.batch.images[chosen], times=6), width=168)
    st.markdown(example_words(opened.examples, opened.plane, chosen, names, noun))
    with st.container(horizontal=True):
        for words, place in (
            ("Longest arrow", outlier(opened.plane)),
            ("Most against", odd_one_out(opened.plane)),
        ):
            st.button(words, key=f"inside_{words}", on_click=_take, args=(place,))


def _take(place: int) -> None:
    st.session_state["_inside_arrow"] = (st.session_state.get("_inside_about"), place)
