"""From which start walks end where: shares for all optimizers, and the basin map of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import Path
from netlab.landscape.race.claim import Census
from netlab.landscape.race.figures import in_reach, layout_of, start_mark
from netlab.landscape.race.outcomes import NAMED, Destination, classes, destinations, shares
from netlab.landscape.surface import CriticalPoint
from netlab.nn.optimizers import OPTIMIZERS
from netlab.plots.palette import BLUE, GREY, ORANGE, VERMILION


def reached_shares(
    reached: Mapping[str, Array], places: Sequence[Destination], waiting: str = ""
) -> go.Figure:
    """For each optimizer, a bar of the shares of starts that ended at each place."""
    titles = [OPTIMIZERS[key].title for key in reached]
    table = np.array([shares(one, places) for one in reached.values()]).reshape(-1, len(places))
    bars = [
        go.Bar(
            x=table[:, index].round(6).tolist(), y=titles, orientation="h", name=place.name, marker={"color": place.colour, "line": {"width": 0.5, "color": GREY}},
            hovertemplate="%{y}: %{x:.0%}<extra>" + place.name + "</extra>",
        )
        for index, place in enumerate(places)
    ]  # fmt: skip
    layout = layout_of(440, "share of all starts", "", None)
    layout |= {"barmode": "stack", "margin": {"l": 140, "r": 12, "t": 10, "b": 48}}
    layout["showlegend"] = False
    layout["xaxis"] |= {"range": [0, 1], "tickformat": ".0%"}
    layout["yaxis"] = {"title": {"text": ""}, "autorange": "reversed", "type": "category"}
    if waiting:
        layout["annotations"] = [
            {"text": waiting, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
        ]
    return go.Figure(bars, layout)


def claim_shares(found: Census, claimed: str) -> go.Figure:
    """A bar an optimizer, most first: the share of starts that reach the lowest minimum; a mark at Keras's default rate."""
    titles = [OPTIMIZERS[key].title for key in found.best]
    bars = go.Bar(
        x=[round(share, 6) for share in found.best.values()], y=titles, orientation="h", name="at its best rate", customdata=list(found.best),
        marker={"color": [VERMILION if key == claimed else BLUE for key in found.best]}, text=[plain(found.rates[key], 3) for key in found.best],
        textposition="none", hovertemplate="%{y}: %{x:.0%} at rate %{text}<extra></extra>",
    )  # fmt: skip
    marks = go.Scatter(
        x=[round(share, 6) for share in found.default.values()], y=[OPTIMIZERS[key].title for key in found.default], mode="markers",
        name="at Keras's default rate", customdata=list(found.default),
        marker={"symbol": "diamond", "size": 9, "color": ORANGE, "line": {"color": "#222", "width": 1}},
        hovertemplate="%{y}: %{x:.0%} at Keras's default rate<extra></extra>",
    )  # fmt: skip
    layout = layout_of(
        max(220, 26 * len(titles) + 90), "share of starts that reach the lowest minimum", "", None
    )
    layout |= {"margin": {"l": 140, "r": 12, "t": 40, "b": 48}}
    layout["xaxis"] |= {"range": [0, 1.02], "tickformat": ".0%"}
    layout["yaxis"] = {"title": {"text": ""}, "autorange": "reversed", "type": "category"}
    return go.Figure([bars, marks], layout)


def basins(
    x: Array,
    y: Array,
    reached: Array,
    minima: Sequence[CriticalPoint],
    path: Path,
    parameters: tuple[str, str],
    zoom: str,
) -> go.Figure:
    """Where each start (x[j], y[i]) led, reached[i, j], by colour, with one start's path on it."""
    places = destinations(minima)
    kinds = len(places)
    steps = [
        (edge / kinds, place.colour) for index, place in enumerate(places) for edge in (index, index + 1)
    ]
    map_ = go.Heatmap(
        x=x.astype(np.float32), y=y.astype(np.float32), z=classes(reached, places), zmin=-0.5, zmax=kinds - 0.5,
        colorscale=[[round(edge, 6), tone] for edge, tone in steps], showscale=False, showlegend=False,
        hovertemplate=f"start: {parameters[0]} %{{x}}, {parameters[1]} %{{y}}<extra></extra>",
    )  # fmt: skip
    layout = layout_of(440, parameters[0], parameters[1], None)
    layout |= {"dragmode": False, "uirevision": zoom, "margin": {"l": 60, "r": 12, "t": 10, "b": 48}}
    layout["showlegend"] = False
    layout["xaxis"] |= {"range": [float(x[0]), float(x[-1])]}
    layout["yaxis"] |= {"range": [float(y[0]), float(y[-1])]}
    return go.Figure(
        [map_, _numbered(minima), *_walk(in_reach(path, (x, y))), start_mark(path), *_end(path, (x, y))],
        layout,
    )


def _numbered(minima: Sequence[CriticalPoint]) -> go.Scatter:
    named = list(minima)[: len(NAMED)]
    return go.Scatter(
        x=[m.point[0] for m in named], y=[m.point[1] for m in named], mode="markers+text", hoverinfo="skip", showlegend=False,
        text=[f"<b>{number + 1}</b>" for number in range(len(named))], textfont={"color": "#000", "size": 12},
        marker={"size": 21, "color": "#fff", "line": {"color": "#000", "width": 1.5}},
    )  # fmt: skip


def _walk(weights: Array) -> list[go.Scatter]:
    x, y = weights.T
    casing = go.Scatter(
        x=x, y=y, mode="lines", hoverinfo="skip", showlegend=False, line={"color": "#fff", "width": 5.5}
    )
    inner = go.Scatter(
        x=x, y=y, mode="lines+markers", hoverinfo="skip", showlegend=False, line={"color": "#000", "width": 2}, marker={"size": 4, "color": "#000"}
    )  # fmt: skip
    return [casing, inner]


def _end(path: Path, axes: Sequence[Array]) -> list[go.Scatter]:
    """A cross where the walk ended; none where it went out of reach."""
    last = path.weights[path.steps_taken].astype(np.float64)
    if not (in_reach(path, axes) == last).all(axis=1).any():
        return []
    x, y = last
    cross = go.Scatter(
        x=[x], y=[y], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": "x", "size": 11, "color": "#fff", "line": {"color": "#000", "width": 2}},
    )  # fmt: skip
    return [cross]
