"""Teach a network your hand: drawings kept in the session, a lesson on them, and what it cost, on the page Train.

All of it is a fragment in a fold that is built when it is opened: neither the pad nor a lesson holds the curves up.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from netlab.app.components import component, live_figure
from netlab.app.digits import soon
from netlab.app.frame import literal
from netlab.app.png import png_url
from netlab.data import STAND_IN
from netlab.drawing import recognize
from netlab.drawing.framing import stages
from netlab.drawing.view.answer import answer, sentence
from netlab.drawing.view.pad import Drawing, decode, pad
from netlab.drawing.view.reading import Choice, choose
from netlab.extras import no_keras_files
from netlab.formatting import counted, percent
from netlab.nets import keras_file, weight_file
from netlab.nets.weight_file import WeightsError
from netlab.runs.run import RunError
from netlab.training import own_digits as own_room
from netlab.training.figures_teaching import lesson_figure
from netlab.training.own_digits import OwnDigits, OwnDigitsError
from netlab.training.queue import Job
from netlab.training.teaching import (
    EPOCHS,
    MIXES,
    RATES,
    Lesson,
    OldDigits,
    Plan,
    TeachingError,
    cannot_teach,
    changed,
    outcome,
    teach,
)

OWN, TURN, SAID, LESSONS, FILES = "_own_digits", "_own_turn", "_own_said", "_own_lessons", "_own_files_turn"
ASKED = "_own_asked"
PATIENCE = 30.0
MOST_LESSONS = 6
STYLE = "<style>.st-key-own_which kbd { display: none; }</style>"
"""A key named like its button need not be named twice."""
_strip = component("drawing/strip")
_teaching = threading.Lock()  # one lesson at a time: it takes all cores for a second


class Taught(NamedTuple):
    """A lesson with what it was given to: the network's name and title, the drawings, what the old digits are called."""

    name: str
    choice: Choice
    own: OwnDigits
    lesson: Lesson
    old_name: str


def own_digits(job: Job | None) -> None:
    """A fold in which a reader draws digits, teaches them to the network on the page, and sees what it forgets."""
    box = st.expander("Teach it your handwriting", on_change="rerun", key="own_open")
    if box.open:
        with box:
            st.fragment(_fold)(None if job is None else job.id, job is not None and job.live)


def _fold(run_id: str | None, live: bool) -> None:
    own: OwnDigits = st.session_state.setdefault(OWN, OwnDigits())
    st.write(
        "Draw digits as **you** write them, and train a network further on them. Does your score rise, and what "
        "becomes of its score on the digits that it knew?"
    )
    name, choice = _network(run_id, live)
    if st.session_state.pop(ASKED, False):
        _teach(name, choice, own)
    left, right = st.columns([1, 1.4], gap="medium")
    with left:
        drawing = pad(_pad_key())
    with right:
        _which()
        _read_with(name, choice, drawing)
    _kept(own)
    _lesson_controls(own)
    _outcome(name)


def _network(run_id: str | None, live: bool) -> tuple[str, Choice]:
    """The network that is taught: the run on the page where that can be, else the one that comes along."""
    trouble, options = "", {"article": "the article’s network"}
    if run_id is not None and live:
        trouble = "The run on this page is still training: it can be taught once it has ended."
    elif run_id is not None:
        try:
            run = choose(run_id)
            trouble = cannot_teach(run.spec)
        except (RunError, WeightsError) as error:
            trouble = str(error)
        if not trouble:
            options = {"run": f"{literal(run.title)}, on this page", **options}
    if len(options) > 1:
        picked = st.radio("Teach", list(options), format_func=options.__getitem__, horizontal=True, key="own_network")  # fmt: skip
    else:
        picked = "article"
    if trouble:
        st.info(f"{literal(trouble)} So the article’s network, which comes along, is taught here.")
    return (run_id, run) if picked == "run" and run_id is not None else ("article", choose("article"))


def _pad_key() -> str:
    return f"own_pad_{st.session_state.get(TURN, 0)}"


def drawn_now() -> Drawing | None:
    """The drawing on the pad as the browser last sent it; also in a callback, before the pad is built again."""
    state = st.session_state.get(_pad_key())
    return None if state is None else decode(state.get("drawing"))


def _which() -> None:
    st.markdown("**Which digit is it?** One press keeps it and empties the pad; or the key of that digit.")
    with st.container(horizontal=True, gap="small", key="own_which"):
        for digit in range(10):
            st.button(str(digit), key=f"own_is_{digit}", on_click=_add, args=(digit,), shortcut=str(digit))
    st.html(STYLE)
    if SAID in st.session_state:
        kind, text = st.session_state.pop(SAID)
        (st.error if kind == "error" else st.success)(literal(text))


