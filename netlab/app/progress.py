"""Which ideas are done: marks in the menu, kept in the reader's browser alone; and how that browser forgets its reader."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import component
from netlab.app.ideas import PATH
from netlab.app.lesson import PREDICTED, answered
from netlab.app.why import WHYS

FORGOTTEN = "_forgotten"
"""In the session: how often its reader was forgotten."""
TOUR = "_tour"
"""In the session: how far its reader is on the guided tour; None once that is forgotten."""

_progress = component("app/progress", '<span class="progress">\n</span>')


def mark_progress(page: str) -> None:
    """Let the menu mark the ideas that are done, and this page once it is."""
    asked = page in PATH and answered(page)
    data = {"page": page, "asked": asked, "ideas": list(PATH), "forget": st.session_state.get(FORGOTTEN, 0)}
    _progress(key="progress", data=data, width=1, height=1)


def forget_me() -> None:
    """Say what this browser keeps of its reader, and offer to clear it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "An idea is done, and has a ✓ in the menu, when you have predicted or skipped its question and moved something on "
            "its page. This browser keeps that, how far you are on the guided tour, your predictions with your sentences, and what is on your drawing pads (the last "
            "two for each tab, until it is closed). **Forget me** clears all of it here. What makes your runs yours stays, and so do the "
            "runs; the page Compare runs deletes them.",
            width="stretch",
        )
        st.button("Forget me", icon=":material/ink_eraser:", key="forget_me", on_click=_forget)
    if st.session_state.pop("_just_forgotten", False):
        st.caption("Forgotten: this tab and the marks in the menu are as on your first visit.")


def _forget() -> None:
    for key in (PREDICTED, WHYS, *(key for key in st.session_state if str(key).endswith("_prediction"))):
        st.session_state.pop(key, None)
    st.session_state[TOUR] = None
    st.session_state[FORGOTTEN] = st.session_state.get(FORGOTTEN, 0) + 1
    st.session_state["_just_forgotten"] = True
