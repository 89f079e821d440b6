"""Who may lead a class: the teacher, and on a machine of one's own whoever sits at it."""

from __future__ import annotations

import streamlit as st

from netlab.app.teacher import code
from netlab.app.teaching import ask_code, teaches, told_of_code
from netlab.processes import sharing

NO_CODE = (
    "This server has no teacher's code, so nobody can open this page. Whoever starts it sets NETLAB_TEACHER to a code of at "
    "least six letters, and starts it again."
)
ASKED = (
    "This page is the teacher's. Its code stands where the server was started, in the line “For a class”, or it is what "
    "NETLAB_TEACHER was set to. It is asked for once in a browser."
)


def leads() -> bool:
    """Whether this visitor may lead the class."""
    return teaches() or not sharing.shared()


def let_in() -> bool:
    """Whether this visitor may see a page of the teacher's; else the code is asked for."""
    told_of_code()
    if leads():
        return True
    if code():
        st.write(ASKED)
        ask_code("class")
    else:
        st.info(NO_CODE, icon=":material/school:")
    return False
