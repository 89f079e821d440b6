"""The landscape in two numbers of a network, by the landscape's own pictures, with the shadow of the walk on it."""

from __future__ import annotations

import plotly.graph_objects as go

from netlab.landscape.figures import Track, loss_contours, loss_surface
from netlab.playground.two_weights import Slice
from netlab.plots.palette import VERMILION

HEIGHT = 360


def from_above(found: Slice, names: tuple[str, str], zoom: str) -> go.Figure:
    """Lines of equal loss, the walk's shadow, and a ring where the network stands."""
    figure = loss_contours(found.ground, names, (), zoom)
    x, y = found.walk.T
    figure.add_scatter(
        x=x, y=y, mode="lines+markers", name="walk", line={"color": VERMILION, "width": 2},
        marker={"color": VERMILION, "size": 4}, hovertemplate="%{x}, %{y}<extra>walk</extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=[found.here[0]], y=[found.here[1]], mode="markers", name="here",
        marker={"size": 13, "color": "#fff", "line": {"color": VERMILION, "width": 4}},
        hovertemplate="here: %{x}, %{y}<extra></extra>",
    )  # fmt: skip
    figure.update_layout(height=HEIGHT)
    return figure


def in_space(found: Slice, zoom: str) -> go.Figure:
    """The same as a surface, with the shadow lying on it."""
    track = Track("walk", "walk", VERMILION, "solid", found.walk, found.shadow, "", len(found.walk) - 1)
    figure = loss_surface(found.ground, ("across", "up"), [track], zoom)
    figure.update_layout(height=HEIGHT)
    return figure
