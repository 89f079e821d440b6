"""Back-propagation: carry the error from the loss back to every weight, multiplying slopes on the way.

Gradients are of the mean loss over the batch; deltas are of each example's own loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, softmax_jacobian
from netlab.nn.losses import loss_behind
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
class Moves:
    """The moves of the way back, each a function of its own, so that a lesson can replace one by a mistake.

    Attributes
    ----------
    derivative : callable
        (activation, z) → ∂a/∂z, (n, units), or the Jacobian (n, units, units) of a softmax.
    carrier : callable
        (weights of the layer above, its gradients) → the weights through which the error comes down.
    weight_sum : callable
        (what entered (n, fan_in), δ (n, units)) → ∂L/∂w summed over the batch, (fan_in, units).
    count : callable
        Number of examples → what the sums are divided by.
    """

    derivative: Callable[[str, Array], Array]
    carrier: Callable[[Array, Array], Array]
    weight_sum: Callable[[Array, Array], Array]
    count: Callable[[int], int]


def derivative(activation: str, z: Array) -> Array:
    """Return ∂a/∂z at z (n, units).

    Parameters
    ----------
    activation : str
        A key of ``ACTIVATIONS``, or "softmax".
    z : array, (n, units)

    Returns
    -------
    array
        (n, units), or the Jacobian (n, units, units) of a softmax.
    """
    return softmax_jacobian(z) if activation == "softmax" else ACTIVATIONS[activation].derivative(z)


def weight_sum(entered: Array, delta: Array) -> Array:
    """Sum a weight's gradient over the examples: what entered through it times the δ of the unit it leads to.

    Parameters
    ----------
    entered : floats (n, fan_in)
        What the layer received.
    delta : floats (n, units)
        ∂L/∂z of its units.

    Returns
    -------
    floats (fan_in, units)
        Σ ∂L/∂w over the batch.
    """
    return np.asarray(entered.T @ delta)


CORRECT = Moves(derivative, lambda weights, _: weights, weight_sum, lambda n: n)


def backward(network: Network, passed: Forward, targets: Array, *, moves: Moves = CORRECT) -> Backward:
    """Carry the error from the loss back to every weight.

    At the output δ = ∂L/∂a · ∂a/∂z; one layer down ∂L/∂a = δ Wᵀ, and again δ = ∂L/∂a · ∂a/∂z. A weight's
    gradient is what entered it times the δ of the unit it leads to, ∂L/∂w_ij = a_i δ_j, averaged over the
    batch (Rumelhart, Hinton & Williams, 1986). What dropout has silenced on the way forward passes nothing back.

    Parameters
    ----------
    network, passed, targets
        The network, what ``forward`` gave for the batch, and rows (n, units) or labels (n,).
    moves
        The right ones, or some with a mistake.

    Returns
    -------
    Backward
        The gradients of every layer, and what led to them.
    """
    layers = [_output(network, passed, target_rows(network, targets), moves)]
    for index in reversed(range(len(network.layers) - 1)):
        carrier = moves.carrier(network.layers[index + 1].weights, layers[-1].weights)
        upstream = layers[-1].delta @ carrier.T
        mask = passed.masks[index] if index < len(passed.masks) else None
        if mask is not None:
            upstream = upstream * mask
        slope = moves.derivative(network.layers[index].activation, passed.pre_activations[index])
        delta = through(upstream, slope)
        gradients = layer_gradients(passed.activations[index], delta, moves)
        layers.append(LayerBackward(*gradients, delta, upstream, slope, carrier))
    return Backward(tuple(reversed(layers)))


def input_gradient(network: Network, passed: Forward, delta: Array) -> Array:
    """Carry an error from the last weighted sums back to the inputs, without any weight's gradient on the way.

    Parameters
    ----------
    network, passed
        The network, and what ``forward`` gave for the batch.
    delta : floats (n, units)
        ∂S/∂z at the last layer, for any S: p - y for the cross-entropy, or a row of 0 with one 1 for one logit.

    Returns
    -------
    floats (n, features)
        ∂S/∂x of each example.
    """
    for index in reversed(range(len(network.layers) - 1)):
        slope = derivative(network.layers[index].activation, passed.pre_activations[index])
        delta = through(delta @ network.layers[index + 1].weights.T, slope)
    return np.asarray(delta @ network.layers[0].weights.T)


def _output(network: Network, passed: Forward, rows: Array, moves: Moves) -> LayerBackward:
    prediction, output = passed.activations[-1], network.layers[-1].activation
    if network.loss == "cross_entropy":  # the derivative of the sigmoid or softmax has cancelled
        error = loss_behind(network.loss, output).logit_derivative(passed.pre_activations[-1], rows)
        gradients = layer_gradients(passed.activations[-2], error, moves)
        return LayerBackward(*gradients, error, None, None, None)
    upstream = loss_behind(network.loss, output).derivative(prediction, rows)
    slope = moves.derivative(output, passed.pre_activations[-1])
    delta = through(upstream, slope)
    gradients = layer_gradients(passed.activations[-2], delta, moves)
    return LayerBackward(*gradients, delta, upstream, slope, None)


def through(upstream: Array, slope: Array) -> Array:
    """Carry an error through an activation: δ = ∂L/∂a · ∂a/∂z.

    Parameters
    ----------
    upstream : floats (n, units)
        ∂L/∂a.
    slope : floats (n, units) or (n, units, units)
        ∂a/∂z; the Jacobian of a softmax, where every logit moves every output.

    Returns
    -------
    floats (n, units)
        ∂L/∂z.
    """
    return np.einsum("ni,nij->nj", upstream, slope) if slope.ndim == 3 else upstream * slope


def layer_gradients(entered: Array, delta: Array, moves: Moves = CORRECT) -> tuple[Array, Array]:
    """Average the gradients of a layer's weights and biases over the batch.

    Parameters
    ----------
    entered : floats (n, fan_in)
        What the layer received.
    delta : floats (n, units)
        ∂L/∂z of its units.
    moves : Moves
        The right ones, or some with a mistake.

    Returns
    -------
    weights, biases : floats (fan_in, units) and (units,)
    """
    count = moves.count(len(delta))
    return moves.weight_sum(entered, delta) / count, delta.sum(axis=0) / count
