"""Activations that squash the whole line into a short interval."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

import numpy as np

from netlab.arrays import Array, Floats
from netlab.nn.activations.base import Activation, as_type_of, zero
from netlab.nn.place import EVERYWHERE, Place

ONE = np.float32(1.0)
FARTHEST = np.float32(87.0)
"""Beyond, e^z leaves float32."""


def sigmoid(z: Array) -> Array:
    """Squash to (0, 1): 1 / (1 + exp(-z)); where exp overflows, 1/∞ is the 0 that it should be.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1].

    Examples
    --------
    >>> sigmoid(np.array([-1e4, 0.0, 1e4])).tolist()
    [0.0, 0.5, 1.0]
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def sigmoid_derivative(z: Array) -> Array:
    """Return a (1 - a): a quarter at most, at z = 0; written as 1 / (2 cosh(z/2))² it never cancels.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 0.25].

    Examples
    --------
    >>> sigmoid_derivative(np.array([0.0, 1e4])).tolist()
    [0.25, 0.0]
    """
    with np.errstate(over="ignore"):  # 1/∞ is the 0 that it should be
        return 1 / np.square(2 * np.cosh(z / 2))


def sigmoid_second_derivative(z: Array) -> Array:
    """Return a (1 - a) (1 - 2a), the last factor being -tanh(z/2).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.1 and 0.1.
    """
    return -sigmoid_derivative(z) * np.tanh(z / 2)


def sigmoid_in_place(z: Floats) -> Floats:
    """Put the sigmoid in z's place and return its derivative.

    Parameters
    ----------
    z : float32 (...)
        Weighted sums, overwritten by the activations.

    Returns
    -------
    float32 (...)
        Derivatives, in [0, 0.25].
    """
    np.minimum(np.negative(z, out=z), FARTHEST, out=z)
    derivative = np.exp(
        z
    )  # e^(-z): a is 1 / (1 + e), and e a² never cancels, as a (1 - a) does where a is near 1
    np.divide(ONE, np.add(derivative, ONE, out=z), out=z)
    derivative *= z
    derivative *= z
    return derivative


def logistic(z: Floats) -> None:
    """Put the sigmoid in z's place, float32.

    Parameters
    ----------
    z : float32 (...)
        Weighted sums, overwritten by their sigmoids.
    """
    np.negative(z, out=z)
    with np.errstate(over="ignore"):
        np.exp(z, out=z)
    z += ONE
    np.divide(ONE, z, out=z)


def hard_sigmoid(z: Array) -> Array:
    """A sigmoid of straight pieces: z/6 + 1/2, cut off at 0 and 1.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1].
    """
    return np.clip(z + 3, 0, 6) / 6


def hard_sigmoid_derivative(z: Array) -> Array:
    """Return 1/6 between -3 and 3, else 0 (0 at the kinks, as TensorFlow has it).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, 0 or 1/6.
    """
    return as_type_of(z, (np.abs(z) < 3) / 6)


def step(z: Array) -> Array:
    """Return 1 where z is positive, else 0: McCulloch and Pitts's neuron, which fires or does not.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, 0 or 1.
    """
    return as_type_of(z, np.greater(z, 0))


def tanh(z: Array) -> Array:
    """Squash to (-1, 1), centred on zero.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [-1, 1].
    """
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    """Return 1 - a², written as 1 / cosh² z, which never cancels: one at the origin.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, in [0, 1].
    """
    with np.errstate(over="ignore"):
        return 1 / np.square(np.cosh(z))


def tanh_second_derivative(z: Array) -> Array:
    """Return -2 a (1 - a²).

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Of the shape of z, between -0.77 and 0.77.
    """
    return -2 * np.tanh(z) * tanh_derivative(z)


def tanh_in_place(z: Floats) -> Floats:
    """Put the tanh in z's place and return its derivative.

    Parameters
    ----------
    z : float32 (...)
        Weighted sums, overwritten by the activations.

    Returns
    -------
    float32 (...)
        Derivatives, in [0, 1].
    """
    derivative = np.abs(z)
    derivative *= np.float32(-2)
    np.exp(
        derivative, out=derivative
    )  # e = e^(-2|z|): 4 e / (1 + e)² never cancels, as 1 - a² does where a is near 1
    whole = derivative + ONE
    derivative /= whole
    derivative /= whole
    derivative *= np.float32(4)
    np.tanh(z, out=z)
    return derivative


