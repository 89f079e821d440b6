"""A pad to draw one digit on; what comes back from a browser is never trusted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from netlab.app.components import component
from netlab.drawing.picture_file import PictureError, read_picture

BRUSH = 22
MOST_BYTES = 200_000
LONGEST = 400
"""Pixels of a side that pad.js sends at most: 280 of a drawing, 400 of a pasted picture."""

_pad = component("drawing/pad")


@dataclass(frozen=True)
class Drawing:
    """A drawing as the browser sent it: white ink on black, (280, 280), or a pasted picture of at most 400 pixels a side.

    ``seq`` is how many there were before.
    """

    picture: NDArray[Any]
    seq: int


def pad(key: str, *, brush: int = BRUSH, demo: Sequence[int] = ()) -> Drawing | None:
    """A pad to draw one digit on; None while it is empty.

    ``demo`` is one stroke, x and y in turn, that an untouched pad draws by itself.

    The drawing outlives page switches, since the strokes are kept in the session.
    """
    kept = st.session_state.setdefault(f"_{key}_kept", {})
    if key not in st.session_state:  # mounted anew: give the browser its strokes back
        st.session_state[f"_{key}_start"] = {"strokes": kept.get("strokes", []), "seq": kept.get("seq", 0)}
    result = _pad(
        key=key,
        default={"drawing": dict(kept) or None},
        on_drawing_change=_nothing,
        width="content",
        data={"brush": brush, "demo": list(demo), **st.session_state[f"_{key}_start"]},
    )
    drawing = result.drawing
    kept.clear()
    if isinstance(drawing, dict):
        kept.update(drawing)
    return decode(drawing)


def decode(drawing: Any) -> Drawing | None:
    """The drawing in what a browser sent; None if it is empty or not a drawing at all."""
    if not isinstance(drawing, dict) or not isinstance(drawing.get("picture"), str):
        return None
    head, _, body = drawing["picture"].partition(",")
    if head not in ("data:image/png;base64", "data:image/jpeg;base64") or len(body) > MOST_BYTES:
        return None
    try:
        picture = read_picture(base64.b64decode(body, validate=True), longest=LONGEST)
    except (binascii.Error, PictureError):
        return None
    seq = drawing.get("seq")
    return Drawing(picture, seq if isinstance(seq, int) else 0)


def _nothing() -> None:
    """Streamlit hands out a component's value only where a callback stands."""
