"""A small network to look at and to click: the drawing of ``netlab.lessons.backprop.network_drawing`` in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from netlab.app.components import component

_net = component("lessons/backprop/net", '<div class="net">\n</div>')


def network_picture(key: str, drawing: dict[str, Any], on_pick: Callable[[str], None]) -> None:
    """Show a drawing; a click on a weight or a bias calls ``on_pick`` with its key."""

    def picked() -> None:
        value = st.session_state[key].get("picked")
        if isinstance(value, str):
            on_pick(value)

    _net(key=key, data=drawing, on_picked_change=picked)
