"""A picture that can be clicked: where the reader pointed comes back in units of the axes, and is doubted."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from netlab.app.components import component, plain_figure, plotly_file

FARTHEST = 1e6

_map = component(
    "landscape/race/race",
    '<div class="race-map" role="figure" style="cursor: crosshair">\n</div>',
    plotly=True,
)


def clickable(key: str, figure: Any, alt: str, *, finer: str = "") -> None:
    """Draw a figure in place; a click on it is found by ``newly_clicked``, the wish for a finer one by ``wants``.

    Parameters
    ----------
    finer
        The name of a finer picture; the browser asks for it once this one is drawn. Empty when this is the finest.
    """
    plain = plain_figure(figure)
    _map(
        key=key,
        data={"file": plotly_file(), "traces": plain["data"], "layout": plain["layout"], "alt": alt, "finer": finer},
        on_clicked_change=_nothing,
        on_finer_change=_nothing,
    )  # fmt: skip


def newly_clicked(key: str) -> tuple[float, float] | None:
    """The place that was clicked since the last call; None if there is none or the browser sent something else."""
    place = _place((st.session_state.get(key) or {}).get("clicked"))
    seen = f"_{key}_seen"
    if place is None or st.session_state.get(seen) == place:
        return None
    st.session_state[seen] = place
    return place


def _place(sent: Any) -> tuple[float, float] | None:
    if not isinstance(sent, list) or len(sent) != 2:
        return None
    if not all(isinstance(one, int | float) and math.isfinite(one) and abs(one) <= FARTHEST for one in sent):
        return None
    return float(sent[0]), float(sent[1])


def wants(key: str) -> str:
    """The name of the finer picture that the browser asks for."""
    return str((st.session_state.get(key) or {}).get("finer") or "")


def _nothing() -> None:
    """Streamlit keeps a component's value only where a callback stands."""
