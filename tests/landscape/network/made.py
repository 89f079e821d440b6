"""Small networks with drawn weights and pictures, for tests of what a plane through them shows."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes


def weights_of(spec: NetworkSpec, seed: int = 0, kind: Any = np.float32) -> dict[str, NDArray[Any]]:
    """Weights of a sensible size; variances and scales above 0."""
    rng = np.random.default_rng(seed)
    found = {}
    for name, shape in weight_shapes(spec).items():
        drawn = rng.normal(0, 1.5 / np.sqrt(int(np.prod(shape[:-1])) or 1), shape)
        above = name.endswith(("variance", "gamma"))
        found[name] = (np.abs(drawn) + 0.5 if above else drawn).astype(kind)
    return found


def pictures(count: int, seed: int = 1) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Noise with strokes, and labels that have nothing to do with it."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28)) * (rng.random((count, 28, 28)) < 0.3)
    return images.astype(np.uint8), rng.integers(0, 10, count).astype(np.uint8)


def direction(size: int, seed: int, kind: Any = np.float64, length: float = 1.0) -> Array:
    """A drawn row."""
    drawn = np.random.default_rng(seed).normal(size=size)
    return (drawn * (length / np.linalg.norm(drawn))).astype(kind)
