"""One sigmoid unit judged by two losses: why the quadratic one stalls where cross-entropy does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import sigmoid, sigmoid_derivative
from netlab.nn.losses import Loss, loss_behind

QUADRATIC = loss_behind("quadratic", "sigmoid")
CROSS_ENTROPY = loss_behind("cross_entropy", "sigmoid")


@dataclass(frozen=True)
class TwoLosses:
    """One sigmoid unit judged by both losses; all arrays are shaped like the logits.

    ``quadratic_derivative`` and ``cross_entropy_derivative`` are with respect to the logit: (p - y) · ``factor``, and
    p - y.
    """

    logits: Array
    target: float
    predictions: Array
    quadratic: Array
    cross_entropy: Array
    quadratic_derivative: Array
    cross_entropy_derivative: Array
    factor: Array


def compare(logits: Array, target: float) -> TwoLosses:
    """Judge one sigmoid unit at each logit (n,) by both losses: why one stalls and the other does not.

    Parameters
    ----------
    logits, target
        Logits, and y from 0 to 1.

    Returns
    -------
    TwoLosses
        Arrays (n,).
    """
    z = np.asarray(logits)[..., None]
    y = np.full_like(z, target)
    return TwoLosses(
        logits=z[..., 0],
        target=target,
        predictions=sigmoid(z)[..., 0],
        quadratic=QUADRATIC.logit_value(z, y),
        cross_entropy=CROSS_ENTROPY.logit_value(z, y),
        quadratic_derivative=QUADRATIC.logit_derivative(z, y)[..., 0],
        cross_entropy_derivative=CROSS_ENTROPY.logit_derivative(z, y)[..., 0],
        factor=sigmoid_derivative(z)[..., 0],
    )


def unlearn(
    loss: Loss, start: float, target: float, *, learning_rate: float = 0.5, steps: int = 200
) -> Array:
    """Walk one logit from a (wrong) start down a loss; returns the steps + 1 logits passed through.

    Cross-entropy leaves a saturated wrong answer at nearly ``learning_rate`` a step; the quadratic loss hardly
    moves until it is almost out by itself (Solla, Levin & Fleisher, 1988).

    Parameters
    ----------
    loss, start, target
        A loss of a sigmoid output, the first logit, and y from 0 to 1.
    learning_rate, steps
        η, and how many updates.

    Returns
    -------
    array
        (steps + 1,), start first.
    """
    logits = np.empty(steps + 1)
    logits[0] = start
    for step in range(steps):
        derivative = loss.logit_derivative(logits[step : step + 1], np.array([target]))
        logits[step + 1] = logits[step] - learning_rate * derivative[0]
    return logits