ROWS = (
    Activation(
        key="sigmoid",
        title="Sigmoid",
        value=sigmoid,
        derivative=sigmoid_derivative,
        second_derivative=sigmoid_second_derivative,
        range=(0.0, 1.0),
        saturates="On both sides: beyond |z| ≈ 3 the slope is below 0.05.",
        advantages="Reads as a probability; smooth everywhere.",
        disadvantages="Slope 1/4 at best, so gradients shrink with every layer unless the weights are large; not centred on 0.",
        symbol=r"\sigma",
        latex=r"\frac{1}{1 + e^{-z}}",
        derivative_latex=r"\sigma(z)\,(1 - \sigma(z))",
        second_derivative_latex=r"\sigma(z)\,(1 - \sigma(z))\,(1 - 2\,\sigma(z))",
        keras_name="sigmoid",
        tensorflow="tf.sigmoid({})",
        source="Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, 1986; the curve is Verhulst’s, 1845",
        in_place=sigmoid_in_place,
    ),
    Activation(
        key="tanh",
        title="Tanh",
        value=tanh,
        derivative=tanh_derivative,
        second_derivative=tanh_second_derivative,
        range=(-1.0, 1.0),
        saturates="On both sides: beyond |z| ≈ 2.2 the slope is below 0.05.",
        advantages="Centred on 0, slope 1 at the origin: learns faster than the sigmoid.",
        disadvantages="Still saturates, so gradients vanish in deep networks with large weights.",
        symbol=r"\tanh",
        latex=r"\tanh z",
        derivative_latex=r"1 - \tanh^2 z",
        second_derivative_latex=r"-2 \tanh z \, (1 - \tanh^2 z)",
        keras_name="tanh",
        tensorflow="tf.tanh({})",
        source="LeCun, Bottou, Orr & Müller, Efficient BackProp, 1998",
        in_place=tanh_in_place,
    ),
    Activation(
        key="hard_sigmoid",
        title="Hard sigmoid",
        value=hard_sigmoid,
        derivative=hard_sigmoid_derivative,
        second_derivative=zero,
        range=(0.0, 1.0),
        kinks=(-3.0, 3.0),
        saturates="On both sides, all at once: beyond |z| = 3 the slope is exactly 0.",
        advantages="A sigmoid without an exponential: cheap enough for a phone, and exact in few bits.",
        disadvantages="Slope 1/6 at best, and a unit beyond ±3 for every example gets no gradient at all.",
        symbol=r"\mathrm{hard\,sigmoid}",
        latex=r"\min(1, \max(0, z / 6 + 1/2))",
        derivative_latex=r"\begin{cases} 1/6 & |z| < 3 \\ 0 & |z| \ge 3 \end{cases}",
        second_derivative_latex="0",
        keras_name="hard_sigmoid",
        tensorflow="keras.activations.hard_sigmoid({})",
        source="Courbariaux, Bengio & David, BinaryConnect: training with binary weights, 2015",
    ),
    Activation(
        key="step",
        title="Step",
        value=step,
        derivative=zero,
        second_derivative=zero,
        range=(0.0, 1.0),
        kinks=(0.0,),
        saturates="Everywhere: the slope is 0 on both sides of the jump.",
        advantages="A clear yes or no, and any sharp edge can be built of it by hand.",
        disadvantages="Its slope is 0 wherever it has one, so back-propagation multiplies everything by 0.",
        symbol=r"\mathrm{step}",
        latex=r"\begin{cases} 1 & z > 0 \\ 0 & z \le 0 \end{cases}",
        derivative_latex="0",
        second_derivative_latex="0",
        keras_name=None,
        tensorflow="tf.nn.relu(tf.sign({}))",
        source="McCulloch & Pitts, A logical calculus of the ideas immanent in nervous activity, 1943",
        places=EVERYWHERE - {Place.TRAIN},
        untrainable="Why not a step? Its slope is 0 everywhere, so no weight before it ever gets a gradient: nothing there learns.",
    ),
)
