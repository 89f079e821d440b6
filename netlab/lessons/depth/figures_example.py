"""The worked example of many layers: a gradient behind more and more of them, and what mends it."""

from __future__ import annotations

from typing import Any

from netlab.formatting import plain
from netlab.lessons.depth.figures import gradient_through_layers
from netlab.lessons.depth.signal_propagation import paper_gain, through_layers, verdict

WIDTH = 128
STEPS = (
    (2, "sigmoid", "glorot_uniform", "Two layers of sigmoids"),
    (5, "sigmoid", "glorot_uniform", "Five layers of sigmoids"),
    (10, "sigmoid", "glorot_uniform", "Ten layers of sigmoids"),
    (20, "sigmoid", "glorot_uniform", "Twenty layers of sigmoids"),
    (20, "tanh", "glorot_uniform", "Twenty layers of tanh"),
    (20, "relu", "he_normal", "Twenty layers of ReLU with He’s weights"),
)
"""Layers, activation, first weights, and what they are called."""


def deeper_and_deeper() -> list[tuple[str, Any]]:
    """The moments of the example.

    Returns
    -------
    list of (str, plotly.graph_objects.Figure)
        A sentence with what was measured, and the gradient layer by layer.
    """
    told = []
    for layers, activation, start, name in STEPS:
        found = through_layers(activation, start, depth=layers, width=WIDTH)
        figure = gradient_through_layers(found, paper_gain(activation, start, width=WIDTH))
        told.append(
            (
                f"{name}: the gradient of the first layer is {plain(found.share, 2)} times that of the last. It {verdict(found.share)}.",
                figure,
            )
        )
    return told
