"""A race of optimizers: losses by step, loss against learning rate, paths, and which start led where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import DIVERGED, Budgeted, Path, Runner
from netlab.landscape.figures import look_of
from netlab.landscape.surface import CriticalPoint
from netlab.nn.optimizers import OPTIMIZERS
from netlab.plots.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILION

TINY = 1e-14
"""What is nearer to the floor than this is drawn here: a logarithm has no 0."""

NAMED = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY)
OTHER, NOWHERE_TINT, DIVERGED_TINT = "#F0E442", "#C9CED4", "#111111"
_ORDER = tuple(OPTIMIZERS)
_MARGIN = {"l": 66, "r": 12, "t": 72, "b": 48}


def tint(key: str) -> tuple[str, str]:
    """Colour and dash of an optimizer, the same on every page."""
    return look_of(_ORDER.index(key))


def above(losses: ArrayLike, floor: float | None) -> Array:
    """Losses above a floor, at least TINY, for a logarithmic axis; unchanged without a floor. NaN where infinite."""
    known = np.asarray(losses, np.float64)
    known = np.where(np.isfinite(known), known, np.nan)
    return known if floor is None else np.maximum(known - floor, TINY)


def race_losses(
    runners: Mapping[str, Runner], others: Mapping[str, Budgeted], shown: Collection[str], floor: float | None
) -> go.Figure:
    """Every runner's loss by step, and the best loss so far of three ways outside Keras by looks."""
    lines = [
        _line(np.arange(runner.path.steps + 1), above(runner.path.losses, floor), runner)
        for key, runner in runners.items()
        if key in shown
    ]
    drawn = [above(runner.path.losses, floor) for key, runner in runners.items() if key in shown]
    limits = _range(drawn, floor)
    compared = [
        go.Scatter(
            x=np.arange(len(walk.losses)), y=_drawable(above(walk.best_so_far, floor), limits, floor), name=name, mode="lines+markers",
            line={"color": GREY, "width": 1.2, "dash": dash}, marker={"symbol": symbol, "size": 5, "color": GREY},
            hovertemplate=f"{name}, {len(walk.losses)} looks<br>look %{{x}}: %{{y}}<extra></extra>",
        )
        for (name, walk), dash, symbol in zip(others.items(), ("solid", "dash", "dot"), ("circle", "square", "x"), strict=True)
        if name in shown
    ]  # fmt: skip
    layout = _layout(440, "step (one look each)", _height_title(floor), floor)
    layout["yaxis"]["range"] = limits
    return go.Figure([*lines, *compared], layout)


def _line(x: Array, y: Array, runner: Runner, width: float = 2.2) -> go.Scatter:
    colour, dash = tint(runner.optimizer.key)
    return go.Scatter(
        x=x, y=y, name=runner.optimizer.title, mode="lines", line={"color": colour, "dash": dash, "width": width},
        hovertemplate=f"{runner.optimizer.title}, rate {plain(runner.optimizer.learning_rate, 3)}<br>%{{x}}: %{{y}}<extra></extra>",
    )  # fmt: skip


def _height_title(floor: float | None) -> str:
    if floor is None:
        return "loss"
    return "loss (logarithmic)" if floor == 0.0 else f"loss above {plain(floor)} (logarithmic)"


def _range(losses: Sequence[Array], floor: float | None) -> list[float]:
    """From the lowest to a little above where the runners started; what explodes leaves the picture."""
    together = np.concatenate(losses)
    finite = together[np.isfinite(together)]
    starts = np.array([one[0] for one in losses if np.isfinite(one[0])])
    if floor is not None:
        low, high = finite.min(initial=1.0), starts.max(initial=2 * TINY)
        return [float(np.log10(max(low, TINY))) - 0.5, float(np.log10(high)) + 1.0]
    start = float(starts.max()) if len(starts) else 0.0
    size = max(abs(start), 1.0)  # a surface without a lowest point has losses without bound
    return [start - 10 * size, start + 2 * size]


