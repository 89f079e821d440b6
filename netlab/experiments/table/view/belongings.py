"""Runs that go along to another computer and come back, and the teacher's code: on a server that others use too."""

from __future__ import annotations

import streamlit as st

from netlab.app.components import component
from netlab.app.handover import FILE_NAME, HandoverError, codes, from_file, to_file
from netlab.app.keys import tickets
from netlab.app.teacher import code as teachers_code
from netlab.app.teaching import YOU_ARE, ask_code, teaches
from netlab.app.visitor import bring, keeps_secret, secrets, visitor
from netlab.processes import sharing

CODE, SAID, TICKET, TURN = "_taken_code", "_brought_said", "_brought_ticket", "_brought_turn"
_keep = component("app/keep", '<span class="keep">\n</span>')


def belongings() -> None:
    """The two ways, and the teacher's; nothing on a machine of one's own, where all runs are one's own."""
    if not sharing.shared():
        return
    with st.container(horizontal=True, gap="small", key="belongings"):
        with st.popover("Take along", icon=":material/luggage:", key="take_along"):
            _take_along()
        with st.popover("Get back", icon=":material/move_to_inbox:", key="get_back"):
            _get_back()
        if teachers_code():
            with st.popover("Teacher", icon=":material/school:", key="teacher"):
                _teacher()
    ticket = st.session_state.get(TICKET)
    if ticket:
        _keep(key="keep", data={"ticket": ticket}, width=1, height=1, on_kept_change=_kept)
    kind, said = st.session_state.pop(SAID, ("", ""))
    if said:
        (st.success if kind == "good" else st.error)(said, icon=":material/luggage:")


def _take_along() -> None:
    st.write(
        "Your runs belong to this browser: a secret in it says so, no account and no name. With a code, another computer owns "
        "them, too."
    )
    st.button("Show a code", on_click=_show_code, key="take_code", type="primary")
    code = st.session_state.get(CODE)
    if code:
        st.code(code, language=None)
        st.caption("Type it there under “Get back”. It works once, and only for ten minutes.")
    st.download_button(
        "Or take a file", lambda: to_file(secrets()), file_name=FILE_NAME, mime="application/json", on_click="ignore",
        icon=":material/download:", key="take_file", help="Whoever has it owns your runs, for good: keep it to yourself.",
    )  # fmt: skip


def _show_code() -> None:
    st.session_state[CODE] = codes.give(visitor(), secrets())


def _get_back() -> None:
    turn = st.session_state.get(TURN, 0)
    key, file_key = f"back_code_{turn}", f"back_file_{turn}"
    st.text_input("Code that the other computer shows", key=key, max_chars=20, placeholder="K7QF-3M9X")
    st.file_uploader("Or the file that it wrote", ["json"], key=file_key, max_upload_size=1)
    st.button("Get my runs", on_click=_take, args=(key, file_key), type="primary", key="back_take")


def _take(key: str, file_key: str) -> None:
    """Take a code or a file in; what became of it is told at the next run of the page. For callbacks."""
    typed, file = str(st.session_state.get(key) or ""), st.session_state.get(file_key)
    try:
        found = from_file(file.getvalue()) if file is not None else codes.take(visitor(), typed)
    except HandoverError as error:
        st.session_state[SAID] = ("bad", str(error))
        return
    bring(found)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # empty fields
    if keeps_secret():
        st.session_state[TICKET] = tickets.give(found)
    st.session_state[SAID] = ("good", "The runs of the other computer are yours here, too.")


def _kept() -> None:
    """The browser has fetched the secrets, or could not."""
    st.session_state.pop(TICKET, None)
    if st.session_state["keep"].get("kept") is not True:
        told = "The runs are yours here until you close this tab; your browser did not keep them for longer."
        st.session_state[SAID] = ("bad", told)


def _teacher() -> None:
    if teaches():
        st.write(YOU_ARE)
        return
    ask_code("teacher")
