"""One neuron's curve, all activations beside each other, and layers with and without a bend."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.plots.lines import axes, line, shade
from netlab.plots.palette import BLUE, GREEN, ORANGE, SERIES, VERMILION, faint

HEIGHT = 310


def activation_curve(rule: Activation, z: Array, at: float) -> go.Figure:
    """An activation, dashed its slope, shaded where it is saturated; a mark and a tangent where the neuron is.

    The picture covers ``z`` and is wider or higher only if the neuron is beyond.
    """
    height, slope = float(rule.value(np.array([at]))[0]), float(rule.derivative(np.array([at]))[0])
    z = np.linspace(min(z[0], at - 1.0), max(z[-1], at + 1.0), len(z))
    here = np.array([at - 1, at + 1])
    lines = [
        line(*_with_jumps(rule, rule.value, z), "value", BLUE, "solid", 3),
        line(*_with_jumps(rule, rule.derivative, z), "slope", VERMILION, "dash", 2),
        line(here, height + slope * (here - at), "tangent", GREEN, "dot", 2),
        go.Scatter(
            x=[at], y=[height], mode="markers", name="here", marker={"color": GREEN, "size": 13, "symbol": "diamond"},
            hovertemplate="z = %{x:.3f}, a = %{y:.3f}<extra></extra>",
        ),
    ]  # fmt: skip
    layout = axes("z, the sum", "activation a", HEIGHT)
    layout["xaxis"]["range"] = [float(z[0]), float(z[-1])]
    low, high = (-1.9, 3.1) if rule.range[1] == np.inf else (-1.25, 1.25)
    layout["yaxis"]["range"] = [min(low, height - 0.5), max(high, height + 0.5)]
    layout["shapes"] = [shade(left, right) for left, right in _stretches(z, rule.saturated(z))]
    return go.Figure(lines, layout)


def activation_gallery(z: Array, chosen: str, *, slopes: bool) -> go.Figure:
    """All activations, or all their slopes, in one picture; the chosen one strong."""
    lines = []
    for place, (name, rule) in enumerate(ACTIVATIONS.items()):
        strong = name == chosen
        colour = SERIES[place % len(SERIES)]
        dash = ("solid", "dash", "dot")[place // len(SERIES)] if place < len(SERIES) else "dash"
        places, values = _with_jumps(rule, rule.derivative if slopes else rule.value, z)
        look = (colour if strong else faint(colour, 0.6), dash, 4 if strong else 1.6)
        lines.append(line(places, values, rule.title, *look))
    layout = axes("z, the sum", "slope da/dz" if slopes else "activation a", HEIGHT)
    layout["height"] = 430
    layout["yaxis"]["range"] = [-0.3, 1.9] if slopes else [-2, 3]
    return go.Figure(lines, layout)


def straight_and_bent(x: Array, straight: Array, bent: Array, title: str, at: float) -> go.Figure:
    """What comes out of three layers along one input: without a bend, and with one; a mark at the reader's input."""
    lines = [
        line(x, straight, "without a bend", ORANGE, "dash", 3),
        line(x, bent, f"with {title}", BLUE, "solid", 3),
    ]
    layout = axes("input x₁", "output y", 300)
    layout["xaxis"]["range"] = [float(x[0]), float(x[-1])]
    layout["shapes"] = [
        {"type": "line", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": {"color": GREEN, "dash": "dot", "width": 2}}
    ]  # fmt: skip
    return go.Figure(lines, layout)


def _with_jumps(rule: Activation, function: Callable[[Array], Array], z: Array) -> tuple[Array, Array]:
    """Places and values of a curve, with a gap at each kink where it jumps instead of a ramp from place to place."""
    places, values = z[~np.isin(z, rule.kinks)], function(z[~np.isin(z, rule.kinks)])
    for kink in rule.kinks:
        sides = np.array([np.nextafter(kink, -np.inf), kink, np.nextafter(kink, np.inf)])
        heights = function(sides)
        heights[1] = np.nan if abs(heights[2] - heights[0]) > 1e-6 else heights[1]
        at = int(np.searchsorted(places, kink))
        places, values = np.insert(places, at, sides), np.insert(values, at, heights)
    return places, values


def _stretches(z: Array, inside: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Where a run of true begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], inside.astype(int), [0]])))
    return [(float(z[start]), float(z[end - 1])) for start, end in zip(edges[::2], edges[1::2], strict=True)]
