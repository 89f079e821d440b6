"""A dense network is a list of layers; walked forward, it keeps every number it meets.

Layers are counted from 0. A weight w_ij leads from unit i of the layer before to unit j, so weights are
(fan_in, fan_out) as in Keras. Batches come first: activations are (n, units).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, softmax
from netlab.nn.initializers import INITIALIZERS
from netlab.nn.losses import loss_behind, one_hot


@dataclass(frozen=True)
class Layer:
    """Weights (fan_in, fan_out), biases (fan_out,) and the name of an activation, or "softmax"."""

    weights: Array
    biases: Array
    activation: str


@dataclass(frozen=True)
class Network:
    """Dense layers and a loss: "quadratic", or "cross_entropy" over a sigmoid or softmax output."""

    layers: tuple[Layer, ...]
    loss: str = "quadratic"

    def __post_init__(self) -> None:
        _validate(self)

    @classmethod
    def from_arrays(
        cls, arrays: Sequence[Array], activations: Sequence[str], *, loss: str, dtype: Any = np.float64
    ) -> Network:
        """Build from weights and biases in turn, the order of Keras's ``model.get_weights()``."""
        kept = [np.asarray(array, dtype) for array in arrays]
        return cls(tuple(map(Layer, kept[::2], kept[1::2], activations)), loss)

    @classmethod
    def drawn(
        cls, sizes: Sequence[int], activations: Sequence[str], *, loss: str, seed: int,
        initializer: str = "glorot_uniform",
    ) -> Network:  # fmt: skip
        """Draw weights for the layer sizes, inputs included; biases are zero."""
        generator = np.random.default_rng(seed)
        draw = INITIALIZERS[initializer].draw
        pairs = [(draw(generator, fan_in, out), np.zeros(out)) for fan_in, out in pairwise(sizes)]
        return cls.from_arrays([array for pair in pairs for array in pair], activations, loss=loss)

    @property
    def arrays(self) -> tuple[Array, ...]:
        """Weights and biases in turn, as Keras lists them."""
        return tuple(array for layer in self.layers for array in (layer.weights, layer.biases))

    def with_arrays(self, arrays: Sequence[Array]) -> Network:
        """Return the same network with other numbers, of any floating type."""
        pairs = zip(self.layers, arrays[::2], arrays[1::2])
        return replace(self, layers=tuple(replace(kept, weights=w, biases=b) for kept, w, b in pairs))


@dataclass(frozen=True)
class Forward:
    """Every number on the way forward: activations[0] is the input, activations[l + 1] leaves layer l.

    ``masks`` are the factors of dropout that each layer's activations were multiplied by, None where there were none.
    """

    pre_activations: tuple[Array, ...]
    activations: tuple[Array, ...]
    losses: Array
    masks: tuple[Array | None, ...] = ()


def forward(
    network: Network,
    inputs: Array,
    targets: Array,
    *,
    masks: Sequence[Array | None] = (),
    judged: bool = True,
) -> Forward:
    """Carry inputs (n, features) through every layer and judge the last.

    Parameters
    ----------
    network : Network
        Layers and loss.
    inputs : floats (n, features) or (features,)
        One row an example.
    targets : floats (n, units) or integers (n,)
        What the last layer should give; integers are labels, for a softmax.
    masks : sequence of floats (n, units) or None, optional
        What dropout multiplies the activations of each layer by, from the first: 0, or 1 / (1 - rate).
    judged : bool
        Whether the losses are wanted; a gradient does without them.

    Returns
    -------
    Forward
        Sums and activations of every layer, (n, units) each, and losses (n,), or none.
    """
    pre_activations, activations = [], [np.atleast_2d(inputs)]
    for index, layer in enumerate(network.layers):
        pre_activations.append(activations[-1] @ layer.weights + layer.biases)
        activations.append(activate(layer.activation, pre_activations[-1]))
        mask = masks[index] if index < len(masks) else None
        if mask is not None:
            activations[-1] = activations[-1] * mask
    z = pre_activations[-1]
    losses = _losses(network, z, target_rows(network, targets)) if judged else np.empty(0, z.dtype)
    return Forward(tuple(pre_activations), tuple(activations), losses, tuple(masks))


