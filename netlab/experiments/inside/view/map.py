"""Test pictures as a map: which ones a layer sees alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.choice import choose, slide
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.lesson import covered, judged, predict_first, show_code
from netlab.arrays import Array, Floats
from netlab.drawing import recognize
from netlab.drawing.view.pad import decode
from netlab.experiments.expected import APART, apart
from netlab.experiments.inside import maps
from netlab.experiments.inside.answers import Answers
from netlab.experiments.inside.figures_map import map_figure
from netlab.experiments.inside.view.known import (
    answers_of,
    at_moment,
    called,
    gallery,
    key_of,
    moments_of,
    sound,
)
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import percent, probability
from netlab.nets.naming import reads_digits
from netlab.runs.run import RunError
from netlab.runs.symptoms import layer_names

PRESSED = "_inside_map_pressed"
KINDS = {"pca": "Principal components", "tsne": "t-SNE"}


@dataclass(frozen=True)
class Cloud:
    """What a layer makes of the pictures that are mapped: their places (n,), and their numbers (n, d)."""

    places: NDArray[np.intp]
    values: Floats


def map_section(subject: Subject, pictures: Pictures) -> None:
    """Show it."""
    if not sound(answers_of(subject, pictures)):
        return
    if _ask_first(subject, pictures):
        _map(subject, pictures)
    else:
        covered("The pictures as points, by the numbers of each layer.")
    show_code(maps.principal, maps.like_their_neighbours)


def _title(subject: Subject, layer: int) -> str:
    if layer == maps.PIXELS:
        return "Pixels"
    return "Ten sums" if layer == maps.SUMS else layer_names(subject.spec)[layer].capitalize()


def _ask_first(subject: Subject, pictures: Pictures) -> bool:
    """Where do the classes lie apart best?"""
    layers = maps.layers(subject.spec)
    shares = {
        layer: _apart(key_of(subject, pictures), layer, False, subject, pictures)
        for layer in (layers[0], layers[-1])
    }
    told = "; ".join(f"{_title(subject, layer).lower()}: {percent(share)}" for layer, share in shares.items())
    return predict_first(
        f"inside_apart_{subject.id[:12]}",
        "Take a test picture and the other one that is most like it, number by number. How often are the two of one class, "
        "if the numbers are the ten sums before the answer instead of the pixels?",
        judged(
            APART, apart(*shares.values()), link="Map the ten sums", setting={"inside_numbers": layers[-1]}
        ),
        f"The share of pictures whose nearest neighbour is of their own class: {told}. {_verdict(*shares.values())}",
    )


def _verdict(before: float, after: float) -> str:
    if after > before:
        return "On its way to the answer the network brings together what is of one class."
    if after < before:
        return "This network has lost some of what the pixels still told."
    return "The two are the same."


@st.fragment
def _map(subject: Subject, pictures: Pictures) -> None:
    layers = maps.layers(subject.spec)
    usual = layers[-2] if len(layers) > 2 else layers[-1]
    left, right = st.columns([3, 2])
    layer = choose(
        left.segmented_control, "The numbers that are mapped", layers, usual, key="inside_numbers",
        titles=lambda one: _title(subject, one),
    )  # fmt: skip
    kind = choose(right.segmented_control, "By", KINDS, key="inside_map", titles=KINDS.__getitem__)
    subject = _moment(subject)
    answers = answers_of(subject, pictures)
    if not sound(answers):
        return
    cloud = _cloud(key_of(subject, pictures), layer, kind == "tsne", subject, pictures)
    points, words, titles = _points(kind, layer, subject, pictures, cloud)
    if points is None:
        st.warning(words, icon=":material/error:")
        return
    st.markdown(words)
    mine = _mine(kind, layer, subject, pictures, cloud, points)
    _drawn(subject, pictures, answers, cloud, points, titles, mine)


def _moment(subject: Subject) -> Subject:
    """The same network at the moment that is chosen, if there are several."""
    moments = moments_of(subject)
    if len(moments) < 2:
        return subject
    newest = -1  # the weights that the page looks into
    marks = [*(step for step in moments if step != subject.step), newest]
    step = slide(
        st.select_slider, "Moment", marks, newest, key="inside_moment",
        titles=lambda one: "its end" if one == newest else f"after {one:,} batches",
    )  # fmt: skip
    if step == newest:
        return subject
    try:
        return at_moment(subject, step)
    except RunError as error:
        st.warning(f"{literal(error)} Its end is shown instead.", icon=":material/broken_image:")
        return subject


@st.cache_resource(show_spinner=False, max_entries=6)
def _cloud(key: Any, layer: int, fewer: bool, _subject: Subject, _pictures: Pictures) -> Cloud:
    most = maps.FEWER if fewer else maps.wanted(_subject.spec, layer)
    places = maps.chosen(len(_pictures.labels), most)
    return Cloud(places, maps.numbers(_subject.spec, _subject.weights, _pictures.images[places], layer))


@st.cache_data(show_spinner=False, max_entries=100)
def _apart(key: Any, layer: int, fewer: bool, _subject: Subject, _pictures: Pictures) -> float:
    cloud = _cloud(key, layer, fewer, _subject, _pictures)
    return maps.like_their_neighbours(cloud.values, _pictures.labels[cloud.places])


@st.cache_resource(show_spinner=False, max_entries=24)
def _plane(key: Any, layer: int, _cloud: Cloud) -> maps.Plane:
    return maps.principal(_cloud.values)


@st.cache_data(show_spinner="t-SNE is computed in a process of its own, some seconds…", max_entries=24)
def _neighbours(key: Any, layer: int, _cloud: Cloud) -> NDArray[np.float64]:
    return maps.neighbours(_cloud.values)


def _points(
    kind: str, layer: int, subject: Subject, pictures: Pictures, cloud: Cloud
) -> tuple[Array | None, str, tuple[str, str]]:
    """Where the pictures lie, what is to be said of it, and what the axes are; no points where it went wrong."""
    key, count = key_of(subject, pictures), len(cloud.places)
    apart = _apart(key, layer, kind == "tsne", subject, pictures)
    told = (
        f"Each point is one of the same {count:,} test pictures, as {cloud.values.shape[1]:,} numbers. Of all these numbers "
        f"together: **{percent(apart)}** of the pictures have a nearest neighbour of their own class."
    )
    if kind == "tsne":
        try:
            found = _neighbours(key, layer, cloud)
        except maps.MapError as error:
            return None, literal(error), ("", "")
        words = (
            f"{told} t-SNE keeps neighbours together; distances between heaps, and their sizes, say little."
        )
        return found, words, ("t-SNE: no unit", "t-SNE: no unit")
    plane = _plane(key, layer, cloud)
    first, second = plane.explained
    words = (
        f"{told} The map is their shadow on the two directions in which they spread most: these hold {percent(first)} and "
        f"{percent(second)} of the spread (the variance), so what lies close here may lie apart in the rest."
    )
    return plane.points, words, ("first principal component", "second principal component")


def _mine(
    kind: str, layer: int, subject: Subject, pictures: Pictures, cloud: Cloud, points: Array
) -> tuple[Array, str] | None:
    """Where the drawing on the pad lies, and what it is read as; None if there is none."""
    drawing = decode(st.session_state.get("_pad_kept")) if reads_digits(subject.spec) else None
    reading = (
        None if drawing is None else recognize.read(subject.spec, dict(subject.weights), drawing.picture)
    )
    if reading is None or reading.blank:
        st.caption("Draw a digit on the page Draw, and it lies among them here.")
        return None
    values = maps.numbers(subject.spec, subject.weights, reading.image[None], layer)[0]
    if kind == "tsne":
        where = maps.among(cloud.values, points, values)
        st.caption(
            f"My drawing lies in the middle of its {maps.NEAREST} nearest neighbours: t-SNE has no rule for one more picture."
        )
    else:
        where = _plane(key_of(subject, pictures), layer, cloud).place(values[None])[0]
    share = probability(reading.probabilities[reading.digit])
    return where, f"my drawing, read as {reading.digit} ({share})"


def _drawn(
    subject: Subject, pictures: Pictures, answers: Answers, cloud: Cloud, points: Array, titles: tuple[str, str],
    mine: tuple[Array, str] | None,
) -> None:  # fmt: skip
    labels, said, sureness = (
        pictures.labels[cloud.places], answers.said[cloud.places], answers.sureness[cloud.places],
    )  # fmt: skip
    chosen = _selected(st.session_state.get(PRESSED), set(cloud.places.tolist()))
    figure = map_figure(points, labels, said, sureness, cloud.places, pictures.classes, titles, mine, chosen)
    left, right = st.columns([5, 1])
    with left:
        live_figure(
            "inside_map_chart",
            figure,
            f"A map of {len(labels):,} test pictures of {len(set(labels.tolist()))} classes, {int((said != labels).sum())} of them read wrongly.",
            on_press=_press,
        )
    st.caption(
        "Colour and mark say the class; an orange ring, that it is read wrongly. Hover: which picture, and what it is read as."
    )
    names = called(pictures)
    with right:
        if chosen is None:
            st.info("Press a point to see its picture.", icon=":material/touch_app:")
            return
        truth, answer = int(pictures.labels[chosen]), int(answers.said[chosen])
        st.markdown(f"Test picture {chosen:,}: {names[truth]}, read as {names[answer]}.")
        gallery(
            "inside_point",
            [(chosen, f"{probability(answers.sureness[chosen])} sure", truth != answer)],
            pictures,
        )


def _press(told: object) -> None:
    """A point was pressed: its data begins with the picture's number."""
    st.session_state[PRESSED] = told[0] if isinstance(told, list) and told else None


def _selected(pressed: object, known: set[int]) -> int | None:
    """The test picture of the point that was pressed, if it is on this map."""
    return pressed if type(pressed) is int and pressed in known else None
