"""Which pictures are learnt: the data sets that this visitor may choose, one that they bring, and what stand-ins are."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import set_controls
from netlab.app.frame import literal
from netlab.data import STAND_IN, sets
from netlab.data.digits import DataError
from netlab.data.sources import HOW_TO_GET
from netlab.nets.naming import reads_digits
from netlab.nets.spec import MNIST, NetworkSpec
from netlab.processes import sharing

MOST_BROUGHT = 3
"""Data sets that a visitor of a shared server may bring in one visit."""
MINE, REFUSED, TURN = "_data_sets_brought", "_data_set_refused", "_data_sets_turn"


def offered() -> list[str]:
    """MNIST and the data sets at hand; on a shared server, of those that visitors brought only one's own."""
    shared, mine = sharing.shared(), st.session_state.get(MINE, [])
    chosen = st.session_state.get("data")  # a link to it is the permission to use it
    kept = [
        name
        for name in sets.names()
        if not shared or not sets.is_uploaded(name) or name in mine or name in (chosen, _linked())
    ]
    if chosen is not None and chosen not in (MNIST, *kept):
        st.session_state.pop("data")  # it was removed meanwhile
    return [MNIST, *kept]


def _linked() -> str:
    return str(st.query_params.get("data", ""))


def data_set_notes(spec_data: str) -> None:
    """What the ten labels of the chosen data set mean, and the way to bring another."""
    if spec_data != MNIST:
        st.caption(f"Ten classes: {literal(', '.join(sets.class_names(spec_data)))}.")
    with st.popover("Upload other pictures", icon=":material/upload_file:"):
        st.write(
            "Fashion-MNIST, KMNIST, EMNIST's digits or your own: 28×28 pictures of ten classes, light on black, as one "
            "**npz** file laid out like Keras's mnist.npz (`x_train`, `y_train`, `x_test`, `y_test`), or as four **idx** "
            "files (.gz or not) named like MNIST's. A **txt** file with ten lines may say what the classes are called. "
            f"Together at most {sets.MOST_UPLOAD_BYTES // 2**20} MB."
        )
        key = f"data_files_{st.session_state.get(TURN, 0)}"
        files = st.file_uploader(
            "Files of one data set", accept_multiple_files=True, key=key,
            max_upload_size=sets.MOST_UPLOAD_BYTES // 2**20,
        )  # fmt: skip
        st.button("Use these pictures", on_click=_bring, args=(key,), disabled=not files, key="data_bring")
        if REFUSED in st.session_state:
            st.error(literal(st.session_state.pop(REFUSED)), icon=":material/broken_image:")
        if not sharing.shared():
            st.caption(
                f"Or put them into `{sets.folder()}`: NAME.npz, or a folder NAME with the four idx files."
            )


def _bring(key: str) -> None:
    """Keep what was brought and choose it; what was wrong is told at the next run. For callbacks."""
    mine: list[str] = st.session_state.setdefault(MINE, [])
    if sharing.shared() and len(mine) >= MOST_BROUGHT:
        st.session_state[REFUSED] = (
            f"{MOST_BROUGHT} data sets a visit are taken here, and you brought as many."
        )
        return
    files = {file.name: file.getvalue() for file in st.session_state.get(key) or []}
    try:
        name = sets.keep(files)
    except DataError as error:
        st.session_state[REFUSED] = str(error)
        return
    if name not in mine:
        mine.append(name)
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # an empty field: the bytes are let go
    set_controls({"data": name})


def stand_in_banner(source: str | None, spec: NetworkSpec | None) -> None:
    """Say plainly that the digits in use are not MNIST's."""
    if source == STAND_IN and (spec is None or spec.data == MNIST):
        st.warning(
            "**These digits are stand-ins, not real handwriting.** MNIST was not found on this computer, so Netlab made "
            "digits by itself. They are harder: the article's network reads about 86\u00a0% of them, not 98\u00a0%. "
            f"{literal(HOW_TO_GET)}",
            icon=":material/edit_note:",
        )


def optimistic(spec: NetworkSpec) -> str:
    """Why validating on the test pictures is too kind; empty for a network that does not."""
    what = "digits" if reads_digits(spec) else "pictures"
    return (
        ""
        if spec.validation != "test"
        else (
            f"It validates on the test {what}, as the article does: fine to look at, but whoever then chooses settings by it "
            f"has fitted them to those {what}, and the result is a little too good. “Validate on” changes it."
        )
    )
