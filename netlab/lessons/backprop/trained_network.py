"""The article's network opened: any of its 407,050 weights, and its share in the loss of one digit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Bytes
from netlab.lessons.backprop.backpropagation import backward
from netlab.nets import shipped
from netlab.nets.weight_file import numbered
from netlab.nn.mlp import Forward, Network, activate, forward


@lru_cache(maxsize=2)
def network(dtype: str = "float64") -> Network:
    """The shipped network's dense layers, ready to be walked forward and back."""
    spec, weights = shipped.load("article")
    names = [numbered("dense", place) for place in range(len(spec.layers) + 1)]
    arrays = [weights[f"{name}/{part}"] for name in names for part in ("kernel", "bias")]
    activations = [*(layer.activation or "linear" for layer in spec.layers), "softmax"]
    return Network.from_arrays(arrays, activations, loss="cross_entropy", dtype=np.dtype(dtype))


@dataclass(frozen=True)
class Seen:
    """One digit as the network sees it: its input (784,), its label, every number on the way, and all gradients."""

    inputs: Array
    label: int
    passed: Forward
    gradients: tuple[Array, ...]

    @property
    def probabilities(self) -> Array:
        """The ten probabilities."""
        return self.passed.activations[-1][0]

    @property
    def loss(self) -> float:
        """The cross-entropy of this digit."""
        return float(self.passed.losses[0])


def see(image: Bytes, label: int) -> Seen:
    """Walk one picture (28, 28) forward and its loss back: all 407,050 gradients, in float64."""
    inputs = image.reshape(1, -1) / 255.0
    target = np.array([label])
    passed = forward(network(), inputs, target)
    return Seen(inputs[0], int(label), passed, backward(network(), passed, target).arrays)


def steepest(seen: Seen) -> tuple[int, int]:
    """Pixel and unit of the first layer's weight that this digit would move most."""
    pixel, unit = np.unravel_index(np.abs(seen.gradients[0]).argmax(), seen.gradients[0].shape)
    return int(pixel), int(unit)


def answers(images: Bytes) -> NDArray[np.intp]:
    """What the network says to many pictures (n, 28, 28): one label each, (n,)."""
    layer = network("float32").layers[1]
    return np.argmax(hidden(images) @ layer.weights + layer.biases, axis=1)


def hidden(images: Bytes) -> NDArray[Any]:
    """What the 512 hidden units give for pictures (n, 28, 28): float32 (n, 512), none below 0."""
    layer = network("float32").layers[0]
    inputs: NDArray[Any] = images.reshape(len(images), -1).astype(np.float32) / 255
    return activate(layer.activation, inputs @ layer.weights + layer.biases)