def _drawable(heights: Array, limits: Sequence[float], floor: float | None) -> list[float | None]:
    """Heights for markers: None far outside the limits, where a browser cannot place them."""
    place = heights if floor is None else np.log10(heights)
    reach = 20.0 * (limits[1] - limits[0])
    near = (place > limits[0] - reach) & (place < limits[1] + reach)
    return [float(height) if seen else None for height, seen in zip(heights, near, strict=True)]


def _in_reach(path: Path, axes: Sequence[Array]) -> Array:
    """The footprints up to a thousand windows away, and where the next step crosses that line.

    A browser cannot draw what lies farther, and a coordinate cut by itself would bend the last line.
    """
    width = float(max(axis[-1] - axis[0] for axis in axes))
    weights = path.weights.astype(np.float64)
    away = np.abs(weights - weights[0]).max(axis=1) / (1000.0 * width)
    if not (away > 1.0).any():
        return weights
    first = int(np.argmax(away > 1.0))
    crossing = weights[first - 1] + (weights[first] - weights[first - 1]) / away[first]
    return np.vstack([weights[:first], crossing])


def rate_curves(
    runners: Mapping[str, Runner], chosen: str, shown: Collection[str], floor: float | None
) -> go.Figure:
    """The loss at the last step against the learning rate, all rates walked at once; gaps are walks that diverged."""
    visible = {key: runner for key, runner in runners.items() if key in shown or key == chosen}
    lines = [
        _line(
            runner.sweep.learning_rates,
            above(runner.sweep.losses, floor),
            runner,
            4.0 if key == chosen else 1.6,
        )
        for key, runner in visible.items()
    ]
    start = [above(runner.path.losses[:1], floor) for runner in visible.values()]
    ends = [above(runner.path.losses, floor)[-1:] for runner in visible.values()]
    limits = _range([*start, *(end for end in ends if np.isfinite(end).all())], floor)
    best = {key: runner.sweep.best_learning_rate for key, runner in visible.items()}
    keras = {key: runner.optimizer.keras_learning_rate for key, runner in visible.items()}
    default = {key: rate for key, rate in keras.items() if rate is not None}
    marks = [
        _marks(visible, rates, floor, limits, name, symbol)
        for rates, name, symbol in (
            (best, "its best rate", "star"),
            (default, "Keras's default rate", "diamond-open"),
        )
    ]
    layout = _layout(
        400, "learning rate (logarithmic)", _height_title(floor).replace("loss", "loss at the end", 1), floor
    )
    layout["xaxis"] |= {"type": "log", "dtick": 1, "exponentformat": "power"}
    layout["yaxis"]["range"] = limits
    return go.Figure([*lines, *marks], layout)


def loss_at(runner: Runner, rate: float) -> float:
    """The loss at the end of the walk whose rate is nearest to this one; infinite where it diverged."""
    rates = runner.sweep.learning_rates
    return float(runner.sweep.losses[int(np.abs(np.log(rates / rate)).argmin())])


def loss_with_default(runner: Runner) -> float | None:
    """The loss at the end with Keras's default rate; None where Keras does not have the optimizer."""
    rate = runner.optimizer.keras_learning_rate
    return None if rate is None else loss_at(runner, rate)


def _marks(
    runners: Mapping[str, Runner],
    rates: Mapping[str, float],
    floor: float | None,
    limits: Sequence[float],
    name: str,
    symbol: str,
) -> go.Scatter:
    heights = above([loss_at(runners[key], rate) for key, rate in rates.items()], floor)
    return go.Scatter(
        x=list(rates.values()), y=_drawable(heights, limits, floor), mode="markers", name=name,
        marker={"symbol": symbol, "size": 13, "color": [tint(key)[0] for key in rates], "line": {"width": 1.5}},
        text=[runners[key].optimizer.title for key in rates],
        hovertemplate="%{text}<br>" + name + " %{x}: %{y}<extra></extra>",
    )  # fmt: skip


