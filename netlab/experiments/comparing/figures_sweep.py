"""What a sweep has found so far: a heat map of two settings, a line of one, parallel axes of more; and importance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.experiments.comparing.record import Member, Value
from netlab.experiments.comparing.settings import SETTINGS, Setting
from netlab.experiments.comparing.sweep import said
from netlab.formatting import percent
from netlab.plots.lines import layout_with
from netlab.plots.palette import BLUE, GREY, ORANGE, SKY

HEIGHT = 380
SCALE = "Viridis"
Values = Mapping[str, tuple[Value, ...]]
PRESSED = {"hovermode": "closest", "hoverdistance": -1, "clickmode": "event+select", "dragmode": False}
"""Wherever one presses, the nearest run is meant."""
STATE_SYMBOLS = {"done": "square", "pruned": "x", "": "circle-open"}


def picture(values: Values, members: Sequence[Member], *, grid: bool) -> go.Figure:
    """The figure that fits the number of settings; every mark carries its run's id as ``customdata``."""
    keys = list(values)
    if len(keys) == 1:
        return line(values, members)
    if len(keys) == 2:
        return heat_map(values, members, grid=grid)
    return parallel(values, members)


def heat_map(values: Values, members: Sequence[Member], *, grid: bool) -> go.Figure:
    """Validation accuracy by two settings: a cell a run of a grid, a mark at its place for any other.

    A heat map cannot be pressed in Streamlit, so each cell of a grid has a mark on it that is not seen.
    """
    (across, up) = (SETTINGS[key] for key in values)
    shown = [one for one in members if one.run]
    x = [_place(across, values[across.key], one.values[across.key], grid=grid) for one in shown]
    y = [_place(up, values[up.key], one.values[up.key], grid=grid) for one in shown]
    reached = [one.validation for one in shown]
    marks = {"size": 30, "opacity": 0.0} if grid else {
        "size": 15, "color": [0.0 if one is None else one for one in reached], "colorscale": SCALE,
        "cmin": _low(reached), "cmax": _high(reached), "line": {"width": 1, "color": GREY},
        "colorbar": {"title": {"text": "validation"}, "tickformat": "~%"}, "symbol": [_symbol(one) for one in shown],
    }  # fmt: skip
    pressed = {"marker": {"opacity": 0.0 if grid else 1.0}}
    places = go.Scatter(
        x=x, y=y, mode="markers", customdata=[one.run for one in shown], marker=marks,
        hovertext=[told(one) for one in shown], hovertemplate="%{hovertext}<extra></extra>", showlegend=False,
        selected=pressed, unselected=pressed,
    )  # fmt: skip
    layout = layout_with(_axis(across, values, grid=grid), _axis(up, values, grid=grid), HEIGHT) | PRESSED
    if not grid:
        return go.Figure(places, layout)
    under_way = [
        {"x": x[place], "y": y[place], "text": "…" if not one.state else "✕", "showarrow": False}
        for place, one in enumerate(shown)
        if one.validation is None or not one.state
    ]
    return go.Figure([_cells(across, up, values, shown), places], layout | {"annotations": under_way})


def line(values: Values, members: Sequence[Member]) -> go.Figure:
    """Validation accuracy by one setting."""
    (key,) = values
    setting, shown = SETTINGS[key], [one for one in members if one.run and one.validation is not None]
    shown = sorted(shown, key=lambda one: _order(setting, one.values[key]))
    whole = [one for one in shown if one.state == "done"]

    def at(some: Sequence[Member]) -> list[Any]:
        return [setting.word(one.values[key]) if setting.named else one.values[key] for one in some]

    traces = [
        go.Scatter(
            x=at(whole), y=[one.validation for one in whole], mode="lines", line={"color": SKY, "width": 2},
            hoverinfo="skip", showlegend=False,
        ),
        go.Scatter(
            x=at(shown), y=[one.validation for one in shown], mode="markers", customdata=[one.run for one in shown],
            marker={
                "size": 12, "color": [BLUE if one.state == "done" else ORANGE for one in shown],
                "symbol": [_symbol(one) for one in shown],
            },
            hovertext=[told(one) for one in shown], hovertemplate="%{hovertext}<extra></extra>", showlegend=False,
        ),
    ]  # fmt: skip
    heights = {"title": {"text": "validation accuracy"}, "tickformat": "~%", "automargin": True}
    layout = layout_with(_axis(setting, values, grid=False), heights, HEIGHT)
    return go.Figure(
        traces, layout | {"hovermode": "closest", "clickmode": "event+select", "dragmode": False}
    )


