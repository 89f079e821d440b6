"""How many of each digit there are, and which words keep a word company."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from netlab.lessons.numbers.word_vectors import Neighbour
from netlab.plots.lines import on_top
from netlab.plots.palette import BLUE, ORANGE


def class_counts(train: Sequence[int], test: Sequence[int]) -> go.Figure:
    """Pictures of each digit, in the training and in the test set."""
    bars = [
        _bars(train, "training", BLUE, ""),
        _bars(test, "test", ORANGE, "/"),
    ]
    layout = {
        "template": None,
        "height": 300,
        "barmode": "group",
        "margin": {"l": 60, "r": 10, "t": 34, "b": 46},
        "legend": on_top(),
        "xaxis": {"title": {"text": "digit (label)"}, "dtick": 1},
        "yaxis": {"title": {"text": "pictures (count)"}},
    }
    return go.Figure(bars, layout)


def _bars(counts: Sequence[int], name: str, colour: str, hatch: str) -> go.Bar:
    return go.Bar(
        x=list(range(10)), y=[int(count) for count in counts], name=name,
        marker={"color": colour, "pattern": {"shape": hatch}}, hovertemplate="%{x}: %{y:,}<extra>" + name + "</extra>",
    )  # fmt: skip


def nearest_words(word: str, neighbours: Sequence[Neighbour]) -> go.Figure:
    """The words whose vectors point most nearly the same way, nearest on top."""
    bar = go.Bar(
        x=[round(neighbour.similarity, 4) for neighbour in neighbours],
        y=[neighbour.word for neighbour in neighbours],
        orientation="h", marker={"color": BLUE}, texttemplate="%{x:.2f}", textposition="inside",
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )  # fmt: skip
    layout: dict[str, Any] = {
        "template": None,
        "height": 260,
        "margin": {"l": 90, "r": 10, "t": 10, "b": 46},
        "xaxis": {
            "title": {"text": f"cosine to “{word}” (1: same direction)"},
            "range": [0, 1.02],
        },
        "yaxis": {"title": {"text": "word"}, "autorange": "reversed", "type": "category"},
    }
    return go.Figure(bar, layout)
