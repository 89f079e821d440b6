"""The hidden units that decided, each with its picture and what it brought."""

from __future__ import annotations

import streamlit as st

from netlab.app.grids import grid
from netlab.drawing.why.case import Case
from netlab.drawing.why.units import Votes
from netlab.formatting import difference, plain

SMALL = 132


def unit_pictures(key: str, found: Votes, asked: Case) -> None:
    """Show the units side by side; there is at least one."""
    for place, (column, vote) in enumerate(zip(st.columns(len(found.votes)), found.votes, strict=True)):
        with column:
            grid(
                f"{key}_{place}", vote.picture, "pixel", f"Unit {vote.unit + 1}: its {found.shown}, pixel by pixel", width=SMALL,
            )  # fmt: skip
            side = asked.answer if vote.adds > 0 else asked.rival
            st.caption(
                f"**Unit {vote.unit + 1}** brings **{difference(vote.adds, 2)}**, so it spoke for the {side}: it gives "
                f"{plain(vote.activation, 3)}, times {difference(vote.weight, 3)}, its weight for the {asked.answer} less that "
                f"for the {asked.rival}."
            )