def parallel(values: Values, members: Sequence[Member]) -> go.Figure:
    """A line a run through its values of all settings to its validation accuracy."""
    shown = [one for one in members if one.run and one.validation is not None]
    reached = [one.validation or 0.0 for one in shown]
    axes = [_dimension(SETTINGS[key], values[key], [one.values[key] for one in shown]) for key in values]
    axes.append({"label": "validation", "values": reached, "tickformat": ".0%"})
    look = {
        "color": reached, "colorscale": SCALE, "cmin": _low(reached), "cmax": _high(reached),
        "colorbar": {"title": {"text": "validation"}, "tickformat": "~%"},
    }  # fmt: skip
    return go.Figure(
        go.Parcoords(dimensions=axes, line=look),
        {"template": None, "height": HEIGHT, "margin": {"l": 80, "r": 40, "t": 60, "b": 30}},
    )


def importance_bars(shares: Mapping[str, float]) -> go.Figure:
    """How much each setting matters, the most important on top."""
    keys = list(shares)[::-1]
    bars = go.Bar(
        x=[shares[key] for key in keys], y=[SETTINGS[key].label for key in keys], orientation="h",
        marker={"color": BLUE}, hovertemplate="%{y}: %{x:.0%}<extra></extra>",
    )  # fmt: skip
    along = {"title": {"text": "share of the importance"}, "tickformat": "~%", "range": [0, 1]}
    return go.Figure(bars, layout_with(along, {"automargin": True}, 110 + 36 * len(keys)))


def told(member: Member) -> str:
    """A run in a hover."""
    ends = {"": "under way", "done": "", "pruned": "stopped early"}
    reached = "" if member.validation is None else f"<br>validation {percent(member.validation, 2)}"
    state = ends.get(member.state, member.state)
    return f"{said(member.values)}{reached}{f'<br>{state}' if state else ''}<br>press: open it"


def _cells(across: Setting, up: Setting, values: Values, shown: Sequence[Member]) -> go.Heatmap:
    """The cells of a grid, empty where no run has come to anything yet."""
    columns, rows = values[across.key], values[up.key]
    heights: list[list[float | None]] = [[None] * len(columns) for _ in rows]
    words = [[""] * len(columns) for _ in rows]
    for one in shown:
        if one.validation is not None and one.state:
            row, column = rows.index(one.values[up.key]), columns.index(one.values[across.key])
            heights[row][column], words[row][column] = one.validation, _short(one.validation, one.state)
    flat = [value for row in heights for value in row]
    return go.Heatmap(
        x=list(range(len(columns))), y=list(range(len(rows))), z=heights, colorscale=SCALE, zmin=_low(flat), zmax=_high(flat),
        text=words, texttemplate="%{text}", xgap=2, ygap=2, hoverinfo="skip",
        colorbar={"title": {"text": "validation"}, "tickformat": "~%"},
    )  # fmt: skip


def _place(setting: Setting, offered: tuple[Value, ...], value: Value, *, grid: bool) -> Any:
    if grid:
        return offered.index(value)
    return setting.word(value) if setting.named else value


def _axis(setting: Setting, values: Values, *, grid: bool) -> dict[str, Any]:
    axis: dict[str, Any] = {"title": {"text": setting.label}, "automargin": True}
    some = values[setting.key]
    if grid:
        return axis | {
            "tickvals": list(range(len(some))), "ticktext": [setting.word(value) for value in some],
            "range": [-0.5, len(some) - 0.5], "showgrid": False, "zeroline": False,
        }  # fmt: skip
    if setting.named:
        return axis | {"type": "category"}
    logarithmic = setting.log and all(isinstance(value, int | float) and value > 0 for value in some)
    return axis | {"type": "log" if logarithmic else "linear", "tickformat": "~g"}


def _dimension(setting: Setting, offered: tuple[Value, ...], seen: Sequence[Value]) -> dict[str, Any]:
    if setting.named:
        places = {value: place for place, value in enumerate(offered)}
        return {
            "label": setting.label, "values": [places[value] for value in seen], "tickvals": list(places.values()),
            "ticktext": [setting.word(value) for value in offered], "range": [-0.3, len(offered) - 0.7],
        }  # fmt: skip
    numbers = [float(value) for value in seen]
    marks = sorted({float(value) for value in offered})
    words = [setting.word(int(mark) if mark.is_integer() else mark) for mark in marks]
    if setting.log and all(number > 0 for number in [*numbers, *marks]):
        numbers, marks = np.log10(numbers).tolist(), np.log10(marks).tolist()
    ends = [min([*numbers, *marks]), max([*numbers, *marks])]
    return {"label": setting.label, "values": numbers, "tickvals": marks, "ticktext": words, "range": ends}


def _order(setting: Setting, value: Value) -> float:
    return float(setting.values.index(value)) if setting.named else float(value)


def _symbol(member: Member) -> str:
    return STATE_SYMBOLS.get(member.state, "x-open")


def _short(validation: float, state: str) -> str:
    number = f"{100 * validation:.1f}"
    return number if state == "done" else f"✕ {number}"


def _low(reached: Sequence[float | None]) -> float:
    return min((value for value in reached if value is not None), default=0.0)


def _high(reached: Sequence[float | None]) -> float:
    return max((value for value in reached if value is not None), default=1.0)
