"""One neuron's curve and its line; a gradient on its way through many layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.lessons.neuron.neuron import CORNERS, Neuron
from netlab.lessons.neuron.signal_propagation import Depth
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.plots.lines import axes, line, shade, short
from netlab.plots.palette import BLUE, GREEN, GREY, ORANGE, SERIES, VERMILION, faint

HEIGHT = 360
ORANGE_TO_BLUE = ((0, ORANGE), (0.5, "#f4f4f4"), (1, BLUE))


def activation_curve(rule: Activation, z: Array, at: float) -> go.Figure:
    """An activation, dashed its slope, shaded where it is saturated; a mark and a tangent where the neuron is.

    The picture covers ``z`` and is wider or higher only if the neuron is beyond.
    """
    height, slope = float(rule.value(np.array([at]))[0]), float(rule.derivative(np.array([at]))[0])
    z = np.linspace(min(z[0], at - 1.0), max(z[-1], at + 1.0), len(z))
    here = np.array([at - 1, at + 1])
    lines = [
        line(z, rule.value(z), "value", BLUE, "solid", 3),
        line(z, rule.derivative(z), "slope", VERMILION, "dash", 2),
        line(here, height + slope * (here - at), "tangent", GREEN, "dot", 2),
        go.Scatter(
            x=[at], y=[height], mode="markers", name="here", marker={"color": GREEN, "size": 13, "symbol": "diamond"},
            hovertemplate="z = %{x:.3f}, a = %{y:.3f}<extra></extra>",
        ),
    ]  # fmt: skip
    layout = axes("pre-activation z", "activation a", HEIGHT)
    layout["xaxis"]["range"] = [float(z[0]), float(z[-1])]
    low, high = (-1.9, 3.1) if rule.range[1] == np.inf else (-1.25, 1.25)
    layout["yaxis"]["range"] = [min(low, height - 0.5), max(high, height + 0.5)]
    layout["shapes"] = [shade(left, right) for left, right in _stretches(z, rule.saturated(z))]
    return go.Figure(lines, layout)


def decision_line(neuron: Neuron, x: Array, reach: float, wanted: Sequence[bool] | None) -> go.Figure:
    """What the neuron answers everywhere, its line z = 0, its weights as an arrow, and the input x (2,)."""
    axis = np.linspace(-reach, reach, 41)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    answers = neuron(points).reshape(len(axis), len(axis))
    size = max(float(np.abs(answers).max()), 1e-9)
    heat = go.Heatmap(
        x=short(axis), y=short(axis), z=np.round(answers / size, 3).tolist(), zmin=-1, zmax=1, showscale=False,
        colorscale=ORANGE_TO_BLUE, opacity=0.75, hoverinfo="skip",
    )  # fmt: skip
    ends = neuron.line(2 * reach)
    boundary = line(ends[:, 0], ends[:, 1], "z = 0", "#222222", "solid", 3)
    point = go.Scatter(
        x=[x[0]], y=[x[1]], mode="markers", name="x", cliponaxis=False, hovertemplate="(%{x}, %{y})<extra>input</extra>",
        marker={"color": GREEN, "size": 14, "symbol": "diamond", "line": {"width": 2, "color": "#fff"}},
    )  # fmt: skip
    layout = axes("input x₁", "input x₂", HEIGHT)
    layout["xaxis"]["range"] = layout["yaxis"]["range"] = [-reach, reach]
    layout["yaxis"] |= {"scaleanchor": "x", "constrain": "domain"}
    layout["xaxis"] |= {"constrain": "domain"}
    layout["annotations"] = _weight_arrow(neuron)
    layout["showlegend"] = False  # black on the dark theme would not be seen; the caption says it
    goals = [] if wanted is None else [_goal(wanted, True), _goal(wanted, False)]
    return go.Figure([heat, boundary, *goals, point], layout)


def _weight_arrow(neuron: Neuron) -> list[dict[str, Any]]:
    """From the line's point nearest to the origin, along the weights."""
    square = float(neuron.weights @ neuron.weights)
    if square == 0:
        return []
    foot = -neuron.bias * neuron.weights / square
    tip = foot + neuron.weights / np.sqrt(square) * 0.7
    return [{
        "x": float(tip[0]), "y": float(tip[1]), "ax": float(foot[0]), "ay": float(foot[1]), "axref": "x", "ayref": "y",
        "text": "", "showarrow": True, "arrowhead": 3, "arrowwidth": 2.5, "arrowcolor": "#222222",
    }]  # fmt: skip


