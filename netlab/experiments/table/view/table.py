"""All runs in a table: searched, sorted, chosen; what can be done with those that are chosen; their curves and settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from netlab.app.choice import choose
from netlab.app.frame import key_for, literal
from netlab.app.teaching import teaches
from netlab.experiments.table import rows as table_rows
from netlab.experiments.table.index import SHELF, Index
from netlab.experiments.table.view.actions import actions, bring_in, tell_deleted
from netlab.experiments.table.view.belongings import belongings
from netlab.experiments.table.view.choice_of_runs import chosen, forget_gone, heed_plots, keep_chosen, pushes
from netlab.experiments.table.view.overlay import overlay
from netlab.experiments.table.view.settings_plots import settings_plots
from netlab.formatting import counted
from netlab.nets.naming import data_title
from netlab.processes import sharing
from netlab.runs.summary import Summary
from netlab.storage import in_words
from netlab.training.view.session import job_queue, own_only, visible

PACE, READING_PACE = 2.0, 0.5  # s between two looks while runs are on, and while some are still to be read
HEIGHT = 318  # the bar and the table fit above the fold of a laptop
MINE = "runs_mine"
Fits = Callable[[Sequence[Summary]], list[Summary]]
STYLE = """
.st-key-runs_bar button, .st-key-runs_filter button { white-space: nowrap; }
.st-key-runs_bar, .st-key-runs_filter { row-gap: 0.4rem; }
.st-key-runs_overlay { scroll-margin-top: 4rem; }
"""


def all_runs() -> None:
    """The section."""
    st.html(f"<style>{STYLE}</style>")
    found = _index()
    with st.container():  # always one: what comes into it leaves the rest in its place
        tell_deleted()
    if not found.rows and not found.unread and not _mine_only():
        _nothing()
        belongings()
        return
    heed_plots([row.id for row in found.rows])
    fits = _filter(found)
    shown = fits(found.rows)
    bar = st.container(horizontal=True, vertical_alignment="center", gap="small", key="runs_bar")
    if found.unread or found.live:
        pace = READING_PACE if found.unread else PACE
        st.fragment(_tick, run_every=pace)([found], found, fits)
    else:
        _table(shown)
    known = table_rows.by_id(shown)
    picked = [known[run_id] for run_id in chosen() if run_id in known]
    with bar:
        actions(picked)
    _told(found, shown, picked)
    belongings()
    with st.container(key="runs_overlay"):
        overlay(picked, found.live)
    settings_plots(shown, chosen())


def _index() -> Index:
    ids = visible()
    if _mine_only():
        ids = own_only(ids)
    wanted = frozenset(ids)
    return SHELF.index(ids, {job.id: job for job in job_queue().live() if job.id in wanted})


def _mine_only() -> bool:
    """Whether only the runs of this browser are asked for."""
    return sharing.shared() and bool(st.session_state.get(MINE))


def _tick(first: list[Index], then: Index, fits: Fits) -> None:
    """The table again, as the runs stand now; the whole page when something else of it is outdated.

    ``first`` holds what the whole page has found, for the first time that this is shown.
    """
    if first:
        found = first.pop()
    else:
        found = _index()
        if found.live != then.live or (then.unread and not found.unread):
            st.rerun()
    if found.unread:
        st.caption(f"Still reading {counted(found.unread, 'run')} for the first time…")
    before = list(chosen())
    _table(fits(found.rows))
    if found is not then and chosen() != before:
        st.rerun()  # its curves stand below


def _nothing() -> None:
    st.write(
        "There are no runs yet. A **run** is one training from its first batch to its last: its settings, its curves "
        "and its weights, kept in a folder. Train two networks, and this page says which is better."
    )
    st.page_link("pages/train.py", label="Train a network", icon=":material/play_circle:")
    with st.container(horizontal=True, key="runs_filter"):
        bring_in()


def _filter(found: Index) -> Fits:
    """What of the runs is to be shown, as its reader asks for it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_filter"):
        search = st.text_input(
            "Search", key="runs_search", placeholder="Search name, network, note…", label_visibility="collapsed", max_chars=100,
            persist_state="session", icon=":material/search:", width=300,
        )  # fmt: skip
        state = choose(
            st.selectbox, "State", table_rows.GROUPS, key="runs_state", titles=table_rows.GROUPS.__getitem__,
            label_visibility="collapsed", width=200,
        )  # fmt: skip
        sets = ["", *table_rows.data_sets(found.rows)]
        forget_gone("runs_data", sets)
        data = (
            choose(
                st.selectbox, "Data", sets, key="runs_data", titles=lambda name: data_title(name) if name else "Any data",
                label_visibility="collapsed", width=200,
            )
            if len(sets) > 2
            else ""
        )  # fmt: skip
        starred = st.toggle("★ only", key="runs_starred", persist_state="session")
        if sharing.shared():
            st.toggle(
                "My runs", key=MINE, persist_state="session",
                help="Only those that this browser began, or shares; it finds them again tomorrow.",
            )  # fmt: skip
        bring_in()
    return partial(table_rows.chosen, search=search or "", state=state, data=data, starred=starred)


