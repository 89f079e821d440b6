"""A race of optimizers: losses by step, loss against learning rate, paths, and which start led where."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.descent import Budgeted, Path, Runner
from netlab.landscape.figures import look_of
from netlab.landscape.race.outcomes import TINY, above, loss_at
from netlab.nn.optimizers import OPTIMIZERS
from netlab.plots.lines import on_top
from netlab.plots.palette import GREY

_ORDER = tuple(OPTIMIZERS)
_MARGIN = {"l": 66, "r": 12, "t": 72, "b": 48}


def tint(key: str) -> tuple[str, str]:
    """Colour and dash of an optimizer, the same on every page."""
    return look_of(_ORDER.index(key))


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
    layout = layout_of(440, "step (one look each)", _height_title(floor), floor)
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


def in_reach(path: Path, axes: Sequence[Array]) -> Array:
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
    layout = layout_of(
        400, "learning rate (logarithmic)", _height_title(floor).replace("loss", "loss at the end", 1), floor
    )
    layout["xaxis"] |= {"type": "log", "dtick": 1, "exponentformat": "power"}
    layout["yaxis"]["range"] = limits
    return go.Figure([*lines, *marks], layout)


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
        x, y = in_reach(runner.path, axes).T
        line = _line(x, y, runner)
        line.update(mode="lines+markers", marker={"size": 4}, hoverinfo="skip", hovertemplate=None)
        figure.add_trace(line)
    figure.add_trace(start_mark(next(iter(runners.values())).path))
    figure.update_layout(showlegend=False, dragmode=False, height=440)
    return figure


def start_mark(path: Path) -> go.Scatter:
    """A ring where a path begins."""
    x, y = path.weights[0]
    return go.Scatter(
        x=[x], y=[y], mode="markers", name="start", hoverinfo="skip", showlegend=False,
        marker={"size": 13, "color": "#fff", "line": {"color": "#000", "width": 3}},
    )  # fmt: skip


def layout_of(height: int, x: str, y: str, floor: float | None) -> dict[str, Any]:
    """The layout of a figure of a race: both axes titled, the heights logarithmic above a floor."""
    return {
        "template": None,
        "height": height,
        "margin": dict(_MARGIN),
        "hovermode": "closest",
        "uirevision": "race",
        "legend": on_top(),
        "xaxis": {"title": {"text": x}, "zeroline": False, "exponentformat": "power"},
        "yaxis": {
            "title": {"text": y},
            "type": "linear" if floor is None else "log",
            "exponentformat": "power",
            "zeroline": False,
        },
    }
