"""How far runs of the same network lie apart, and the differences of pairs, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.comparing.figures_twin import COLOURS
from netlab.experiments.comparing.luck import FEWEST, interval
from netlab.plots.lines import layout_with, short
from netlab.plots.palette import GREY, faint

HEIGHT = 340


def spread(found: Mapping[str, Mapping[int, float]], names: Mapping[str, str], axis: str) -> go.Figure:
    """Accuracies by part: a point a seed, runs of one seed joined, beside them the mean with its 95 % interval."""
    parts = [part for part in ("A", "B") if found.get(part)]
    traces = []
    if len(parts) == 2:
        for seed in sorted(found["A"].keys() & found["B"].keys()):
            traces.append(
                go.Scatter(
                    x=[0, 1], y=short(np.array([found[part][seed] for part in parts])), mode="lines", showlegend=False,
                    line={"color": faint(GREY, 0.5), "width": 1}, hoverinfo="skip",
                )
            )  # fmt: skip
    for place, part in enumerate(parts):
        seeds, values, name = list(found[part]), list(found[part].values()), names.get(part, part)
        traces.append(
            go.Scatter(
                x=[place] * len(values), y=short(np.array(values)), mode="markers", name=f"{name}, a point a seed", customdata=seeds,
                marker={"color": faint(COLOURS[part], 0.6), "size": 10},
                hovertemplate=f"{name}, seed %{{customdata}}: %{{y:.2%}}<extra></extra>",
            )
        )  # fmt: skip
        traces += _mean(place + 0.18, values, COLOURS[part], f"{name}: mean, 95 % interval", "%{y:.2%}")
    ticks = {"tickvals": list(range(len(parts))), "ticktext": [names.get(part, part) for part in parts]}
    along = {"range": [-0.5, len(parts) - 0.2], **ticks, "automargin": True}
    return go.Figure(traces, layout_with(along, _heights(axis, "~%"), HEIGHT) | {"hovermode": "closest"})


def differences(pairs: Mapping[int, float]) -> go.Figure:
    """B minus A by seed, in points, with the mean and its interval, against 0."""
    seeds, values = list(pairs), [100 * value for value in pairs.values()]
    traces = [
        go.Scatter(
            x=[0] * len(values), y=short(np.array(values)), mode="markers", name="B minus A, a point a seed", customdata=seeds,
            marker={"color": faint(GREY, 0.8), "size": 10},
            hovertemplate="seed %{customdata}: %{y:+.2f} points<extra></extra>",
        ),
        *_mean(0.18, values, COLOURS["B"], "mean, 95 % interval", "%{y:+.2f} points"),
    ]  # fmt: skip
    heights = _heights("B minus A, points", "~g") | {
        "zeroline": True, "zerolinecolor": GREY, "zerolinewidth": 2, "rangemode": "tozero",
    }  # fmt: skip
    along = {"range": [-0.5, 0.7], "tickvals": [0], "ticktext": ["by seed"]}
    return go.Figure(traces, layout_with(along, heights, HEIGHT) | {"hovermode": "closest"})


def _heights(title: str, form: str) -> dict[str, Any]:
    return {"title": {"text": title}, "tickformat": form, "automargin": True}


def _mean(x: float, values: list[float], colour: str, name: str, form: str) -> list[go.Scatter]:
    if len(values) < FEWEST:
        return []
    found = interval(values)
    return [
        go.Scatter(
            x=[x], y=[found.mean], mode="markers", name=name, marker={"color": colour, "size": 11, "symbol": "diamond"},
            error_y={"type": "data", "array": [found.high - found.mean], "color": colour, "thickness": 2.5, "width": 9},
            hovertemplate=f"mean {form}<extra></extra>",
        )
    ]  # fmt: skip
