"""Two small figures of one batch: every loss before and after the step, and how far each layer moved."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.formatting import counted, percent
from netlab.nets.spec import NetworkSpec
from netlab.plots.lines import axes, line, short
from netlab.plots.palette import BLUE, GREY, VERMILION
from netlab.runs.events import BatchShown
from netlab.runs.symptoms import layer_names
from netlab.training.figures_findings import Plot

HEIGHT = 230


def ranked_figure(batch: BatchShown) -> Plot:
    """The losses of a batch's pictures, highest first, before and after the step."""
    before, after = (_floats(values) for values in (batch.ranked_before, batch.ranked_after))
    places = np.linspace(1, batch.size, len(before))
    lines = [
        line(places, before, "before the step", GREY, "solid", 2, mode="lines+markers", marker={"size": 4}),
        line(places, after, "after it", BLUE, "solid", 2, mode="markers", marker={"size": 6}),
    ]
    layout = axes("pictures, highest loss first", "loss", HEIGHT)
    layout["yaxis"]["rangemode"] = "tozero"
    lower = int(np.sum(after < before))
    alt = f"Losses of {counted(len(before), 'picture')} of the batch before and after the step: {lower} are lower after it."
    return Plot(go.Figure(lines, layout), alt)


def moves_figure(spec: NetworkSpec, batch: BatchShown) -> Plot:
    """For each layer, how long the step was, as a share of the length of its weights."""
    names = layer_names(spec)
    shares = np.array(
        [
            move / weight if move is not None and weight else np.nan
            for move, weight in zip(batch.moves, batch.weights)
        ]
    )
    layout = axes("", "step / weights", HEIGHT)
    layout["yaxis"] |= {"tickformat": ".2~%", "rangemode": "tozero"}
    layout["showlegend"] = False
    bars = go.Bar(
        x=names, y=short(shares), marker={"color": VERMILION}, hovertemplate="%{x}: %{y:.3%}<extra></extra>"
    )
    told = ", ".join(
        f"{name} {percent(share, 3)}" for name, share in zip(names, shares) if np.isfinite(share)
    )
    return Plot(
        go.Figure([bars], layout), f"Length of the step as a share of the weights' own length: {told}."
    )


def _floats(values: tuple[float | None, ...]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], float)