def _add(digit: int) -> None:
    """Keep what is on the pad as this digit, and give an empty pad. For callbacks."""
    drawing = drawn_now()
    blank = np.zeros((28, 28), np.float32)
    framed = blank if drawing is None else stages(drawing.picture).centred
    try:
        st.session_state[OWN] = st.session_state.get(OWN, OwnDigits()).with_drawing(framed, digit)
    except OwnDigitsError as error:
        st.session_state[SAID] = ("error", str(error))
        return
    for rest in ("kept", "start"):
        st.session_state.pop(f"_{_pad_key()}_{rest}", None)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def _read_with(name: str, choice: Choice, drawing: Drawing | None) -> None:
    """What the network reads on the pad, taught if it was, and what it read before."""
    taught = _latest(name)
    weights = choice.weights if taught is None else taught.lesson.weights
    read = None if drawing is None else recognize.read(choice.spec, weights, drawing.picture)
    if read is None or read.blank:
        answer("own_reading", None, None)
        return
    st.markdown(f"**{sentence(read.probabilities)}**")
    answer("own_reading", read.image, read.probabilities)
    if taught is not None:
        before = recognize.read(choice.spec, choice.weights, read.framing)
        st.caption(f"Read by the taught network. Before the lesson: {sentence(before.probabilities)}")


def _kept(own: OwnDigits) -> None:
    """All drawings, each to be taken away; the rule of what is held back; saved to a file and brought back."""
    held = own.held_back
    if len(own):
        st.markdown(
            f"**{counted(len(own), 'drawing')}**, {int(held.sum())} of them held back to score on (dashed): of every digit "
            "the 2nd, 5th, 8th, … . The others are learnt from."
        )
        tiles = [
            {"url": png_url(image), "label": str(label), "alt": f"a drawn {label}, held back" if back else f"a drawn {label}", "held": bool(back)}
            for image, label, back in zip(own.images, own.labels, held, strict=True)
        ]  # fmt: skip
        _strip(key="own_strip", data={"tiles": tiles}, on_away_change=_take_away)
    with st.container(horizontal=True, vertical_alignment="center", key="own_file"):
        if len(own):
            st.download_button(
                "Save my drawings", own_room.to_bytes(own), file_name="my-digits.npz", on_click="ignore",
                icon=":material/download:", key="own_save",
            )  # fmt: skip
        with st.popover("Load saved drawings", icon=":material/upload_file:"):
            key = f"own_files_{st.session_state.get(FILES, 0)}"
            file = st.file_uploader("A file that was saved here", ["npz"], key=key, max_upload_size=1)
            st.button("Add these drawings", on_click=_bring, args=(key,), disabled=file is None, key="own_bring")  # fmt: skip
    st.caption(f"At most {own_room.MOST} drawings are kept, and only as long as this tab is open: save them.")


def _take_away() -> None:
    sent = (st.session_state.get("own_strip") or {}).get("away")
    own: OwnDigits = st.session_state.get(OWN, OwnDigits())
    if isinstance(sent, dict) and isinstance(sent.get("place"), int) and sent.get("of") == len(own):
        st.session_state[OWN] = own.without(sent["place"])


def _bring(key: str) -> None:
    """Add a file's drawings to those that are here; what was wrong is told. For callbacks."""
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        brought = own_room.from_bytes(file.getvalue(), file.name)
        own, new = st.session_state.get(OWN, OwnDigits()).with_all(brought)
    except OwnDigitsError as error:
        st.session_state[SAID] = ("error", str(error))
        return
    st.session_state[OWN] = own
    known = len(brought) - new
    rest = f" {known} of the file’s were here already." if known else ""
    st.session_state[SAID] = ("success", f"{counted(new, 'drawing')} added.{rest}")
    st.session_state[FILES] = st.session_state.get(FILES, 0) + 1


def _lesson_controls(own: OwnDigits) -> None:
    lacks = own_room.lacking(own)
    with st.container(horizontal=True, vertical_alignment="bottom", key="own_plan"):
        st.selectbox("Epochs", EPOCHS, EPOCHS.index(Plan.epochs), key="own_epochs", width=110)
        st.selectbox(
            "Learning rate", RATES, RATES.index(Plan.learning_rate), key="own_rate", width=150, format_func="{:g}".format
        )  # fmt: skip
        st.segmented_control(
            "Old digits mixed in", MIXES, default=Plan.mix, required=True, key="own_mix", format_func=lambda share: percent(share, 0),
            help="Share of a batch that comes from the training digits which the network knows.",
        )  # fmt: skip
        st.button(
            "Teach", type="primary", icon=":material/school:", disabled=bool(lacks), on_click=_ask, key="own_teach"
        )  # fmt: skip
    if lacks:
        st.info(lacks, icon=":material/draw:")
    st.caption(
        "Adam on cross-entropy, batches of 32, without dropout. Every lesson begins with the network as it was, so two "
        "lessons can be compared; the run itself is left alone."
    )


