"""Activations that weigh z by how positive it is: smooth, and with a dip left of the origin."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

from math import inf, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations.base import Activation, as_type_of
from netlab.nn.activations.rectifying import softplus
from netlab.nn.activations.squashing import (
    sigmoid,
    sigmoid_derivative,
    sigmoid_second_derivative,
    tanh_derivative,
)


def gelu(z: Array) -> Array:
    """Weigh z by the normal probability of a draw below z (exact, not the tanh approximation).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, above -0.17; z itself far to the right.
    """
    return z * normal_cdf(z)


def gelu_derivative(z: Array) -> Array:
    """Return Φ(z) + z φ(z).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.13 and 1.13.
    """
    return normal_cdf(z) + np.clip(z, -40, 40) * normal_density(z)


def gelu_second_derivative(z: Array) -> Array:
    """Return (2 - z²) φ(z).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.11 and 0.80.
    """
    return (2 - np.square(np.clip(z, -40, 40))) * normal_density(z)


def swish(z: Array) -> Array:
    """Weigh z by its own sigmoid (also called SiLU).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, above -0.28; z itself far to the right.
    """
    return z * sigmoid(z)


def swish_derivative(z: Array) -> Array:
    """Return σ(z) + z σ'(z).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.10 and 1.10.
    """
    return sigmoid(z) + z * sigmoid_derivative(z)


def swish_second_derivative(z: Array) -> Array:
    """Return 2 σ'(z) + z σ''(z).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.04 and 0.5.
    """
    return 2 * sigmoid_derivative(z) + z * sigmoid_second_derivative(z)


def mish(z: Array) -> Array:
    """Weigh z by tanh(softplus(z)).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, above -0.31; z itself far to the right.
    """
    return z * np.tanh(softplus(z))


def mish_derivative(z: Array) -> Array:
    """Return t + z t' with t = tanh(softplus(z)) and t' = (1 - t²) σ(z).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.12 and 1.09.
    """
    return np.tanh(softplus(z)) + z * _mish_gate_derivative(z)


def mish_second_derivative(z: Array) -> Array:
    """Return 2 t' + z t'' with t'' = t' (1 - σ(z) - 2 t σ(z)).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.06 and 0.65.
    """
    t, a, gate = np.tanh(softplus(z)), sigmoid(z), _mish_gate_derivative(z)
    return gate * (2 + np.clip(z, -1000, 1000) * (1 - a - 2 * t * a))  # the gate is flat long before ±1000


def _mish_gate_derivative(z: Array) -> Array:
    return tanh_derivative(softplus(z)) * sigmoid(z)


def normal_cdf(z: Array) -> Array:
    """Return Φ(z), the normal probability of a draw below z, from its smaller tail: e^(-z²/2) erfcx(|z|/√2) / 2.

    Parameters
    ----------
    z : floats (...)
        In standard deviations.

    Returns
    -------
    floats (...)
        Probabilities in [0, 1], of the shape and type of z.
    """
    from scipy.special import (
        erfcx,
    )  # loaded where it is used: it takes a third of the time that all else takes to load

    wide = np.clip(z, -40.0, 40.0).astype(np.float64)
    tail = _bell(wide) * erfcx(np.abs(wide) / sqrt(2)) / 2
    return as_type_of(z, np.where(wide < 0, tail, 1 - tail))


def normal_density(z: Array) -> Array:
    """Return φ(z), the standard normal density: 0 beyond ±40, where z² would overflow float32.

    Parameters
    ----------
    z : floats (...)
        In standard deviations.

    Returns
    -------
    floats (...)
        Densities in [0, 0.4], of the shape and type of z.
    """
    return as_type_of(z, _bell(np.clip(z, -40, 40)) / sqrt(2 * pi))


def _bell(z: Array) -> NDArray[np.float64]:
    """e^(-z²/2) in float64. z² is rounded, and e^ makes much of that: so the square of z's leading half goes alone."""
    wide = np.asarray(z, np.float64)
    leading = wide.astype(np.float32).astype(np.float64)
    rest = (wide - leading) * (wide + leading)
    return np.exp(-np.square(leading) / 2) * np.exp(-rest / 2)


ROWS = (
    Activation(
        key="gelu",
        title="GELU",
        value=gelu,
        derivative=gelu_derivative,
        second_derivative=gelu_second_derivative,
        range=(-0.16997120747990369, inf),
        saturates="On the negative side: below z ≈ −2.4 the slope stays within 0.05 of 0.",
        advantages="Smooth; the usual choice in transformers, the networks behind today’s language models.",
        disadvantages="Takes longer to compute; not monotone: it does not always rise, but dips below 0 left of the origin.",
        symbol=r"\mathrm{gelu}",
        latex=r"z\,\Phi(z)",
        derivative_latex=r"\Phi(z) + z\,\varphi(z)",
        second_derivative_latex=r"(2 - z^2)\,\varphi(z)",
        keras_name="gelu",
        tensorflow="tf.nn.gelu({})",
        source="Hendrycks & Gimpel, Gaussian error linear units, 2016",
    ),
    Activation(
        key="swish",
        title="Swish (SiLU)",
        value=swish,
        derivative=swish_derivative,
        second_derivative=swish_second_derivative,
        range=(-0.27846454276107379, inf),
        saturates="On the negative side, slowly: below z ≈ −4.1 the slope stays within 0.05 of 0.",
        advantages="Smooth; often a little better than ReLU in deep networks.",
        disadvantages="Takes longer to compute; not monotone: it does not always rise, but dips below 0 left of the origin.",
        symbol=r"\mathrm{swish}",
        latex=r"z\,\sigma(z)",
        derivative_latex=r"\sigma(z) + z\,\sigma(z)(1 - \sigma(z))",
        second_derivative_latex=r"\sigma(z)(1 - \sigma(z))\,(2 + z\,(1 - 2\,\sigma(z)))",
        keras_name="swish",
        tensorflow="tf.nn.silu({})",
        source="Ramachandran, Zoph & Le, Searching for activation functions, 2017; first, as SiLU, in Hendrycks & Gimpel, 2016, and Elfwing, Uchibe & Doya, 2018",
    ),
    Activation(
        key="mish",
        title="Mish",
        value=mish,
        derivative=mish_derivative,
        second_derivative=mish_second_derivative,
        range=(-0.30884341301725049, inf),
        saturates="On the negative side, slowly: below z ≈ −4.1 the slope stays within 0.05 of 0.",
        advantages="Smooth in every derivative; its dip is a little deeper than Swish’s, and it is often a little better.",
        disadvantages="Takes the longest to compute here: a tanh of a logarithm of an exponential; not monotone: it falls before it rises.",
        symbol=r"\mathrm{mish}",
        latex=r"z \tanh(\ln(1 + e^{z}))",
        derivative_latex=r"\tanh \mathrm{softplus}(z) + z\,\sigma(z)\,(1 - \tanh^2 \mathrm{softplus}(z))",
        second_derivative_latex=(
            r"\sigma(z)\,(1 - \tanh^2 \mathrm{softplus}(z))\,"
            r"(2 + z\,(1 - \sigma(z) - 2\,\sigma(z) \tanh \mathrm{softplus}(z)))"
        ),
        keras_name="mish",
        tensorflow="keras.activations.mish({})",
        source="Misra, Mish: a self regularized non-monotonic activation function, 2019",
    ),
)
