"""A landscape from above, in space, and as loss against step; the paths on it come as tracks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.height_map import HeightMap
from netlab.landscape.surface import CriticalPoint
from netlab.plots.lines import on_top
from netlab.plots.palette import DASHES, GREY, SERIES

HEIGHT = 430
SCALE = "YlGnBu_r"
"""Dark blue in the depths, pale yellow on the heights; safe for colour-blind readers (ColorBrewer, 2003)."""
LEVELS = 22
MOST_LABELS = 8
MOST_MINIMA = 9
LARGEST_DRAWN = 1e300
"""Losses beyond this are no place on an axis: its margins would be infinite."""
LIFT = 0.012
"""Tracks float this share of the height above the surface, so that it does not swallow them."""


@dataclass(frozen=True, eq=False)
class Track:
    """A path as it is drawn: weights float32 (n, 2) and losses (n,), NaN where the walk was over.

    ``note`` says where it leaves the picture; ``end`` is the last step whose footprint is drawn on the map.
    """

    key: str
    title: str
    colour: str
    dash: str
    weights: Array
    losses: Array
    note: str
    end: int


_LOOKS = (0, 1, 5, 4, 7, 3, 10, 2, 9, 8, 11, 12, 6, 13)
"""The most used optimizers get solid lines in colours of their own; the rest are dashed."""


def look_of(place: int) -> tuple[str, str]:
    """Colour and dash of the optimizer at a place in the catalogue, the same on every page; no two share both."""
    look = _LOOKS[place] if place < len(_LOOKS) else place
    return SERIES[look % len(SERIES)], DASHES[look // len(SERIES) % len(DASHES)]


def loss_contours(
    height_map: HeightMap, parameters: tuple[str, str], minima: Sequence[CriticalPoint], zoom: str
) -> go.Figure:
    """Lines of equal loss over the two parameters, with the lowest minima marked.

    ``zoom`` names the view: while it stays the same, a reader's zoom stays too.
    """
    heights = height_map.height(height_map.losses)
    contour = go.Contour(
        x=height_map.x, y=height_map.y, z=heights, colorscale=SCALE, ncontours=LEVELS,
        contours={"coloring": "heatmap"}, line={"width": 0.7, "color": "rgba(20,40,70,0.28)"},
        colorbar={"title": {"text": "loss", "side": "top"}, "thickness": 10, "len": 0.95, "x": 1.01, "xpad": 2, **_ticks(height_map, heights)},
        hovertemplate=f"{parameters[0]} %{{x}}, {parameters[1]} %{{y}}<extra></extra>", name="",
    )  # fmt: skip
    layout: dict[str, Any] = {
        "template": None,
        "height": HEIGHT,
        "margin": {"l": 54, "r": 8, "t": 12, "b": 46},
        "dragmode": "zoom",
        "showlegend": False,
        "uirevision": zoom,
        "xaxis": {
            "title": {"text": parameters[0]},
            "range": _range(height_map.x),
            "zeroline": False,
            "exponentformat": "power",
        },
        "yaxis": {
            "title": {"text": parameters[1]},
            "range": _range(height_map.y),
            "zeroline": False,
            "exponentformat": "power",
        },
    }
    if not height_map.has_height:
        layout["annotations"] = [_NO_HEIGHT]
    return go.Figure([contour, _minima(minima)], layout)


_NO_HEIGHT = {
    "text": "no height in this window", "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5,
}  # fmt: skip


def _range(axis: Array) -> list[float]:
    return [float(axis[0]), float(axis[-1])]


def _ticks(height_map: HeightMap, heights: Array) -> dict[str, Any]:
    """Colour-bar labels in units of the loss, also where heights are logarithms."""
    if not height_map.logarithmic or not height_map.has_height:
        return {"exponentformat": "power"}
    low, high = np.ceil(np.nanmin(heights)), np.floor(np.nanmax(heights))
    powers = np.arange(low, high + 1, max(1, np.ceil((high - low) / MOST_LABELS)))
    return {
        "tickvals": powers.tolist(),
        "ticktext": [plain(height_map.base + 10.0**power) for power in powers],
    }


def _lowest(minima: Sequence[CriticalPoint]) -> list[CriticalPoint]:
    return sorted(minima, key=lambda minimum: minimum.value)[:MOST_MINIMA]


def stars(minima: Sequence[CriticalPoint]) -> str:
    """What the stars on a map are, in words; nothing if there are none."""
    marked = len(_lowest(minima))
    if not marked:
        return ""
    if marked < len(minima):
        return f"★ the {marked} lowest of {len(minima)} minima."
    return "★ the minimum." if marked == 1 else f"★ the {marked} minima."


def _minima(minima: Sequence[CriticalPoint]) -> go.Scatter:
    lowest = _lowest(minima)
    return go.Scatter(
        x=[minimum.point[0] for minimum in lowest], y=[minimum.point[1] for minimum in lowest],
        mode="markers", name="minimum", text=[plain(minimum.value) for minimum in lowest],
        marker={"symbol": "star", "size": 11, "color": "#fff", "line": {"color": "#222", "width": 1}},
        hovertemplate="minimum: loss %{text}<br>(%{x}, %{y})<extra></extra>",
    )  # fmt: skip


CAMERA = {"eye": {"x": -1.62, "y": -1.78, "z": 1.13}, "center": {"x": -0.09, "y": 0.08, "z": -0.14}}
"""So that the whole scene is in the picture, and the title of the upright axis with it."""


def loss_surface(
    height_map: HeightMap, parameters: tuple[str, str], tracks: Sequence[Track], zoom: str
) -> go.Figure:
    """The loss as a surface in space with the tracks on it, cut where they leave the window."""
    heights = height_map.height(height_map.losses)
    low, high = _height_range(heights)
    lift = LIFT * (high - low)
    whole = bool(np.isfinite(heights).all())
    lines = {"show": whole, "usecolormap": False, "color": "rgba(20,40,70,0.35)", "width": 1,
             "start": low, "end": high, "size": (high - low) / LEVELS}  # fmt: skip
    surface = go.Surface(
        x=height_map.x, y=height_map.y, z=heights, colorscale=SCALE, showscale=False, opacity=0.95,
        hovertemplate=f"{parameters[0]} %{{x}}, {parameters[1]} %{{y}}<extra></extra>", name="",
        # Plotly takes minutes to trace lines along the edge of a hole (4.1: 42 missing of 10,201 heights, 12 s); a
        # surface of another uid does not inherit the lines of the one before.
        uid="whole" if whole else "holes",
        contours={"x": {"highlight": whole}, "y": {"highlight": whole}, "z": {"highlight": whole, **lines}},
    )  # fmt: skip
    scene = {
        "xaxis": {"title": {"text": parameters[0]}, "range": _range(height_map.x)},
        "yaxis": {"title": {"text": parameters[1]}, "range": _range(height_map.y)},
        "zaxis": {
            "title": {"text": "log₁₀ loss" if height_map.logarithmic else "loss"},
            "range": [low, high + 3 * lift],
        },
        "aspectmode": "manual",
        "aspectratio": {"x": 1, "y": 1, "z": 0.7},
        "camera": CAMERA,
        "uirevision": zoom,
    }
    layout: dict[str, Any] = {
        "template": None,
        "height": HEIGHT,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "uirevision": zoom,
        "scene": scene,
    }
    if not height_map.has_height:  # Plotly's drawing in space breaks down over a surface without any height
        surface = go.Scatter3d(x=[], y=[], z=[], mode="markers", hoverinfo="skip")
        layout["annotations"] = [_NO_HEIGHT]
    return go.Figure([surface, *(_line_in_space(height_map, track, lift) for track in tracks)], layout)


def _height_range(heights: Array) -> tuple[float, float]:
    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _line_in_space(height_map: HeightMap, track: Track, lift: float) -> go.Scatter3d:
    inside = within(height_map, track.weights) & (np.arange(len(track.weights)) <= track.end)
    x, y = np.where(inside[:, None], track.weights, np.nan).astype(np.float32).T
    return go.Scatter3d(
        x=x, y=y, z=np.where(inside, height_map.height(track.losses) + lift, np.nan).astype(np.float32),
        mode="lines+markers", name=track.title, meta=track.key, line={"color": track.colour, "width": 5},
        marker={"color": track.colour, "size": 2.5}, hovertemplate=f"{track.title}<extra></extra>",
    )  # fmt: skip


def within(height_map: HeightMap, weights: Array) -> NDArray[np.bool_]:
    """Which of the weights (n, 2) lie in the window, (n,)."""
    x, y = weights.T
    inside: NDArray[np.bool_] = (
        (x >= height_map.x[0]) & (x <= height_map.x[-1]) & (y >= height_map.y[0]) & (y <= height_map.y[-1])
    )
    return inside


def loss_against_step(tracks: Sequence[Track], zoom: str) -> go.Figure:
    """How high each track stands after each step; logarithmic where all losses are positive and range widely."""
    decades, zeros = _decades([track.losses for track in tracks])
    logarithmic = decades > 1.5
    lines = [
        go.Scatter(
            y=_drawable(track.losses, logarithmic), x=np.arange(len(track.losses)),
            mode="lines", name=track.title, meta=track.key, line={"color": track.colour, "dash": track.dash, "width": 2.2},
            hovertemplate=f"{track.title}<br>step %{{x}}: %{{y}}<extra></extra>",
        )
        for track in tracks
    ]  # fmt: skip
    layout = {
        "template": None,
        "height": HEIGHT,
        "margin": {"l": 74, "r": 12, "t": 12, "b": 46},
        "showlegend": False,
        "hovermode": "closest",
        "uirevision": zoom,
        "xaxis": {"title": {"text": "step (count)"}, "rangemode": "tozero", "zeroline": False},
        "yaxis": {
            "title": {"text": "loss (logarithmic)" if logarithmic else "loss", "standoff": 14},
            "type": "log" if logarithmic else "linear",
            "exponentformat": "power",
            "zeroline": False,
            **(
                {"dtick": max(1, round(decades / 7))}
                if logarithmic
                else _window([track.losses for track in tracks])
            ),
        },
        "annotations": [_NO_ZERO] if logarithmic and zeros else [],
    }
    return go.Figure(lines, layout)


def _drawable(losses: Array, logarithmic: bool) -> Array:
    """Losses with NaN for what has no place on the axis."""
    known = np.abs(losses) < LARGEST_DRAWN
    return np.where(known & (losses > 0.0) if logarithmic else known, losses, np.nan)


def _window(losses: Sequence[Array]) -> dict[str, Any]:
    """A range for the losses that leaves out a fall without end, beside which all else would be a flat line."""
    together = np.concatenate(losses)
    start, low = float(losses[0][0]), float(together[np.isfinite(together)].min(initial=0.0))
    if not abs(start) < LARGEST_DRAWN:
        return {}
    size = max(abs(start), 1.0)
    return {"range": [start - 10.0 * size, start + 2.0 * size]} if low < start - 1e3 * size else {}


_NO_ZERO = {
    "text": "a loss of exactly 0 has no place here", "showarrow": False, "xref": "paper", "yref": "paper",
    "x": 0.99, "y": 0.01, "xanchor": "right", "yanchor": "bottom",
}  # fmt: skip


def _decades(losses: Sequence[Array]) -> tuple[float, bool]:
    """Over how many powers of ten losses range (0 if some are negative), and whether some are exactly 0."""
    together = np.concatenate(losses)
    finite = together[np.abs(together) < LARGEST_DRAWN]
    positive = finite[finite > 0.0]
    if not positive.size or finite.min() < 0.0:
        return 0.0, False
    return float(np.log10(positive.max()) - np.log10(positive.min())), positive.size < finite.size


def model_fit(
    inputs: Array, targets: Array, curves: Sequence[tuple[str, str, str, Array]], axis: Array
) -> go.Figure:
    """The examples of a two-parameter model, and what it predicts at several places: (title, colour, dash, values)."""
    examples = go.Scatter(
        x=inputs, y=targets, mode="markers", name="examples", marker={"color": GREY, "size": 8, "symbol": "circle-open"},
        hovertemplate="input %{x}, target %{y}<extra></extra>",
    )  # fmt: skip
    lines = [
        go.Scatter(
            x=axis, y=values, mode="lines", name=title, line={"color": colour, "dash": dash, "width": 2.2}
        )
        for title, colour, dash, values in curves
    ]
    spread = float(np.ptp(targets)) or 1.0
    layout = {
        "template": None,
        "height": 260,
        "margin": {"l": 54, "r": 8, "t": 30, "b": 46},
        "legend": on_top(),
        "xaxis": {"title": {"text": "input"}, "zeroline": False, "exponentformat": "power"},
        "yaxis": {
            "title": {"text": "target and prediction"},
            "range": [float(targets.min()) - 0.4 * spread, float(targets.max()) + 0.4 * spread],
            "zeroline": False,
        },
    }
    return go.Figure([examples, *lines], layout)
