"""What stands at the address of a page that the teacher has hidden."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import begin, literal


def hidden(title: str) -> None:
    """Say that the page with this title is hidden, and where to go on."""
    begin("Hidden for now", f"Where is “{title}”?")
    st.info(
        f"The teacher has hidden the page “{literal(title)}” for this lesson. It comes back when they show it again; nothing of "
        "yours on it is lost.",
        icon=":material/visibility_off:",
    )
    st.page_link("pages/home.py", label="To the start", icon=":material/home:")