def activate(name: str, z: Array) -> Array:
    """Apply an activation by name, softmax included.

    Parameters
    ----------
    name : str
        A key of ``ACTIVATIONS``, or "softmax".
    z : floats (n, units)
        Weighted sums.

    Returns
    -------
    floats (n, units)
        Activations.
    """
    return softmax(z) if name == "softmax" else ACTIVATIONS[name].value(z)


def target_rows(network: Network, targets: Array) -> Array:
    """Return targets as rows (n, units): labels become one-hot, a single row becomes a batch of one.

    Parameters
    ----------
    network : Network
        Whose last layer gives units and dtype.
    targets : floats (n, units) or (units,), or integers (n,)
        Rows or labels.

    Returns
    -------
    floats (n, units)
        In the floating type of the network.
    """
    units, dtype = network.layers[-1].biases.size, network.layers[-1].biases.dtype
    given = np.asarray(targets)
    if np.issubdtype(given.dtype, np.integer) and given.ndim < 2 and units > 1:
        return one_hot(np.atleast_1d(given), units, dtype)
    return given.reshape(-1, units).astype(dtype)


def _losses(network: Network, z: Array, rows: Array) -> Array:
    output = network.layers[-1].activation
    loss = loss_behind(network.loss, output)
    return loss.logit_value(z, rows) if output == loss.output else loss.value(activate(output, z), rows)


def _validate(network: Network) -> None:
    *hidden, last = [layer.activation for layer in network.layers]
    if unknown := {*hidden, last} - set(ACTIVATIONS) - {"softmax"}:
        raise ValueError(f"Unknown activation {sorted(unknown)}; choose from {[*ACTIVATIONS, 'softmax']}.")
    if "softmax" in hidden:
        raise ValueError("softmax is for the output layer only; give the hidden layers another activation.")
    loss_behind(network.loss, last)
    for index, layer in enumerate(network.layers):
        if layer.biases.shape != layer.weights.shape[1:]:
            raise ValueError(
                f"Layer {index}: weights {layer.weights.shape} need {layer.weights.shape[1:]} biases."
            )
    for index, (above, below) in enumerate(pairwise(network.layers)):
        if above.weights.shape[1] != below.weights.shape[0]:
            raise ValueError(f"Layers {index} and {index + 1} do not meet: {above.weights.shape[1]} units feed "
                             f"weights for {below.weights.shape[0]}.")  # fmt: skip


@dataclass(frozen=True)
class Example:
    """A network small enough to follow by hand, with data to try it on."""

    name: str
    title: str
    network: Network
    inputs: Array
    targets: Array


def _by_hand(name: str, title: str, activations: Sequence[str], loss: str, *arrays: Any) -> Example:
    inputs = np.array([[0.5, 1.0], [1.0, -0.5], [-1.0, 0.5]])
    targets = np.array([[1.0], [0.0], [1.0]]) if activations[-1] == "sigmoid" else np.array([0, 1, 1])
    return Example(name, title, Network.from_arrays(arrays, activations, loss=loss), inputs, targets)


_EXAMPLES = (
    _by_hand(
        "2-2-1", "2-2-1, sigmoid and quadratic loss", ("sigmoid", "sigmoid"), "quadratic",
        [[0.8, -0.4], [0.3, 0.9]], [0.1, -0.2], [[1.2], [-0.7]], [0.2],
    ),
    _by_hand(
        "2-2-2", "2-2-2, softmax and cross-entropy", ("sigmoid", "softmax"), "cross_entropy",
        [[0.8, -0.4], [0.3, 0.9]], [0.1, -0.2], [[1.2, -0.5], [-0.7, 0.6]], [0.2, -0.1],
    ),
)  # fmt: skip

EXAMPLES: dict[str, Example] = {example.name: example for example in _EXAMPLES}
