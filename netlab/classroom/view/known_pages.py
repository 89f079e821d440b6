"""Which pages there are, as the frame has told this session: the teacher hides some, and a lesson begins with one."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

PAGES = "_pages"
START = "home"
ALWAYS = (START, "class", "board", "join")
"""Pages that cannot be hidden."""


def tell_pages(titles: Mapping[str, str]) -> None:
    """Hear which pages there are: their titles by their names."""
    st.session_state[PAGES] = dict(titles)


def title_of(name: str) -> str:
    """A page's title; the start page's for one that there is not."""
    titles: dict[str, str] = st.session_state.get(PAGES, {})
    return titles.get(name) or titles.get(START, "Start")


def path_of(name: str) -> str:
    """The file of a page; the start page's for one that there is not."""
    known = name in st.session_state.get(PAGES, {})
    return f"pages/{name if known else START}.py"


def offered() -> dict[str, str]:
    """Pages that a teacher may hide, or let a lesson begin with: their titles by their names, in the order of the menu."""
    known: dict[str, str] = st.session_state.get(PAGES, {})
    return {name: title for name, title in known.items() if name not in ALWAYS}
