"""Is a network as often right as it says? How sure it is beside how right it is, and the temperature that mends it.

Source: Guo, Pleiss, Sun & Weinberger (2017), On calibration of modern neural networks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.nn.activations import log_softmax, softmax

BINS = 15
COLDEST, HOTTEST = 0.05, 20.0
"""Between these a temperature is looked for."""


@dataclass(frozen=True)
class Reliability:
    """Answers sorted into bins by how sure they are.

    Attributes
    ----------
    edges : float64 (bins + 1,)
        A bin holds what is above its lower edge and at most its upper one.
    counts : int (bins,)
        How many answers are in each.
    sureness, accuracy : float64 (bins,)
        Their mean probability and the share of them that is right; NaN where there are none.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    sureness: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error: by how much the two differ, a mean over all answers."""
        filled = self.counts > 0
        gaps = np.abs(self.sureness[filled] - self.accuracy[filled])
        return float((gaps * self.counts[filled]).sum() / max(int(self.counts.sum()), 1))

    @property
    def lean(self) -> float:
        """Mean sureness less the share that is right: above 0, it is surer than it should be."""
        filled = self.counts > 0
        gaps = self.sureness[filled] - self.accuracy[filled]
        return float((gaps * self.counts[filled]).sum() / max(int(self.counts.sum()), 1))


@dataclass(frozen=True)
class Mended:
    """What a temperature does.

    Attributes
    ----------
    temperature : float
        What all sums are divided by; above 1, every answer becomes less sure.
    fitted_on, judged_on : int
        How many pictures it was chosen by, and how many others it is judged by.
    before, after : Reliability
        Of those others, without it and with it.
    loss_before, loss_after : float
        Their mean cross-entropy.
    """

    temperature: float
    fitted_on: int
    judged_on: int
    before: Reliability
    after: Reliability
    loss_before: float
    loss_after: float

    @property
    def at_the_edge(self) -> bool:
        """Whether it lies at an end of what was tried, so that the best may lie beyond."""
        return self.temperature < 1.01 * COLDEST or self.temperature > 0.99 * HOTTEST


def reliability(probabilities: Floats, labels: Bytes, bins: int = BINS) -> Reliability:
    """Sort answers by how sure they are, and see how often they are right.

    Parameters
    ----------
    probabilities : floats (n, 10)
        Of each class, for each picture.
    labels : uint8 (n,)
        What each picture is.
    bins : int, default=15
        How many bins of equal width from 0 to 1.

    Returns
    -------
    Reliability
    """
    sureness = np.asarray(probabilities.max(axis=1), np.float64)
    right = probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, sureness, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    sums = (np.bincount(place, weights, bins) for weights in (sureness, right.astype(float)))
    with np.errstate(invalid="ignore"):
        means, accuracies = (total / counts for total in sums)
    return Reliability(edges, counts, means, accuracies)


def mean_loss(logits: Floats, labels: Bytes, temperature: float = 1.0) -> float:
    """The mean cross-entropy of answers whose sums are divided by a temperature.

    Parameters
    ----------
    logits : floats (n, 10)
        Sums before the softmax.
    labels : uint8 (n,)
        What each picture is.
    temperature : float, default=1
        Above 0.

    Returns
    -------
    float
        In nats.
    """
    logs = log_softmax(np.asarray(logits, np.float64) / temperature)
    return float(-logs[np.arange(len(labels)), labels].mean())


def best_temperature(logits: Floats, labels: Bytes) -> float:
    """The temperature with the lowest mean cross-entropy, which has no other lowest point in its inverse.

    Parameters
    ----------
    logits : floats (n, 10)
        Sums before the softmax.
    labels : uint8 (n,)
        What each picture is.

    Returns
    -------
    float
        Between ``COLDEST`` and ``HOTTEST``.
    """
    from scipy.optimize import minimize_scalar  # loaded where it is needed: a server begins without it

    limits = (float(np.log(COLDEST)), float(np.log(HOTTEST)))
    found = minimize_scalar(
        lambda log: mean_loss(logits, labels, float(np.exp(log))),
        bounds=limits,
        method="bounded",
        options={"xatol": 1e-6},
    )
    return float(np.exp(found.x))


def mended(logits: Floats, labels: Bytes) -> Mended:
    """Choose a temperature by one half of the pictures, and judge it by the other half.

    Parameters
    ----------
    logits : floats (n, 10)
        Sums before the softmax; n at least 2.
    labels : uint8 (n,)
        What each picture is.

    Returns
    -------
    Mended
        The halves are drawn once and for all: pictures of one writer lie side by side.
    """
    order = np.random.default_rng(0).permutation(len(labels))
    fit, judge = order[: len(order) // 2], order[len(order) // 2 :]
    temperature = best_temperature(logits[fit], labels[fit])
    before, after = (
        reliability(softmax(np.asarray(logits[judge], np.float64) / one), labels[judge])
        for one in (1.0, temperature)
    )
    losses = (mean_loss(logits[judge], labels[judge], one) for one in (1.0, temperature))
    return Mended(temperature, len(fit), len(judge), before, after, *losses)
