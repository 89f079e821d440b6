"""How a gradient shrinks or grows on its way through many layers, measured, with the theory beside it.

One layer multiplies the mean square of the signal and of the gradient by about fan · Var(w) · E[φ'²] each. At
the origin of tanh, or for linear units, that is Glorot & Bengio's n · Var(w) (2010); for ReLU half of it, He et
al.'s n · Var(w) / 2 (2015); for the rest the expectations over a normal pre-activation are integrals, taken here
numerically (Poole et al., 2016; Schoenholz et al., 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import ACTIVATIONS, Activation
from netlab.nn.initializers import INITIALIZERS

# Cell middles rather than Gauss-Hermite nodes: a kink at 0 lies between two cells, where it does no harm.
NODES = (np.arange(2000) + 0.5) / 100 - 10
NORMAL = np.exp(-np.square(NODES) / 2) / np.exp(-np.square(NODES) / 2).sum()
VERDICTS = ((1e-3, "vanishes"), (1 / 3, "fades"), (3.0, "survives"), (1e3, "grows"), (np.inf, "explodes"))
"""What is said of a gradient whose first layer holds at most this share of the last one's."""


def verdict(share: float) -> str:
    """The word of ``VERDICTS`` for a first layer's share of the last one's gradient; 0 and no number vanish.

    Parameters
    ----------
    share : float
        ``Depth.share``.

    Returns
    -------
    str
        Such as "vanishes".
    """
    return next((word for limit, word in VERDICTS if share <= limit), "vanishes")


@dataclass(frozen=True)
class Depth:
    """Root mean squares by layer, first layer first; all arrays are (depth,).

    Attributes
    ----------
    signal, expected_signal : array
        Of the activations that leave each layer, measured and by theory.
    gradient, expected_gradient : array
        Of ∂L/∂z in each layer, for an error of 1 at the last layer's output.
    weight_gradient : array
        Of ∂L/∂w in each layer, measured: ∂L/∂z times what enters the layer, summed over the examples.
    """

    activation: str
    initializer: str
    signal: Array
    expected_signal: Array
    gradient: Array
    expected_gradient: Array
    weight_gradient: Array

    @property
    def gain(self) -> float:
        """What one layer multiplies the gradient by, on (geometric) average, as measured."""
        return float(self.share ** (1 / max(len(self.gradient) - 1, 1)))

    @property
    def share(self) -> float:
        """The first layer's share of the last one's ∂L/∂z; 0 where none arrives."""
        return _share(self.gradient)

    @property
    def weight_share(self) -> float:
        """The first layer's share of the last one's ∂L/∂w, from which weights learn; 0 where none arrives."""
        return _share(self.weight_gradient)


def _share(gradient: Array) -> float:
    return float(gradient[0] / gradient[-1]) if gradient[-1] > 0 else 0.0


def through_layers(
    activation: str, initializer: str, *, depth: int = 20, width: int = 128, examples: int = 64, seed: int = 0
) -> Depth:
    """Send random inputs (unit normal) forward and a random error (unit normal) back through equal layers.

    Parameters
    ----------
    activation, initializer
        Keys of ``ACTIVATIONS`` and ``INITIALIZERS``.
    depth, width, examples, seed
        Layers, units in each, inputs, and what all draws begin from.

    Returns
    -------
    Depth
        Root mean squares by layer; infinite or NaN where float64 overflows.

    Raises
    ------
    ValueError
        If the depth is below 1.
    """
    if depth < 1:
        raise ValueError(f"depth must be at least 1; got {depth}. Use 1 for a single layer.")
    rule, generator = ACTIVATIONS[activation], np.random.default_rng(seed)
    weights = [INITIALIZERS[initializer].draw(generator, width, width) for _ in range(depth)]
    inputs = generator.normal(size=(examples, width))
    error = generator.normal(size=(examples, width))
    with np.errstate(over="ignore", invalid="ignore"):  # what explodes is the lesson; it shows as infinity
        pre_activations, signals = forward_through(rule, weights, inputs)
        errors = backward_through(rule, weights, pre_activations, error)
        by_weight = [
            _rms(entering.T @ delta) for entering, delta in zip([inputs, *signals[:-1]], errors, strict=True)
        ]
    signal, gradient = (np.array([_rms(layer) for layer in layers]) for layers in (signals, errors))
    theory = expected(activation, initializer, depth=depth, width=width)
    return Depth(activation, initializer, signal, theory[0], gradient, theory[1], np.array(by_weight))


