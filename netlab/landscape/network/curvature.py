"""How a network's loss bends: its gradient, the Hessian times any direction, and the sharpest direction there is.

The Hessian itself would have as many rows as the network has weights. Its product with a direction costs two passes
forward and two back, and is exact: everything on the way forward and back is differentiated along the direction.

Sources: Pearlmutter (1994), Fast exact multiplication by the Hessian; Cohen, Kaur, Li, Kolter & Talwalkar (2021),
Gradient descent on neural networks typically occurs at the edge of stability; Cohen et al. (2022), Adaptive gradient
methods at the edge of stability.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, Array
from netlab.landscape.network.flat import Weights, shaped, size
from netlab.landscape.network.layers import layer_of, moves
from netlab.landscape.network.plane import Asked, bent, pixels
from netlab.nets.numpy_model import answering
from netlab.nets.parameters import ParameterRow
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS, softmax
from netlab.nn.losses import LOSSES

ITERATIONS = 14
BATCH, CONVOLVED_BATCH = 1000, 100
"""Pictures that go through the layers together; every window of a picture takes room of its own."""
Product = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class _Passed:
    """What one layer keeps of the way forward: what entered, in the layer's own form, and its sums."""

    entered: Array
    sums: Array


class Slopes:
    """The loss of a network over some pictures, dropout off: its gradient, and its Hessian times a direction."""

    def __init__(self, spec: NetworkSpec, weights: Weights, images: Array, labels: NDArray[Any]) -> None:
        rows = answering(spec)
        self.spec, self.weights = spec, weights
        self._layers = [layer_of(row, weights) for row in rows]
        self._bends = [_bend(row) for row in rows]
        self._first = next(place for place, row in enumerate(rows) if row.kernel)
        self._kind = next(iter(weights.values())).dtype
        batch = CONVOLVED_BATCH if spec.convolutions else BATCH
        self._batches = [
            Asked(spec, images[at : at + batch], labels[at : at + batch], self._kind)
            for at in range(0, len(labels), batch)
        ]
        self._count = len(labels)

    def gradient(self) -> Array:
        """The gradient of the mean loss, (P,); without what regularisation adds."""
        found = np.zeros(size(self.spec), self._kind)
        into = shaped(self.spec, found, self.weights)
        for asked in self._batches:
            passed = self._forward(asked)
            self._back(passed, asked.slopes(passed[-1].sums), into)
        return found / self._kind.type(self._count)

    def times(self, direction: Array) -> Array:
        """The Hessian of the mean loss times a direction, (P,)."""
        found = np.zeros_like(direction)
        into = shaped(self.spec, found, self.weights)
        moved = shaped(self.spec, direction, {name: np.zeros_like(one) for name, one in self.weights.items()})
        for asked in self._batches:
            self._second(asked, moved, into)
        return found / self._kind.type(self._count)

    def _forward(self, asked: Asked) -> list[_Passed]:
        values, passed = pixels(asked.images, self._kind), []
        for layer, name in zip(self._layers, self._bends, strict=True):
            entered = layer.enter(values)
            sums = layer.give(self.weights, entered)
            passed.append(_Passed(entered, sums))
            values = bent(name, sums)
        return passed

    def _back(self, passed: list[_Passed], errors: Array, into: Weights) -> None:
        for place in reversed(range(self._first, len(passed))):
            if self._bends[place] != "softmax":
                errors = errors * ACTIVATIONS[self._bends[place]].derivative(passed[place].sums)
            self._layers[place].to_weights(passed[place].entered, errors, into)
            if place > self._first:
                errors = self._layers[place].to_input(self.weights, errors)

    def _second(self, asked: Asked, moved: Weights, into: Weights) -> None:
        """Forward and back, with the derivative of every number along the direction beside it."""
        passed = self._forward(asked)
        changed = self._forward_changes(passed, moved)
        errors = asked.slopes(passed[-1].sums)
        change = self._of_loss(asked, passed[-1].sums, changed[-1].sums)
        for place in reversed(range(self._first, len(passed))):
            layer, here, there = self._layers[place], passed[place], changed[place]
            if self._bends[place] != "softmax":
                row = ACTIVATIONS[self._bends[place]]
                slope = row.derivative(here.sums)
                change = change * slope + errors * row.second_derivative(here.sums) * there.sums
                errors = errors * slope
            layer.to_weights(here.entered, change, into)
            if place == self._first:
                return
            layer.to_weights(there.entered, errors, into, change=True)
            change = layer.to_input(self.weights, change)
            if moves(layer):
                change += layer.to_input(moved, errors)
            errors = layer.to_input(self.weights, errors)

    def _forward_changes(self, passed: list[_Passed], moved: Weights) -> list[_Passed]:
        """How what enters each layer, and its sums, change along the direction; 0 below the first weights."""
        changed = [_Passed(one.entered[:0], one.sums[:0]) for one in passed[: self._first]]
        values: Array | None = None
        for place in range(self._first, len(passed)):
            layer, here = self._layers[place], passed[place]
            entered = here.entered[:0] if values is None else layer.enter(values, change=True)
            sums = layer.give(moved, here.entered) if moves(layer) else np.zeros((), self._kind)
            if values is not None:
                sums = sums + layer.give(self.weights, entered, change=True)
            changed.append(_Passed(entered, sums))
            name = self._bends[place]
            values = sums if name == "softmax" else sums * ACTIVATIONS[name].derivative(here.sums)
        return changed

    def _of_loss(self, asked: Asked, sums: Array, change: Array) -> Array:
        """How the derivative of each image's loss by its ten sums changes as they change, (n, 10)."""
        row = LOSSES[self.spec.loss]
        p = softmax(sums)
        moved = p * (change - (p * change).sum(axis=1, keepdims=True))
        if row.key == "sparse_categorical_crossentropy":  # the derivative is p − y
            return moved
        slope = row.derivative(p, asked.targets)
        bend = _along(lambda q: row.derivative(q, asked.targets), p, moved)
        mean = (slope * p).sum(axis=1, keepdims=True)
        mean_change = (bend * p + slope * moved).sum(axis=1, keepdims=True)
        factor = self._kind.type(row.keras_factor(CLASSES))
        return np.asarray(factor * (moved * (slope - mean) + p * (bend - mean_change)), self._kind)


