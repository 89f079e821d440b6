"""A digit in which the reader chooses one of its 784 pixels."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from netlab.app.components import component

_pixels = component(
    "lessons/backprop/pixels",
    '<div class="pixels">\n<canvas width="280" height="280" tabindex="0" role="application"></canvas></div>',
)


def pixel_picker(
    key: str, image: NDArray[Any], chosen: int, alt: str, on_pick: Callable[[int], None]
) -> None:
    """Show a picture, uint8 (28, 28), with one pixel marked; a click or an arrow key calls ``on_pick``."""

    def picked() -> None:
        value = st.session_state[key].get("pixel")
        if isinstance(value, int | float) and 0 <= value < image.size:
            on_pick(int(value))

    data = {"pixels": base64.b64encode(image.tobytes()).decode(), "chosen": chosen, "alt": alt}
    _pixels(key=key, data=data, on_pixel_change=picked)
