"""What a hand has moved in a drawing, as a browser tells it: numbers, and a count of what was told.

A drawing tells its numbers when the hand lets go. The count is sent back with the page's answer, so that the drawing
knows an answer that is older than what the hand did meanwhile.
"""

from __future__ import annotations

import math

import streamlit as st


def numbers_told(key: str) -> list[float] | None:
    """The numbers that the component of this key has told as ``moved``, without the count; None for anything else.

    They come from a browser: how many there are and how large they may be is for the caller to say.
    """
    told = st.session_state[key].get("moved")
    if not isinstance(told, list) or not told:
        return None
    if not all(isinstance(one, int | float) and math.isfinite(one) for one in told):
        return None
    st.session_state[f"_{key}_turn"] = int(min(max(told[-1], 0), 1e9))
    return [float(one) for one in told[:-1]]


def turn_of(key: str) -> int:
    """The count that the component of this key told last."""
    return int(st.session_state.get(f"_{key}_turn", 0))


def on_slider(value: float, most: float, step: float) -> float:
    """A number as a slider from −``most`` to ``most`` has it, in its steps."""
    return round(round(min(max(value, -most), most) / step) * step, 6) + 0.0
