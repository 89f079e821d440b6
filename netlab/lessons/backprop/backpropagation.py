"""Back-propagation: carry the error from the loss back to every weight, multiplying slopes on the way.

Gradients are of the mean loss over the batch; deltas are of each example's own loss. The planted bugs of `BUGS`
are classics: switch one on and the gradient check turns red.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, softmax_jacobian
from netlab.nn.mlp import Forward, Network, target_rows


@dataclass(frozen=True)
class LayerBackward:
    """Every number of one layer on the way back.

    Attributes
    ----------
    weights, biases : array
        Gradients of the mean loss, shaped like the layer's own.
    delta : array
        ∂L/∂z for each example, (n, units).
    upstream : array or None
        ∂L/∂a for each example; None at an output whose loss and activation are fused into p - y.
    slope : array or None
        ∂a/∂z: (n, units), or the Jacobian (n, units, units) of a softmax; None where fused.
    carrier : array or None
        The weights through which the error came down from the layer above; None at the output.
    """

    weights: Array
    biases: Array
    delta: Array
    upstream: Array | None
    slope: Array | None
    carrier: Array | None


@dataclass(frozen=True)
class Backward:
    """The way back, layer by layer in the network's order."""

    layers: tuple[LayerBackward, ...]

    @property
    def arrays(self) -> tuple[Array, ...]:
        """Gradients of weights and biases in turn, as Keras lists them."""
        return tuple(array for layer in self.layers for array in (layer.weights, layer.biases))


@dataclass(frozen=True)
class Bug:
    """A classic mistake: what the program does wrong, and when that shows."""

    name: str
    title: str
    mistake: str
    shows: str


_BUGS = (
    Bug("forgotten_slope", "Forgotten σ'", "The slope of the activation is left out: δ = ∂L/∂a.",
        "Everywhere but behind a fused p - y, where the slope has cancelled."),
    Bug("sum_for_mean", "Sum for mean", "The batch's gradients are added, not averaged.",
        "Gradients are n times too large; with a single example nothing shows."),
    Bug("missing_transpose", "Missing transpose", "δᵀa is reshaped to the weights' shape instead of using aᵀδ.",
        "The right numbers at the wrong weights; one row or column of weights hides it."),
    Bug("early_update", "Updating too early",
        "A layer's weights change before the error has passed back through them.",
        "Layers below the output; the smaller the learning rate, the better it hides."),
)  # fmt: skip

BUGS: dict[str, Bug] = {bug.name: bug for bug in _BUGS}


def backward(
    network: Network,
    passed: Forward,
    targets: Array,
    *,
    bugs: Collection[str] = (),
    learning_rate: float = 0.5,
) -> Backward:
    """Carry the error from the loss back to every weight.

    At the output δ = ∂L/∂a · ∂a/∂z; one layer down ∂L/∂a = δ Wᵀ, and again δ = ∂L/∂a · ∂a/∂z. A weight's
    gradient is what entered it times the δ of the unit it leads to, ∂L/∂w_ij = a_i δ_j, averaged over the
    batch (Rumelhart, Hinton & Williams, 1986). The learning rate matters to the bug "early_update" alone.
    """
    _check_bugs(bugs)
    layers = [_output(network, passed, target_rows(network, targets), bugs)]
    for index in reversed(range(len(network.layers) - 1)):
        carrier = network.layers[index + 1].weights
        if "early_update" in bugs:
            carrier = carrier - learning_rate * layers[-1].weights
        upstream = layers[-1].delta @ carrier.T
        slope = _slope(network.layers[index].activation, passed.pre_activations[index], bugs)
        delta = _through(upstream, slope)
        gradients = _layer_gradients(passed.activations[index], delta, bugs)
        layers.append(LayerBackward(*gradients, delta, upstream, slope, carrier))
    return Backward(tuple(reversed(layers)))


def _output(network: Network, passed: Forward, rows: Array, bugs: Collection[str]) -> LayerBackward:
    error = passed.activations[-1] - rows
    if network.loss == "cross_entropy":  # the slope of the sigmoid or softmax has cancelled
        gradients = _layer_gradients(passed.activations[-2], error, bugs)
        return LayerBackward(*gradients, error, None, None, None)
    slope = _slope(network.layers[-1].activation, passed.pre_activations[-1], bugs)
    delta = _through(error, slope)
    gradients = _layer_gradients(passed.activations[-2], delta, bugs)
    return LayerBackward(*gradients, delta, error, slope, None)


def _slope(name: str, z: Array, bugs: Collection[str]) -> Array:
    if "forgotten_slope" in bugs:
        return np.ones_like(z)
    return softmax_jacobian(z) if name == "softmax" else ACTIVATIONS[name].derivative(z)


def _through(upstream: Array, slope: Array) -> Array:
    return np.einsum("ni,nij->nj", upstream, slope) if slope.ndim == 3 else upstream * slope


def _layer_gradients(entered: Array, delta: Array, bugs: Collection[str]) -> tuple[Array, Array]:
    count = 1 if "sum_for_mean" in bugs else len(delta)
    weights = entered.T @ delta
    if "missing_transpose" in bugs:
        weights = (delta.T @ entered).reshape(weights.shape)
    return weights / count, delta.sum(axis=0) / count


def _check_bugs(bugs: Collection[str]) -> None:
    if unknown := set(bugs) - set(BUGS):
        raise ValueError(f"No planted bug is called {sorted(unknown)}; choose from {sorted(BUGS)}.")


@dataclass(frozen=True)
class Step:
    """What one update leaves behind: the new network, and a velocity for each of its arrays."""

    network: Network
    velocities: tuple[Array, ...]


def momentum(
    network: Network, gradients: Sequence[Array], velocities: Sequence[Array] | None = None, *,
    learning_rate: float, beta: float = 0.9,
) -> Step:  # fmt: skip
    """Update every array by v ← βv - η ∂L/∂w, then w ← w + v (as Keras's SGD does; Polyak, 1964)."""
    before = velocities or [np.zeros_like(array) for array in network.arrays]
    after = tuple(beta * v - learning_rate * gradient for v, gradient in zip(before, gradients, strict=True))
    return Step(network.with_arrays([w + v for w, v in zip(network.arrays, after)]), after)
