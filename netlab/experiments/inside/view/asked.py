"""What these sections are asked about: a network at one of its moments, and a picture that it has not learnt from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app.choice import choose, slide
from netlab.app.digits import next_of_class
from netlab.app.frame import literal, move, number
from netlab.app.png import png_url
from netlab.arrays import Floats
from netlab.drawing.framing import stages
from netlab.drawing.view.pad import decode
from netlab.experiments.inside.networks import as_trained, dense_network
from netlab.experiments.inside.view import known
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures
from netlab.nets import shipped
from netlab.nets.naming import reads_digits
from netlab.nets.numpy_model import predict
from netlab.nn.mlp import Network
from netlab.runs import store
from netlab.runs.run import RunError

TEST, DRAWING = "test", "drawing"
FIRST = 247
"""A test digit of MNIST to begin with: a 4 that looks like a 2 and a 6."""


@dataclass(frozen=True)
class Asked:
    """A picture, float32 (28, 28) in [0, 1], its class, and what it is called.

    ``known`` is whether the class is the true one, and not what a reader says of a drawing.
    """

    picture: Floats
    label: int
    name: str
    known: bool = True


def at_moment(subject: Subject) -> Subject:
    """The subject, or for a run another of its kept moments, which the reader chooses."""
    if subject.id in shipped.SHIPPED:
        return subject
    run = store.get(subject.id)
    steps = [] if run is None else run.snapshots()
    if run is None or len(steps) < 2:
        return subject
    chosen = slide(
        st.select_slider, "At which moment", steps, steps[-1], key=f"moment_{run.id[:6]}",
        titles=lambda step: "newest" if step == steps[-1] else f"after {step:,} batches",
    )  # fmt: skip
    nearest = min(steps, key=lambda step: (abs(step - chosen), step))
    if nearest != chosen:
        st.caption(f"The nearest moment that was kept is shown: after {nearest:,} batches.")
    if nearest == steps[-1]:
        return subject
    try:
        return known.at_moment(subject, nearest)
    except RunError as error:
        st.warning(f"{literal(error)} The newest moment is shown instead.", icon=":material/broken_image:")
        return subject


def layers_of(subject: Subject) -> Network:
    """A subject's dense layers; what they are not quite is said."""
    note = as_trained(subject.spec)
    if note:
        st.caption(f"Gradients here are of the cross-entropy of a picture. {note}")
    return dense_network(subject)


def guesses(subject: Subject, pictures: Pictures) -> NDArray[np.intp]:
    """What a subject answers to all test pictures, (n,)."""
    return known.answers_of(subject, pictures).said


def choose_picture(subject: Subject, pictures: Pictures, prefix: str, *, first: int = FIRST) -> Asked:
    """A test picture by its number, by the next mistake or the next of a class, or the reader's own drawing."""
    drawing = _drawing() if reads_digits(subject.spec) else None
    if drawing is not None:
        where = choose(
            st.segmented_control, "Which picture", (TEST, DRAWING), key=f"{prefix}_from",
            titles={TEST: "Test digit", DRAWING: "My drawing"}.__getitem__, label_visibility="collapsed",
        )  # fmt: skip
        if where == DRAWING:
            return _drawn(subject, drawing, pictures.classes, prefix)
    noun = "digit" if reads_digits(subject.spec) else "picture"
    shown = number(
        f"{prefix}_shown", f"Test {noun}", first, len(pictures.images) - 1,
        help="Pictures that the network has not learnt from.",
    )  # fmt: skip
    label = int(pictures.labels[shown])
    st.button(
        "Next mistake", key=f"{prefix}_wrong", on_click=_next_wrong, args=(subject, pictures, prefix, shown)
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            "Of class", range(len(pictures.classes)), label, key=f"{prefix}_class_{label}",
            format_func=pictures.classes.__getitem__, width=120,
        )  # fmt: skip
        st.button(
            "Next", key=f"{prefix}_next", on_click=_next_of, args=(pictures, prefix, int(wanted), shown)
        )
    picture = pictures.images[shown].astype(np.float32) / np.float32(255)
    return Asked(picture, label, f"test {noun} {shown:,}")


def _next_wrong(subject: Subject, pictures: Pictures, prefix: str, shown: int) -> None:
    wrong = np.flatnonzero(guesses(subject, pictures) != pictures.labels)
    if len(wrong):
        move(f"{prefix}_shown", int(wrong[np.searchsorted(wrong, shown, side="right") % len(wrong)]))


def _next_of(pictures: Pictures, prefix: str, wanted: int, shown: int) -> None:
    place = next_of_class(pictures.labels, wanted, shown)
    if place is not None:
        move(f"{prefix}_shown", place)


def _drawing() -> Floats | None:
    """What the reader drew last on the page Draw, framed as the network takes it."""
    drawing = decode(st.session_state.get("_pad_kept"))
    if drawing is None:
        return None
    picture = np.asarray(stages(drawing.picture).centred, np.float32)
    return picture if picture.any() else None


def _drawn(subject: Subject, picture: Floats, classes: tuple[str, ...], prefix: str) -> Asked:
    guess = int(predict(subject.spec, subject.weights, picture[None])[0].argmax())
    meant = st.selectbox(
        "Which digit did you mean?", range(len(classes)), guess, key=f"{prefix}_meant_{guess}",
        format_func=classes.__getitem__, help="A loss needs the true answer, and only you know it.",
    )  # fmt: skip
    return Asked(picture, int(meant), "your drawing", known=False)


def show_picture(asked: Asked, width: int = 196) -> None:
    """The picture itself, as the network receives it."""
    st.image(png_url(255 * asked.picture, times=7), width=width)
    st.caption(f"{asked.name[0].upper()}{asked.name[1:]}, as the network receives it.")


def class_of(classes: tuple[str, ...], label: int) -> str:
    """A class's name as a sentence has it."""
    return literal(classes[label])
