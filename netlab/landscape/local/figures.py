"""A walk in its bowl: the map of rate and momentum, the error along each axis, and the limit at every step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.local.axes import AxisErrors
from netlab.landscape.local.bowl import Bowl
from netlab.landscape.local.limit_curve import LimitCurve
from netlab.landscape.local.rate_momentum import optimum, rate_map, ringing_edge, stability_edge
from netlab.plots.lines import axes, short
from netlab.plots.palette import BLUE, GREY, ORANGE, VERMILION

HEIGHT = 380
FEWEST, MOST = 1.0, 1000.0
"""Steps beyond these are drawn in the colours of these."""
STEPS_OF_COLOUR = 250
LEAST = 1e-12


def rate_momentum_map(
    bowl: Bowl, learning_rate: float, momentum: float, *, nesterov: bool, zoom: str
) -> go.Figure:
    """Colour is how many steps make the distance ten times smaller; a star at the best pair, a ring at the reader's."""
    found = rate_map(bowl, nesterov=nesterov)
    scale = np.log10(np.clip(found.steps, FEWEST, MOST)) / np.log10(MOST / FEWEST)
    shades = np.round(STEPS_OF_COLOUR * scale).astype(np.uint8)  # a byte each: the message stays small
    powers = np.arange(np.log10(FEWEST), np.log10(MOST) + 1)
    heat = go.Heatmap(
        x=found.learning_rates.astype(np.float32), y=found.momenta.astype(np.float32), z=shades, zmin=0, zmax=STEPS_OF_COLOUR,
        colorscale="Viridis_r", zsmooth="best", hovertemplate="η %{x:.3g}, μ %{y:.3g}<extra>click to set both</extra>", showlegend=False,
        colorbar={
            "title": {"text": "steps for<br>10 × nearer", "side": "top"}, "thickness": 10, "len": 0.95, "x": 1.01, "xpad": 2,
            "tickvals": (STEPS_OF_COLOUR * powers / powers[-1]).tolist(), "ticktext": [*(plain(10.0**one) for one in powers[:-1]), f"≥ {plain(10.0 ** powers[-1])}"],
        },
    )  # fmt: skip
    mu = np.linspace(0.0, 0.99, 81)
    edge, ring = (
        stability_edge(mu, bowl.steepest, nesterov=nesterov),
        ringing_edge(mu, bowl.steepest, nesterov=nesterov),
    )
    most = float(found.learning_rates[-1])
    best = optimum(bowl, nesterov=nesterov)
    layout = axes("learning rate η", "momentum μ", HEIGHT)
    layout |= {
        "dragmode": False,
        "showlegend": False,
        "uirevision": zoom,
        "margin": {"l": 60, "r": 8, "t": 12, "b": 46},
    }
    layout["xaxis"] |= {"range": [0.0, most], "zeroline": False, "exponentformat": "power"}
    layout["yaxis"] |= {"range": [0.0, 0.99], "zeroline": False}
    layout["annotations"] = _names(edge, ring, most)
    return go.Figure(
        [
            heat, _beyond(edge, mu, most), _edge(ring, mu, "dash"), _edge(edge, mu, "solid"),
            _mark(best.learning_rate, best.momentum, "star", 16, "#fff", "the best pair"),
            *_yours(learning_rate, momentum, most),
        ],
        layout,
    )  # fmt: skip


def _names(edge: Array, ring: Array, most: float) -> list[dict[str, object]]:
    """What each region is called, where there is room for it."""
    look = {"showarrow": False, "font": {"size": 13, "color": "#111"}, "bgcolor": "rgba(255,255,255,0.8)"}
    quarter = len(edge) // 4
    high = len(edge) * 7 // 8
    return [
        {**look, "text": "monotone", "x": 0.02 * most, "y": 0.03, "xanchor": "left", "yanchor": "bottom"},
        {**look, "text": "ringing", "x": 0.5 * float(ring[high] + edge[high]), "y": 0.87},
        {**look, "text": "diverging", "x": 0.5 * (float(edge[quarter]) + most), "y": 0.25},
    ]


def _beyond(edge: Array, mu: Array, most: float) -> go.Scatter:
    return go.Scatter(
        x=short(np.concatenate([edge, [most * 1.01, most * 1.01]])), y=short(np.concatenate([mu, [0.99, 0.0]])), mode="lines", fill="toself",
        fillcolor="#C9CED4", line={"width": 0}, hoverinfo="skip", showlegend=False, name="diverging",
    )  # fmt: skip