def _ask() -> None:
    """Let the next run of the fold begin with a lesson: what is shown below it then knows of it. For callbacks."""
    st.session_state[ASKED] = True


def _teach(name: str, choice: Choice, own: OwnDigits) -> None:
    plan = Plan(*(st.session_state[key] for key in ("own_epochs", "own_rate", "own_mix")))
    with st.spinner("It is learning your handwriting…"):
        found = soon(PATIENCE)
        if found is None:
            st.info("The old digits are still being fetched. Press Teach again in a moment.")
            return
        old = OldDigits(found.x_train, found.y_train, found.x_test, found.y_test)
        try:
            with _teaching:
                lesson = teach(choice.spec, choice.weights, own, old, plan)
        except TeachingError as error:
            st.error(literal(error))
            return
    old_name = "the stand-in set" if found.source == STAND_IN else "MNIST"
    lessons: list[Taught] = st.session_state.setdefault(LESSONS, [])
    lessons.append(Taught(name, choice, own, lesson, old_name))
    del lessons[:-MOST_LESSONS]


def _latest(name: str) -> Taught | None:
    """The last lesson that this network was given."""
    lessons: list[Taught] = st.session_state.get(LESSONS, [])
    return next((taught for taught in reversed(lessons) if taught.name == name), None)


def _outcome(name: str) -> None:
    taught = _latest(name)
    if taught is None:
        return
    lesson = taught.lesson
    st.markdown(outcome(lesson, taught.old_name))
    figure = lesson_figure(lesson, taught.old_name)
    live_figure("own_curves", figure.figure, figure.alt)
    _changed(taught)
    _so_far(name)
    with st.container(horizontal=True, key="own_take"):
        for label, ending in (("Taught network (Keras)", ".keras"), ("Taught network (NumPy)", ".npz")):
            why = no_keras_files() if ending == keras_file.SUFFIX else ""
            st.download_button(
                label, partial(_file, ending, taught), file_name=f"taught{ending}", on_click="ignore",
                icon=":material/download:", key=f"own_take{ending}", disabled=bool(why), help=why or None,
            )  # fmt: skip


def _file(ending: str, taught: Taught) -> bytes:
    room = keras_file if ending == keras_file.SUFFIX else weight_file
    return room.to_bytes(taught.choice.spec, taught.lesson.weights)


def _changed(taught: Taught) -> None:
    rows = changed(taught.lesson, taught.own)
    if not rows:
        st.caption("None of your held-back drawings is read as another digit than before.")
        return
    st.markdown(f"**{counted(len(rows), 'held-back drawing')} changed its answer**" if len(rows) == 1 else f"**{len(rows)} held-back drawings changed their answers**")  # fmt: skip
    tiles = "".join(
        f"<figure style='margin:0;text-align:center;font-size:.8rem'><img src='{png_url(taught.own.images[row.place], times=2)}' "
        f"alt='a drawn {row.digit}'><figcaption>a {row.digit}: read {row.before}<br>now <b>{row.after}</b> "
        f"{'✓' if row.right else '✗'}</figcaption></figure>"
        for row in rows
    )
    st.html(f"<div style='display:flex;flex-wrap:wrap;gap:.8rem'>{tiles}</div>")


def _so_far(name: str) -> None:
    """The lessons of this network side by side, once there are two."""
    lessons: list[Taught] = [one for one in st.session_state.get(LESSONS, []) if one.name == name]
    if len(lessons) > 1:
        st.table([_row(one) for one in reversed(lessons)])


def _row(taught: Taught) -> dict[str, Any]:
    lesson = taught.lesson
    ends = [f"{percent(scores[0])} → {percent(scores[-1])}" for scores in (lesson.own, lesson.old)]
    return {
        "Drawings": len(taught.own),
        "Epochs": lesson.plan.epochs,
        "Rate": f"{lesson.plan.learning_rate:g}",
        "Old digits": percent(lesson.plan.mix, 0),
        "Yours": ends[0],
        taught.old_name: ends[1],
    }
