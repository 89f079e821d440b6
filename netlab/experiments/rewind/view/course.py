"""The page Rewind: a run's moments, one picture at each of them, and the network beside."""

from __future__ import annotations

import base64
import threading
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from netlab.app import digits
from netlab.app.choice import choose
from netlab.app.components import component
from netlab.app.frame import literal, move, number
from netlab.arrays import Floats
from netlab.drawing import recognize
from netlab.drawing.view.pad import pad
from netlab.experiments.rewind import course, words
from netlab.experiments.rewind.course import Moments
from netlab.experiments.view.subjects import Pictures
from netlab.formatting import fixed, percent
from netlab.nets.naming import pictures as called
from netlab.nets.naming import reads_digits
from netlab.nets.numpy_model import predict
from netlab.runs import store
from netlab.runs.run import Run, RunError

TILES = 12
TICK_SECONDS = 1.0
KEY = "moments"
ASKED, SENT = "rewind_images", "_rewind_sent"
"""In the session: after how many images the moment lies that a link asks for; how often one was, and which it was."""
SOURCES = {"test": "A test picture", "mine": "My drawing"}

_moments = component("experiments/rewind/moments")
_growth = component("experiments/rewind/growth")


class Tables:
    """The confusion tables of a run's moments, counted by a thread of its own: a page does not wait for them."""

    def __init__(self, run: Run, found: Moments, pictures: Pictures) -> None:
        self.counts: list[NDArray[np.int32]] = []
        self.trouble = ""
        self._over = threading.Event()
        work = threading.Thread(target=self._count, args=(run, found, pictures), name="tables", daemon=True)
        work.start()

    @property
    def over(self) -> bool:
        """Whether all are counted, or counting had to end."""
        return self._over.is_set()

    def _count(self, run: Run, found: Moments, pictures: Pictures) -> None:
        try:
            for one in course.tables(run, found, pictures.images, pictures.labels):
                self.counts.append(one)
        except RunError as error:
            self.trouble = str(error)
        finally:
            self._over.set()


def moments_of(run: Run) -> Moments:
    """The moments of a run; looked for again when it has moved on.

    Raises
    ------
    RunError
        If there are none to look at.
    """
    return _found(run.id, tuple(run.snapshots()))


@st.cache_resource(show_spinner=False, max_entries=32)
def _found(run_id: str, steps: tuple[int, ...]) -> Moments:
    return course.moments(_run(run_id))


@st.cache_resource(show_spinner=False, max_entries=16)
def _tables(run_id: str, steps: tuple[int, ...], _found: Moments, _pictures: Pictures) -> Tables:
    return Tables(_run(run_id), _found, _pictures)


@st.cache_resource(show_spinner=False, max_entries=16)
def _growth_of(run_id: str, steps: tuple[int, ...], _found: Moments) -> tuple[course.Tiles, course.Walk]:
    run = _run(run_id)
    return course.tiles(run, _found, TILES), course.way(run, _found)


@st.cache_data(show_spinner=False, max_entries=256)
def _answers(run_id: str, steps: tuple[int, ...], _found: Moments, image: Floats) -> NDArray[np.float32]:
    return course.answers(_run(run_id), _found, image)


@st.cache_data(show_spinner=False, max_entries=16)
def _mistakes(run_id: str, step: int, _found: Moments, _pictures: Pictures) -> NDArray[np.intp]:
    """Places of the test pictures that the last moment answers wrongly."""
    images = _pictures.images.astype(np.float32) / np.float32(255)
    answered = predict(_found.spec, course.at(_run(run_id), step), images).argmax(axis=1)
    return np.flatnonzero(answered != _pictures.labels)


def _run(run_id: str) -> Run:
    run = store.get(run_id)
    if run is None:
        raise RunError("This run was deleted meanwhile.")
    return run


