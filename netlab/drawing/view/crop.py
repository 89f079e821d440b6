"""A rectangle on a picture that was brought, dragged by its reader; what it holds is read."""

from __future__ import annotations

from typing import Any

import streamlit as st

from netlab.app.components import component
from netlab.drawing.crop import WHOLE, Crop, checked
from netlab.drawing.view.brought import Brought, digest

CROPS = "_picture_crops"
"""In the session: the rectangle of each picture, by the name of its content."""

_crop = component("drawing/crop")


def crop_of(content: bytes) -> Crop:
    """The rectangle that a reader has drawn on a picture; the whole picture where none is."""
    found: Crop = st.session_state.get(CROPS, {}).get(digest(content), WHOLE)
    return found


def crop_tool(name: str, content: bytes, picture: Brought) -> None:
    """Show the whole picture with its rectangle."""
    which = digest(content)
    key = f"crop_{which[:16]}"
    _crop(
        key=key,
        data={"url": picture.preview, "alt": name, "crop": list(crop_of(content).numbers)},
        on_crop_change=lambda: _keep(which, st.session_state[key].get("crop")),
    )


def _keep(which: str, sent: Any) -> None:
    """Keep what a browser sent, if it is a rectangle. For callbacks."""
    st.session_state.setdefault(CROPS, {})[which] = checked(sent)
