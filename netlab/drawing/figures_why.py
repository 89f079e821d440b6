"""If a drawing were moved, turned, or drawn with another pen: a map of shifts, and curves with the drawings above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import plotly.graph_objects as go

from netlab.drawing.why.moved import FURTHEST, Asked
from netlab.formatting import percent
from netlab.plots.lines import axes, short
from netlab.plots.palette import DASHES, SERIES

SIDE = 360
CURVES = 320
LOST, BETWEEN, KEPT = "#F0A27A", "#F4F1EC", "#8CC0E4"
"""Pale vermilion, paper and pale blue: black digits can be read on each, whatever the page's theme."""
STRIP = 0.17
"""Of the height of the curves, what the drawings above them take."""


def shift_figure(found: Asked, title: str) -> tuple[go.Figure, str]:
    """Where a network keeps its answer when the drawing is moved: (17, 17), a digit in each cell."""
    steps = list(range(-FURTHEST, FURTHEST + 1))
    heat = go.Heatmap(
        x=steps, y=steps, z=[short(row) for row in found.probability], zmin=0, zmax=1, xgap=1, ygap=1,
        text=[[str(digit) for digit in row] for row in found.said], texttemplate="%{text}",
        textfont={"size": 11, "color": "#111111"}, colorscale=[[0, LOST], [0.5, BETWEEN], [1, KEPT]],
        showscale=False,
        hovertemplate=f"%{{x}} to the right, %{{y}} down: read as %{{text}}; the {found.answer} has %{{z:.1%}}<extra></extra>",
    )  # fmt: skip
    axis = {"tickvals": [-8, -4, 0, 4, 8], "ticktext": ["−8", "−4", "0", "+4", "+8"], "zeroline": False, "showgrid": False}  # fmt: skip
    layout = {
        "template": None, "height": SIDE, "margin": {"l": 46, "r": 6, "t": 6, "b": 42},
        "xaxis": axis | {"title": {"text": "pixels to the right"}, "constrain": "domain"},
        "yaxis": axis | {"title": {"text": "pixels down"}, "autorange": "reversed", "scaleanchor": "x", "constrain": "domain"},
        "shapes": [{
            "type": "rect", "x0": -0.5, "x1": 0.5, "y0": -0.5, "y1": 0.5, "line": {"width": 2, "color": "#111111"},
        }],
    }  # fmt: skip
    kept = int(found.kept.sum())
    return go.Figure(heat, layout), (
        f"{title}, moved by up to {FURTHEST} pixels each way: the {found.answer} is kept at {kept} of {found.kept.size} places, "
        f"{percent(found.share)}."
    )


def curve_figure(
    asked: Mapping[str, Asked], steps: Sequence[float], pictures: Sequence[str], axis: str, suffix: str = ""
) -> tuple[go.Figure, str]:
    """The probability of the answer over changed copies of a drawing; every second stands above (PNG addresses, one a step).

    Where another digit is read, it stands at the mark.
    """
    traces = [
        go.Scatter(
            x=list(steps), y=short(found.probability), name=escape(title), mode="lines+markers+text",
            text=["" if kept else str(digit) for kept, digit in zip(found.kept, found.said, strict=True)],
            textposition="top center" if place % 2 == 0 else "bottom center", cliponaxis=False,
            customdata=[int(digit) for digit in found.said],
            line={"color": SERIES[place], "dash": DASHES[place], "width": 2}, marker={"size": 6},
            hovertemplate=f"%{{x}}{suffix}: read as %{{customdata}}; the {found.answer} has %{{y:.1%}}<extra>%{{fullData.name}}</extra>",
        )
        for place, (title, found) in enumerate(asked.items())
    ]  # fmt: skip
    layout = axes(axis, "probability of its answer", CURVES)
    wide = (max(steps) - min(steps)) / max(len(steps) - 1, 1)
    layout["yaxis"] |= {"tickformat": ".0%", "range": [-0.08, 1.08], "domain": [0, 1 - STRIP - 0.03]}
    layout["xaxis"] |= {
        "range": [min(steps) - 0.6 * wide, max(steps) + 0.6 * wide],
        "ticksuffix": suffix,
        "zeroline": False,
    }
    layout["legend"] |= {"y": 1.04}
    middle = list(steps).index(0)
    layout["images"] = [
        {
            "source": url, "xref": "x", "yref": "paper", "x": step, "y": 1.0, "xanchor": "center", "yanchor": "top",
            "sizex": 1.9 * wide, "sizey": STRIP, "sizing": "contain",
        }
        for place, (step, url) in enumerate(zip(steps, pictures, strict=True))
        if (place - middle) % 2 == 0  # every second one has room
    ]  # fmt: skip
    told = "; ".join(
        f"{title} keeps its {found.answer} at {int(found.kept.sum())} of {len(steps)}"
        for title, found in asked.items()
    )
    return go.Figure(traces, layout), f"{axis}: {told}."
