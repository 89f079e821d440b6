"""What every page begins with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

ICON = str(
    Path(__file__).parent / "assets" / "icon.png"
)  # a file: a named icon would be fetched from elsewhere


def begin(title: str, question: str) -> None:
    """Heal a deep link, then set the page's one question as its heading.

    On a fresh server whose very first visit is a deep link, Streamlit still takes ``pages/`` for its own menu
    and runs a page without ``app.py``. The next run goes through ``app.py``.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
    st.html("<style>.katex-display { overflow-x: auto; overflow-y: hidden; }</style>")  # a phone is narrow
    st.title(title, anchor=False)
    st.caption(question)


def word_in_address(key: str, checked: Callable[[str], str]) -> str:
    """A component's word, as ``checked`` makes it, from the session or at first from the address.

    No widget binds it, and the menu drops what is not bound; so it is written into the address again.
    """
    word = checked(str(st.session_state.setdefault(key, st.query_params.get(key, ""))))
    if word:
        st.query_params[key] = word
    elif key in st.query_params:
        del st.query_params[key]
    return word


def keep_run_in_address() -> None:
    """The menu drops what is in the address; put the run back."""
    run = st.query_params.get("run")
    if run:
        st.session_state["run"] = run
    elif st.session_state.get("run"):
        st.query_params["run"] = st.session_state["run"]
