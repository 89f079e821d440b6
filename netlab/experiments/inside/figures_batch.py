"""How the mean gradient of a batch steadies as the batch grows."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.inside.per_example import Steadying
from netlab.plots.lines import layout_with, line
from netlab.plots.palette import BLUE, GREY, VERMILION

HEIGHT = 330


def steadying_figure(found: Steadying, size: int) -> go.Figure:
    """Distances by batch size on logarithmic axes, beside σ/√B, with the size that is looked at marked."""
    sizes = np.asarray(found.sizes, float)
    traces = [
        line(sizes, found.expected, "σ/√B: independent draws, on average", GREY, "dash", 2),
        line(sizes, found.distances, "measured", BLUE, "solid", 2, mode="lines+markers"),
    ]
    if found.length > 0:
        length = np.full(2, found.length)
        traces.append(line(sizes[[0, -1]], length, "length of the mean gradient itself", VERMILION, "dot", 2))
    across = {
        "title": {"text": "batch size B"}, "type": "log", "tickvals": list(found.sizes),
        "ticktext": [str(one) for one in found.sizes],
    }  # fmt: skip
    layout = layout_with(
        across, {"title": {"text": "distance from the sample’s mean"}, "type": "log"}, HEIGHT
    )
    layout["shapes"] = [
        {"type": "line", "x0": size, "x1": size, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
         "line": {"color": GREY, "width": 1}}
    ]  # fmt: skip
    return go.Figure(traces, layout)
