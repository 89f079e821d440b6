"""Test pictures as points on a plane, coloured by class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.arrays import Array, Bytes
from netlab.formatting import probability
from netlab.plots.lines import axes, short
from netlab.plots.palette import SERIES, VERMILION

HEIGHT = 560
SYMBOLS = ("circle", "diamond", "triangle-up")
"""Ten classes and seven colours: what has the same colour has another mark."""


def map_figure(
    points: Array, labels: Bytes, said: NDArray[np.intp], sureness: Array, places: NDArray[np.intp],
    classes: Sequence[str], titles: tuple[str, str], mine: tuple[Array, str] | None, chosen: int | None,
) -> go.Figure:  # fmt: skip
    """All points (n, 2); ``mine`` is where a drawing lies and what it is read as, ``chosen`` a test picture to ring."""
    drawn = [
        _class(points, labels == kind, said, sureness, places, classes, kind) for kind in range(len(classes))
    ]
    wrong = np.flatnonzero(said != labels)
    drawn.append(_rings(points[wrong], "read wrongly", "circle-open", 11, 1.5))
    if chosen is not None and (found := np.flatnonzero(places == chosen)).size:
        drawn.append(_rings(points[found], "the chosen one", "square-open", 18, 2.5))
    if mine is not None:
        where, words = mine
        drawn.append(
            go.Scatter(
                x=short(where[:1]), y=short(where[1:]), mode="markers+text", name=words, text=["my drawing"],
                textposition="top center", marker={"size": 17, "symbol": "star", "color": VERMILION, "line": {"width": 1.5}},
                hovertemplate=f"{words}<extra></extra>",
            )
        )  # fmt: skip
    layout = axes(*titles, HEIGHT)
    layout["legend"] |= {"itemsizing": "constant"}
    for name in ("xaxis", "yaxis"):
        layout[name] |= {"zeroline": False, "showticklabels": False}
    layout["uirevision"] = "map"
    return go.Figure(drawn, layout)


def _class(
    points: Array, held: NDArray[np.bool_], said: NDArray[np.intp], sureness: Array, places: NDArray[np.intp],
    classes: Sequence[str], kind: int,
) -> go.Scatter:  # fmt: skip
    rows = np.flatnonzero(held)
    told = [[int(places[row]), classes[said[row]], probability(sureness[row])] for row in rows]
    return go.Scatter(
        x=short(points[rows, 0]), y=short(points[rows, 1]), mode="markers", name=classes[kind], customdata=told,
        marker={"size": 5, "color": SERIES[kind % len(SERIES)], "symbol": SYMBOLS[kind // len(SERIES)], "opacity": 0.75},
        hovertemplate=f"test picture %{{customdata[0]:,}}: {classes[kind]}, read as %{{customdata[1]}} (%{{customdata[2]}})<extra></extra>",
    )  # fmt: skip


def _rings(points: Array, name: str, symbol: str, size: int, width: float) -> go.Scatter:
    return go.Scatter(
        x=short(points[:, 0]), y=short(points[:, 1]), mode="markers", name=name, hoverinfo="skip",
        marker={"size": size, "symbol": symbol, "color": VERMILION, "line": {"width": width}},
    )  # fmt: skip
