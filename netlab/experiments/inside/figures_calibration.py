"""How sure a network is beside how right it is."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.inside.calibration import Reliability
from netlab.formatting import percent
from netlab.plots.lines import axes, short
from netlab.plots.palette import BLUE, GREY, VERMILION

HEIGHT = 330


def reliability_figure(every: Reliability, mended: Reliability | None) -> tuple[go.Figure, str]:
    """The reliability curve, and in words; a larger mark stands for more answers."""
    ends = [0, 1]
    drawn = [
        go.Scatter(
            x=ends, y=ends, mode="lines", name="as right as sure", line={"color": GREY, "dash": "dash", "width": 1.5},
            hoverinfo="skip",
        ),
        _curve(every, "as it is, all test pictures", BLUE, "circle", "solid"),
    ]  # fmt: skip
    if mended is not None:
        drawn.append(_curve(mended, "with the temperature, one half", VERMILION, "diamond", "dot"))
    layout = axes("how sure it is (its probability)", "how often it is right", HEIGHT)
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"range": [-0.02, 1.04], "tickformat": ".0%"}
    filled = np.flatnonzero(every.counts)
    told = "; ".join(
        f"{percent(every.sureness[k], 0)} sure, {percent(every.accuracy[k], 0)} right ({every.counts[k]:,})"
        for k in filled
    )
    return go.Figure(drawn, layout), f"How often it is right beside how sure it is: {told}."


def _curve(found: Reliability, name: str, colour: str, symbol: str, dash: str) -> go.Scatter:
    filled = found.counts > 0
    counts = found.counts[filled]
    sizes = 5 + 11 * np.log1p(counts) / np.log1p(max(int(counts.max()), 1))
    return go.Scatter(
        x=short(found.sureness[filled]), y=short(found.accuracy[filled]), name=name, mode="lines+markers",
        line={"color": colour, "dash": dash, "width": 1.5},
        marker={"size": short(sizes), "symbol": symbol, "color": colour}, customdata=counts.tolist(),
        hovertemplate="%{x:.1%} sure, %{y:.1%} right<br>%{customdata:,} answers<extra></extra>",
    )  # fmt: skip
