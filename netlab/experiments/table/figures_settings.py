"""Settings of runs against what came of them: parallel coordinates, and a scatter of one setting and one outcome."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from netlab.experiments.table.dimensions import Dimension
from netlab.plots.palette import BLUE, GREY, VERMILION, faint
from netlab.runs.summary import Summary

HEIGHT = 340
LONGEST = 22
"""Letters of a mark on an axis."""


def parallel(rows: Sequence[Summary], axes: Sequence[Dimension], chosen: Collection[str]) -> go.Figure:
    """A line a run through all its settings to its outcome; those that are chosen are drawn last and strongly."""
    marked = [float(row.id in chosen) for row in rows]
    colours = [[0.0, faint(BLUE, 0.9) if not any(marked) else faint(GREY, 0.35)], [1.0, VERMILION]]
    line = {"color": marked, "colorscale": colours, "cmin": 0.0, "cmax": 1.0, "showscale": False}
    dimensions = [
        {
            "label": escape(axis.title), "values": list(axis.places), "range": _range(axis),
            "tickvals": [place for place, _ in axis.ticks], "ticktext": [_short(words) for _, words in axis.ticks],
        }
        for axis in axes
    ]  # fmt: skip
    trace = go.Parcoords(dimensions=dimensions, line=line, labelfont={"size": 12}, tickfont={"size": 11})
    return go.Figure(
        [trace], {"template": None, "height": HEIGHT, "margin": {"l": 70, "r": 70, "t": 44, "b": 20}}
    )


def scatter(
    rows: Sequence[Summary], across: Dimension, upwards: Dimension, chosen: Collection[str]
) -> go.Figure:
    """A point a run: one of its settings, and one outcome."""
    marked = [place for place, row in enumerate(rows) if row.id in chosen]
    words = [
        f"{escape(row.name)}<br>{escape(across.title)}: {escape(one)}<br>{escape(upwards.title)}: {escape(other)}"
        for row, one, other in zip(rows, across.words, upwards.words, strict=True)
    ]
    faded = 0.35 if marked else 0.8
    points = go.Scatter(
        x=list(across.places), y=list(upwards.places), mode="markers", text=words, hovertemplate="%{text}<extra></extra>",
        marker={"size": 9, "color": BLUE, "opacity": faded}, cliponaxis=False,
    )  # fmt: skip
    strong = go.Scatter(
        x=[across.places[place] for place in marked], y=[upwards.places[place] for place in marked], mode="markers",
        hoverinfo="skip", cliponaxis=False, name="selected",
        marker={"size": 13, "color": VERMILION, "line": {"width": 1.5, "color": "white"}},
    )  # fmt: skip
    layout = {
        "template": None, "height": HEIGHT, "showlegend": False, "dragmode": "select", "hovermode": "closest",
        "margin": {"l": 70, "r": 16, "t": 16, "b": 56}, "uirevision": f"{across.name} {upwards.name}",
        "xaxis": _axis(across), "yaxis": _axis(upwards) | {"automargin": True},
    }  # fmt: skip
    return go.Figure([points, strong], layout)


def _axis(axis: Dimension) -> dict[str, Any]:
    return {
        "title": {"text": escape(axis.title)}, "range": _range(axis), "zeroline": False,
        "tickvals": [place for place, _ in axis.ticks], "ticktext": [_short(words) for _, words in axis.ticks],
    }  # fmt: skip


def _range(axis: Dimension) -> list[float]:
    """From a little below the lowest to a little above the highest, so that a single value has an axis, too."""
    low, high = min(axis.places), max(axis.places)
    room = 0.06 * (high - low) or 0.5
    return [low - room, high + room]


def _short(words: str) -> str:
    return escape(words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…")
