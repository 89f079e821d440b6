"""What every idea page shares: a prediction before the slider, the code that ran, Keras's word for it, the way on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from netlab.app.components import component

PREDICTED = "_predicted"
"""In the session: each question that a reader committed to an answer of, and the answer, by the question's key."""


def predicted() -> list[tuple[str, str]]:
    """Questions that this reader has predicted the answer of, with what they said, in the order of the commitments."""
    return list(st.session_state.get(PREDICTED, {}).values())


def predict_first(key: str, question: str, answers: Sequence[str], outcome: str) -> None:
    """Ask for a prediction; once the reader commits to one, say what happens.

    The prediction is kept in the reader's tab, where it outlives a reload, and shown to nobody.

    Parameters
    ----------
    outcome : str
        What is the case, in a sentence or two; Markdown.
    """
    committed = f"_{key}_committed"
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        choice = st.pills(
            question, list(answers), key=f"{key}_prediction", label_visibility="collapsed",
            disabled=st.session_state.get(committed, False), persist_state="session",
        )  # fmt: skip
        if choice is not None and not st.session_state.get(committed):
            st.button("That is my prediction", key=f"{key}_commit", on_click=_commit, args=(committed,))
        if st.session_state.get(committed):
            st.markdown(f"You said **{choice}**. {outcome}")
            st.session_state.setdefault(PREDICTED, {})[key] = (question, str(choice))
        _remember(key, choice if st.session_state.get(committed) else None, answers)


_memory = component("app/memory", '<span class="memory">\n</span>')


def _remember(key: str, choice: str | None, answers: Sequence[str]) -> None:
    """Keep a prediction in the tab, or take back the one that is kept there."""

    def take() -> None:
        word = st.session_state[f"{key}_memory"].get("word")
        if word in answers:  # it comes from a browser
            st.session_state[f"{key}_prediction"] = word
            _commit(f"_{key}_committed")

    _memory(
        key=f"{key}_memory", data={"name": key, "word": choice or ""}, on_word_change=take, width=1, height=1
    )


def _commit(key: str) -> None:
    st.session_state[key] = True


def show_code(*functions: Callable[..., Any], keras: str = "") -> None:
    """Display the source of the project's own functions that computed this page, and Keras's equivalent."""
    with st.expander("Show the code that computed this"):
        for function in functions:
            st.caption(f"{function.__module__}.{function.__qualname__}")
            st.code(inspect.getsource(function), language="python")
        if keras:
            st.caption("The same in Keras")
            st.code(keras, language="python")


def onward(page: str, label: str) -> None:
    """A link to the next page of the path."""
    st.page_link(page, label=label, icon=":material/arrow_forward:")
