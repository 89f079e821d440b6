"""How the reader looks at the walks (speed, hidden paths, zoom, camera), as one short word in the address."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from netlab.app.frame import word_in_address
from netlab.nn.optimizers import OPTIMIZERS

KEY = "ls_view"
SPEEDS = (1, 3, 10, 30, 100)
"""Steps a second that the browser offers; it starts with 10."""
LENGTHS = {"zoom": 4, "eye": 3, "centre": 3}
LARGEST = 1e9


def current() -> dict[str, Any]:
    """What the address or the session says."""
    return read(word_in_address(KEY, lambda word: write(read(word))))


def keep(view: Any) -> None:
    """Take what a browser says of its view."""
    st.session_state[KEY] = write(view) if isinstance(view, Mapping) else ""


def read(word: str) -> dict[str, Any]:
    """A view from its word; what cannot be understood is left out.

    Returns
    -------
    dict
        ``speed`` in steps a second, ``hidden`` as optimizers' keys, ``zoom`` as two ranges (x₀, x₁, y₀, y₁),
        ``eye`` and ``centre`` of the camera as Plotly has them; each only where it is not the default.
    """
    pairs = (part.partition("~") for part in word.split(";"))
    return _checked({name: value.split("_") for name, _, value in pairs})


def write(view: Mapping[str, Any]) -> str:
    """The word for a view, for ``read``; empty for the view that everybody starts with."""
    return ";".join(f"{name}~{'_'.join(map(_short, values))}" for name, values in _lists(_checked(view)))


def _checked(view: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    speed = _numbers(view.get("speed"), 1)
    if speed and speed[0] in SPEEDS:
        known["speed"] = int(speed[0])
    hidden = view.get("hidden")
    known["hidden"] = [key for key in OPTIMIZERS if isinstance(hidden, list) and key in hidden]
    for name, length in LENGTHS.items():
        known[name] = _numbers(view.get(name), length)
    return {name: value for name, value in known.items() if value}


def _numbers(values: Any, length: int) -> list[float]:
    parts = values if isinstance(values, list) else [values]
    try:
        numbers = [float(f"{float(part):.4g}") for part in parts]
    except (TypeError, ValueError):
        return []
    right = len(numbers) == length and all(math.isfinite(part) and abs(part) <= LARGEST for part in numbers)
    return numbers if right else []


def _lists(view: Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    return [(name, value if isinstance(value, list) else [value]) for name, value in view.items()]


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
