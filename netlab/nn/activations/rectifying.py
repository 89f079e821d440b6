"""Activations that keep what is positive and hold back the rest; and the straight line, which keeps all."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

from math import inf

import numpy as np

from netlab.arrays import Array, Floats
from netlab.nn.activations.base import Activation, as_type_of, one, zero
from netlab.nn.activations.squashing import sigmoid, sigmoid_derivative
from netlab.nn.place import EVERYWHERE, Place

LEAK = 0.2  # what Keras 3 does for activation="leaky_relu"; its LeakyReLU layer leaks 0.3 instead
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
NOTHING = np.float32(0.0)


def linear(z: Array) -> Array:
    """Pass z on unchanged.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        z itself, not a copy.
    """
    return z


def relu(z: Array) -> Array:
    """Keep what is positive.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, from 0.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 3.0]
    """
    return np.maximum(z, 0)


def relu_derivative(z: Array) -> Array:
    """One where z is positive, else zero (zero at the kink, as TensorFlow has it).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, 0 or 1.

    Examples
    --------
    >>> relu_derivative(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.0, 0.0, 1.0]
    """
    return as_type_of(z, np.greater(z, 0))


def relu_in_place(z: Floats) -> Floats:
    """Put the ReLU in z's place and return its derivative.

    Parameters
    ----------
    z : float32 (...)
        Weighted sums, overwritten by the activations.

    Returns
    -------
    float32 (...)
        Derivatives, 0 or 1.
    """
    derivative = np.greater(z, NOTHING).astype(np.float32)
    np.maximum(z, NOTHING, out=z)
    return derivative


def leaky_relu(z: Array) -> Array:
    """Keep what is positive and a fifth of what is negative.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, of any size.
    """
    return np.maximum(z, np.multiply(LEAK, z))


def leaky_relu_derivative(z: Array) -> Array:
    """One where z is positive, else the leak.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, 0.2 or 1.
    """
    return as_type_of(z, np.where(np.greater(z, 0), 1.0, LEAK))


def elu(z: Array) -> Array:
    """Keep what is positive; bend the rest towards -1.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, from -1.
    """
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def elu_derivative(z: Array) -> Array:
    """One on the right; exp(z) on the left.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1].
    """
    return np.exp(np.minimum(z, 0))


def elu_second_derivative(z: Array) -> Array:
    """Zero on the right; exp(z) on the left.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1].
    """
    return np.where(z > 0, np.zeros_like(z), np.exp(np.minimum(z, 0)))


def selu(z: Array) -> Array:
    """Return an ELU scaled so that mean 0 and variance 1 pass through many layers.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, from -1.76.
    """
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))


def selu_derivative(z: Array) -> Array:
    """Return the scale on the right; scale · alpha · exp(z) on the left.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1.76].
    """
    return SELU_SCALE * np.where(z >= 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0)))


def selu_second_derivative(z: Array) -> Array:
    """Return 0 on the right; scale · alpha · exp(z) on the left.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1.76].
    """
    return SELU_SCALE * SELU_ALPHA * np.where(z >= 0, np.zeros_like(z), np.exp(np.minimum(z, 0)))


def softplus(z: Array) -> Array:
    """Round the kink of the ReLU off: ln(1 + exp(z)) without overflow.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, from 0.
    """
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


ROWS = (
    Activation(
        key="relu",
        title="ReLU",
        value=relu,
        derivative=relu_derivative,
        second_derivative=zero,
        range=(0.0, inf),
        kinks=(0.0,),
        saturates="On the whole negative side: slope exactly 0.",
        advantages="Cheap; slope exactly 1 where active, so gradients survive depth; for each example many units say exactly 0 (the answers are sparse).",
        disadvantages="A unit that is negative for every example gets no gradient and stays dead.",
        symbol=r"\mathrm{relu}",
        latex=r"\max(0, z)",
        derivative_latex=r"\begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        second_derivative_latex="0",
        keras_name="relu",
        tensorflow="tf.nn.relu({})",
        source="Nair & Hinton, Rectified linear units improve restricted Boltzmann machines, 2010; first in Fukushima, Visual feature extraction by a multilayered network of analog threshold elements, 1969",
        in_place=relu_in_place,
    ),
    Activation(
        key="leaky_relu",
        title="Leaky ReLU",
        value=leaky_relu,
        derivative=leaky_relu_derivative,
        second_derivative=zero,
        range=(-inf, inf),
        kinks=(0.0,),
        saturates="Nowhere: the slope is at least 0.2.",
        advantages="As cheap as ReLU, and no unit can die.",
        disadvantages="One more setting, the leak: 0.01 in the paper, 0.2 here as in Keras; hardly a unit says exactly 0, so the answers are not sparse.",
        symbol=r"\mathrm{leaky\,relu}",
        latex=r"\max(0.2\,z, z)",
        derivative_latex=r"\begin{cases} 1 & z > 0 \\ 0.2 & z \le 0 \end{cases}",
        second_derivative_latex="0",
        keras_name="leaky_relu",
        tensorflow="tf.nn.leaky_relu({})",
        source="Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models, 2013",
    ),
    Activation(
        key="elu",
        title="ELU",
        value=elu,
        derivative=elu_derivative,
        second_derivative=elu_second_derivative,
        range=(-1.0, inf),
        kinks=(0.0,),
        saturates="On the negative side: below z ≈ −3 the slope is below 0.05.",
        advantages="Negative values bring the mean activation near 0; smooth at the origin.",
        disadvantages="Has to compute an exponential; still saturates on the left.",
        symbol=r"\mathrm{elu}",
        latex=r"\begin{cases} z & z > 0 \\ e^{z} - 1 & z \le 0 \end{cases}",
        derivative_latex=r"\begin{cases} 1 & z > 0 \\ e^{z} & z \le 0 \end{cases}",
        second_derivative_latex=r"\begin{cases} 0 & z > 0 \\ e^{z} & z \le 0 \end{cases}",
        keras_name="elu",
        tensorflow="tf.nn.elu({})",
        source="Clevert, Unterthiner & Hochreiter, Fast and accurate deep network learning by ELUs, 2016",
    ),
    Activation(
        key="selu",
        title="SELU",
        value=selu,
        derivative=selu_derivative,
        second_derivative=selu_second_derivative,
        range=(-SELU_ALPHA * SELU_SCALE, inf),
        kinks=(0.0,),
        saturates="On the negative side: below z ≈ −3.6 the slope is below 0.05.",
        advantages="Keeps the numbers’ mean at 0 and their spread (the variance) at 1 through many dense layers by itself; with others that takes batch normalisation, which shifts and rescales each unit’s sums over every batch.",
        disadvantages="Needs weights drawn as LeCun normal (of variance 1/n for n inputs), and for dropout a kind of its own, alpha dropout, which leaves mean and variance as they are; a jump of slope at 0.",
        symbol=r"\mathrm{selu}",
        latex=r"\begin{cases} 1.0507\,z & z > 0 \\ 1.7581\,(e^{z} - 1) & z \le 0 \end{cases}",
        derivative_latex=r"\begin{cases} 1.0507 & z \ge 0 \\ 1.7581\,e^{z} & z < 0 \end{cases}",
        second_derivative_latex=r"\begin{cases} 0 & z \ge 0 \\ 1.7581\,e^{z} & z < 0 \end{cases}",
        keras_name="selu",
        tensorflow="tf.nn.selu({})",
        source="Klambauer, Unterthiner, Mayr & Hochreiter, Self-normalizing neural networks, 2017",
    ),
    Activation(
        key="softplus",
        title="Softplus",
        value=softplus,
        derivative=sigmoid,
        second_derivative=sigmoid_derivative,
        range=(0.0, inf),
        saturates="On the negative side: below z ≈ −3 the slope is below 0.05.",
        advantages="A ReLU without the kink; always positive, so it suits an output that must be above 0.",
        disadvantages="Takes longer than ReLU, never centred on 0, seldom better.",
        symbol=r"\mathrm{softplus}",
        latex=r"\ln(1 + e^{z})",
        derivative_latex=r"\sigma(z)",
        second_derivative_latex=r"\sigma(z)\,(1 - \sigma(z))",
        keras_name="softplus",
        tensorflow="tf.math.softplus({})",
        source="Dugas et al., Incorporating second-order functional knowledge for better option pricing, 2001",
    ),
)

STRAIGHT = Activation(
    key="linear",
    title="Linear",
    value=linear,
    derivative=one,
    second_derivative=zero,
    range=(-inf, inf),
    saturates="Nowhere.",
    advantages="The gradient passes unchanged; right for an output that may be any number.",
    disadvantages="Layers of it collapse into one linear layer: depth adds nothing.",
    symbol="",
    latex=r"z",
    derivative_latex=r"1",
    second_derivative_latex="0",
    keras_name="linear",
    tensorflow="{}",
    source="Widrow & Hoff, Adaptive switching circuits, 1960",
    places=EVERYWHERE - {Place.FORMULAS},
)
