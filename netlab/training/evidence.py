"""What a training measures of itself now and then: dead and saturated units, gradients layer by layer, curvature.

All of it on one fixed sample of training digits, with dropout off and at the weights as they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.data.split import split
from netlab.runs.events import Evidence
from netlab.training.lens import Lens

SAMPLE = 256
_SAMPLE = 4  # beside the streams of netlab.training.batches
STEP = 0.02
"""How far along the gradient the second gradient is taken; all weights together are one vector."""


def sample(seed: int, available: int, used: int) -> NDArray[np.intp]:
    """Which training digits are measured on: at most ``SAMPLE`` of them, drawn from the seed alone.

    Parameters
    ----------
    seed, available, used : int
        Of the network, how many training digits there are, and how many of them it trains on.

    Returns
    -------
    places (n,)
        Among those that ``netlab.training.batches.BatchSource`` draws batches from.
    """
    return split(seed, available, used, 0)[0][:SAMPLE]


def measured(
    lens: Lens,
    step: int,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    weights: Sequence[NDArray[np.float32]],
) -> Evidence:
    """Measure a network as it stands after ``step`` updates: two gradients over the sample.

    Parameters
    ----------
    lens : Lens
        Looks at the network.
    step : int
        Updates so far.
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        The sample.
    weights : sequence of float32 arrays
        As they are after ``step`` updates, in the model's order; the network's own may have moved on.

    Returns
    -------
    Evidence
        With the second derivative of the mean loss along its gradient, from a second gradient a short way on.
    """
    here = lens.slopes(images, labels, weights)
    gradient = [part.numpy() for part in here.gradient]
    length = _length(gradient)
    return Evidence(
        step,
        len(labels),
        _or_none(here.loss),
        _curvature(lens, images, labels, weights, gradient, length),
        (*here.dead, None),
        (*here.saturated, None),
        tuple(alike(*weights[layer]) for layer in lens.layers),
        tuple(_or_none(_length(gradient[layer])) for layer in lens.layers),
        tuple(_or_none(_length(weights[layer])) for layer in lens.layers),
    )


def alike(kernel: NDArray[np.float32], *others: NDArray[np.float32]) -> float:
    """Share of a layer's units whose weights and bias are exactly its first unit's; 0 if only the first's are.

    Parameters
    ----------
    kernel : float32 array (..., units)
    *others : float32 arrays (units,)
        Its bias; the scale and the shift of its normalisation, if it has one.

    Returns
    -------
    float
    """
    rows = kernel.reshape(-1, kernel.shape[-1])
    same = np.all(rows == rows[:, :1], axis=0)
    for other in others:
        same &= other == other[0]
    twins = int(same.sum())
    return twins / len(same) if twins > 1 else 0.0


def _curvature(
    lens: Lens, images: NDArray[np.uint8], labels: NDArray[np.uint8], weights: Sequence[Any], gradient: list[Any], length: float
) -> float | None:  # fmt: skip
    if not (math.isfinite(length) and length > 0):
        return None
    on = np.float32(STEP / length)
    there = lens.slopes(images, labels, [weight + on * part for weight, part in zip(weights, gradient)])
    change = sum(
        float(np.vdot(part, new.numpy() - part)) for part, new in zip(gradient, there.gradient, strict=True)
    )
    return _or_none(change / (length * STEP))


def _length(parts: Sequence[Any]) -> float:
    return math.sqrt(sum(float(np.vdot(part, part)) for part in parts))


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
