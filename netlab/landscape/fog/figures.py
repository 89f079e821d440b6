"""What looks bought: the lowest loss found after each look, and why more parameters defeat a search by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from netlab.landscape.descent.baselines import Budgeted
from netlab.landscape.fog.search import Dimensions
from netlab.plots.lines import on_top
from netlab.plots.palette import BLUE, GREY, VERMILION

LOOKS: Mapping[str, dict[str, str]] = {
    "you": {"color": VERMILION, "dash": "solid", "symbol": "circle"},
    "gradient descent": {"color": BLUE, "dash": "dash", "symbol": "square"},
    "random search": {"color": GREY, "dash": "dot", "symbol": "x"},
}


def best_by_look(walks: Mapping[str, Budgeted], lowest: float, budget: int) -> go.Figure:
    """The lowest loss found so far against looks, one staircase for each walker, with the lowest there is."""
    lines = [
        go.Scatter(
            x=list(range(1, len(walk.losses) + 1)), y=walk.best_so_far.round(3).tolist(), name=name, mode="lines+markers",
            line={"color": LOOKS[name]["color"], "dash": LOOKS[name]["dash"], "shape": "hv", "width": 2.5},
            marker={"symbol": LOOKS[name]["symbol"], "size": 6},
            hovertemplate="after look %{x}: %{y:.1f}<extra>" + name + "</extra>",
        )
        for name, walk in walks.items()
    ]  # fmt: skip
    floor = go.Scatter(
        x=[1, budget], y=[lowest, lowest], name="the lowest there is", mode="lines", line={"color": GREY, "width": 1},
        hovertemplate="%{y:.1f}<extra>the lowest there is</extra>",
    )  # fmt: skip
    return go.Figure([*lines, floor], _layout("looks", "lowest loss found so far", [0.5, budget + 0.5]))


def left_in_many_dimensions(left: Dimensions, budget: int) -> go.Figure:
    """The share of the start's loss that is left after a budget of looks, against the number of parameters."""
    lines = [
        go.Scatter(
            x=left.parameters.tolist(), y=shares.tolist(), name=name, mode="lines+markers",
            line={"color": LOOKS[name]["color"], "dash": LOOKS[name]["dash"], "width": 2.5},
            marker={"symbol": LOOKS[name]["symbol"], "size": 7},
            hovertemplate="%{x:,} parameters: %{y:.2%} left<extra>" + name + "</extra>",
        )
        for name, shares in (("gradient descent", left.gradient_descent), ("random search", left.random_search))
    ]  # fmt: skip
    layout = _layout("parameters (logarithmic)", f"loss left after {budget} looks")
    layout["xaxis"] |= {"type": "log", "dtick": 1}
    layout["yaxis"] |= {"type": "log", "dtick": 1, "tickformat": "~%"}
    return go.Figure(lines, layout)


def _layout(x: str, y: str, limits: list[float] | None = None) -> dict[str, Any]:
    return {
        "template": None,
        "height": 360,
        "margin": {"l": 64, "r": 12, "t": 84, "b": 48},
        "legend": on_top(),
        "uirevision": "looks",
        "xaxis": {"title": {"text": x}, "range": limits},
        "yaxis": {"title": {"text": y}, "rangemode": "tozero"},
    }
