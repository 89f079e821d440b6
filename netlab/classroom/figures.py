"""The board's figures, in letters for the last row: all curves, one point a run, predictions against what came."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import plotly.graph_objects as go

from netlab.classroom.labels import named
from netlab.classroom.results import Result, best, ranked, who
from netlab.plots.palette import DASHES, GREY, SERIES

LETTERS, SMALL = 18, 15
NAMED = 14
"""So many of the class stand in the legend, the best first."""
WIDE, THIN = 5.0, 2.2
HIGHEST = 1.01
"""Where an axis of accuracies ends, so that a point at 100 % is whole."""
Called = Callable[[str], str]


def curves_figure(results: Sequence[Result], called: Called) -> go.Figure:
    """Everybody's validation accuracy against epochs; the best of class is the wide line, the legend goes by rank.

    A run keeps its colour and dash as long as the same runs are shown: they go by the order in which they came.
    """
    places = {one.id: place for place, one in enumerate(results)}
    top = best(results)
    traces = [
        go.Scatter(
            x=list(one.epochs), y=list(one.accuracies), mode="lines+markers" if len(one.epochs) == 1 else "lines",
            name=_named(one, called), showlegend=rank < NAMED, cliponaxis=False,
            line={
                "color": _colour(places[one.id]), "dash": _dash(places[one.id]),
                "width": WIDE if top is not None and one.id == top.id else THIN,
            },
            hovertemplate="%{fullData.name}<extra></extra>",
        )
        for rank, one in enumerate(ranked(results))
    ]  # fmt: skip
    far = max((one.epochs[-1] for one in results if one.epochs), default=1.0)
    low = lowest([share for one in results for share in one.accuracies[len(one.accuracies) // 2 :]])
    layout = _layout(
        {"title": _title("epochs"), "range": [0, max(far, 0.1)], "tickformat": "~g"},
        {"title": _title("read correctly"), "range": [low, 1.002], "tickformat": "~%"},
    )
    legend = {"font": {"size": SMALL}, "x": 1.01, "y": 1, "yanchor": "top", "traceorder": "normal"}
    return go.Figure(traces, layout | {"legend": legend, "showlegend": True})


def sizes_figure(results: Sequence[Result], called: Called) -> go.Figure:
    """One point a run: parameters against accuracy. Filled is over, hollow still trains, the star is the best of class."""
    seen = [one for one in results if one.share is not None]
    sizes = [math.log10(one.parameters) for one in seen]
    left, right = min(sizes, default=3.0) - 0.25, max(sizes, default=6.0) + 0.25
    low = lowest([one.share for one in seen if one.share is not None])
    return go.Figure(
        [
            _marks(
                results, seen, [one.parameters for one in seen], [(size - left) / (right - left) for size in sizes], low, called,
                "%{x:,} parameters, %{y:.2%}",
            )
        ],
        _layout(
            {"title": _title("parameters"), "type": "log", "range": [left, right], "tickformat": "~s", "dtick": _marked(right - left)},
            {"title": _title("read correctly"), "range": [low, HIGHEST], "tickformat": "~%"},
        ),
    )  # fmt: skip


def predictions_figure(results: Sequence[Result], called: Called) -> go.Figure:
    """What was expected at the end against what came; who stands on the dotted line was right."""
    seen = [(one, one.guess) for one in results if one.guess is not None and one.share is not None]
    low = lowest([value for one, guess in seen for value in (guess, one.share) if value is not None])
    line = {"color": GREY, "dash": "dot", "width": 2}
    right = go.Scatter(x=[low, 1], y=[low, 1], mode="lines", line=line, hoverinfo="skip")
    guesses = [guess for _, guess in seen]
    marks = _marks(
        results, [one for one, _ in seen], guesses, [(guess - low) / (HIGHEST - low) for guess in guesses], low, called,
        "expected %{x:.1%}, came %{y:.1%}",
    )  # fmt: skip
    axis = {"range": [low, HIGHEST], "tickformat": "~%"}
    return go.Figure(
        [right, marks],
        _layout({"title": _title("expected"), **axis}, {"title": _title("came"), **axis}),
    )


def _marks(
    results: Sequence[Result], seen: Sequence[Result], across: Sequence[float], places: Sequence[float], low: float, called: Called,
    told: str,
) -> go.Scatter:  # fmt: skip
    """Runs as points over ``across``, which are the shares ``places`` of the width; named where there is room."""
    top, colours = best(results), {one.id: _colour(place) for place, one in enumerate(results)}
    heights = [one.share or 0.0 for one in seen]
    at = {one.id: place for place, one in enumerate(seen)}
    room = named(
        [(x, (y - low) / (HIGHEST - low)) for x, y in zip(places, heights, strict=True)],
        [at[one.id] for one in ranked(seen)],
    )
    names = [_called(one, called) for one in seen]
    marks = [
        "star" if top is not None and one.id == top.id else "circle-open" if one.live else "circle"
        for one in seen
    ]
    return go.Scatter(
        x=list(across), y=heights, mode="markers+text", hovertext=names, cliponaxis=False,
        text=[name if fits else "" for name, fits in zip(names, room, strict=True)],
        textposition=["bottom center" if y > 0.9 else "top center" for y in heights], textfont={"size": SMALL},
        marker={
            "size": [24 if mark == "star" else 13 for mark in marks], "symbol": marks,
            "color": [colours[one.id] for one in seen], "line": {"width": 2.5},
        },
        hovertemplate=f"%{{hovertext}}: {told}<extra></extra>",
    )  # fmt: skip


def _marked(decades: float) -> int | str:
    """Which numbers a logarithmic axis of so many decades is marked with, in Plotly's words: at least two, and no crowd."""
    if decades < 0.8:
        return "D1"  # 1, 2, 3 …
    return "D2" if decades < 2 else 1  # 1, 2, 5, 10 … or the powers of ten


def lowest(shares: Sequence[float]) -> float:
    """Where an axis of accuracies begins so that all of them are on it: at a whole tenth below the lowest."""
    return max(0.0, int(10 * min(shares, default=0.0) - 0.3) / 10)


def _named(one: Result, called: Called) -> str:
    share = "…" if one.share is None else f"{100 * one.share:.1f}\u00a0%"
    return f"{share}  {_called(one, called)}{' …' if one.live else ''}"


def _called(one: Result, called: Called) -> str:
    return escape(who(one.owners, called))


def _colour(place: int) -> str:
    return SERIES[place % len(SERIES)]


def _dash(place: int) -> str:
    return DASHES[place // len(SERIES) % len(DASHES)]


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "font": {"size": LETTERS}}


def _layout(x_axis: dict[str, Any], y_axis: dict[str, Any]) -> dict[str, Any]:
    letters = {"tickfont": {"size": SMALL}, "automargin": True, "uirevision": "board"}
    return {
        "template": None, "height": 300, "margin": {"l": 70, "r": 16, "t": 14, "b": 52}, "showlegend": False,
        "hovermode": "closest", "hoverlabel": {"namelength": -1, "font": {"size": LETTERS}},
        "xaxis": x_axis | letters, "yaxis": y_axis | letters,
    }  # fmt: skip
