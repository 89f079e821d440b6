"""What TensorFlow's tape says, without ever making a page wait for it."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal
from netlab.lessons.backprop.tape import Answer, TapeClient

PATIENCE_SECONDS = 0.04  # an answer takes about 5 ms once TensorFlow is loaded
TICK_SECONDS = 0.5


_oracle = (
    TapeClient()
)  # no cached value, which a visitor's browser may empty; its process starts with the first question


def tape_client() -> TapeClient:
    """The one client of this server."""
    return _oracle


def tape(question: str) -> Answer:
    """The tape's answer, or "loading"; then call ``wait_for`` where the page should say so."""
    return tape_client().ask(question, PATIENCE_SECONDS)


def wait_for(question: str, answer: Answer) -> None:
    """Say what keeps the answer, if anything does, and look again until it is there."""
    if answer.state == "failed":
        st.warning(
            f"TensorFlow gave no answer. {literal(answer.reason)}",
            icon=":material/error:",
        )
    if answer.state == "loading":
        _waiting(question)


@st.fragment(run_every=TICK_SECONDS)
def _waiting(question: str) -> None:
    if tape_client().ask(question).state != "loading":
        st.rerun()
    st.caption(":material/hourglass: TensorFlow is being loaded; all else works meanwhile.")
