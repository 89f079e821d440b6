"""One figure: how likely each kind of sign is, with the line below which a picture is said to be no digit."""

from __future__ import annotations

import plotly.graph_objects as go

from netlab.arrays import Floats
from netlab.drawing.kinds import DIGIT_FROM, KINDS
from netlab.formatting import percent, probability
from netlab.plots.lines import axes
from netlab.plots.palette import BLUE, GREY, VERMILION


def kinds_figure(told: Floats) -> go.Figure:
    """A bar a kind, the digit on top, the bound as a dashed line across its bar."""
    names = list(KINDS.values())[::-1]
    shares = [float(share) for share in told[::-1]]
    digit = BLUE if told[0] >= DIGIT_FROM else VERMILION
    bars = go.Bar(
        x=shares,
        y=names,
        orientation="h",
        marker={"color": [*[GREY] * (len(names) - 1), digit]},
        text=[probability(share) for share in shares],
        hovertemplate="%{y}: %{text}<extra></extra>",
        textposition="outside",
        cliponaxis=False,
    )
    layout = axes("share of 100 %", "", 300)
    layout["xaxis"] |= {"range": [0, 1.15], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1]}
    layout["yaxis"] = {"automargin": True}
    last = len(names) - 1
    bound = {"x0": DIGIT_FROM, "x1": DIGIT_FROM, "y0": last - 0.5, "y1": last + 0.5}
    layout["shapes"] = [{"type": "line", "line": {"dash": "dash", "width": 2, "color": VERMILION}, **bound}]
    return go.Figure([bars], layout)


def kinds_told(told: Floats) -> str:
    """The figure in a sentence."""
    ranked = sorted(zip(told.tolist(), KINDS.values(), strict=True), reverse=True)[:2]
    likely = "; ".join(f"{name} {probability(share)}" for share, name in ranked)
    ranks, needed = f"How likely each kind of sign is: {likely}.", percent(DIGIT_FROM, 0)
    if told[0] >= DIGIT_FROM:
        return f"{ranks} With {needed} needed for a digit, it is said to be a digit."
    return f"{ranks} With {needed} needed for a digit, it is said to be no digit."
