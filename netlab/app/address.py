"""What an address asks for and there is not: kept from the controls where it would hurt, and always told.

Streamlit takes what it does not know in an address for the usual value, without a word, and stumbles over some of
it. So a page runs inside ``told_if_unread``: before it, words that no control can have are taken out of the address;
after it, what each control began with is compared with what was asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from netlab.app.frame import literal, note_unread
from netlab.app.streamlit_private import forget_in_address, usual_in_address, went_in_history

TEXTS = frozenset(
    {"numbers_sentence", "functions_points", "ls_formula", "run", "numbers_look", "ls_view", "fog_walk"}
)
"""Keys of any text, also "inf" or none at all: typed text, and words that are read with care where they are used."""
ELSEWHERE = ("ls_",)
"""Beginnings of keys whose page tells by itself what it does not know."""
LONGEST = 60


@contextmanager
def told_if_unread(page: str) -> Iterator[None]:
    """Run a page; if its address asks for what there is not, say so above it, as long as the page is looked at."""
    first = page != st.session_state.get("_address_of") or went_in_history()
    if first:
        st.session_state["_unread"] = {}
    asked = clean_address()
    unread: dict[str, str] = st.session_state.setdefault("_unread", {})
    # Also where there is nothing to say: a block that comes or goes has all below it made anew, with folds closed.
    place = st.container()
    yield
    if first:
        compare(asked)
        st.session_state["_address_of"] = page
    if unread:
        with place:
            st.info(sentence(unread), icon=":material/link:")


def clean_address() -> dict[str, list[str]]:
    """Take words out of the address that no control can have, and note them; give what is left."""
    asked = {key: list(st.query_params.get_all(key)) for key in st.query_params}
    hopeless = [key for key, words in asked.items() if key not in TEXTS and not all(map(possible, words))]
    for key in hopeless:
        forget_in_address(key)
        note_unread(key, ", ".join(asked.pop(key)))
    return asked


def possible(word: str) -> bool:
    """Whether a control can have this word: it is not empty, and no number that is not finite."""
    try:
        return math.isfinite(float(word))
    except ValueError:
        return word != ""


def compare(asked: dict[str, list[str]]) -> None:
    """Note the words that did not become the value of the control that they are meant for."""
    noted: set[str] = st.session_state.get("_told_by_page", set())
    for key, words in asked.items():
        usual = None if key.startswith(ELSEWHERE) or key in noted else usual_in_address(key)
        if usual is None:
            continue
        shown = list(st.query_params.get_all(key)) or usual
        if not same(words, shown):
            note_unread(key, ", ".join(words))


def same(words: list[str], others: list[str]) -> bool:
    """Whether two lists of words say the same, numbers by their value."""
    return len(words) == len(others) and all(map(_same, words, others))


def _same(word: str, other: str) -> bool:
    try:
        return math.isclose(float(word), float(other), rel_tol=1e-9, abs_tol=1e-12)
    except ValueError:
        return word.casefold() == other.casefold()


def sentence(unread: dict[str, str]) -> str:
    """What the address asked for, as Markdown."""
    listed = ", ".join(f"**{literal(_short(f'{key}={word}'))}**" for key, word in unread.items())
    if len(unread) == 1:
        return f"The address asks for {listed}, which is not to be had here; that control shows something else instead."
    return f"The address asks for {listed}, which is not to be had here; those controls show something else instead."


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