def _goal(wanted: Sequence[bool], yes: bool) -> go.Scatter:
    corners = CORNERS[np.array(wanted) == yes]
    look = {
        "color": "#222222",
        "size": 15,
        "symbol": "circle" if yes else "circle-open",
        "line": {"width": 3},
    }
    return go.Scatter(
        x=short(corners[:, 0]), y=short(corners[:, 1]), mode="markers", marker=look,
        name="yes" if yes else "no", hoverinfo="skip",
    )  # fmt: skip


def activation_gallery(z: Array, chosen: str, *, slopes: bool) -> go.Figure:
    """All activations, or all their slopes, in one picture; the chosen one strong."""
    lines = []
    for place, (name, rule) in enumerate(ACTIVATIONS.items()):
        strong = name == chosen
        colour = SERIES[place % len(SERIES)]
        dash = ("solid", "dash", "dot")[place // len(SERIES)] if place < len(SERIES) else "dash"
        values = (rule.derivative if slopes else rule.value)(z)
        lines.append(
            line(z, values, rule.title, colour if strong else faint(colour, 0.6), dash, 4 if strong else 1.6)
        )
    layout = axes("pre-activation z", "slope da/dz" if slopes else "activation a", HEIGHT)
    layout["height"] = 430
    layout["yaxis"]["range"] = [-0.3, 1.9] if slopes else [-2, 3]
    return go.Figure(lines, layout)


def gradient_through_layers(measured: Depth, paper_gain: float | None) -> go.Figure:
    """Size of the gradient in every layer, measured, by theory for wide layers, and by the papers' rule; logarithmic."""
    layers = np.arange(1.0, len(measured.gradient) + 1)
    lines = [
        line(layers, _positive(measured.gradient), "measured", BLUE, "solid", 2.5, mode="lines+markers"),
        line(layers, _positive(measured.expected_gradient), "theory, wide layers", VERMILION, "dash", 2),
    ]
    if paper_gain is not None:
        by_paper = measured.gradient[-1] * paper_gain ** (len(layers) - layers)
        lines.append(line(layers, _positive(by_paper), "rule of the paper", GREY, "dot", 2.5))
    layout = axes("layer (1 is next to the input)", "root mean square of ∂L/∂z", HEIGHT)
    layout["yaxis"] |= {"type": "log", "exponentformat": "power"}
    seen = measured.gradient[measured.gradient > 0]
    if len(seen) <= 1:  # one point has no scale of its own
        top = float(np.log10(seen[0])) if len(seen) else 0.0
        layout["yaxis"] |= {"range": [top - 2, top + 1]}
    if len(seen) < len(layers):
        layout["annotations"] = [{
            "text": f"0 in {len(layers) - len(seen)} layer{'s' * (len(layers) - len(seen) > 1)}: no place on this axis", "showarrow": False,
            "xref": "paper", "yref": "paper", "x": 0.02, "y": 0.03, "xanchor": "left", "yanchor": "bottom",
        }]  # fmt: skip
    layout["xaxis"] |= {"range": [0.5, len(layers) + 0.5], "dtick": 1 if len(layers) < 11 else 2}
    return go.Figure(lines, layout)


def gain_table(activations: Sequence[str], initializers: Sequence[str], gains: Array) -> go.Figure:
    """What one layer multiplies the gradient by, (activations, initializers): orange shrinks, blue grows."""
    with np.errstate(divide="ignore"):
        powers = np.clip(np.log10(gains), -1, 1)
    heat = go.Heatmap(
        x=list(initializers), y=list(activations), z=np.round(powers, 3).tolist(), zmin=-1.6, zmax=1.6,  # pale enough for black numbers
        colorscale=ORANGE_TO_BLUE, showscale=False, text=[[f"{gain:.2f}" for gain in row] for row in gains],
        texttemplate="%{text}", textfont={"color": "#111111", "size": 11},
        hovertemplate="%{y}, %{x}: times %{text} a layer<extra></extra>",
    )  # fmt: skip
    layout = axes("initializer", "activation", HEIGHT)
    layout["height"] = 430
    layout["margin"] = {"l": 100, "r": 10, "t": 10, "b": 110}
    layout["yaxis"] |= {"autorange": "reversed"}
    layout["xaxis"] |= {"tickangle": -45}
    return go.Figure(heat, layout)


def _positive(values: Array) -> Array:
    """What a logarithmic axis can show; the rest becomes a gap."""
    return np.where(values > 0, values, np.nan)


def _stretches(z: Array, inside: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Where a run of true begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return [(float(z[start]), float(z[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True)]
