"""Small networks with drawn weights, for tests of what is asked of networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.nets.layers import Convolution
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes

DENSE = NetworkSpec(hidden=(24,))
DEEP = NetworkSpec(hidden=(20, 16, 12), activation="tanh")
NORMALISED = NetworkSpec(hidden=(20, 16), normalisation="batch")
CONVOLUTIONAL = NetworkSpec(convolutions=(Convolution(5, 5, 2), Convolution(6, 3, 2)), hidden=(14,))
NONE = NetworkSpec(hidden=())
EVERY = {"dense": DENSE, "deep": DEEP, "normalised": NORMALISED, "convolutional": CONVOLUTIONAL}


def drawn_weights(spec: NetworkSpec, seed: int = 0) -> dict[str, NDArray[Any]]:
    """Weights of a sensible size; variances above 0."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in weight_shapes(spec).items():
        inputs = int(np.prod(shape[:-1])) or 1
        drawn = rng.normal(0, 1.5 / np.sqrt(inputs), shape)
        found[name] = np.asarray(np.abs(drawn) + 0.5 if "variance" in name else drawn, np.float32)
    return found


def drawn_pictures(count: int, seed: int = 1) -> tuple[Bytes, Bytes]:
    """Pictures of noise with strokes, and labels that have nothing to do with them."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28)) * (rng.random((count, 28, 28)) < 0.3)
    return images.astype(np.uint8), rng.integers(0, 10, count).astype(np.uint8)


def pixels(images: Bytes) -> Floats:
    """What a network receives."""
    return images.astype(np.float32) / np.float32(255)