def _edge(rates: Array, mu: Array, dash: str) -> go.Scatter:
    return go.Scatter(
        x=short(rates), y=short(mu), mode="lines", line={"color": "#111", "width": 1.4, "dash": dash}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _mark(x: float, y: float, symbol: str, size: int, colour: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=[x], y=[y], mode="markers", name=name, marker={"symbol": symbol, "size": size, "color": colour, "line": {"color": "#111", "width": 1.5}},
        hovertemplate=f"{name}: η %{{x:.3g}}, μ %{{y:.3g}}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


def _yours(learning_rate: float, momentum: float, most: float) -> list[go.Scatter]:
    """The reader's pair; at the border, as an arrow, where its rate is off the map."""
    if learning_rate <= most:
        return [_mark(learning_rate, momentum, "circle", 13, ORANGE, "yours")]
    return [_mark(most, momentum, "triangle-right", 15, ORANGE, "yours lies farther right")]


def axis_errors_figure(errors: AxisErrors, zoom: str) -> go.Figure:
    """The distance to the minimum along each axis by step, with what theory says of a step as thin lines."""
    steps = np.arange(len(errors.distances))
    traces = []
    for axis, name, colour, dash in ((1, "steep axis", VERMILION, "solid"), (0, "flat axis", BLUE, "dash")):
        own = errors.distances[:, axis]
        traces.append(
            go.Scatter(
                x=steps.tolist(), y=short(np.where(own > LEAST, own, np.nan)), mode="lines", name=name, line={"color": colour, "dash": dash, "width": 2.2},
                hovertemplate=f"{name}<br>step %{{x}}: %{{y}}<extra></extra>",
            )
        )  # fmt: skip
        if errors.expected is not None and own[0] > LEAST:
            with np.errstate(over="ignore", under="ignore"):
                line = own[0] * errors.expected[axis] ** steps
            drawn = np.where((line > LEAST) & (line < 1e9), line, np.nan)
            traces.append(
                go.Scatter(
                    x=steps.tolist(), y=short(drawn), mode="lines", name=f"theory, {name}", showlegend=False, line={"color": colour, "width": 1, "dash": "dot"},
                    hoverinfo="skip",
                )
            )  # fmt: skip
    layout = axes("step (count)", "distance to the minimum", HEIGHT)
    layout |= {"uirevision": zoom, "margin": {"l": 74, "r": 10, "t": 34, "b": 46}}
    layout["yaxis"] |= {"type": "log", "exponentformat": "power", "zeroline": False}
    layout["xaxis"] |= {"zeroline": False}
    return go.Figure(traces, layout)


def limit_figure(curve: LimitCurve, zoom: str) -> go.Figure:
    """Rate and limit by step; where the rate is above the limit it has marks."""
    steps = np.arange(1, len(curve.rates) + 1)
    limits = np.where(curve.known & (curve.limits > 0.0), curve.limits, np.nan)
    over = np.where(curve.above, curve.rates, np.nan)
    traces = [
        go.Scatter(
            x=steps.tolist(), y=short(limits), mode="lines", name="largest stable rate", line={"color": GREY, "width": 2.4},
            hovertemplate="limit of step %{x}: %{y}<extra></extra>",
        ),
        go.Scatter(
            x=steps.tolist(), y=short(curve.rates), mode="lines", name="your rate", line={"color": BLUE, "width": 2.2, "dash": "dash"},
            hovertemplate="rate of step %{x}: %{y}<extra></extra>",
        ),
        go.Scatter(
            x=steps.tolist(), y=short(over), mode="markers", name="above the limit", marker={"color": VERMILION, "size": 6, "symbol": "x"},
            hovertemplate="step %{x}: above the limit<extra></extra>",
        ),
    ]  # fmt: skip
    layout = axes("step (count)", "learning rate", HEIGHT)
    layout |= {"uirevision": zoom, "margin": {"l": 74, "r": 10, "t": 34, "b": 46}}
    layout["yaxis"] |= {"type": "log", "exponentformat": "power", "zeroline": False}
    layout["xaxis"] |= {"zeroline": False, "range": [0, len(steps) + 1]}
    return go.Figure(traces, layout)