def _bend(row: ParameterRow) -> str:
    """The activation behind a layer's sums; "softmax" for none, which the ten sums have not yet either."""
    return str(row.options.get("activation", "softmax"))


def _along(derivative: Callable[[Array], Array], p: Array, moved: Array) -> Array:
    """How a derivative changes as p does. The distances have one that is linear in p, so a difference is exact."""
    step = 1e-4 / max(float(np.abs(moved).max()), 1e-12)
    exact, by = p.astype(np.float64), step * moved.astype(np.float64)
    return np.asarray((derivative(exact + by) - derivative(exact - by)) / (2 * step), p.dtype)


def along(slopes: Slopes, direction: Array) -> float:
    """The curvature of the loss along a direction, per unit of length: dᵀHd / dᵀd.

    Parameters
    ----------
    slopes : Slopes
        The loss.
    direction : floats (P,)
        Not 0.

    Returns
    -------
    float
    """
    unit = direction / direction.dtype.type(np.linalg.norm(direction.astype(np.float64)))
    return float(unit.astype(np.float64) @ slopes.times(unit).astype(np.float64))


def sharpest(product: Product, start: Array, iterations: int = ITERATIONS) -> tuple[float, Array]:
    """The largest eigenvalue of a symmetric matrix that is known by its products, and its direction, by Lanczos's method.

    Parameters
    ----------
    product : callable
        (P,) → (P,), the matrix times a vector.
    start : floats (P,)
        Where to begin; any vector that is not at right angles to the answer.
    iterations : int
        How many products.

    Returns
    -------
    tuple of float and floats (P,)
        The eigenvalue, never above the true one but for rounding, and a direction of length 1, its largest entry positive.
    """
    kind = start.dtype
    vector = start / kind.type(np.linalg.norm(start.astype(np.float64)))
    basis, diagonal, beside = [vector], [], []
    for place in range(min(iterations, len(start))):
        new = product(basis[-1])
        diagonal.append(float(new.astype(np.float64) @ basis[-1].astype(np.float64)))
        for _ in range(2):  # rounding makes vectors lean towards those before them
            for one in basis:
                new = new - one * kind.type(float(new @ one))
        size = float(np.linalg.norm(new.astype(np.float64)))
        if not np.isfinite(size):
            return float("nan"), vector
        if place == min(iterations, len(start)) - 1 or size <= 1e-6 * max(map(abs, diagonal)):
            break
        beside.append(size)
        basis.append(new / kind.type(size))
    small = (
        np.diag(diagonal) + np.diag(beside[: len(diagonal) - 1], 1) + np.diag(beside[: len(diagonal) - 1], -1)
    )
    sizes, vectors = np.linalg.eigh(small)
    found = sum(
        (one * kind.type(part) for one, part in zip(basis, vectors[:, -1], strict=False)),
        np.zeros_like(start),
    )
    found = found / kind.type(np.linalg.norm(found.astype(np.float64)))
    return float(sizes[-1]), found if found[np.abs(found).argmax()] > 0 else -found


def divided(product: Product, divisor: Array) -> Product:
    """The Hessian as an optimizer feels it that divides each weight's step: D^(−½) H D^(−½), whose eigenvalues are D⁻¹H's.

    Parameters
    ----------
    product : callable
        The Hessian times a vector.
    divisor : floats (P,)
        By what each weight's step is divided, above 0.

    Returns
    -------
    callable
        (P,) → (P,).
    """
    root = 1 / np.sqrt(divisor)
    return lambda vector: root * product(root * vector)
