"""Many thinned networks read many digits: how good is one of them, all of them together, and the whole network?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.lessons.dropout.dropout import RESCALINGS, mask
from netlab.nn.activations import softmax


@dataclass(frozen=True)
class Ensemble:
    """Shares of right answers.

    Attributes
    ----------
    each : (networks,)
        Of every thinned network by itself.
    together : float
        Of the class with the largest mean probability.
    whole : float
        Of the network with all its units.
    """

    each: Array
    together: float
    whole: float


def ensemble(
    hidden: Array, labels: NDArray[Any], weights: Array, biases: Array, rate: float, *, generator: Generator,
    networks: int = 30, rescaling: str = "inverted",
) -> Ensemble:  # fmt: skip
    """Let thinned networks read hidden activations (n, k) through the softmax layer above, (k, c) and (c,).

    Parameters
    ----------
    hidden, labels, weights, biases
        Activations, the right classes (n,), and the softmax layer.
    rate, generator, networks, rescaling
        Of the masks: rate, chance and number; and a key of ``RESCALINGS``.

    Returns
    -------
    Ensemble
        Shares from 0 to 1.
    """
    kept = mask(generator, (networks, len(weights)), rate) * np.float32(RESCALINGS[rescaling].training(rate))
    thinned = np.moveaxis(kept[:, :, None] * weights, 0, 1).reshape(len(weights), -1)
    logits = (hidden @ thinned).reshape(len(hidden), networks, -1) + biases
    probabilities = softmax(logits)
    right = probabilities.argmax(axis=2) == labels[:, None]
    whole = hidden * np.float32(RESCALINGS[rescaling].use(rate)) @ weights + biases
    return Ensemble(
        each=right.mean(axis=0),
        together=float(np.mean(probabilities.mean(axis=1).argmax(axis=1) == labels)),
        whole=float(np.mean(whole.argmax(axis=1) == labels)),
    )
