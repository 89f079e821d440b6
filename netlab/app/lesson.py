"""What every idea page shares: a prediction before what answers it, a question to think about, the code that ran, Keras's
word for it, the way on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from netlab.app.choice import set_controls
from netlab.app.components import component
from netlab.app.ideas import PATH, after
from netlab.app.why import keep_why, show_why, why
from netlab.glossary import unlinked

PREDICTED = "_predicted"
"""In the session: each question that is answered or skipped, by its key, with what the reader said (None: skipped)."""
SKIPPED = "(skipped)"
"""In the tab's memory: the reader wanted to see without predicting, or to predict without saying why."""


@dataclass(frozen=True)
class Answer:
    """One answer that a reader can commit to.

    Attributes
    ----------
    text : str
        The answer.
    why : str
        Why this one is right or wrong, with the field's word for it, in a sentence of its own; Markdown.
    link : str
        What the link to the setting says that shows it; empty where nothing is to be set.
    setting : mapping
        Values of controls of this page, by their keys.
    """

    text: str
    why: str
    link: str = ""
    setting: Mapping[str, Any] = field(default_factory=dict)


def predicted() -> list[tuple[str, str, str]]:
    """Questions that this reader has predicted the answer of, what they said, and why in a sentence of their own, which
    is empty if they said none; in the order of the commitments.
    """
    said: dict[str, tuple[str, str | None]] = st.session_state.get(PREDICTED, {})
    return [
        (question, answer, why(key) or "") for key, (question, answer) in said.items() if answer is not None
    ]


def predict_first(key: str, question: str, answers: Sequence[Answer], outcome: str) -> bool:
    """Ask for a prediction; once the reader commits to one, or skips, say what happens.

    The prediction is kept in the reader's tab, where it outlives a reload, and shown to nobody.

    Parameters
    ----------
    answers : sequence of Answer
        Each says by itself why it is right or wrong.
    outcome : str
        What is the case, in a sentence or two; Markdown.

    Returns
    -------
    bool
        Whether the question is behind the reader. What would answer it is shown only then; ``covered`` stands in its
        place until then.
    """
    choices = {one.text: one for one in answers}
    with st.container(border=True, gap=None, key=f"asked_{key}"):
        asked = f"**Predict first.** {question}"
        question = unlinked(question)
        if answered(key):
            _tell(key, asked, choices, outcome)
            if _says_why(key):
                show_why(key)
        else:
            st.markdown(asked)
            _ask(key, question, list(choices))
        _remember(key, question, choices)
    return answered(key)


def answered(key: str) -> bool:
    """Whether the reader has predicted the answer of this question, or skipped it."""
    return key in st.session_state.get(PREDICTED, {})


def asks_why(key: str) -> bool:
    """Whether the page still asks for a sentence about this prediction: nothing else is asked beside it."""
    return _says_why(key) and why(key) is None


def _says_why(key: str) -> bool:
    return key in PATH and st.session_state.get(PREDICTED, {}).get(key, ("", None))[1] is not None


def covered(what: str) -> None:
    """Stand in the place of what would answer the question above."""
    st.caption(f":material/visibility_off: {what} Shown when you have predicted, or skipped the question.")


def judged(
    answers: Mapping[str, tuple[str, str]], right: str | None, *, waits: str = "", link: str = "",
    setting: Mapping[str, Any] | None = None,
) -> list[Answer]:  # fmt: skip
    """Answers of which a measurement says which one is right.

    Parameters
    ----------
    answers : mapping
        Each answer's sentence if it is right, and if it is not; Markdown.
    right : str or None
        The right one; None where that is not known, and ``waits`` is each one's sentence.
    link, setting
        Of all of them.
    """
    return [
        Answer(text, waits if right is None else said[text != right], link, setting or {})
        for text, said in answers.items()
    ]


def _ask(key: str, question: str, texts: list[str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        choice = st.pills(
            question, texts, key=f"{key}_prediction", label_visibility="collapsed", persist_state="session",
            width="content",
        )  # fmt: skip
        if choice is not None:
            st.button(
                "That is my prediction", key=f"{key}_commit", on_click=_settle, args=(key, question, choice),
                type="primary",
            )  # fmt: skip
        st.button("Skip", key=f"{key}_skip_commit", on_click=_settle, args=(key, question, None))


def _tell(key: str, asked: str, choices: Mapping[str, Answer], outcome: str) -> None:
    said = st.session_state[PREDICTED][key][1]
    answer = choices.get(said) if said is not None else None
    if answer is None:
        st.markdown(f"{asked}\n\n{outcome}")
        return
    st.markdown(f"{asked}\n\nYou said **{answer.text}**. {' '.join(filter(None, (answer.why, outcome)))}")
    if answer.setting:
        st.button(
            answer.link, icon=":material/tune:", type="tertiary", key=f"{key}_show_commit",
            on_click=set_controls, args=(answer.setting,),
        )  # fmt: skip


_memory = component("app/memory", '<span class="memory">\n</span>')


def _remember(key: str, question: str, choices: Mapping[str, Answer]) -> None:
    """Keep a prediction and its sentence in the tab, or take back those that are kept there."""

    def take() -> None:
        kept = st.session_state[f"{key}_memory"].get("kept")
        if not (isinstance(kept, list) and len(kept) == 2 and all(isinstance(one, str) for one in kept)):
            return  # it comes from a browser
        word, sentence = kept
        if word == SKIPPED or word in choices:
            _settle(key, question, None if word == SKIPPED else word)
            if sentence:
                keep_why(key, "" if sentence == SKIPPED else sentence)

    said, sentence = st.session_state.get(PREDICTED, {}).get(key), why(key)
    word = "" if said is None else said[1] or SKIPPED
    data = {"name": key, "word": word, "why": "" if sentence is None else sentence or SKIPPED}
    _memory(key=f"{key}_memory", data=data, on_kept_change=take, width=1, height=1)


def _settle(key: str, question: str, answer: str | None) -> None:
    st.session_state.setdefault(PREDICTED, {})[key] = (question, answer)


def reflect(key: str, question: str, answer: str) -> None:
    """An open question at the end of a page, and one possible answer to it in a fold; both Markdown.

    It stands there once the prediction ``key`` is made or skipped: a page asks one thing at a time.
    """
    if answered(key):
        st.markdown(f"**To think about.** {question}")
        with st.expander("One possible answer"):
            st.markdown(answer)


def show_code(*functions: Callable[..., Any], keras: str = "") -> None:
    """Display the source of the project's own functions that computed this page, and Keras's equivalent."""
    with st.expander("Show the code that computed this"):
        for function in functions:
            st.caption(f"`{function.__module__}.{function.__qualname__}`")
            st.code(inspect.getsource(function), language="python")
        if keras:
            st.caption("The same in Keras")
            st.code(keras, language="python")


def onward(page: str, label: str) -> None:
    """A link to another page."""
    st.page_link(page, label=label, icon=":material/arrow_forward:")


def onward_from(idea: str) -> None:
    """A link to the page that comes behind this one on the path of the ideas."""
    way = after(idea)
    if way is not None:
        onward(f"pages/{way[0]}.py", way[1].link)
