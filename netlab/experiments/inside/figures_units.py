"""What one unit looks for and adds, and what is left after pruning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array, Floats
from netlab.formatting import percent, plain
from netlab.plots.lines import axes, line, short
from netlab.plots.palette import BLUE, VERMILION

SIDE = 260
HEIGHT = 260
DIVERGING = [[0, VERMILION], [0.5, "#FFFFFF"], [1, BLUE]]


def picture_figure(drawn: Floats, name: str) -> tuple[go.Figure, str]:
    """One weight picture, (side, side), with a scale: blue above 0, orange below."""
    limit = float(np.abs(drawn).max()) or 1.0
    rows = [short(row) for row in drawn]
    heat = go.Heatmap(
        z=rows, zmin=-limit, zmax=limit, colorscale=DIVERGING, hovertemplate="row %{y}, column %{x}: %{z}<extra></extra>",
        colorbar={"thickness": 10, "len": 0.9, "tickfont": {"size": 10}},
    )  # fmt: skip
    layout = {
        "template": None, "height": SIDE, "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "xaxis": {"visible": False, "constrain": "domain"},
        "yaxis": {"visible": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
    }  # fmt: skip
    return go.Figure(
        heat, layout
    ), f"{name}: numbers from {plain(drawn.min(), 3)} to {plain(drawn.max(), 3)}."


def adds_figure(adds: Array, weights: Floats, classes: Sequence[str]) -> tuple[go.Figure, str]:
    """What a unit adds to the sum of each class, in the mean over the pictures of that class: (10,) each."""
    colours = [BLUE if one >= 0 else VERMILION for one in adds]
    bars = go.Bar(
        x=list(classes), y=short(adds), marker={"color": colours}, customdata=short(weights),
        hovertemplate="%{x}: adds %{y}, its weight is %{customdata}<extra></extra>",
    )  # fmt: skip
    layout = axes("sum of this class, on pictures of this class", "adds", HEIGHT)
    layout["xaxis"] |= {"type": "category"}
    layout["margin"]["t"] = 10
    strongest = int(np.abs(adds).argmax())
    return go.Figure(
        bars, layout
    ), f"It moves the sum of {classes[strongest]} most, by {plain(adds[strongest], 3)}."


def prune_figure(
    shares: Sequence[float], accuracies: Sequence[float], chosen: float, reached: float
) -> tuple[go.Figure, str]:
    """Accuracy over the share of weights that is gone, and where the slider stands."""
    curve = line(np.array(shares), np.array(accuracies), "accuracy", BLUE, "solid", 2, mode="lines+markers")
    mark = go.Scatter(
        x=[chosen], y=[reached], mode="markers", name="the slider",
        marker={"size": 13, "symbol": "diamond-open", "color": VERMILION, "line": {"width": 2.5}},
        hovertemplate="%{x:.0%} gone: %{y:.2%}<extra></extra>",
    )  # fmt: skip
    layout = axes("share of the weights that is 0", "test pictures read correctly", HEIGHT)
    layout["xaxis"] |= {"tickformat": ".0%", "range": [-0.02, 1.02]}
    layout["yaxis"] |= {"tickformat": ".0%", "range": [0, 1.03]}
    told = ", ".join(
        f"{percent(share, 0)}: {percent(one)}" for share, one in zip(shares, accuracies, strict=True)
    )
    return go.Figure([curve, mark], layout), f"Accuracy after pruning. {told}."


def maps_figure(maps: Floats) -> tuple[go.Figure, str]:
    """The feature maps of all filters, (filters, h, w), side by side in a common scale of greys."""
    filters, height, width = maps.shape
    columns = min(8, filters)
    rows = -(-filters // columns)
    board = np.full((rows * (height + 1), columns * (width + 1)), np.nan, np.float32)
    for place, one in enumerate(maps):
        row, column = divmod(place, columns)
        board[row * (height + 1) :, column * (width + 1) :][:height, :width] = one
    heat = go.Heatmap(
        z=[short(row) for row in board], colorscale="Greys_r", hoverinfo="skip", showscale=False
    )
    layout = {
        "template": None, "height": min(90 * rows + 20, 420), "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "xaxis": {"visible": False, "constrain": "domain"},
        "yaxis": {"visible": False, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
    }  # fmt: skip
    return go.Figure(
        heat, layout
    ), f"{filters} feature maps of {height}×{width} numbers, up to {plain(maps.max(), 3)}."
