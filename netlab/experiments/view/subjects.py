"""Which run, or network that comes along, a page looks into, and the pictures it is asked about."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from netlab.app import digits
from netlab.app.frame import choose_newest, follow_newest, literal, note_unread, put_in_address
from netlab.arrays import Bytes
from netlab.data import DataError, sets
from netlab.experiments.subject import Subject, run_subject, shipped_subject
from netlab.formatting import percent
from netlab.nets import shipped
from netlab.nets.spec import MNIST, NetworkSpec
from netlab.runs import store
from netlab.runs.events import Done
from netlab.runs.run import Run, RunError
from netlab.training.view.session import current, mine

MOST = 200


@dataclass(frozen=True)
class Pictures:
    """What a network is tested on, none of it learnt from: uint8 (n, 28, 28), labels (n,), and the classes' names."""

    images: Bytes
    labels: Bytes
    classes: tuple[str, ...]
    source: str


def choose_subject(label: str = "Look into") -> Subject:
    """A menu of runs that have weights, the one that is looked at first, then the networks that come along.

    A run that cannot be read is said, and the article's network shown in its place.
    """
    options = _options()
    tell_unreadable()
    now = current()
    newest = now.id if now is not None and now.id in options else next(iter(options))
    asked = st.query_params.get("subject", "")
    if asked and "_subject_asked" not in st.session_state:
        if asked in options:
            choose_newest("subject", asked)
        else:
            note_unread("subject", asked)
    st.session_state["_subject_asked"] = True
    chosen = follow_newest("subject", label, options, newest)
    put_in_address("subject", "" if chosen == newest else chosen)
    try:
        return opened(chosen)
    except RunError as error:
        st.warning(
            f"{literal(error)} The article's network is shown instead.", icon=":material/broken_image:"
        )
        return shipped_subject("article")


def tell_unreadable() -> None:
    """Say of the run in the address that it cannot be read, where another is shown in its place."""
    run = store.get(str(st.session_state.get("run")))
    try:
        if run is not None:
            run.spec()
    except RunError as error:
        st.warning(f"{literal(error)} Another network is shown in its place.", icon=":material/broken_image:")


def offered() -> dict[str, str]:
    """What ``choose_subject`` offers: id or name of a network that comes along, and its words."""
    return _options()


def opened(chosen: str) -> Subject:
    """One of ``offered``, by its newest weights; ``RunError`` says why not."""
    if chosen in shipped.SHIPPED:
        return shipped_subject(chosen)
    run = store.get(chosen)
    if run is None:
        raise RunError("It was deleted meanwhile.")
    return _subject(run.id, run.snapshots()[-1:] and run.snapshots()[-1], run.stamp())


@st.cache_resource(show_spinner=False, max_entries=8)
def _subject(run_id: str, newest: object, stamp: object) -> Subject:
    """The newest weights of a run; read again when the run has moved on."""
    run = store.get(run_id)
    if run is None:
        raise RunError("It was deleted meanwhile.")
    return run_subject(run)


def _options() -> dict[str, str]:
    found = {}
    for run_id in mine()[:MOST]:
        run = store.get(run_id)
        if run is not None and (run.snapshots() or (run.folder / "weights.npz").exists()):
            found[run_id] = words_of(run)
    return {**found, **{name: f"{words}, which comes with Netlab" for name, words in shipped.SHIPPED.items()}}


def words_of(run: Run) -> str:
    """A run in a menu: its name, what came of it, and how its id begins."""
    return _words(run.id, run.stamp(), run.own_name())


@st.cache_data(show_spinner=False, max_entries=500)
def _words(run_id: str, stamp: object, own_name: str) -> str:
    run = store.get(run_id)
    if run is None:
        return f"run {run_id[:4]}"
    ending = run.ending()
    try:
        name = run.name()
    except RunError:
        return f"cannot be read, run {run_id[:4]}"
    outcome = percent(ending.test_accuracy, 2) if isinstance(ending, Done) else run.state()
    return f"{name}, {outcome}, run {run_id[:4]}"


def pictures_for(spec: NetworkSpec, source: str = "") -> Pictures:
    """The test pictures of the data that a network learns from; while digits are on their way the page waits.

    Where they are not at hand, this run of the page ends in a sentence. Where they are of another ``source`` than those
    that it learnt from, that is said.
    """
    if spec.data == MNIST:
        found = digits.sample()
        if source and source != found.source:
            st.warning(
                "This network learnt from digits of another source than those that Netlab has at hand now. What stands here is its work on these: "
                f"{literal(found.note)}",
                icon=":material/grid_on:",
            )
        return Pictures(found.images, found.labels, tuple("0123456789"), found.source)
    try:
        other = sets.loaded(spec.data)
    except DataError as error:
        st.info(f"The pictures that this network learnt from are not at hand. {literal(error)}")
        st.stop()
    return Pictures(other.x_test, other.y_test, sets.class_names(spec.data), other.source)
