"""A network's landscape from above and in space, cut along its axes, and its curvature over the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array, Floats
from netlab.landscape.figures import SCALE, loss_contours, loss_surface
from netlab.landscape.height_map import HeightMap
from netlab.landscape.network.plane import Heights
from netlab.landscape.network.words import share_told
from netlab.plots.lines import axes, line, short
from netlab.plots.palette import BLUE, DASHES, GREEN, GREY, ORANGE, PURPLE, VERMILION, faint

HEIGHT = 400
WALKS = (VERMILION, PURPLE, GREEN)
Limits = tuple[float, float]


def ground(heights: Heights) -> HeightMap:
    """The losses as a height map, whose heights are logarithms.

    Parameters
    ----------
    heights : Heights
        The picture.

    Returns
    -------
    HeightMap
    """
    known = heights.loss[np.isfinite(heights.loss)]
    floor = max(float(known.max(initial=1.0)) * 1e-6, 1e-12)
    return HeightMap(
        heights.a.astype(np.float32),
        heights.b.astype(np.float32),
        heights.loss.astype(np.float32),
        True,
        0.0,
        floor,
    )


def limits(guessing: float) -> Limits:
    """The colours' ends for all frames of all moments, in powers of ten of the loss.

    Parameters
    ----------
    guessing : float
        The loss of a network that gives every class the same probability.

    Returns
    -------
    tuple of float
        From a hundredth of it to eight times as much.
    """
    return float(np.log10(guessing / 100)), float(np.log10(guessing * 8))


def contours(
    heights: Heights, titles: tuple[str, str], walks: Sequence[Mapping[str, Any]], names: Sequence[str],
    ends: Limits | None, zoom: str, height: int = HEIGHT,
) -> go.Figure:  # fmt: skip
    """Lines of equal loss with the shadows of walks on the plane; the true loss of each moment in its hover.

    Parameters
    ----------
    heights : Heights
        The picture.
    titles : pair of str
        What the axes are.
    walks : sequence of mapping
        As the part "about" has them.
    names : sequence of str
        What each walk is called.
    ends : pair of float or None
        The colours' ends (``limits``); None for those of this picture.
    zoom : str
        Names the view: while it stays the same, a reader's zoom stays too.
    height : int
        In pixels.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = loss_contours(ground(heights), titles, (), zoom)
    drawn = figure.data[0]
    if ends is not None:
        drawn.update(
            zmin=ends[0],
            zmax=ends[1],
            colorbar={"tickvals": _decades(ends), "ticktext": [f"{10.0**one:.3g}" for one in _decades(ends)]},
        )
    drawn.update(
        customdata=np.stack([heights.loss, 2 * heights.error, 100 * heights.accuracy], axis=-1)
        .round(4)
        .tolist(),
        hovertemplate="(%{x:.3f}, %{y:.3f})<br>loss %{customdata[0]} ± %{customdata[1]}<br>%{customdata[2]:.1f} % right<extra></extra>",
    )
    figure.add_traces([*_shadows(walks, names, heights), _middle()])
    _silent_if_unknown(figure, heights)
    figure.update_layout(height=height)
    return figure


