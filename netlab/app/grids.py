"""A grid of numbers as a picture, of which one can be chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from netlab.app.components import component
from netlab.arrays import SIDE, Array
from netlab.plots.lines import short

WIDE, NARROW = 420, 280
SIGNED = "Blue is above 0, orange below; the stronger the colour, the further from 0, and no colour is 0."
GREY = "Black is 0 and less, white the largest."

_cells = component("app/cells")


def columns_for(count: int) -> int:
    """How many numbers a row has: one row for few, else about twice as wide as high."""
    if count <= 16:
        return count
    across = int(np.ceil(np.sqrt(2 * count)))
    return min((at for at in range(across, 2 * across) if count % at == 0), default=across)


def grid(
    key: str, values: Array, noun: str, alt: str, *, signed: bool = True, most: float | None = None, columns: int = 0,
    names: Sequence[str] | None = None, chosen: int = -1, on_pick: Callable[[int], None] | None = None, width: int = 0,
) -> None:  # fmt: skip
    """Show numbers, of any shape, one cell each; ``on_pick`` gets the place of one that a reader chooses.

    ``most`` is the size that has the full colour, by default the largest there is.
    """
    flat = np.asarray(values).ravel()
    across = columns or (SIDE if flat.size == SIDE * SIDE else columns_for(flat.size))

    def picked() -> None:
        value = st.session_state[key].get("picked")
        if on_pick is not None and isinstance(value, int | float) and 0 <= value < flat.size:
            on_pick(int(value))

    data: dict[str, Any] = {
        "values": [value or 0.0 for value in short(flat)], "columns": across, "signed": signed, "most": most or 0.0,
        "noun": noun, "names": list(names) if names else None, "chosen": chosen, "picks": on_pick is not None,
        "hint": "Point at a cell.", "alt": alt, "width": width or (NARROW if flat.size == SIDE * SIDE else WIDE),
    }  # fmt: skip
    _cells(key=key, data=data, on_picked_change=picked)
