"""The way in: a nickname, if one likes, and the page with which the lesson begins."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal
from netlab.app.visitor import visitor
from netlab.classroom.nickname import LONGEST, NicknameError
from netlab.classroom.people import people
from netlab.classroom.view.known_pages import path_of, title_of
from netlab.training.class_rules import rules

KEPT = (
    "A nickname appears on the teacher’s board and list, and nowhere else. It is kept only in this server’s memory and is "
    "gone when the server stops. You do not need one; if you choose one, it should not tell strangers who you are."
)


GO, REFUSED = "_join_go", "_join_refused"


def join() -> None:
    """Ask for a nickname, and go on to the lesson."""
    if st.session_state.pop(GO, False):
        st.switch_page(path_of(rules().lesson))
    who = visitor()
    st.write(f"On the teacher's board you are **{literal(people.called(who))}**.")
    with st.form("join_form", border=False):
        st.text_input(
            "A nickname, if you like", people.named(who), key="join_name", max_chars=LONGEST, width=360,
            placeholder="such as Ada, or Team 3", autocomplete="off",
        )  # fmt: skip
        st.form_submit_button(
            f"Begin with “{title_of(rules().lesson)}”", type="primary", icon=":material/arrow_forward:", key="join_begin", on_click=_take
        )  # fmt: skip
    refused = st.session_state.pop(REFUSED, "")
    if refused:
        st.error(literal(refused))
    st.caption(KEPT)


def _take() -> None:
    try:
        people.call(visitor(), str(st.session_state["join_name"] or ""))
    except NicknameError as error:
        st.session_state[REFUSED] = str(error)
    else:
        st.session_state[GO] = True
