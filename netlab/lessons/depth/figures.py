"""A gradient on its way through many layers, and what one layer multiplies it by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlab.arrays import Array
from netlab.formatting import fixed, plain, raised
from netlab.lessons.depth.signal_propagation import Depth
from netlab.plots.lines import axes, line
from netlab.plots.palette import BLUE, GREY, ORANGE_TO_BLUE, VERMILION

HEIGHT = 360


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
        colorscale=ORANGE_TO_BLUE, showscale=False, text=[[_written(gain) for gain in row] for row in gains],
        texttemplate="%{text}", textfont={"color": "#111111", "size": 11},
        hovertemplate="%{y}, %{x}: times %{text} a layer<extra></extra>",
    )  # fmt: skip
    layout = axes("initializer", "activation", HEIGHT)
    layout["height"] = 430
    layout["margin"] = {"l": 100, "r": 10, "t": 10, "b": 110}
    layout["yaxis"] |= {"autorange": "reversed"}
    layout["xaxis"] |= {"tickangle": -45}
    return go.Figure(heat, layout)


def _written(gain: float) -> str:
    """Two decimals; what these would make 0 without being 0, as a power of ten."""
    if gain == 0 or not np.isfinite(gain):
        return plain(gain)
    return fixed(gain, 2) if gain >= 0.005 else f"10{raised(round(float(np.log10(gain))))}"


def _positive(values: Array) -> Array:
    """What a logarithmic axis can show; the rest becomes a gap."""
    return np.where(values > 0, values, np.nan)