def expected(activation: str, initializer: str, *, depth: int, width: int) -> tuple[Array, Array]:
    """Return the theory's root mean squares of signal and gradient by layer, for a very wide network.

    The signal follows q ← E[φ(√(n Var(w) q) ξ)²], the gradient picks up n Var(w) E[φ'²] a layer, ξ being normal.
    Constant weights are no draw with mean 0, so the theory has no word on them: NaN.

    Parameters
    ----------
    activation, initializer : str
        Keys of ``ACTIVATIONS`` and ``INITIALIZERS``.
    depth, width : int
        Layers, and units in each.

    Returns
    -------
    signal, gradient : array
        (depth,), first layer first.
    """
    if initializer == "constant":
        return np.full(depth, np.nan), np.full(depth, np.nan)
    rule, gain = ACTIVATIONS[activation], width * INITIALIZERS[initializer].variance(width, width)
    signal, slopes, square = np.empty(depth), np.empty(depth), 1.0
    for layer in range(depth):
        z = np.sqrt(gain * square) * NODES
        square = float(NORMAL @ np.square(rule.value(z)))
        signal[layer], slopes[layer] = square, NORMAL @ np.square(rule.derivative(z))
    factors = slopes * np.where(np.arange(depth) == depth - 1, 1.0, gain)
    return np.sqrt(signal), np.sqrt(np.cumprod(factors[::-1])[::-1])


def paper_gain(activation: str, initializer: str, *, width: int = 128) -> float | None:
    """Return what a paper says one layer multiplies the root mean square gradient by; None where none does.

    √(n Var(w)) for linear units and for tanh near 0, a quarter of it for the sigmoid, whose slope is 1/4 there
    (Glorot & Bengio, 2010); √(n Var(w) / 2) for ReLU (He et al., 2015).

    Parameters
    ----------
    activation, initializer : str
        Keys of ``ACTIVATIONS`` and ``INITIALIZERS``.
    width : int
        Units in a layer, n.

    Returns
    -------
    float or None
        1 where the gradient neither shrinks nor grows.
    """
    if initializer == "constant":
        return None
    gain = width * INITIALIZERS[initializer].variance(width, width)
    share = {"linear": 1.0, "tanh": 1.0, "relu": 0.5, "sigmoid": 1 / 16}.get(activation)
    return None if share is None else float(np.sqrt(gain * share))


def forward_through(
    rule: Activation, weights: Sequence[Array], inputs: Array
) -> tuple[Sequence[Array], Sequence[Array]]:
    """Send inputs forward through layers without biases.

    Parameters
    ----------
    rule : Activation
        Of every layer.
    weights : sequence of array
        (units below, units) for each layer.
    inputs : array, (examples, features)

    Returns
    -------
    pre_activations, signals : sequence of array
        z and a of each layer, (examples, units).
    """
    pre_activations: list[Array] = []
    signals, a = [], inputs
    for matrix in weights:
        z = a @ matrix
        a = rule.value(z)
        pre_activations.append(z)
        signals.append(a)
    return pre_activations, signals


def backward_through(
    rule: Activation, weights: Sequence[Array], pre_activations: Sequence[Array], error: Array
) -> Sequence[Array]:
    """Send an error back through layers: times the slope at each, then through its weights to the one below.

    Parameters
    ----------
    rule : Activation
        Of every layer.
    weights, pre_activations : sequence of array
        Of each layer, as ``forward_through`` takes and gives them.
    error : array, (examples, units)
        ∂L/∂a at the last layer.

    Returns
    -------
    sequence of array
        ∂L/∂z of each layer, (examples, units), the first layer's first.
    """
    errors, upstream = [], error
    for matrix, z in zip(reversed(weights), reversed(pre_activations)):
        delta = upstream * rule.derivative(z)
        errors.append(delta)
        upstream = delta @ matrix.T
    return errors[::-1]


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
