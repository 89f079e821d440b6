"""Why does it say so? What spoke for the answer, which training digits are like the drawing, and how easily it changes.

It is a fold that is computed when it is opened, and of its parts only the one that is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import choice, digits
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.app.grids import grid
from netlab.app.lesson import covered, judged, predict_first
from netlab.app.png import png_url
from netlab.arrays import SIDE, Array, Floats
from netlab.data import STAND_IN
from netlab.drawing.figures_why import curve_figure, shift_figure
from netlab.drawing.view.framing_steps import AS_IT_LIES
from netlab.drawing.view.reading import Choice, Shown, reader
from netlab.drawing.view.unit_pictures import unit_pictures
from netlab.drawing.view.ways import one_of, ways
from netlab.drawing.why import alike, moved, words
from netlab.drawing.why import pixels as why_pixels
from netlab.drawing.why import units as why_units
from netlab.drawing.why.case import Case, case
from netlab.drawing.why.flip import flip
from netlab.formatting import fixed
from netlab.nets import shipped
from netlab.nets.smallest_change import Change
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, fingerprint

OPEN = "why_open"
PARTS = {
    "pixels": "Which pixels?", "units": "Which units?", "alike": "Digits like it", "change": "Smallest change",
    "moved": "Moved, turned, thicker",
}  # fmt: skip
PATIENCE = 0.5
"""Seconds that the fold waits for the training digits before it says that they are on their way."""
SHOWN = 196
COLOURS = (
    "Blue spoke for the {answer}, orange for the {rival}: the stronger the colour, the more. No colour is 0."
)


def why(shown: Shown, name: str) -> None:
    """A fold that says why the network of that name reads a digit on the page as it does; of several, one is chosen."""
    box = st.expander("Why does it say so?", on_change="rerun", key=OPEN)
    if not box.open:
        return
    with box:
        found = ways(shown)
        if not found:
            st.markdown(
                "Draw a digit above, or bring a picture of one, and here you can ask why the network reads it as it does."
            )
            return
        _explain(reader(name), one_of(found, "Which of them?", "why_which").framing.centred)


def _explain(chosen: Choice, image: Floats) -> None:
    asked = case(chosen.spec, chosen.weights, image)
    if not asked.sound:
        st.warning(
            "This network’s answers are not numbers: its weights grew without bound while it trained, so there is nothing to explain.",
            icon=":material/error:",
        )
        return
    part = choice.choose(
        st.segmented_control, "Ask", list(PARTS), "pixels",
        key="why_part", titles=PARTS.__getitem__,
    )  # fmt: skip
    mark = f"{fingerprint(chosen.spec, chosen.weights)}-{image.tobytes().hex()}"
    _SHOW[part](asked, mark, chosen)


def _drawing(asked: Case) -> None:
    st.image(png_url(255 * asked.picture, times=7), width=SHOWN)
    st.caption("Your drawing, as the network gets it: black 0, white 1.")


@st.cache_data(show_spinner=False, max_entries=64)
def _pixels_of(mark: str, _asked: Case) -> tuple[why_pixels.ByInput, why_pixels.ByPatches]:
    return why_pixels.by_input(_asked), why_pixels.by_patches(_asked)


def _pixels(asked: Case, mark: str, chosen: Choice) -> None:
    by_input, by_patches = _pixels_of(mark, asked)
    st.markdown(words.lead_words(asked))
    first, second, third = st.columns(3)
    with first:
        _drawing(asked)
    with second:
        title = "Weight times ink" if by_input.exact else "Gradient times ink"
        grid("why_input", by_input.values, "pixel", f"{title}, pixel by pixel", width=SHOWN)
        st.caption(words.input_words(by_input, asked))
    with third:
        grid("why_patch", by_patches.values, "around pixel", "Occlusion, patch by patch", width=SHOWN)
        st.caption(words.patch_words(by_patches, asked))
    st.caption(COLOURS.format(answer=asked.answer, rival=asked.rival))


@st.cache_data(show_spinner=False, max_entries=64)
def _votes(mark: str, _asked: Case) -> why_units.Votes | None:
    return why_units.votes(_asked)


def _units(asked: Case, mark: str, chosen: Choice) -> None:
    found = _votes(mark, asked)
    if found is None:
        st.info("This network has no hidden units: its pixels decide by themselves (see “Which pixels?”).")
        return
    st.markdown(words.units_words(found, asked))
    if not found.votes:
        return
    unit_pictures("why_unit", found, asked)
    st.caption(words.picture_words(found))


@st.cache_resource(show_spinner=False, max_entries=2)
def _some(source: str, _images: Any, _labels: Any) -> tuple[Floats, NDArray[np.intp]]:
    return alike.some(_images, _labels)


@st.cache_resource(show_spinner=False, max_entries=4)
def _hidden(mark: str, source: str, _chosen: Choice, _images: Floats) -> Floats:
    return alike.last_hidden(_chosen.spec, _chosen.weights, _images)


def _training() -> tuple[Floats, NDArray[np.intp], str] | None:
    """Some training digits, which ones they are, and where they came from; None while they are on their way."""
    found = digits.soon(PATIENCE)
    if found is None:
        return None
    images, labels = _some(f"{found.source}-{len(found.y_train)}", found.x_train, found.y_train)
    return images, labels, found.source


def _alike(asked: Case, mark: str, chosen: Choice) -> None:
    training = _training()
    if training is None:
        _waiting()
        return
    images, labels, source = training
    nearest = (
        f"**The nearest among {len(images):,} stand-in digits, since MNIST is not here.**"
        if source == STAND_IN
        else f"**The nearest among {len(images):,} of the training digits.**"
    )
    st.markdown(f"{nearest} Below each: its label, and how far away it lies.")
    in_pixels = alike.nearest(asked.picture, images, labels, asked.answer)
    in_hidden = None
    if asked.spec.hidden or asked.spec.convolutions:
        kept = _hidden(fingerprint(chosen.spec, chosen.weights), f"{source}-{len(images)}", chosen, images)
        own = alike.last_hidden(asked.spec, asked.weights, asked.picture[None])
        in_hidden = alike.nearest(own, kept, labels, asked.answer)
    _row("Nearest pixel by pixel", in_pixels, images)
    if in_hidden is not None:
        _row("Nearest in the last hidden layer, unit by unit", in_hidden, images)
    st.markdown(words.alike_words(in_pixels, in_hidden, asked.answer))


def _row(title: str, found: alike.Alike, images: Floats) -> None:
    st.markdown(f"**{title}**")
    with st.container(horizontal=True, gap="small"):
        for place, distance, label in zip(found.places, found.distances, found.labels, strict=True):
            st.image(
                png_url(255 * images[place], times=3), caption=f"{label}: {fixed(distance, 1)}", width=84
            )
    st.caption(words.near_words(found))


@st.fragment(run_every=1.0)
def _waiting() -> None:
    if digits.soon(0) is not None:
        st.rerun()
    st.info(
        "The training digits are being loaded; the ones like yours are shown when they are here.",
        icon=":material/hourglass:",
    )


@st.cache_data(show_spinner="Looking for the smallest change…", max_entries=64)
def _flip(mark: str, _asked: Case) -> Change | None:
    return flip(_asked)


def _change(asked: Case, mark: str, chosen: Choice) -> None:
    found = _flip(mark, asked)
    if found is None:
        st.info("No change was found that flips the answer: the network’s slopes lead nowhere from here.")
        return
    before, between, after = st.columns(3)
    with before:
        st.image(png_url(255 * found.start, times=7), width=SHOWN)
        st.caption(f"Your drawing: read as {int(found.before.argmax())}")
    with between:
        grid("why_change", found.difference, "change of pixel", "The change, pixel by pixel", width=SHOWN)
        st.caption(
            f"The change: blue is more ink, orange less. Full colour is {round(255 * found.largest)} of 255 grey levels."
        )
    with after:
        st.image(png_url(255 * found.end, times=7), width=SHOWN)
        st.caption(f"With the change: read as {found.target}")
    training = _training()
    nearest = None if training is None else alike.nearest_of(found.start, *training[:2], found.target)
    st.markdown(words.change_words(found, float(asked.picture.sum()), nearest))
    st.caption(
        "Found by treating the network as linear again and again (DeepFool, Moosavi-Dezfooli et al., 2016), with pixels kept "
        "from 0 to 1. The network has then really read the result. A smaller change may exist."
    )


def _moved(asked: Case, mark: str, chosen: Choice) -> None:
    readers = _readers(chosen)
    shifts, turns, (pens, copies) = _copies(asked.picture.tobytes())

    def ask(changed: Floats) -> dict[str, moved.Asked]:
        return {
            title: moved.ask(spec, weights, asked.picture, changed)
            for title, (spec, weights) in readers.items()
        }

    by_shift = ask(shifts)
    dense, convolutional = (by_shift[title] for title in shipped.SHIPPED.values())
    st.markdown(
        "Framing moves every drawing to the middle before it is read. Here your framed drawing is changed and **not framed "
        "again**, and the network reads it all the same."
    )
    opened = predict_first(
        "why_shift",
        f"Move the drawing {words.MOVE} pixels to the right without framing it again: does the article’s network, which is "
        f"dense, still read it as {words.one(dense.answer)}?",
        judged(
            words.MOVED,
            words.still(dense),
            link="Draw in a corner, with crop and centring switched off",
            setting=AS_IT_LIES,
        ),
        words.move_outcome(dense, "the article’s network"),
    )
    if not opened:
        covered("The answer for every shift, every angle and every pen.")
        return
    st.markdown("**If you had drawn it this far over**")
    for place, (column, (title, found)) in enumerate(
        zip(st.columns(len(by_shift)), by_shift.items(), strict=True)
    ):
        with column:
            st.caption(f"**{_capital(literal(title))}**")
            figure, alt = shift_figure(found, title)
            live_figure(f"why_shift_{place}", figure, alt)
    st.caption(
        "Each cell is the drawing moved by that many pixels; the outlined cell in the middle is the drawing as it was framed. The digit is the answer, the "
        "colour the probability of the answer in the middle: blue 1, orange 0."
    )
    st.markdown(words.shift_words(_told(by_shift), moved.inside(asked.picture, shifts)))
    st.markdown(words.lesson_words(dense, convolutional))
    _curve("why_turn", "**Turned**", ask(turns), moved.ANGLES, turns, "degrees, clockwise", "°")
    _curve(
        "why_pen", "**Another pen**", ask(copies), pens, copies, "pixels by which strokes are wider", " px"
    )


def _readers(chosen: Choice) -> dict[str, tuple[NetworkSpec, Weights]]:
    """The chosen network and those that come along, by what they are called; a run may be called anything."""
    along = {title: shipped.load(name) for name, title in shipped.SHIPPED.items()}
    own = chosen.title
    if all(chosen.weights is not weights for _, weights in along.values()):
        own = f"{own} (a run)" if own in along else own
    return {own: (chosen.spec, chosen.weights)} | {title: one for title, one in along.items() if title != own}


def _told(asked: dict[str, moved.Asked]) -> dict[str, moved.Asked]:
    """The same by the networks' names as Markdown shows them."""
    return {literal(title): found for title, found in asked.items()}


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


@st.cache_data(show_spinner=False, max_entries=16)
def _copies(picture: bytes) -> tuple[Floats, Floats, tuple[tuple[float, ...], Floats]]:
    framed: Floats = np.frombuffer(picture, np.float32).reshape(SIDE, SIDE)
    return moved.shifted(framed), moved.turned(framed), moved.penned(framed)


def _curve(
    key: str, title: str, asked: dict[str, moved.Asked], steps: Sequence[float], copies: Array, axis: str, suffix: str
) -> None:  # fmt: skip
    st.markdown(title)
    pictures = [png_url(255 * copy) for copy in copies]
    figure, alt = curve_figure(asked, steps, pictures, axis, suffix)
    live_figure(key, figure, alt)
    st.markdown(words.kept_words(_told(asked), tuple(steps), suffix))


_SHOW: dict[str, Callable[[Case, str, Choice], None]] = {
    "pixels": _pixels, "units": _units, "alike": _alike, "change": _change, "moved": _moved,
}  # fmt: skip