def _table(shown: Sequence[Summary]) -> None:
    """The runs; what is chosen in it is taken over, what is chosen elsewhere is marked in it."""
    if not shown:
        keep_chosen([])
        st.info("No run fits what is asked for above.", icon=":material/search_off:")
        return
    ids = [row.id for row in shown]
    keep_chosen([run_id for run_id in chosen() if run_id in set(ids)])
    number, percent = st.column_config.NumberColumn, "%.2f %%"
    event = st.dataframe(
        table_rows.columns(shown),
        height=min(HEIGHT, 38 + 35 * len(shown)),
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": table_rows.places(shown, chosen())}},
        key=key_for("runs_table", (tuple(ids), pushes())),
        placeholder="–",
        alt=f"A table of {counted(len(shown), 'run')}: name, state, outcomes and settings of each.",
        column_config={
            "star": st.column_config.TextColumn("★", width=30),
            "name": st.column_config.TextColumn("Name", width=250),
            "state": st.column_config.TextColumn("State", width=90),
            "test": number("Test", format=percent, help="Share of the test pictures read correctly, at the end.", width=80),
            "best": number("Best validation", format=percent, help="The highest share of the validation pictures read correctly.", width=105),
            "last": number("Last validation", format=percent, help="The share of the validation pictures read correctly, the last time.", width=105),
            "network": st.column_config.TextColumn("Network", width=140, help="Sizes of the layers, from the picture to the answers."),
            "optimizer": st.column_config.TextColumn("Optimizer", width=140),
            "data": st.column_config.TextColumn("Data", width=150),
            "seed": number("Seed", width=60),
            "seconds": number("Seconds", format="%.1f", width=80),
            "size": number("MB", format="%.1f", help="Megabytes on the disk.", width=60),
            "note": st.column_config.TextColumn("Note", width=200),
            "started": st.column_config.DatetimeColumn("Started", format="YYYY-MM-DD HH:mm", width=130),
            "id": st.column_config.TextColumn("Run", width=80, help="How the run’s id begins; the command line takes it."),
        },
    )  # fmt: skip
    rows = event["selection"]["rows"]
    if set(rows) != set(table_rows.places(shown, chosen())):
        keep_chosen([ids[place] for place in rows if place < len(ids)])


def _told(found: Index, shown: Sequence[Summary], picked: Sequence[Summary]) -> None:
    """How many runs there are, what they take of the disk, and whose they are."""
    parts = [counted(len(found.rows), "run"), in_words(sum(row.size for row in found.rows))]
    if len(shown) < len(found.rows):
        parts.append(f"{len(shown):,} shown")
    if picked:
        parts.append(f"{len(picked):,} chosen")
    rest = "." if picked else ". Choose some by the boxes at their left; a press on a heading sorts."
    if sharing.shared():
        rest += (
            " You are the teacher here, so these are the runs of everybody."
            if teaches()
            else " A shared server shows your own runs and those whose link you opened."
        )
    st.caption(literal(", ".join(parts)) + rest)
