"""Which runs are chosen: one choice for the table, the curves and the plots, whoever makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from netlab.experiments.table.dimensions import MOST_RUNS

CHOSEN, PUSHES, SEEN = "runs_chosen", "_runs_pushes", "_runs_plots_seen"
PLOTS = "runs_plots"
"""Key of the component that draws both plots."""


def chosen() -> list[str]:
    """Ids of the runs that are chosen."""
    found: list[str] = st.session_state.setdefault(CHOSEN, [])
    return found


def choose_runs(ids: Sequence[str]) -> None:
    """Choose runs elsewhere than in the table, which is then told. For callbacks too."""
    st.session_state[CHOSEN] = list(dict.fromkeys(ids))
    st.session_state[PUSHES] = pushes() + 1


def keep_chosen(ids: Sequence[str]) -> None:
    """Take over what was chosen in the table, which knows it."""
    st.session_state[CHOSEN] = list(ids)


def pushes() -> int:
    """How often runs were chosen elsewhere than in the table."""
    count: int = st.session_state.get(PUSHES, 0)
    return count


def heed_plots(known: Sequence[str]) -> None:
    """Take over what was chosen in the plots since the last run of the page; what the browser sends is doubted."""
    sent = (st.session_state.get(PLOTS) or {}).get("chosen")
    found = sent_choice(sent)
    if found is None or st.session_state.get(SEEN) == found[1]:
        return
    st.session_state[SEEN] = found[1]
    wanted = frozenset(found[0])
    choose_runs([run_id for run_id in known if run_id in wanted])


def forget_gone(key: str, options: Sequence[str]) -> None:
    """Let a choice begin anew, or lose a part of it, that is not among its options any more: its runs are gone."""
    value = st.session_state.get(key)
    if isinstance(value, list):
        st.session_state[key] = [one for one in value if one in options]
    elif value is not None and value not in options:
        st.session_state.pop(key)


def sent_choice(sent: Any) -> tuple[list[str], float] | None:
    """The ids that the plots sent, and which choice it was; None if it is no such message."""
    if not isinstance(sent, dict):
        return None
    ids, turn = sent.get("ids"), sent.get("turn")
    if not isinstance(ids, list) or len(ids) > MOST_RUNS or not isinstance(turn, int | float):
        return None
    return [one for one in ids if isinstance(one, str)], float(turn)