def accuracies(
    heights: Heights,
    titles: tuple[str, str],
    walks: Sequence[Mapping[str, Any]],
    names: Sequence[str],
    zoom: str,
) -> go.Figure:
    """The share read rightly over the same plane; colours from 0 to 100 % in every frame.

    Parameters
    ----------
    heights, titles, walks, names, zoom
        As ``contours`` has them.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = loss_contours(ground(heights), titles, (), zoom)
    figure.data[0].update(
        z=short(100 * heights.accuracy.ravel()), zmin=0, zmax=100, colorscale=SCALE.removesuffix("_r"), ncontours=11,
        colorbar={"title": {"text": "right, %"}, "tickvals": [0, 25, 50, 75, 100], "ticktext": ["0", "25", "50", "75", "100"]},
        hovertemplate="(%{x:.3f}, %{y:.3f})<br>%{z:.1f} % right<extra></extra>",
    )  # fmt: skip
    figure.data[0].z = (100 * heights.accuracy).round(2).tolist()
    figure.add_traces([*_shadows(walks, names, heights), _middle()])
    _silent_if_unknown(figure, heights)
    figure.update_layout(height=HEIGHT)
    return figure


def surface(
    heights: Heights, titles: tuple[str, str], walks: Sequence[Mapping[str, Any]], names: Sequence[str],
    ends: Limits | None, zoom: str,
) -> go.Figure:  # fmt: skip
    """The relief with each walk at its true loss, its shadow on the plane, and a thread between the two.

    Parameters
    ----------
    heights, titles, walks, names, ends, zoom
        As ``contours`` has them; the height's axis ends a little beyond the colours.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    map_ = ground(heights)
    figure = loss_surface(map_, titles, (), zoom)
    traces = []
    for walk, name, colour in zip(walks, names, WALKS, strict=False):
        inside = _inside(walk, heights)
        x, y = np.asarray(walk["a"])[inside], np.asarray(walk["b"])[inside]
        true, shadow = map_.height(np.asarray(walk["loss"])[inside]), map_.height(on_plane(heights, x, y))
        threads = [[], [], []]  # type: list[list[Any]]
        for place in range(len(x)):
            for part, values in zip(
                threads, ([x[place]] * 2, [y[place]] * 2, [shadow[place], true[place]]), strict=True
            ):
                part += [*map(float, values), None]
        traces += [
            go.Scatter3d(x=x.tolist(), y=y.tolist(), z=true.tolist(), mode="lines+markers", name=f"{name}, true loss",
                         line={"color": colour, "width": 5}, marker={"color": colour, "size": 3},
                         text=_told(walk, inside), hovertemplate="%{text}<extra></extra>"),
            go.Scatter3d(x=x.tolist(), y=y.tolist(), z=shadow.tolist(), mode="lines", name=f"{name}, on the plane",
                         line={"color": GREY, "width": 3}, hoverinfo="skip"),
            go.Scatter3d(x=threads[0], y=threads[1], z=threads[2], mode="lines", name="thread",
                         line={"color": faint(colour, 0.6), "width": 2}, hoverinfo="skip"),
        ]  # fmt: skip
    figure.add_traces(traces)
    _silent_if_unknown(figure, heights)
    tops = [
        map_.height(heights.loss),
        *(map_.height(np.asarray(walk["loss"])[_inside(walk, heights)]) for walk in walks),
    ]
    known = np.concatenate([one.ravel() for one in tops])
    known = known[np.isfinite(known)]
    if ends is not None:
        figure.update_traces(cmin=ends[0], cmax=ends[1], selector={"type": "surface"})
        figure.update_layout(scene={"zaxis": {"range": [ends[0] - 0.3, ends[1] + 0.3]}})
    elif known.size:
        figure.update_layout(scene={"zaxis": {"range": [float(known.min()), float(known.max()) + 0.05]}})
    return figure


def on_plane(heights: Heights, x: Array, y: Array) -> Array:
    """The picture's loss at places between its points, by straight lines between them.

    Parameters
    ----------
    heights : Heights
        The picture.
    x, y : floats (n,)
        Places inside it.

    Returns
    -------
    float64 (n,)
    """
    count = len(heights.a)
    across = np.clip(
        (np.asarray(x) - heights.a[0]) / (heights.a[-1] - heights.a[0]) * (count - 1), 0, count - 1
    )
    up = np.clip((np.asarray(y) - heights.b[0]) / (heights.b[-1] - heights.b[0]) * (count - 1), 0, count - 1)
    left, low = np.minimum(across.astype(int), count - 2), np.minimum(up.astype(int), count - 2)
    s, t, z = across - left, up - low, heights.loss
    found = (1 - s) * (1 - t) * z[low, left] + s * (1 - t) * z[low, left + 1]
    return np.asarray(found + (1 - s) * t * z[low + 1, left] + s * t * z[low + 1, left + 1])


