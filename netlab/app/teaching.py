"""The teacher in this session: known by the browser, made by a code that is typed or stands in a link."""

from __future__ import annotations

import streamlit as st

from netlab.app.streamlit_private import forget_in_address
from netlab.app.teacher import MOST_CODE, TeacherError, become, is_teacher
from netlab.app.visitor import keeps_secret, names, visitor

ADDRESS = "teacher"
SAID = "_teacher_said"
YOU_ARE = "You are the teacher here: you may stop, rename and delete every run of this server."


def teaches() -> bool:
    """Whether this visitor is the teacher."""
    return is_teacher(names())


def take_code(typed: str) -> None:
    """Make this visitor the teacher if they know the code; what became of it is told by ``told_of_code``. For callbacks too."""
    try:
        become(typed, visitor(), kept=keeps_secret())
    except TeacherError as error:
        st.session_state[SAID] = ("bad", str(error))
    else:
        st.session_state[SAID] = ("good", YOU_ARE)


def ask_code(name: str) -> None:
    """Ask for the teacher's code, with controls whose keys begin with ``name``."""
    turn = f"_{name}_code_turn"
    key = f"{name}_code_{st.session_state.get(turn, 0)}"

    def heed() -> None:
        typed = str(st.session_state.get(key) or "")
        st.session_state[turn] = st.session_state.get(turn, 0) + 1  # the field is emptied
        take_code(typed)

    st.text_input("The teacher's code", key=key, type="password", max_chars=MOST_CODE, width=360)
    st.button("I am the teacher", on_click=heed, key=f"{name}_enter", type="primary")


def heed_teachers_code() -> None:
    """Take a code out of the address before anything else is done with it."""
    typed = st.query_params.get(ADDRESS)
    if typed is None:
        return
    del st.query_params[ADDRESS]
    forget_in_address(ADDRESS)
    take_code(typed)


def told_of_code() -> None:
    """Say, once, what became of a code."""
    kind, said = st.session_state.pop(SAID, ("", ""))
    if said:
        (st.success if kind == "good" else st.error)(said, icon=":material/school:")
