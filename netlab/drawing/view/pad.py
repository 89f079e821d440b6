"""A pad to draw digits on; what comes back from a browser is never trusted."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from netlab.app.components import component
from netlab.drawing.on_pad import unpacked
from netlab.drawing.picture_file import PictureError, read_picture

BRUSH = 22
MOST_BYTES = 200_000
LONGEST = 400
"""Pixels of a side that pad.js sends at most: 280 of a drawing, 400 of a pasted picture."""

DRAWN = "data:image/x-netlab-pad;base64"
HEADS = (DRAWN, "data:image/png;base64", "data:image/jpeg;base64")

_pad = component("drawing/pad")


@dataclass(frozen=True)
class Drawing:
    """A drawing as the browser sent it: white ink on black, (280, 280), or a pasted picture of at most 400 pixels a side.

    ``seq`` is how many there were before; ``drawn`` is whether strokes on the pad made it, on paper of exactly 0.
    """

    picture: NDArray[Any]
    seq: int
    drawn: bool = False


def pad(
    key: str,
    *,
    brush: int = BRUSH,
    demo: Sequence[int] = (),
    large: bool = False,
    reader: str = "",
    network: Mapping[str, Any] | None = None,
    on_stroke: Callable[[], None] | None = None,
) -> Drawing | None:
    """A pad to draw digits on; None while it is empty.

    ``demo`` is one stroke, x and y in turn, that an untouched pad draws by itself. A ``large`` pad takes as much of the
    window as it can, and a reload of the page in the same tab leaves its drawing there. With a ``network`` (address,
    layers, half), which is ``reader``'s, the browser reads while the pen is down. ``on_stroke`` is called when another
    drawing has come.

    The drawing outlives page switches, since the strokes are kept in the session.
    """
    kept = st.session_state.setdefault(f"_{key}_kept", {})
    if key not in st.session_state:  # mounted anew: give the browser its strokes back
        st.session_state[f"_{key}_start"] = {"strokes": kept.get("strokes", []), "seq": kept.get("seq", 0)}
    result = _pad(
        key=key,
        default={"drawing": dict(kept) or None},
        on_drawing_change=on_stroke or _nothing,
        width="content",
        data={
            "key": key, "brush": brush, "demo": list(demo), "large": large, "reader": reader, "network": network,
            **st.session_state[f"_{key}_start"],
        },
    )  # fmt: skip
    drawing = result.drawing
    kept.clear()
    if isinstance(drawing, dict):
        kept.update(drawing)
    return decode(drawing)


def drawings(key: str) -> int:
    """How many drawings the browser has told of on the pad of this key; an emptied pad is one too."""
    return _whole((st.session_state.get(f"_{key}_kept") or {}).get("seq"))


def _whole(seq: Any) -> int:
    return seq if isinstance(seq, int) and not isinstance(seq, bool) else 0


def decode(drawing: Any) -> Drawing | None:
    """The drawing in what a browser sent; None if it is empty or not a drawing at all."""
    if not isinstance(drawing, dict) or not isinstance(drawing.get("picture"), str):
        return None
    head, _, body = drawing["picture"].partition(",")
    if head not in HEADS or len(body) > MOST_BYTES:
        return None
    try:
        content = base64.b64decode(body, validate=True)
        picture = unpacked(content) if head == DRAWN else read_picture(content, longest=LONGEST)
    except (ValueError, PictureError):
        return None
    return Drawing(picture, _whole(drawing.get("seq")), head == DRAWN)


def _nothing() -> None:
    """Streamlit hands out a component's value only where a callback stands."""