def choose_picture(run: Run, found: Moments, pictures: Pictures) -> tuple[Floats, int, str, str] | None:
    """The picture to follow: as the network receives it, what it is, how a sentence calls it, and its caption.

    None while there is no drawing yet, or nothing on it.
    """
    source = "test"
    if reads_digits(found.spec):
        source = choose(
            st.segmented_control, "Which picture", SOURCES, key="rewind_source", titles=SOURCES.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
    if source == "mine":
        return _drawing(run, found)
    last = len(pictures.labels) - 1
    at = number("rewind_picture", f"Which of the {last + 1:,}", 0, last)
    with st.container(horizontal=True):
        st.button("A mistake", on_click=_next_mistake, args=(run.id, found, pictures, at), key="rewind_mistake",
                  help="The next one that the last moment answers wrongly.")  # fmt: skip
        st.button("Another", on_click=_another, args=(pictures, at), key="rewind_another",
                  help="The next picture of the same class.")  # fmt: skip
    label = int(pictures.labels[at])
    name = pictures.classes[label]
    image = pictures.images[at].astype(np.float32) / np.float32(255)
    caption = (
        f"Test digit {at:,}, a {name}." if reads_digits(found.spec) else f"Test picture {at:,}, a {name}."
    )
    return image, label, f"This {name}", caption


def _drawing(run: Run, found: Moments) -> tuple[Floats, int, str, str] | None:
    drawing = pad("pad")
    if drawing is None:
        st.caption("Draw a digit: the run is asked for it at every moment, after each stroke.")
        return None
    last = course.at(run, found.steps[-1])
    reading = recognize.read(found.spec, dict(last), drawing.picture)
    if reading.blank:
        st.caption("There is no ink on it yet.")
        return None
    meant = choose(
        st.segmented_control, "I meant a", ["guess", *map(str, range(10))], key="rewind_meant",
        titles=lambda one: f"{reading.digit}?" if one == "guess" else one,
    )  # fmt: skip
    label = reading.digit if meant == "guess" else int(meant)
    told = f"Your drawing, as the network receives it. Taken for the {label} that it is read as at the end."
    if meant != "guess":
        told = f"Your {label}, as the network receives it."
    return reading.image, label, f"Your {label}", told


def _next_mistake(run_id: str, found: Moments, pictures: Pictures, at: int) -> None:
    try:
        wrong = _mistakes(run_id, found.steps[-1], found, pictures)
    except RunError:
        return  # the page says so at its next run
    if len(wrong):
        later = wrong[wrong > at]
        move("rewind_picture", int(later[0] if len(later) else wrong[0]))


def _another(pictures: Pictures, at: int) -> None:
    place = digits.next_of_class(pictures.labels, int(pictures.labels[at]), at)
    if place is not None:
        move("rewind_picture", place)


def asked_moment(found: Moments) -> int | None:
    """The moment that a link has asked for since the last look, to which the slider is sent; None if none has."""
    images = st.session_state.setdefault(ASKED, None)
    if images is None:
        return None
    place, times = found.nearest(images), st.session_state.get(SENT, [0, 0])[0]
    st.session_state[ASKED], st.session_state[SENT] = None, [times + 1, place]
    return place


def show_course(
    run: Run, found: Moments, picture: tuple[Floats, int, str, str], *, live: bool, classes: tuple[str, ...],
    asked: int | None = None,
) -> int:  # fmt: skip
    """The slider with the picture's answers, and the sentence that says when it was learnt.

    It begins where the picture was first read rightly, and goes to the moment that is ``asked`` for. Returned is the moment
    it stands at, as far as the server has heard.
    """
    image, label, what, caption = picture
    answered = _answers(run.id, found.steps, found, image)
    right, last = course.first_right(answered, label), len(found.steps) - 1
    first = last if live or right.first is None else right.first
    st.markdown(f"**{literal(words.learnt(found, right, what))}**")
    letters = base64.b64encode(np.rint(image * 255).clip(0, 255).astype(np.uint8).tobytes()).decode()
    result = _moments(
        key=KEY, on_at_change=_nothing,
        data={
            "run": run.id, "answers": np.round(answered, 4), "label": label, "picture": letters, "caption": caption,
            "classes": classes, "words": [_capital(words.when(found, k)) for k in range(last + 1)], "at": first,
            "follow": live, "sent": st.session_state.get(SENT, [0, 0]),
        },
    )  # fmt: skip
    if asked is not None:
        return asked
    told = result.at
    return int(told["place"]) if _is_place(told, run.id, last) else first


def _is_place(told: Any, run_id: str, last: int) -> bool:
    """Whether a browser names a moment of this run."""
    return (
        isinstance(told, dict)
        and told.get("run") == run_id
        and type(told.get("place")) is int
        and 0 <= told["place"] <= last
    )


def show_growth(run: Run, found: Moments, pictures: Pictures, place: int) -> None:
    """Weight pictures, confusion table and numbers at the moment that the slider shows, at first ``place``."""
    tiles, walk = _growth_of(run.id, found.steps, found)
    tables = _tables(run.id, found.steps, found, pictures)
    st.fragment(_tick, run_every=None if tables.over else TICK_SECONDS)(
        run, found, pictures, tiles, walk, tables, place
    )


def _tick(
    run: Run,
    found: Moments,
    pictures: Pictures,
    tiles: course.Tiles,
    walk: course.Walk,
    tables: Tables,
    place: int,
) -> None:
    counts = list(tables.counts)
    if tables.trouble:
        st.warning(literal(tables.trouble), icon=":material/broken_image:")
    noun = "filters" if found.spec.convolutions else "units"
    about = (
        f"{len(tiles.units)} of {tiles.total:,} {noun} of the first layer, chosen by the seed: each weight where it looks. Blue "
        f"adds, orange takes away; the fullest colour is {fixed(tiles.scale, 2)} at every moment."
    )
    _growth(
        key="growth",
        data={
            "run": run.id, "units": tiles.units, "side": tiles.side, "about": about,
            "packed": base64.b64encode(tiles.pictures.tobytes()).decode(), "classes": pictures.classes,
            "words": [words.when(found, k) for k in range(len(found.steps))], "at": place,
            "tables": [*(one.ravel() for one in counts), *[None] * (len(found.steps) - len(counts))],
            "numbers": [numbers(found, k, walk, counts) for k in range(len(found.steps))],
        },
    )  # fmt: skip
    if tables.over and len(counts) == len(found.steps):
        return
    if tables.over:
        st.rerun()


def numbers(found: Moments, place: int, walk: course.Walk, counts: list[Any]) -> str:
    """The numbers of one moment in words."""
    told = [_capital(words.when(found, place)) + ":"]
    if place < len(counts):
        table = counts[place]
        told.append(
            f"{percent(np.trace(table) / table.sum(), 2)} of {int(table.sum()):,} test {called(found.spec)} right."
        )
    if place:
        told.append(
            f"The weights moved {fixed(walk.lengths[place], 2)} since the moment before, and are {fixed(walk.distances[place], 2)} "
            "from where they began."
        )
        if np.isfinite(walk.angles[place]):
            told.append(f"Their way turned by {fixed(walk.angles[place], 0)}° (0° is straight on).")
    return " ".join(told)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _nothing() -> None:
    """Streamlit hands out a component's value only where a callback stands."""