def race_map(contours: go.Figure, runners: Mapping[str, Runner], shown: Collection[str]) -> go.Figure:
    """The runners' paths over contours; click elsewhere to start there."""
    figure = go.Figure(contours)
    figure.data[0].update(showlegend=False, showscale=False)
    axes = figure.data[0].x, figure.data[0].y
    for runner in (runner for key, runner in runners.items() if key in shown):
        x, y = _in_reach(runner.path, axes).T
        line = _line(x, y, runner)
        line.update(mode="lines+markers", marker={"size": 4}, hoverinfo="skip", hovertemplate=None)
        figure.add_trace(line)
    figure.add_trace(_start(next(iter(runners.values())).path))
    figure.update_layout(showlegend=False, dragmode=False, height=440)
    return figure


def _start(path: Path) -> go.Scatter:
    x, y = path.weights[0]
    return go.Scatter(
        x=[x], y=[y], mode="markers", name="start", hoverinfo="skip", showlegend=False,
        marker={"size": 13, "color": "#fff", "line": {"color": "#000", "width": 3}},
    )  # fmt: skip


@dataclass(frozen=True)
class Destination:
    """One place where walks end: what it is called, its colour, and the numbers in `Landings.reached` that mean it."""

    name: str
    colour: str
    codes: range


def destinations(minima: Sequence[CriticalPoint]) -> tuple[Destination, ...]:
    """The six lowest minima by name, all others together, nowhere, and divergence."""
    named = [
        Destination(f"{number + 1}: ({_g(m.point[0])}, {_g(m.point[1])}), loss {_g(m.value)}", colour, range(number, number + 1))
        for number, (m, colour) in enumerate(zip(minima, NAMED, strict=False))
    ]  # fmt: skip
    rest = len(minima) - len(named)
    others = [Destination(f"one of {rest} more minima", OTHER, range(len(named), len(minima)))] * (rest > 0)
    nowhere = Destination("no minimum", NOWHERE_TINT, range(-1, 0))
    return (
        *named,
        *others,
        nowhere,
        Destination("diverged", DIVERGED_TINT, range(DIVERGED, DIVERGED + 1)),
    )


def _g(value: float) -> str:
    return plain(value if abs(value) > 1e-9 else 0.0, 3)


def classes(reached: Array, places: Sequence[Destination]) -> NDArray[np.int8]:
    """For each number of `Landings.reached` the place it means, int8 of the same shape."""
    found = np.zeros(reached.shape, np.int8)
    for index, place in enumerate(places):
        found[(reached >= place.codes.start) & (reached < place.codes.stop)] = index
    return found


def shares(reached: Array, places: Sequence[Destination]) -> list[float]:
    """The share of walks that ended at each place."""
    counts = np.bincount(classes(reached, places).ravel(), minlength=len(places))
    return [float(count) / reached.size for count in counts]


