"""A picture goes through a network in NumPy: milliseconds for one, and no TensorFlow in the server.

The same layers as the Keras model, dropout off; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from netlab.arrays import Floats
from netlab.nets.layers import chosen
from netlab.nets.parameters import EPSILON, ParameterRow, walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS, softmax


def predict(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], images: Floats) -> NDArray[np.float32]:
    """Ten probabilities for each picture.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names, as ``weight_shapes`` lists them.
    images : floats (n, 28, 28)
        Pictures in [0, 1].

    Returns
    -------
    float32 (n, 10)
        Probabilities; each row adds to 1.
    """
    return np.asarray(softmax(layer_outputs(spec, weights, images)[-1]), np.float32)


def layer_outputs(
    spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], images: Floats
) -> tuple[Floats, ...]:
    """What every layer with a kernel gives for each picture, after its activation; the last one before its softmax.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names, as ``weight_shapes`` lists them.
    images : floats (n, 28, 28)
        Pictures in [0, 1].

    Returns
    -------
    tuple of float32 (n, ...)
        One array a layer with a kernel: (n, h, w, filters) or (n, units).
    """
    outputs = []
    values = np.asarray(images, np.float32)
    for row in answering(spec):
        values = forward(row, weights, values)
        if "activation" in row.options:
            outputs.append(values)
    return tuple(outputs)


def answering(spec: NetworkSpec) -> tuple[ParameterRow, ...]:
    """The layers that a picture goes through; dropout is off when a network answers.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of ParameterRow
        In order, to the ten outputs.
    """
    return tuple(row for row in walk(spec) if row.kind != "Dropout")


def forward(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    """What one layer makes of what it is given, its activation included; the ten sums before their softmax.

    Parameters
    ----------
    row : ParameterRow
        One of ``answering``.
    weights : mapping of str to arrays
        The network's kernels and biases by Keras's names.
    values : floats (n, ...)
        What the layer before it gives for each picture, or the pictures.

    Returns
    -------
    floats (n, ...)
        What it gives.
    """
    return activate(str(row.options.get("activation", "softmax")), summed(row, weights, values))


def summed(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    """What one layer makes of what it is given, before its activation.

    Parameters
    ----------
    row : ParameterRow
        One of ``answering``.
    weights : mapping of str to arrays
        The network's kernels and biases by Keras's names.
    values : floats (n, ...)
        What the layer before it gives for each picture, or the pictures.

    Returns
    -------
    floats (n, ...)
        Weighted sums; what a layer without an activation gives.
    """
    return _FORWARD[row.kind](row, weights, values)


def activate(name: str, values: Floats) -> Floats:
    """What an activation makes of weighted sums; softmax leaves them as they are.

    Parameters
    ----------
    name : str
        A key of ``netlab.nn.activations.ACTIVATIONS``, or "softmax".
    values : floats (n, ...)
        Weighted sums.

    Returns
    -------
    floats (n, ...)
        Of the same shape.
    """
    if name == "softmax":
        return values
    return np.asarray(chosen("activation", name, ACTIVATIONS).value(values), np.float32)


def folded(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Kernels and biases that give by themselves what those of a normalised network give with its moving statistics.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        What it holds by Keras's names, as ``weight_shapes`` lists it.

    Returns
    -------
    dict of str to arrays
        Kernels and biases by the same names; without normalisation those of the network itself.
    """
    found = {name: weight for name, weight in weights.items() if name.endswith(("/kernel", "/bias"))}
    last = ""
    for row in walk(spec):
        last = row.name if row.kernel else last
        if row.kind == "BatchNormalization":
            factor, offset = stretch(row, weights)
            found[f"{last}/kernel"] = found[f"{last}/kernel"] * factor
            found[f"{last}/bias"] = found[f"{last}/bias"] * factor + offset
    return found


def convolve(images: Floats, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
    """Slide each filter over each picture without padding (a cross-correlation, as in Keras).

    Parameters
    ----------
    images : float32 (n, h, w, c)
        Pictures.
    kernel : float32 (k, k, c, f)
        Filters.
    bias : float32 (f,)
        One a filter.

    Returns
    -------
    float32 (n, h-k+1, w-k+1, f)
        Weighted sums.
    """
    windows = sliding_window_view(images, kernel.shape[:2], axis=(1, 2))
    return np.asarray(np.tensordot(windows, kernel, axes=([3, 4, 5], [2, 0, 1])) + bias, np.float32)


def max_pool(images: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The largest value in each ``size`` by ``size`` square; a rest at the edge is dropped.

    Parameters
    ----------
    images : float32 (n, h, w, c)
        Pictures.
    size : int
        Side of a square in pixels.

    Returns
    -------
    float32 (n, h // size, w // size, c)
        Smaller pictures.
    """
    n, height, width, channels = images.shape
    rows, columns = height // size, width // size
    squares = images[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)
    return np.asarray(squares.max(axis=(2, 4)))


def _reshape(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    return values.reshape(len(values), *row.shape)


def _convolve(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    return convolve(values, weights[f"{row.name}/kernel"], weights[f"{row.name}/bias"])


def _pool(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    return max_pool(values, row.options["pool_size"])


def _dense(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    sums: Floats = values @ weights[f"{row.name}/kernel"] + weights[f"{row.name}/bias"]
    return sums


def stretch(row: ParameterRow, weights: Mapping[str, NDArray[Any]]) -> tuple[Floats, Floats]:
    """What normalisation by the moving statistics multiplies each unit by, and what it adds.

    Parameters
    ----------
    row : ParameterRow
        A batch normalisation.
    weights : mapping of str to arrays
        What the network holds by Keras's names.

    Returns
    -------
    (float32 (units,), float32 (units,))
        Factors and offsets.
    """
    gamma, beta, mean, variance = (weights[f"{row.name}/{part}"] for part in row.arrays)
    factor = np.asarray(gamma / np.sqrt(variance + np.float32(EPSILON)), np.float32)
    return factor, np.asarray(beta - mean * factor, np.float32)


def _normalise(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    factor, offset = stretch(row, weights)
    return np.asarray(values * factor + offset, np.float32)


def _pass_on(row: ParameterRow, weights: Mapping[str, NDArray[Any]], values: Floats) -> Floats:
    return values


_FORWARD: dict[str, Callable[[ParameterRow, Mapping[str, NDArray[Any]], Floats], Floats]] = {
    "Reshape": _reshape,
    "Conv2D": _convolve,
    "MaxPooling2D": _pool,
    "Flatten": _reshape,
    "Dense": _dense,
    "BatchNormalization": _normalise,
    "Activation": _pass_on,
}
