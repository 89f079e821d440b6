"""A network asked backwards: the smallest change that turns a picture into another, and the picture it likes best."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import digits
from netlab.app.choice import choose
from netlab.app.components import component
from netlab.app.frame import literal
from netlab.app.grids import grid
from netlab.app.lesson import covered, judged, predict_first
from netlab.app.png import png_url
from netlab.arrays import SIDE, Floats
from netlab.data import DataError, sets
from netlab.experiments.expected import CHANGED, change_needed
from netlab.experiments.inside.backwards import (
    NEARNESS,
    SMOOTHNESS,
    STEPS,
    STRIDE,
    Climb,
    climb,
    smallest_change,
)
from netlab.experiments.inside.backwards_words import (
    change_words,
    climb_words,
    frame_words,
    nearest_of_class,
    other_words,
    prediction_outcome,
)
from netlab.experiments.inside.networks import dense_network, fingerprint, needs_dense
from netlab.experiments.inside.view.asked import Asked, at_moment, choose_picture, show_picture
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.nets import shipped
from netlab.nets.naming import reads_digits
from netlab.nets.numpy_model import predict
from netlab.nets.smallest_change import Change
from netlab.nets.spec import MNIST
from netlab.nn.mlp import Network

FIRST = 0
"""Test digit 0 of MNIST, a 7."""
THIS, NOISE, MEAN = "this", "noise", "mean"
STARTS = {THIS: "This picture", NOISE: "Noise", MEAN: "The mean of all"}

_frames = component("experiments/inside/frames")


def show(subject: Subject, pictures: Pictures) -> None:
    """Choose a picture and a class, and let the network say what it would need to see."""
    st.markdown(
        "**What would it need to see to say something else?** Here the weights stay and the picture moves: choose one, and "
        "the class that it is to be read as."
    )
    if reason := needs_dense(subject.spec):
        st.info(reason, icon=":material/filter_b_and_w:")
        return
    names = tuple(map(literal, pictures.classes))
    left, right = st.columns([1, 3], gap="large")
    with left:
        subject = at_moment(subject)
        asked = choose_picture(subject, pictures, "back", first=FIRST)
        show_picture(asked)
    network, mark = dense_network(subject), fingerprint(subject)
    with right:
        target = choose(
            st.pills, "Turn it into", range(len(pictures.classes)), 2, key="back_target",
            titles=pictures.classes.__getitem__,
        )  # fmt: skip
        change = _change(mark, asked.picture.tobytes(), target, network)
        nearest = nearest_of_class(asked.picture, pictures.images, pictures.labels, target)
        opened = predict_first(
            f"back_{asked.label}_{target}",
            f"How much of this {names[asked.label]} must change before the network calls it {names[target]}?",
            judged(
                CHANGED,
                None
                if change is None
                else change_needed(int(np.count_nonzero(change.difference)), change.length, nearest),
                waits="Here there is nothing to compare it with.",
                link="Begin with noise",
                setting={"back_start": NOISE},
            ),
            prediction_outcome(change, names, nearest),
        )
        st.markdown(f"**The smallest change found** that makes it read {names[target]}")
        if not opened:
            covered("The change, pixel by pixel, and what the network reads then.")
        elif change is None:
            st.info(
                f"None was found: as far as the network’s slopes lead from here, it never reads {names[target]}."
            )
        else:
            _show_change(subject, asked, change, names, nearest)
    _liked(mark, network, asked, target, pictures, subject)


@st.cache_data(show_spinner=False, max_entries=64)
def _change(mark: str, picture: bytes, target: int, _network: Network) -> Change | None:
    return smallest_change(_network, np.frombuffer(picture, np.float32).reshape(SIDE, SIDE), target)


def _show_change(
    subject: Subject, asked: Asked, change: Change, names: tuple[str, ...], nearest: float | None
) -> None:
    before, between, after = st.columns(3)
    with before:
        st.image(png_url(255 * change.start, times=7), width=196)
        st.caption(f"Before: read as {names[int(change.before.argmax())]}")
    with between:
        grid("back_change", change.difference, "change of pixel", "The change, pixel by pixel", width=196)
        grey = round(255 * change.largest)
        st.caption(
            f"The change: blue is more ink, orange less, none where the page shows through; full colour is {grey} of 255 grey "
            "levels."
        )
    with after:
        st.image(png_url(255 * change.end, times=7), width=196)
        st.caption(f"After: read as {names[int(change.after.argmax())]}")
    st.markdown(change_words(change, names, nearest))
    if change.length and reads_digits(subject.spec) and subject.id != "convolutional":
        spec, weights = shipped.load("convolutional")
        given = predict(spec, weights, np.stack([change.start, change.end]))
        st.markdown(other_words(given, change, names))
    st.caption(
        "Found by treating the network as linear again and again (DeepFool, for one target), with pixels kept from 0 to 1. A "
        "smaller change may exist."
    )


def _liked(
    mark: str, network: Network, asked: Asked, target: int, pictures: Pictures, subject: Subject
) -> None:
    name = literal(pictures.classes[target])
    st.subheader("The picture it likes best", anchor=False)
    st.markdown(
        f"Go uphill: {STEPS} steps that make the network’s last sum z for **{name}** rise, each {STRIDE:g} long at first and a "
        "tenth of it at the end, pixels kept from 0 to 1."
    )
    begin = choose(
        st.segmented_control, "Begin with", list(STARTS), key="back_start", titles=STARTS.__getitem__
    )
    mean = _mean(subject.spec.data)
    start = {THIS: asked.picture, NOISE: _noise(), MEAN: mean}[begin]
    free, held = (_climb(mark, start.tobytes(), target, prior, mean, network) for prior in (False, True))
    _film(free, held, pictures.classes, f"{mark}-{asked.name}-{asked.label}-{target}-{begin}")
    st.markdown(climb_words(free, held, tuple(map(literal, pictures.classes))))
    st.caption(
        "The prior is what we believe of pictures before any network is asked: each step is also pulled towards a smooth "
        f"picture (against the slope of its total variation, {SMOOTHNESS:g} of it) and towards the mean of all training "
        f"pictures ({NEARNESS:g} of the way), times the length of the network’s own slope. The mean is that of all ten "
        "classes, so the class itself comes from the network."
    )


@st.cache_data(show_spinner=False, max_entries=64)
def _climb(mark: str, start: bytes, target: int, prior: bool, _mean: Floats, _network: Network) -> Climb:
    picture = np.frombuffer(start, np.float32).reshape(SIDE, SIDE)
    return climb(_network, picture, target, _mean if prior else None)


def _film(free: Climb, held: Climb, classes: tuple[str, ...], about: str) -> None:
    films: list[dict[str, Any]] = [
        {
            "title": title, "words": frame_words(found, classes), "alt": f"{title}: what the network likes for {classes[found.target]}",
            "pixels": base64.b64encode(np.rint(255 * found.frames).astype(np.uint8).tobytes()).decode(),
        }
        for title, found in (("Without a prior", free), ("With a prior", held))
    ]  # fmt: skip
    data = {
        "films": films, "steps": [f"after {step} steps" for step in free.steps], "side": SIDE, "about": about,
        "label": "Steps uphill",
    }  # fmt: skip
    _frames(key="back_frames", data=data)


def _noise() -> Floats:
    return np.random.default_rng(0).random((SIDE, SIDE), dtype=np.float32)


def _mean(data: str) -> Floats:
    """The mean training picture of a data set, in [0, 1]; without its pictures this run of the page ends."""
    if data == MNIST:
        return _mean_of(data, digits.digits().x_train)
    try:
        return _mean_of(data, sets.loaded(data).x_train)
    except DataError as error:
        st.info(f"The pictures that this network learnt from are not at hand. {literal(error)}")
        st.stop()


@st.cache_data(show_spinner=False, max_entries=4)
def _mean_of(data: str, _images: NDArray[np.uint8]) -> Floats:
    total = _images.sum(axis=0, dtype=np.uint32)
    return np.asarray(total / (255 * len(_images)), np.float32)
