"""The shipped dense network as plain layers, to be walked forward and back, and what its hidden units give."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.nets import shipped
from netlab.nets.weight_file import weight_shapes
from netlab.nn.mlp import Network, activate


@lru_cache(maxsize=2)
def network(dtype: str = "float64") -> Network:
    """Its layers, in the floating type ``dtype``.

    Parameters
    ----------
    dtype : str
        Of weights, biases and so of all results.

    Returns
    -------
    Network
        The article's network, with cross-entropy behind its softmax.
    """
    spec, weights = shipped.load("article")
    arrays = [weights[name] for name in weight_shapes(spec)]
    activations = [*(layer.activation or "linear" for layer in spec.layers), "softmax"]
    return Network.from_arrays(arrays, activations, loss="cross_entropy", dtype=np.dtype(dtype))


def hidden(images: Bytes) -> Floats:
    """What the 512 hidden units give for pictures (n, 28, 28): float32 (n, 512), none below 0.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Pictures, 0 to 255.

    Returns
    -------
    float32 (n, 512)
        Activations.
    """
    layer = network("float32").layers[0]
    inputs = images.reshape(len(images), -1).astype(np.float32) / 255
    return activate(layer.activation, inputs @ layer.weights + layer.biases)


def answers(images: Bytes) -> NDArray[np.intp]:
    """What the network says to many pictures (n, 28, 28): one label each, (n,).

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Pictures, 0 to 255.

    Returns
    -------
    integers (n,)
        Labels, 0 to 9.
    """
    layer = network("float32").layers[1]
    return np.argmax(hidden(images) @ layer.weights + layer.biases, axis=1)
