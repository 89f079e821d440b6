"""Points of the reader's own: pressed on the picture, pasted or uploaded; up to 200 of them are in the address."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal, word_in_address
from netlab.formatting import counted
from netlab.playground.own_points import MOST_BYTES, MOST_IN_ADDRESS, Own, packed, read_table, unpacked
from netlab.playground.points import FIRST_OWN, PointsError

KEPT, NOTE = "_classify_own", "_classify_own_note"


def own_points() -> Own:
    """The reader's points, and ways to bring more."""
    word = word_in_address("cl_own", lambda asked: packed(unpacked(asked)))
    kept: Own | None = st.session_state.get(KEPT)
    own = kept if kept is not None and packed(kept) == word else unpacked(word) or FIRST_OWN
    with st.popover("Bring a table", icon=":material/table:", width="stretch"):
        st.text_area(
            "x, y, class: a point a line", key="cl_pasted", height=150, placeholder="0.5, 1.2, A\n-1, 0.3, B"
        )
        st.button("Take these", key="cl_take", on_click=_take_pasted)
        st.file_uploader("Or a CSV file", type=["csv", "txt"], key="cl_file", on_change=_take_file)
    kind, words = st.session_state.pop(NOTE, ("", ""))
    if words:
        (st.error if kind == "error" else st.info)(literal(words))
    if len(own) > MOST_IN_ADDRESS:
        st.caption(
            f"{counted(len(own), 'point')}: more than the {MOST_IN_ADDRESS} that a link carries, so they stay on this page."
        )
    st.caption(
        "A point that you add, move or take away counts from the moment on the screen on; earlier moments keep the points "
        "that they had. A third class needs another output, so the training then begins anew."
    )
    st.button(
        "Begin anew with these points", icon=":material/replay:", key="cl_own_anew", on_click=_begin_anew
    )
    if len({label for *_, label in own}) < 2:
        st.caption("All your points are of one class: there is nothing to part yet.")
    return own


def set_own_points(own: Own) -> None:
    """Let these be the reader's points."""
    st.session_state[KEPT] = own
    st.session_state["cl_own"] = packed(own)


def _begin_anew() -> None:
    st.session_state.pop("_classify", None)


def _take_pasted() -> None:
    _take(str(st.session_state["cl_pasted"]))


def _take_file() -> None:
    file = st.session_state["cl_file"]
    if file is None:
        return
    raw = file.getvalue()[: MOST_BYTES + 1]
    try:
        _take(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        st.session_state[NOTE] = (
            "error",
            "This file is no text in UTF-8. Save it as CSV (UTF-8), then bring it again.",
        )


def _take(text: str) -> None:
    try:
        own, note = read_table(text)
        if len(own) < 2:
            raise PointsError("One point is too few: bring at least two.")
    except PointsError as error:
        st.session_state[NOTE] = ("error", str(error))
        return
    set_own_points(own)
    st.session_state[NOTE] = ("info", f"Took {counted(len(own), 'point')}. {note}".strip())