def reached_shares(
    reached: Mapping[str, Array], places: Sequence[Destination], waiting: str = ""
) -> go.Figure:
    """For each optimizer, a bar of the shares of starts that ended at each place."""
    titles = [OPTIMIZERS[key].title for key in reached]
    table = np.array([shares(one, places) for one in reached.values()]).reshape(-1, len(places))
    bars = [
        go.Bar(
            x=table[:, index].round(6).tolist(), y=titles, orientation="h", name=place.name, marker={"color": place.colour, "line": {"width": 0.5, "color": GREY}},
            hovertemplate="%{y}: %{x:.0%}<extra>" + place.name + "</extra>",
        )
        for index, place in enumerate(places)
    ]  # fmt: skip
    layout = _layout(440, "share of all starts", "", None)
    layout |= {"barmode": "stack", "margin": {"l": 140, "r": 12, "t": 10, "b": 48}}
    layout["showlegend"] = False
    layout["xaxis"] |= {"range": [0, 1], "tickformat": ".0%"}
    layout["yaxis"] = {"title": {"text": ""}, "autorange": "reversed", "type": "category"}
    if waiting:
        layout["annotations"] = [
            {"text": waiting, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
        ]
    return go.Figure(bars, layout)


def basins(
    x: Array,
    y: Array,
    reached: Array,
    minima: Sequence[CriticalPoint],
    path: Path,
    parameters: tuple[str, str],
    zoom: str,
) -> go.Figure:
    """Where each start (x[j], y[i]) led, reached[i, j], by colour, with one start's path on it."""
    places = destinations(minima)
    kinds = len(places)
    steps = [
        (edge / kinds, place.colour) for index, place in enumerate(places) for edge in (index, index + 1)
    ]
    map_ = go.Heatmap(
        x=x.astype(np.float32), y=y.astype(np.float32), z=classes(reached, places), zmin=-0.5, zmax=kinds - 0.5,
        colorscale=[[round(edge, 6), tone] for edge, tone in steps], showscale=False, showlegend=False,
        hovertemplate=f"start: {parameters[0]} %{{x}}, {parameters[1]} %{{y}}<extra></extra>",
    )  # fmt: skip
    layout = _layout(440, parameters[0], parameters[1], None)
    layout |= {"dragmode": False, "uirevision": zoom, "margin": {"l": 60, "r": 12, "t": 10, "b": 48}}
    layout["showlegend"] = False
    layout["xaxis"] |= {"range": [float(x[0]), float(x[-1])]}
    layout["yaxis"] |= {"range": [float(y[0]), float(y[-1])]}
    return go.Figure(
        [map_, _numbered(minima), *_walk(_in_reach(path, (x, y))), _start(path), *_end(path, (x, y))], layout
    )


def _numbered(minima: Sequence[CriticalPoint]) -> go.Scatter:
    named = list(minima)[: len(NAMED)]
    return go.Scatter(
        x=[m.point[0] for m in named], y=[m.point[1] for m in named], mode="markers+text", hoverinfo="skip", showlegend=False,
        text=[f"<b>{number + 1}</b>" for number in range(len(named))], textfont={"color": "#000", "size": 12},
        marker={"size": 21, "color": "#fff", "line": {"color": "#000", "width": 1.5}},
    )  # fmt: skip


def _walk(weights: Array) -> list[go.Scatter]:
    x, y = weights.T
    casing = go.Scatter(
        x=x, y=y, mode="lines", hoverinfo="skip", showlegend=False, line={"color": "#fff", "width": 5.5}
    )
    inner = go.Scatter(
        x=x, y=y, mode="lines+markers", hoverinfo="skip", showlegend=False, line={"color": "#000", "width": 2}, marker={"size": 4, "color": "#000"}
    )  # fmt: skip
    return [casing, inner]


def _end(path: Path, axes: Sequence[Array]) -> list[go.Scatter]:
    """A cross where the walk ended; none where it went out of reach."""
    last = path.weights[path.steps_taken].astype(np.float64)
    if not (_in_reach(path, axes) == last).all(axis=1).any():
        return []
    x, y = last
    cross = go.Scatter(
        x=[x], y=[y], mode="markers", hoverinfo="skip", showlegend=False,
        marker={"symbol": "x", "size": 11, "color": "#fff", "line": {"color": "#000", "width": 2}},
    )  # fmt: skip
    return [cross]


def _layout(height: int, x: str, y: str, floor: float | None) -> dict[str, Any]:
    return {
        "template": None,
        "height": height,
        "margin": dict(_MARGIN),
        "hovermode": "closest",
        "uirevision": "race",
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "xaxis": {"title": {"text": x}, "zeroline": False, "exponentformat": "power"},
        "yaxis": {
            "title": {"text": y},
            "type": "linear" if floor is None else "log",
            "exponentformat": "power",
            "zeroline": False,
        },
    }
