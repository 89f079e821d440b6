"""What a component is sent: JSON, which knows no infinity and nothing that is not a number.

In the coordinates of a figure's traces such a number is a hole: the line has a gap, the surface an opening. Anywhere
else it is a mistake of the program, and is told by its place before a browser chokes on it.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

HOLES = {"x", "y", "z", "text", "customdata", "array", "arrayminus"}
"""Parts of a trace in which a number may be missing."""


class NotFiniteError(ValueError):
    """A number that no browser can be sent, where no hole is meant."""


def sendable(value: Any, place: str = "data", *, hole: bool = False) -> Any:
    """Return what a component is sent, as JSON knows it, with holes for the numbers that a trace lacks.

    Raises
    ------
    NotFiniteError
        If a number that is not finite stands where no hole can be, with the place.
    TypeError
        If something is none of JSON's kinds.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return sendable(value.tolist(), place, hole=hole)
    if isinstance(value, float):
        return _number(value, place, hole=hole)
    if isinstance(value, Mapping):
        return _packed(value) if hole and "bdata" in value else _parts(value, place)
    if isinstance(value, list | tuple):
        return [sendable(one, f"{place}[{at}]", hole=hole) for at, one in enumerate(value)]
    raise TypeError(
        f"{place} is a {type(value).__name__}; a component is sent numbers, text, lists and dictionaries."
    )


def _number(value: float, place: str, *, hole: bool) -> float | None:
    if math.isfinite(value):
        return value
    if hole:
        return None
    raise NotFiniteError(
        f"{place} is {value}, and JSON has no such number. Only the coordinates of a trace ({', '.join(sorted(HOLES))}) "
        "may have holes: leave this one out or give it a finite value."
    )


def _parts(value: Mapping[str, Any], place: str) -> dict[str, Any]:
    inside = ".layout" in place
    return {
        key: sendable(part, f"{place}.{key}", hole=key in HOLES and not inside) for key, part in value.items()
    }


def _packed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """An array as Plotly packs it: infinities become holes, which a packed array writes as NaN."""
    if not str(value["dtype"]).startswith("f"):
        return value
    numbers = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
    if not np.isinf(numbers).any():
        return value
    holed = np.where(np.isinf(numbers), np.nan, numbers).astype(numbers.dtype)
    return {**value, "bdata": base64.b64encode(holed.tobytes()).decode()}


def something_to_draw(traces: list[Mapping[str, Any]]) -> bool:
    """Whether a figure has one finite height, or has none at all, as one whose values are still to come."""
    heights = [one for trace in traces for key in ("z", "y") for one in _listed(trace.get(key))]
    return not heights or any(
        one is not None and (not isinstance(one, float) or math.isfinite(one)) for one in heights
    )


def _listed(heights: Any) -> list[Any]:
    if heights is None:
        return []
    if isinstance(heights, Mapping):
        heights = np.frombuffer(base64.b64decode(heights["bdata"]), heights["dtype"])
    return list(np.asarray(heights, dtype=object).ravel().tolist())
