"""The worked example of one neuron: its line turns with the weights and shifts with the bias."""

from __future__ import annotations

from typing import Any

import numpy as np

from netlab.formatting import fixed
from netlab.lessons.neuron.neuron import Neuron

INPUT = (1.0, 0.5)
MOMENTS = (
    (
        (1.0, 0.0),
        0.0,
        "w₁ = 1 and w₂ = 0: only x₁ counts, and the line stands upright. At the input (1, 0.5) z is {0}.",
    ),
    (
        (1.0, 1.0),
        0.0,
        "Both weights are 1: the line leans, and the arrow points halfway between the two inputs. z is {0}.",
    ),
    ((0.0, 1.0), 0.0, "w₁ = 0 and w₂ = 1: only x₂ counts, and the line lies flat. z is {0}."),
    (
        (-1.0, 1.0),
        0.0,
        "A negative w₁: the more of x₁, the less of z. Now the input lies behind the line, and z is {0}.",
    ),
    (
        (-1.0, 1.0),
        1.0,
        "A bias of 1 shifts the line and turns nothing. The input is on the other side of it again, z is {0}.",
    ),
    (
        (-2.0, 2.0),
        2.0,
        "Twice the weights and twice the bias: the same line, but z is {0}, twice as far from 0.",
    ),
)
"""Weights, bias, and what is said of them, z at its place."""


def turning_line() -> list[tuple[str, dict[str, Any]]]:
    """The moments of the example.

    Returns
    -------
    list of (str, dict)
        A sentence, and the neuron's weights ``w``, bias ``b`` and input ``x``.
    """
    told = []
    for weights, bias, sentence in MOMENTS:
        z = float(Neuron(np.array(weights), bias, "sigmoid").pre_activation(np.array([INPUT]))[0])
        told.append((sentence.format(fixed(z, 1)), {"w": list(weights), "b": bias, "x": list(INPUT)}))
    return told