def cuts(heights: Heights, titles: tuple[str, str], axis: str) -> go.Figure:
    """The loss along both axes through the middle, with twice its standard error as a band.

    Parameters
    ----------
    heights : Heights
        The picture.
    titles : pair of str
        What the axes are.
    axis : str
        What the loss is called, with its unit.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    middle = len(heights.a) // 2
    figure = go.Figure(layout=axes("along the axis, in lengths of the network", axis, 300))
    ways = (
        (heights.a, heights.loss[middle], heights.error[middle]),
        (heights.b, heights.loss[:, middle], heights.error[:, middle]),
    )
    for (x, loss, error), name, colour, dash in zip(ways, titles, (BLUE, ORANGE), DASHES, strict=False):
        figure.add_traces(_band(x, loss, error, colour))
        figure.add_trace(line(x, loss, name, colour, dash, 2.2))
    return figure


def _band(x: Array, loss: Array, error: Array, colour: str) -> list[go.Scatter]:
    known = np.isfinite(loss) & np.isfinite(error)
    look = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        go.Scatter(x=short(x[known]), y=short((loss - 2 * error)[known]), **look),
        go.Scatter(x=short(x[known]), y=short((loss + 2 * error)[known]), fill="tonexty", fillcolor=faint(colour, 0.25), **look),
    ]  # fmt: skip


def gauge(about: Mapping[str, Any]) -> go.Figure:
    """How much of the step and of the way the plane holds, beside what chance gives; in powers of ten.

    Parameters
    ----------
    about : mapping
        The part "about" of an answer.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    rows = [
        (name, about[key], about[f"chance_{key}"])
        for key, name in (("way", "the way"), ("step", "the next step"))
        if about[key] is not None
    ]
    names = [name for name, _, _ in rows]
    null_of = "that of a random walk" if about["chance_spread"] else "a plane by chance"
    bars = [
        go.Bar(y=names, x=[max(100 * share, 0.01) for _, share, _ in rows], orientation="h", name="this plane", marker={"color": BLUE},
               text=[share_told(share) for _, share, _ in rows], hovertemplate="%{y}: %{text}<extra>this plane</extra>"),
        go.Bar(y=names, x=[max(100 * null, 0.01) for _, _, null in rows], orientation="h", name=null_of, marker={"color": GREY},
               text=[share_told(null) for _, _, null in rows], hovertemplate="%{y}: %{text}<extra>by chance</extra>"),
    ]  # fmt: skip
    layout = axes("% of the length held (powers of ten)", "", 190)
    layout["xaxis"] |= {"type": "log", "range": [-2, 2.1], "tickvals": [0.01, 0.1, 1, 10, 100]}
    layout["yaxis"] = {"automargin": True}
    layout["barmode"] = "group"
    return go.Figure(bars, layout)


def sharpness(found: Sequence[Mapping[str, Any]]) -> go.Figure:
    """The largest curvature at the kept moments, as it is and as the optimizer feels it, beside the limit of stability.

    Parameters
    ----------
    found : sequence of mapping
        The parts "sharp" of an answer.

    Returns
    -------
    plotly.graph_objects.Figure
        Hollow marks where what divides the steps is estimated from batches.
    """
    steps = np.array([one["step"] + 1 for one in found], float)
    figure = go.Figure(layout=axes("batch + 1 (powers of ten)", "curvature (powers of ten)", 320))
    kinds = (
        ("largest", "of the loss itself", BLUE, "solid", "lines+markers", "circle"),
        ("felt", "as the optimizer feels it", VERMILION, "dash", "lines+markers", "circle"),
        ("guess", "the same, roughly, from batches", ORANGE, "dot", "markers", "circle-open"),
    )
    for key, name, colour, dash, mode, symbol in kinds:
        values = np.array(
            [one[key] if one[key] is not None and one[key] > 0 else np.nan for one in found], float
        )
        if np.isfinite(values).any():
            mark = {"symbol": symbol, "size": 8, "color": colour}
            figure.add_trace(line(steps, values, name, colour, dash, 2, mode=mode, marker=mark))
    bound = np.array([one["limit"] if one["limit"] is not None else np.nan for one in found], float)
    if np.isfinite(bound).any():
        factor = next(one["factor"] for one in found if one["factor"] is not None)
        figure.add_trace(line(steps, bound, f"the limit, {factor:.3g}/η", GREY, "dot", 2))
    figure.update_xaxes(type="log", dtick=1, exponentformat="power")
    figure.update_yaxes(type="log", dtick=1, exponentformat="power")
    return figure


def between(found: Mapping[str, Any], axis: str) -> go.Figure:
    """The loss on the line between two runs, as they are and with their neurons matched.

    Parameters
    ----------
    found : mapping
        The part "line" of an answer.
    axis : str
        What the loss is called, with its unit.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    figure = go.Figure(layout=axes("from this run (0) to the other (1)", axis, 300))
    for key, name, colour, dash in (
        ("plain", "as they are", VERMILION, "solid"),
        ("matched", "neurons matched", BLUE, "dash"),
    ):
        if key in found:
            t = np.asarray(found["t"])
            figure.add_traces(_band(t, np.asarray(found[key]), np.asarray(found[f"{key}_error"]), colour))
            figure.add_trace(line(t, found[key], name, colour, dash, 2.2))
    return figure


def confusion(table: Array, classes: Sequence[str]) -> go.Figure:
    """What each class is taken for, in % of its pictures; right answers on the diagonal.

    Parameters
    ----------
    table : int (10, 10)
        Rows are what a picture is, columns what it is taken for.
    classes : sequence of str
        Their names.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    shares = 100 * np.asarray(table) / np.maximum(np.asarray(table).sum(axis=1, keepdims=True), 1)
    names = [f"{one} " for one in classes]  # a space keeps Plotly from taking digits for numbers
    drawn = go.Heatmap(
        z=shares.round(1).tolist(), x=names, y=names, zmin=0, zmax=100, colorscale="Blues", text=np.asarray(table).tolist(),
        colorbar={"title": {"text": "%"}, "thickness": 10}, hovertemplate="a %{y}taken for %{x}: %{text} pictures, %{z} %<extra></extra>",
    )  # fmt: skip
    layout = axes("taken for", "is", 320)
    layout["xaxis"] |= {"type": "category"}
    layout["yaxis"] |= {"type": "category", "autorange": "reversed"}
    return go.Figure([drawn], layout)


