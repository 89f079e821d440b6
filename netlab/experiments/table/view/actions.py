"""What can be done with the runs that are chosen, and a run that comes from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial

import streamlit as st

from netlab.app.frame import literal
from netlab.experiments.table.index import TO_COME
from netlab.experiments.table.view.choice_of_runs import choose_runs
from netlab.formatting import counted
from netlab.runs import parcel, store
from netlab.runs.marks import LONGEST_NOTE, Marks
from netlab.runs.naming import LONGEST
from netlab.runs.run import RunError
from netlab.runs.summary import Summary
from netlab.storage import in_words
from netlab.training.view.places import jump
from netlab.training.view.session import bring_back, delete, mark, rename, rights, show, take_in

MOST_SENT = 500_000_000
"""Bytes of a run that the page hands out; the command line has no such bound."""
MOST_MB = 64
MOST_UNPACKED = 300_000_000
GONE, TURN, SAID = "_runs_gone", "_runs_import_turn", "_runs_import_said"
ONE = "Choose one run in the table first."


def actions(picked: Sequence[Summary]) -> None:
    """One bar: what can be done with the chosen runs, always in the same place."""
    one = picked[0] if len(picked) == 1 else None
    none, busy = not picked, any(row.state in TO_COME for row in picked)
    readable = one is not None and one.state != "unreadable"
    may = [rights(row.id) for row in picked]
    name, change, gone = (
        may[0].change if one else "",
        next((each.change for each in may if each.change), ""),
        next((each.delete for each in may if each.delete), ""),
    )
    if st.button(
        "Open", icon=":material/open_in_full:", disabled=one is None, key="runs_open", type="primary",
        help="Shows its curves on the page Train." if one else ONE,
    ) and one is not None:  # fmt: skip
        show(one.id)
        st.switch_page("pages/train.py")
    with st.popover(
        "Rename",
        icon=":material/edit:",
        disabled=not readable or bool(name),
        help=name or None,
        key=f"runs_rename_{one.id if one else ''}",
    ):
        if one is not None:
            _rename(one)
    with st.popover(
        "Note",
        icon=":material/edit_note:",
        disabled=one is None or bool(name),
        help=name or None,
        key=f"runs_note_{one.id if one else ''}",
    ):
        if one is not None:
            _note(one)
    starred = bool(picked) and all(row.star for row in picked)
    st.button(
        "Remove the star" if starred else "Star", icon=":material/star:", disabled=none or bool(change), help=change or None, key="runs_star",
        on_click=_star, args=(list(picked), not starred),
    )  # fmt: skip
    st.button(
        "Delete", icon=":material/delete:", disabled=none or busy or bool(gone), key="runs_delete", on_click=_delete, args=(list(picked),),
        help=gone or "One of them is under way: stop it first." if busy else "For ten minutes it can be undone.",
    )  # fmt: skip
    _send(one)
    if picked:
        jump("runs_to_overlay", "↓ Overlay", "runs_overlay")


def tell_deleted() -> None:
    """What was deleted lately, as long as it can be brought back."""
    batches: list[list[tuple[str, str]]] = st.session_state.get(GONE, [])
    left = [
        kept
        for batch in batches
        if (kept := [(run_id, name) for run_id, name in batch if store.can_bring_back(run_id)])
    ]
    st.session_state[GONE] = left
    for batch in left[-2:]:
        what = f"“{literal(batch[0][1])}”" if len(batch) == 1 else counted(len(batch), "run")
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"runs_gone_{batch[0][0]}"
        ):
            st.markdown(
                f":material/delete: Deleted {what}. The files go after ten minutes, or when Netlab starts anew.",
                width="content",
            )
            st.button(
                "Undo", icon=":material/undo:", key=f"runs_undo_{batch[0][0]}", on_click=_undo, args=([run_id for run_id, _ in batch],),
            )  # fmt: skip


def bring_in() -> None:
    """A field for the file of a run that was exported, here or elsewhere."""
    with st.popover("Import a run", icon=":material/upload_file:", key="runs_import"):
        st.write(
            f"A file that **Export** wrote, here or on another computer, of at most {MOST_MB} MB. Everything in it is checked."
        )
        key = f"runs_file_{st.session_state.get(TURN, 0)}"
        file = st.file_uploader("File of a run", ["zip"], key=key, max_upload_size=MOST_MB)
        st.button("Import it", on_click=_take, args=(key,), disabled=file is None, key="runs_take")
        kind, said = st.session_state.pop(SAID, ("", ""))
        if said:
            (st.success if kind == "good" else st.error)(literal(said))


def _rename(row: Summary) -> None:
    key = f"runs_name_{row.id}"
    st.text_input(
        "Name of this run", row.name, max_chars=LONGEST, key=key, on_change=_named, args=(row.id, key),
        help="Empty it, and the run is called by what is unusual about it.",
    )  # fmt: skip


def _named(run_id: str, key: str) -> None:
    rename(run_id, str(st.session_state[key] or ""))


def _note(row: Summary) -> None:
    key = f"runs_noted_{row.id}"
    st.text_area(
        "What is to be remembered of this run?", row.note, max_chars=LONGEST_NOTE, key=key, on_change=_noted,
        args=(row.id, row.star, key), height=140,
    )  # fmt: skip


def _noted(run_id: str, star: bool, key: str) -> None:
    mark(run_id, Marks(str(st.session_state[key] or ""), star))


def _star(rows: Sequence[Summary], star: bool) -> None:
    for row in rows:
        mark(row.id, Marks(row.note, star))


def _delete(rows: Sequence[Summary]) -> None:
    gone = []
    for row in rows:
        delete(row.id, undo=True)
        if store.can_bring_back(row.id):
            gone.append((row.id, row.name or f"run {row.id[:4]}"))
    if gone:
        st.session_state.setdefault(GONE, []).append(gone)
    choose_runs([])


def _undo(ids: Sequence[str]) -> None:
    for run_id in ids:
        bring_back(run_id)
    choose_runs(ids)


def _send(one: Summary | None) -> None:
    large = one is not None and one.size > MOST_SENT
    run = store.get(one.id) if one is not None else None
    if one is None or run is None or large:
        why = (
            f"It has {in_words(one.size)}: use `netlab runs --export` for it."
            if one is not None and large
            else ONE
        )
        st.button("Export", icon=":material/download:", disabled=True, key="runs_export_none", help=why)
        return
    st.download_button(
        "Export", partial(_parcel, one.id), file_name=parcel.parcel_name(run), mime="application/zip", on_click="ignore",
        icon=":material/download:", key=f"runs_export_{one.id}",
        help="The run as one file, to keep, to move or to share; “Import a run” takes it in.",
    )  # fmt: skip


def _parcel(run_id: str) -> bytes:
    run = store.get(run_id)
    if run is None:
        raise RunError("It was deleted meanwhile.")
    buffer = io.BytesIO()
    parcel.write(run, buffer)
    return buffer.getvalue()


def _take(key: str) -> None:
    """Take a run in; what became of it is told at the next run of the page. For callbacks."""
    file = st.session_state.get(key)
    if file is None:
        return
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1  # an empty field: the bytes are let go
    try:
        found = parcel.read(file, MOST_UNPACKED)
        name = found.run.name()
    except (OSError, parcel.ParcelError, RunError) as error:
        st.session_state[SAID] = ("bad", f"{file.name} is not taken in. {error}")
        return
    take_in(found.run, new=found.new)
    choose_runs([found.run.id])
    told = (
        f"“{name}” is here and chosen in the table."
        if found.new
        else f"“{name}” was here already, the very same run."
    )
    st.session_state[SAID] = ("good", " ".join([told, *found.left_out]))
