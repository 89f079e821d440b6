"""How the training loss bends at a network's numbers: along which direction most upwards, along which most downwards.

The gradient's own change along a direction is the bend (the Hessian times it), so Lanczos's method needs gradients only:
after a few dozen of them the ends of the spectrum are known, of a small network all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import forward
from netlab.playground.network import network
from netlab.playground.training import Task

MOST_STEPS = 40
NUDGE = 1e-5
FLAT_GAIN = 0.01
"""Where a whole step along the slope could lower the loss by less than this share, the place counts as flat."""
DOWNWARDS = 1e-3
"""A bend downwards counts from this share of the largest bend on."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Curvature:
    """The training loss around a network.

    Attributes
    ----------
    loss : float
        Mean loss, with L1 and L2.
    slope : float
        Length of its gradient.
    lowest, highest : float
        The extreme curvatures over all directions.
    """

    loss: float
    slope: float
    lowest: float
    highest: float

    @property
    def saddle(self) -> bool:
        """Whether it is flat here, rises one way and falls another."""
        most = max(abs(self.lowest), abs(self.highest))
        flat = self.slope**2 <= 2 * most * FLAT_GAIN * self.loss
        return bool(flat and self.lowest < -DOWNWARDS * most and self.highest > 0)


def curvature(task: Task, numbers: Array) -> Curvature:
    """How the loss over all points that are trained on bends; nothing is dropped out.

    Parameters
    ----------
    task : Task
        Points, network and regularisation.
    numbers : floats (count,)
        Weights and biases, all finite.

    Returns
    -------
    Curvature
        Extremes to a few digits; exact up to 40 numbers.
    """
    here = numbers.astype(np.float64)
    loss, gradient = _loss(task, here)
    length = 1 + float(np.linalg.norm(here))

    def bent(direction: Doubles) -> Doubles:
        step = NUDGE * length * direction
        return (_loss(task, here + step)[1] - _loss(task, here - step)[1]) / (2 * NUDGE * length)

    values = _spectrum(bent, len(here))
    return Curvature(loss, float(np.linalg.norm(gradient)), float(values.min()), float(values.max()))


def _spectrum(bent: Callable[[Doubles], Doubles], count: int) -> Doubles:
    """Eigenvalues of the bend within the space that Lanczos's steps span, begun from a fixed draw."""
    first = np.random.default_rng(0).normal(size=count)
    basis = [first / np.linalg.norm(first)]
    images: list[Doubles] = []
    while True:
        images.append(bent(basis[-1]))
        if len(basis) == min(count, MOST_STEPS):
            break
        rest = images[-1]
        for _ in range(2):  # once more, for what rounding has left of the others
            rest = rest - sum((rest @ one) * one for one in basis)
        size = np.linalg.norm(rest)
        if size <= 1e-7 * max(float(np.linalg.norm(images[-1])), 1e-12):
            break
        basis.append(rest / size)
    table = np.array(basis) @ np.array(images).T
    return np.asarray(np.linalg.eigvalsh((table + table.T) / 2), np.float64)


def _loss(task: Task, numbers: Doubles) -> tuple[float, Doubles]:
    given, wanted = (array.astype(np.float64) for array in task.taught)
    net = network(task.plan, numbers)
    passed = forward(net, given, wanted)
    gradient = np.concatenate([slope.ravel() for slope in backward(net, passed, wanted).arrays])
    loss = float(passed.losses.mean())
    if task.pull is not None:
        loss += float(np.sum(task.pull[0] * np.abs(numbers) + task.pull[1] * np.square(numbers)))
        gradient = gradient + task.pull[0] * np.sign(numbers) + 2 * task.pull[1] * numbers
    return loss, gradient
