"""A picture goes through a network in NumPy: milliseconds for one, and no TensorFlow in the server.

The same layers as the Keras model, dropout off; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from netlab.arrays import Floats
from netlab.nets.layers import chosen
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import numbered
from netlab.nn.activations import ACTIVATIONS, softmax


def predict(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], images: Floats) -> NDArray[np.float32]:
    """Ten probabilities for each picture.

    Parameters
    ----------
    images : float32 array (n, 28, 28) in [0, 1]

    Returns
    -------
    float32 array (n, 10), each row adding to 1
    """
    return np.asarray(softmax(layer_outputs(spec, weights, images)[-1]), np.float32)


def layer_outputs(
    spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], images: Floats
) -> tuple[NDArray[np.float32], ...]:
    """What every layer gives for each picture, the last one before its softmax."""
    outputs = []
    values = np.asarray(images, np.float32)
    if spec.convolutions:
        values = values[..., None]
    for place, layer in enumerate(spec.convolution_layers):
        summed = convolve(values, *_weights(weights, numbered("conv2d", place)))
        values = max_pool(_activate(layer.activation, summed), layer.pool)
        outputs.append(values)
    values = values.reshape(len(values), -1)
    for place, hidden in enumerate(spec.layers):
        kernel, bias = _weights(weights, numbered("dense", place))
        values = _activate(hidden.activation, values @ kernel + bias)
        outputs.append(values)
    kernel, bias = _weights(weights, numbered("dense", len(spec.layers)))
    return (*outputs, values @ kernel + bias)


def convolve(images: Floats, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> NDArray[np.float32]:
    """Slide each filter over each picture without padding (a cross-correlation, as in Keras).

    images (n, h, w, c), kernel (k, k, c, f), bias (f,) give (n, h-k+1, w-k+1, f).
    """
    windows = sliding_window_view(images, kernel.shape[:2], axis=(1, 2))
    return np.asarray(np.tensordot(windows, kernel, axes=([3, 4, 5], [2, 0, 1])) + bias, np.float32)


def max_pool(images: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """The largest value in each ``size`` by ``size`` square; a rest at the edge is dropped."""
    n, height, width, channels = images.shape
    rows, columns = height // size, width // size
    squares = images[:, : rows * size, : columns * size].reshape(n, rows, size, columns, size, channels)
    return np.asarray(squares.max(axis=(2, 4)))


def _weights(weights: Mapping[str, NDArray[Any]], layer: str) -> tuple[NDArray[Any], NDArray[Any]]:
    return weights[f"{layer}/kernel"], weights[f"{layer}/bias"]


def _activate(name: str | None, values: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(chosen("activation", name, ACTIVATIONS).value(values), np.float32)
