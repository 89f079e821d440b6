"""What the page Inside has worked out of a network, kept for all readers; made anew when a run has moved on."""

from __future__ import annotations

import html
from collections.abc import Hashable

import streamlit as st

from netlab.app.frame import literal
from netlab.app.png import png_url
from netlab.experiments.inside import units
from netlab.experiments.inside.answers import Answers, ask
from netlab.experiments.subject import Subject, run_subject
from netlab.experiments.view.subjects import Pictures
from netlab.plots.palette import VERMILION
from netlab.runs import store
from netlab.runs.run import RunError

MOST = 24
STYLE = f"""
.netlab-asked {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(6.2rem, 1fr)); gap: 0.5rem; }}
.netlab-asked figure {{ margin: 0; padding: 0.3rem; border: 1px solid rgba(128,128,128,0.35); border-radius: 6px; }}
.netlab-asked figure.wrong {{ border: 2px solid {VERMILION}; }}
.netlab-asked img {{ width: 3.5rem; height: 3.5rem; display: block; margin: 0 auto 0.2rem; image-rendering: pixelated; }}
.netlab-asked span {{ display: block; font-size: 0.78rem; text-align: center; line-height: 1.35; }}
"""


def key_of(subject: Subject, pictures: Pictures) -> tuple[Hashable, ...]:
    """What tells this network at this moment, and its pictures, from all others."""
    run = store.get(subject.id)
    return (
        subject.id,
        subject.step,
        None if run is None else run.stamp(),
        pictures.source,
        len(pictures.labels),
    )


def answers_of(subject: Subject, pictures: Pictures) -> Answers:
    """What it says to all test pictures."""
    return _answers(key_of(subject, pictures), subject, pictures)


@st.cache_resource(show_spinner="All test pictures go through the network…", max_entries=40)
def _answers(key: Hashable, _subject: Subject, _pictures: Pictures) -> Answers:
    return ask(_subject.spec, _subject.weights, _pictures.images)


def layer_of(subject: Subject, pictures: Pictures, place: int) -> units.Layer:
    """What is known of the units of one of its hidden layers."""
    return _layer(key_of(subject, pictures), place, subject, pictures)


@st.cache_resource(show_spinner="Each unit is silenced once…", max_entries=3)
def _layer(key: Hashable, place: int, _subject: Subject, _pictures: Pictures) -> units.Layer:
    return units.inspect(_subject.spec, _subject.weights, _pictures.images, _pictures.labels, place)


def moments_of(subject: Subject) -> list[int]:
    """After how many batches weights of this run are kept; none of a network that comes along."""
    run = store.get(subject.id)
    return [] if run is None else run.snapshots()


def at_moment(subject: Subject, step: int) -> Subject:
    """The same run at one of its moments; ``RunError`` says why not."""
    run = store.get(subject.id)
    if run is None:
        raise RunError("It was deleted meanwhile.")
    return _at_moment(run.id, step, run.stamp())


@st.cache_resource(show_spinner=False, max_entries=16)
def _at_moment(run_id: str, step: int, stamp: Hashable) -> Subject:
    run = store.get(run_id)
    if run is None:
        raise RunError("It was deleted meanwhile.")
    return run_subject(run, step)


def sound(answers: Answers) -> bool:
    """Whether there is something to look at; if not, it is said."""
    if not answers.sound:
        st.warning(
            "This network’s answers are not numbers: its weights grew without bound while it trained, so there is nothing "
            "to look into. An earlier moment of the run, or a lower learning rate, may show more.",
            icon=":material/error:",
        )
    return answers.sound


def called(pictures: Pictures) -> tuple[str, ...]:
    """The classes' names as Markdown shows them."""
    return tuple(map(literal, pictures.classes))


def gallery(key: str, tiles: list[tuple[int, str, bool]], pictures: Pictures) -> None:
    """Test pictures with a line each (place, words, whether it is marked); more of them on a press.

    The words are shown as text.
    """
    asked = st.session_state.get(f"_{key}_most", MOST)
    st.html(
        f"<style>{STYLE}</style><div class='netlab-asked'>{''.join(_tile(one, pictures) for one in tiles[:asked])}</div>"
    )
    if len(tiles) > asked:
        st.button(
            f"Show {min(MOST, len(tiles) - asked)} more of {len(tiles) - asked:,}", key=f"{key}_more",
            on_click=_more, args=(f"_{key}_most", asked + MOST),
        )  # fmt: skip


def _more(key: str, most: int) -> None:
    st.session_state[key] = most


def _tile(tile: tuple[int, str, bool], pictures: Pictures) -> str:
    place, words, marked = tile
    lines = "".join(f"<span>{html.escape(line)}</span>" for line in words.split("\n"))
    name = html.escape(pictures.classes[int(pictures.labels[place])], quote=True)
    look = " class='wrong'" if marked else ""
    url = png_url(pictures.images[place])
    return f"<figure{look} title='test picture {place:,}'><img src='{url}' alt='{name}'>{lines}</figure>"