def filter_picture(weights: Floats, pixel: int, title: str) -> go.Figure:
    """The weights that lead to a unit where its pixels are, with one of them marked; blue adds, orange takes away.

    Parameters
    ----------
    weights : floats (k²,)
        The unit's weights: 784 of a dense layer's, of a convolution's filter as many as its window has pixels.
    pixel : int
        The marked one.
    title : str
        What stands above.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    most, side = float(np.abs(weights).max()) or 1.0, round(len(weights) ** 0.5)
    drawn = go.Heatmap(
        z=np.asarray(weights, float).reshape(side, side).round(4).tolist(), zmin=-most, zmax=most, showscale=False,
        colorscale=[[0, ORANGE], [0.5, "#ffffff"], [1, BLUE]], hovertemplate="column %{x}, row %{y}: %{z}<extra></extra>",
    )  # fmt: skip
    mark = go.Scatter(x=[pixel % side], y=[pixel // side], mode="markers", hoverinfo="skip",
                      marker={"symbol": "square-open", "size": 12, "color": VERMILION, "line": {"width": 3}})  # fmt: skip
    layout = {
        "template": None, "height": 230, "margin": {"l": 8, "r": 8, "t": 26, "b": 8}, "showlegend": False,
        "title": {"text": title, "font": {"size": 12}}, "xaxis": {"visible": False, "range": [-0.5, side - 0.5], "constrain": "domain"},
        "yaxis": {"visible": False, "range": [side - 0.5, -0.5], "scaleanchor": "x"},
    }  # fmt: skip
    return go.Figure([drawn, mark], layout)


def _silent_if_unknown(figure: go.Figure, heights: Heights) -> None:
    """A picture whose place is only kept says nothing where a reader points."""
    if not heights.images:
        figure.for_each_trace(lambda one: one.update(hoverinfo="skip"))
        figure.update_traces(hovertemplate=None, selector={"type": "contour"})
        figure.update_annotations(text="being worked out…")


def _decades(ends: Limits) -> list[float]:
    return np.linspace(*ends, 6).round(3).tolist()


def _inside(walk: Mapping[str, Any], heights: Heights) -> Array:
    x, y = np.asarray(walk["a"]), np.asarray(walk["b"])
    return (np.abs(x) <= heights.a[-1]) & (np.abs(y) <= heights.b[-1])


def _told(walk: Mapping[str, Any], chosen: Array) -> list[str]:
    rows = zip(walk["steps"], walk["loss"], walk["off"], walk["accuracy"], strict=True)
    told = [
        f"after {step:,} batches<br>true loss {loss:.4g}, {100 * right:.1f} % right<br>{off:.3g} lengths off the plane"
        for step, loss, off, right in rows
    ]
    return [one for one, wanted in zip(told, chosen, strict=True) if wanted]


def _shadows(walks: Sequence[Mapping[str, Any]], names: Sequence[str], heights: Heights) -> list[go.Scatter]:
    drawn = []
    for walk, name, colour in zip(walks, names, WALKS, strict=False):
        everywhere = np.ones(len(walk["steps"]), bool)
        drawn.append(
            go.Scatter(
                x=short(walk["a"]),
                y=short(walk["b"]),
                mode="lines+markers",
                name=name,
                line={"color": colour, "width": 2},
                marker={"color": colour, "size": 6, "line": {"color": "#fff", "width": 1}},
                text=_told(walk, everywhere),
                hovertemplate=f"%{{text}}<extra>{name}</extra>",
            )
        )
    return drawn


def _middle() -> go.Scatter:
    return go.Scatter(
        x=[0], y=[0], mode="markers", name="this network", hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 13, "color": "#fff", "line": {"width": 3}},
    )  # fmt: skip
