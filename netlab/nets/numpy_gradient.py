"""The way back through any network in NumPy: what it gives, carried back to the pixels, dropout off.

For one picture the way is kept once, and as many errors as are asked for go back along it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nets.numpy_model import activate, stretch, summed
from netlab.nets.parameters import ParameterRow
from netlab.nn.activations import ACTIVATIONS

Weights = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Step:
    """One layer on the way forward.

    Attributes
    ----------
    row : ParameterRow
        Which layer.
    entered : float32 (n, ...)
        What it was given.
    slope : float32 (n, ...) or None
        The derivative of its activation where its sums lie; None where it has none, or the softmax.
    """

    row: ParameterRow
    entered: Floats
    slope: Floats | None


@dataclass(frozen=True)
class Way:
    """Pictures on their way through some layers.

    Attributes
    ----------
    steps : tuple of Step
        Layer by layer.
    given : float32 (n, ...)
        What the last of them gives; the ten sums before their softmax.
    """

    steps: tuple[Step, ...]
    given: Floats
    weights: Weights

    def back(self, errors: Array) -> Floats:
        """Carry errors from what the last layer gives back to the pixels.

        Parameters
        ----------
        errors : floats (n, ...), or (k, ...) where n is 1
            ∂S/∂ what is given, for any S: a row of 0 with one 1 for one logit.

        Returns
        -------
        float32 (n, 28, 28) or (k, 28, 28)
            ∂S/∂x.
        """
        found = np.asarray(errors, np.float32)
        for step in reversed(self.steps):
            if step.slope is not None:
                found = found * step.slope
            found = _BACK[step.row.kind](step.row, self.weights, step.entered, found)
        return np.asarray(found, np.float32)


def way(rows: Sequence[ParameterRow], weights: Weights, images: Floats) -> Way:
    """Send pictures through some layers and keep what the way back needs.

    Parameters
    ----------
    rows : sequence of ParameterRow
        The first layers of ``netlab.nets.numpy_model.answering``, or all.
    weights : mapping of str to arrays
        The network's kernels and biases by Keras's names.
    images : floats (n, 28, 28)
        Pictures in [0, 1].

    Returns
    -------
    Way
    """
    values, steps = np.asarray(images, np.float32), []
    for row in rows:
        sums = summed(row, weights, values)
        name = str(row.options.get("activation", "softmax"))
        slope = None if name == "softmax" else np.asarray(ACTIVATIONS[name].derivative(sums), np.float32)
        steps.append(Step(row, values, slope))
        values = activate(name, sums)
    return Way(tuple(steps), values, weights)


def _reshape(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    return errors.reshape(len(errors), *entered.shape[1:])


def _dense(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    return np.asarray(errors @ weights[f"{row.name}/kernel"].T)


def _convolve(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    kernel = weights[f"{row.name}/kernel"]
    columns = errors @ kernel.reshape(-1, kernel.shape[-1]).T
    return from_windows(columns.reshape(*errors.shape[:3], *kernel.shape[:3]))


def from_windows(columns: Array) -> Array:
    """Every pixel gets back what it gave to the windows that it lay in.

    Parameters
    ----------
    columns : floats (n, h, w, k, k, c)
        Errors of each pixel of each k × k window, by the window's place.

    Returns
    -------
    floats (n, h + k − 1, w + k − 1, c)
        Their sums, by the pixel's place.
    """
    count, height, width, side, _, channels = columns.shape
    found = np.zeros((count, height + side - 1, width + side - 1, channels), columns.dtype)
    for down in range(side):
        for across in range(side):
            found[:, down : down + height, across : across + width] += columns[:, :, :, down, across]
    return found


def squares(images: Array, size: int) -> Array:
    """Pictures cut into squares; a rest at the edge is dropped.

    Parameters
    ----------
    images : floats (n, h, w, c)
        Pictures.
    size : int
        Side of a square in pixels.

    Returns
    -------
    floats (n, h // size, w // size, c, size²)
        The pixels of each square.
    """
    count, height, width, channels = images.shape
    down, across = height // size, width // size
    cut = images[:, : down * size, : across * size].reshape(count, down, size, across, size, channels)
    return cut.transpose(0, 1, 3, 5, 2, 4).reshape(count, down, across, channels, size * size)


def first_largest(cut: Array) -> NDArray[np.bool_]:
    """Which pixel of each square a pooling passes on: the largest, of equal ones the first, as TensorFlow has it.

    Parameters
    ----------
    cut : floats (n, h, w, c, size²)
        As ``squares`` gives them.

    Returns
    -------
    bool (n, h, w, c, size²)
        One pixel a square.
    """
    return np.asarray(cut.argmax(axis=-1)[..., None] == np.arange(cut.shape[-1]))


def from_squares(cut: Array, height: int, width: int) -> Array:
    """What ``squares`` took apart, put together; 0 in the rest at the edge.

    Parameters
    ----------
    cut : floats (n, h, w, c, size²)
        The pixels of each square.
    height, width : int
        Of the pictures.

    Returns
    -------
    floats (n, height, width, c)
        Pictures.
    """
    count, down, across, channels, pixels = cut.shape
    size = round(pixels**0.5)
    found = np.zeros((count, height, width, channels), cut.dtype)
    placed = cut.reshape(count, down, across, channels, size, size).transpose(0, 1, 4, 2, 5, 3)
    found[:, : down * size, : across * size] = placed.reshape(count, down * size, across * size, channels)
    return found


def _pool(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    passed = errors[..., None] * first_largest(squares(entered, row.options["pool_size"]))
    return from_squares(passed, *entered.shape[1:3])


def _normalise(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    factor, _ = stretch(row, weights)
    return errors * factor


def _pass_on(row: ParameterRow, weights: Weights, entered: Floats, errors: Floats) -> Floats:
    return errors


_BACK: dict[str, Callable[[ParameterRow, Weights, Floats, Floats], Floats]] = {
    "Reshape": _reshape,
    "Conv2D": _convolve,
    "MaxPooling2D": _pool,
    "Flatten": _reshape,
    "Dense": _dense,
    "BatchNormalization": _normalise,
    "Activation": _pass_on,
}
