"""What figures of curves share: a line told apart by colour and dash, titled axes, a shaded stretch, short numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.plots.palette import GREY, faint

DIGITS = 4


def line(
    x: Array, y: Array, name: str, colour: str, dash: str, width: float, *, mode: str = "lines", **look: Any
) -> go.Scatter:
    """A line (or with another ``mode`` a line with marks), with its name in the hover."""
    style = {"color": colour, "dash": dash, "width": width}
    hover = "%{x}: %{y}<extra>" + name + "</extra>"
    return go.Scatter(x=short(x), y=short(y), name=name, mode=mode, line=style, hovertemplate=hover, **look)


def on_top() -> dict[str, Any]:
    """A legend that grows upwards where its names wrap, so that it never lies on the curves; the plot makes room."""
    return {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"size": 12}}


def axes(x_title: str, y_title: str, height: int) -> dict[str, Any]:
    """A layout with both axes titled and the legend on top."""
    return {
        "template": None,
        "height": height,
        "margin": {"l": 60, "r": 10, "t": 34, "b": 46},
        "legend": on_top(),
        "hovermode": "closest",
        "xaxis": {"title": {"text": x_title}},
        "yaxis": {"title": {"text": y_title}},
    }


def layout_with(x_axis: dict[str, Any], y_axis: dict[str, Any], height: int) -> dict[str, Any]:
    """A layout with these axes and the legend above them, however many lines it takes."""
    return {
        "template": None,
        "height": height,
        "margin": {"l": 64, "r": 12, "t": 34, "b": 48},
        "legend": on_top(),
        "xaxis": x_axis,
        "yaxis": y_axis,
    }


def shade(left: float, right: float) -> dict[str, Any]:
    """A grey stretch from left to right, behind everything."""
    return {
        "type": "rect", "yref": "paper", "x0": left, "x1": right, "y0": 0, "y1": 1, "line": {"width": 0},
        "fillcolor": faint(GREY, 0.17), "layer": "below",
    }  # fmt: skip


def short(values: Array) -> list[float | None]:
    """Numbers with four significant digits, small to send; what is not a number leaves a gap."""
    array = np.asarray(values, float)
    finite = np.isfinite(array)
    rounded = significant(np.where(finite, array, 0.0)).tolist()
    if finite.all():
        return list(rounded)
    return [value if sound else None for value, sound in zip(rounded, finite.tolist(), strict=True)]


def significant(values: Array) -> NDArray[np.float64]:
    """Round to four significant digits.

    Scaled by whole powers of ten only, which float64 holds exactly, so that 0.1234 stays 0.1234 when written.
    """
    sizes = np.abs(np.where(values == 0, 1.0, values))
    power = np.clip(DIGITS - 1 - np.floor(np.log10(sizes)), -300, 300)
    up, down = 10.0 ** np.maximum(power, 0), 10.0 ** np.maximum(-power, 0)
    return np.asarray(np.round(values * up / down) / up * down)
