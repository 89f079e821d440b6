"""An activation bends the line: a value and its slope, side by side.

Everything works elementwise on arrays of any shape and keeps their floating type, so float32 stays float32.
The formulas are written so that no input overflows, however large, and so that no small result is the difference of
two large numbers: where a value or a slope is next to nothing, its digits are right.
"""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx

from netlab.arrays import Array

LEAK = 0.2  # what Keras 3 does for activation="leaky_relu"; its LeakyReLU layer leaks 0.3 instead
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


@dataclass(frozen=True)
class Activation:
    """One activation function, with what a reader needs to choose it.

    Attributes
    ----------
    name : str
        Key in `ACTIVATIONS`; also the word that Keras understands, see `keras_name`.
    value, slope : callable
        The function and its derivative, elementwise. At a kink the slope is TensorFlow's.
    range : tuple of float
        Greatest lower and least upper bound of the value.
    saturates, advantages, disadvantages : str
        Sentences for the reader.
    latex, slope_latex : str
        The two formulas.
    source : str
        Paper and year.
    """

    name: str
    title: str
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    range: tuple[float, float]
    saturates: str
    advantages: str
    disadvantages: str
    latex: str
    slope_latex: str
    keras_name: str
    source: str

    def saturated(self, z: Array, *, tolerance: float = 0.05) -> NDArray[np.bool_]:
        """Where the slope is below `tolerance`, so that next to no gradient passes, and stays so further out.

        In the dip of GELU and Swish the slope only passes through 0.
        """
        places = np.asarray(z)
        further = [places + np.sign(places) * step for step in (0.0, 0.5, 1.0, 2.0)]
        return np.all([np.abs(self.slope(place)) < tolerance for place in further], axis=0)


def linear(z: Array) -> Array:
    """Pass z on unchanged."""
    return z


def linear_slope(z: Array) -> Array:
    """One everywhere."""
    return np.ones_like(z)


def sigmoid(z: Array) -> Array:
    """Squash to (0, 1): 1 / (1 + exp(-z)), multiplied through by exp(z) where z is negative."""
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def sigmoid_slope(z: Array) -> Array:
    """Return a (1 - a): a quarter at most, at z = 0; written with exp(-|z|) it never cancels."""
    shrunk = np.exp(-np.abs(z))
    return shrunk / np.square(1 + shrunk)


def tanh(z: Array) -> Array:
    """Squash to (-1, 1), centred on zero."""
    return np.tanh(z)


def tanh_slope(z: Array) -> Array:
    """Return 1 - a²: one at the origin; written with exp(-|z|) it never cancels."""
    shrunk = np.square(np.exp(-np.abs(z)))
    return 4 * shrunk / np.square(1 + shrunk)


def relu(z: Array) -> Array:
    """Keep what is positive."""
    return np.maximum(z, 0)


def relu_slope(z: Array) -> Array:
    """One where z is positive, else zero (zero at the kink, as TensorFlow has it)."""
    return _as_type_of(z, np.greater(z, 0))


def leaky_relu(z: Array) -> Array:
    """Keep what is positive and a fifth of what is negative."""
    return np.maximum(z, np.multiply(LEAK, z))


def leaky_relu_slope(z: Array) -> Array:
    """One where z is positive, else the leak."""
    return _as_type_of(z, np.where(np.greater(z, 0), 1.0, LEAK))


def elu(z: Array) -> Array:
    """Keep what is positive; bend the rest towards -1."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def elu_slope(z: Array) -> Array:
    """One on the right; exp(z) on the left."""
    return np.exp(np.minimum(z, 0))


def selu(z: Array) -> Array:
    """Return an ELU scaled so that mean 0 and variance 1 pass through many layers."""
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))


def selu_slope(z: Array) -> Array:
    """Return the scale on the right; scale · alpha · exp(z) on the left."""
    return SELU_SCALE * np.where(z >= 0, 1, SELU_ALPHA * np.exp(np.minimum(z, 0)))


def gelu(z: Array) -> Array:
    """Weigh z by the normal probability of a draw below z (exact, not the tanh approximation)."""
    return z * _normal_cdf(z)


def gelu_slope(z: Array) -> Array:
    """Return Φ(z) + z φ(z)."""
    bounded = np.clip(z, -40, 40)  # φ is zero there; beyond, z² would overflow float32
    return _normal_cdf(z) + bounded * _as_type_of(z, _bell(bounded) / sqrt(2 * pi))


def swish(z: Array) -> Array:
    """Weigh z by its own sigmoid (also called SiLU)."""
    return z * sigmoid(z)


def swish_slope(z: Array) -> Array:
    """Return σ(z) + z σ'(z)."""
    return sigmoid(z) + z * sigmoid_slope(z)


def softplus(z: Array) -> Array:
    """Round the kink of the ReLU off: ln(1 + exp(z)) without overflow."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def softplus_slope(z: Array) -> Array:
    """Return the sigmoid, of which softplus is the integral."""
    return sigmoid(z)


def softmax(z: Array, axis: int = -1) -> Array:
    """Turn logits into probabilities that add to 1; shifting by the largest logit prevents overflow."""
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def log_softmax(z: Array, axis: int = -1) -> Array:
    """Return ln softmax(z), finite where softmax itself rounds to zero."""
    shifted = z - np.max(z, axis=axis, keepdims=True)
    smaller = np.exp(shifted)  # all but the largest, whose 1 would swallow them
    np.put_along_axis(smaller, np.argmax(z, axis=axis, keepdims=True), 0, axis=axis)
    return shifted - np.log1p(np.sum(smaller, axis=axis, keepdims=True))


def softmax_slope(z: Array) -> Array:
    """Return the Jacobian ∂a_i/∂z_j = a_i (δ_ij - a_j), shape (..., n, n): every logit moves every output."""
    a = softmax(z)
    slope = -a[..., :, None] * a[..., None, :]
    diagonal = np.arange(a.shape[-1])
    slope[..., diagonal, diagonal] = a * others(a)
    return slope


def others(a: Array) -> Array:
    """What the other classes have, 1 - a_i, of probabilities (..., n): their sum, since 1 - a_i would cancel."""
    rest = 1 - np.eye(a.shape[-1], dtype=a.dtype)
    return a @ rest


def _normal_cdf(z: Array) -> Array:
    """Φ(z), the normal probability of a draw below z, from its smaller tail: e^(−z²/2) erfcx(|z|/√2) / 2."""
    wide = np.clip(z, -40.0, 40.0).astype(np.float64)
    tail = _bell(wide) * erfcx(np.abs(wide) / sqrt(2)) / 2
    return _as_type_of(z, np.where(wide < 0, tail, 1 - tail))


def _bell(z: Array) -> NDArray[np.float64]:
    """e^(−z²/2) in float64. z² is rounded, and e^ makes much of that: so the square of z's leading half goes alone."""
    wide = np.asarray(z, np.float64)
    leading = wide.astype(np.float32).astype(np.float64)
    rest = (wide - leading) * (wide + leading)
    return np.exp(-np.square(leading) / 2) * np.exp(-rest / 2)


def _as_type_of(z: Array, values: NDArray[Any]) -> Array:
    return values.astype(np.result_type(z, np.float16))


_ALL = (
    Activation(
        "linear", "Linear", linear, linear_slope, (-inf, inf),
        saturates="Nowhere.",
        advantages="The gradient passes unchanged; right for an output that may be any number.",
        disadvantages="Layers of it collapse into one linear layer: depth adds nothing.",
        latex=r"z", slope_latex=r"1", keras_name="linear",
        source="Widrow & Hoff, Adaptive switching circuits, 1960",
    ),
    Activation(
        "sigmoid", "Sigmoid", sigmoid, sigmoid_slope, (0.0, 1.0),
        saturates="On both sides: beyond |z| ≈ 3 the slope is below 0.05.",
        advantages="Reads as a probability; smooth everywhere.",
        disadvantages="Slope 1/4 at best, so gradients shrink with every layer; not centred on 0.",
        latex=r"\frac{1}{1 + e^{-z}}", slope_latex=r"\sigma(z)\,(1 - \sigma(z))", keras_name="sigmoid",
        source="Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, 1986",
    ),
    Activation(
        "tanh", "Tanh", tanh, tanh_slope, (-1.0, 1.0),
        saturates="On both sides: beyond |z| ≈ 2.2 the slope is below 0.05.",
        advantages="Centred on 0, slope 1 at the origin: learns faster than the sigmoid.",
        disadvantages="Still saturates, so gradients vanish in deep networks with large weights.",
        latex=r"\tanh z", slope_latex=r"1 - \tanh^2 z", keras_name="tanh",
        source="LeCun, Bottou, Orr & Müller, Efficient BackProp, 1998",
    ),
    Activation(
        "relu", "ReLU", relu, relu_slope, (0.0, inf),
        saturates="On the whole negative side: slope exactly 0.",
        advantages="Cheap; slope exactly 1 where active, so gradients survive depth; sparse activity.",
        disadvantages="A unit that is negative for every example gets no gradient and stays dead.",
        latex=r"\max(0, z)", slope_latex=r"[z > 0]", keras_name="relu",
        source="Nair & Hinton, Rectified linear units improve restricted Boltzmann machines, 2010",
    ),
    Activation(
        "leaky_relu", "Leaky ReLU", leaky_relu, leaky_relu_slope, (-inf, inf),
        saturates="Nowhere: the slope is at least 0.2.",
        advantages="As cheap as ReLU, and no unit can die.",
        disadvantages="One more setting, the leak: 0.01 in the paper, 0.2 here as in Keras; less sparse.",
        latex=r"\max(0.2\,z, z)", slope_latex=r"1 \text{ if } z > 0 \text{ else } 0.2",
        keras_name="leaky_relu",
        source="Maas, Hannun & Ng, Rectifier nonlinearities improve neural network acoustic models, 2013",
    ),
    Activation(
        "elu", "ELU", elu, elu_slope, (-1.0, inf),
        saturates="On the negative side: below z ≈ −3 the slope is below 0.05.",
        advantages="Negative values bring the mean activation near 0; smooth at the origin.",
        disadvantages="An exponential to compute; still saturates on the left.",
        latex=r"z \text{ if } z > 0 \text{ else } e^{z} - 1",
        slope_latex=r"1 \text{ if } z > 0 \text{ else } e^{z}", keras_name="elu",
        source="Clevert, Unterthiner & Hochreiter, Fast and accurate deep network learning by ELUs, 2016",
    ),
    Activation(
        "selu", "SELU", selu, selu_slope, (-SELU_ALPHA * SELU_SCALE, inf),
        saturates="On the negative side: below z ≈ −3.6 the slope is below 0.05.",
        advantages="Keeps mean 0 and variance 1 through many dense layers, without batch normalisation.",
        disadvantages="Needs LeCun normal weights and alpha dropout; a jump of slope at 0.",
        latex=r"1.0507\,(z \text{ if } z > 0 \text{ else } 1.6733\,(e^{z} - 1))",
        slope_latex=r"1.0507\,(1 \text{ if } z \ge 0 \text{ else } 1.6733\,e^{z})", keras_name="selu",
        source="Klambauer, Unterthiner, Mayr & Hochreiter, Self-normalizing neural networks, 2017",
    ),
    Activation(
        "gelu", "GELU", gelu, gelu_slope, (-0.16997120747990369, inf),
        saturates="On the negative side: below z ≈ −2.4 the slope stays within 0.05 of 0.",
        advantages="Smooth; the usual choice in transformers.",
        disadvantages="Dearer to compute; not monotone: it dips below 0 left of the origin.",
        latex=r"z\,\Phi(z)", slope_latex=r"\Phi(z) + z\,\varphi(z)", keras_name="gelu",
        source="Hendrycks & Gimpel, Gaussian error linear units, 2016",
    ),
    Activation(
        "swish", "Swish (SiLU)", swish, swish_slope, (-0.27846454276107379, inf),
        saturates="On the negative side, slowly: below z ≈ −4.1 the slope stays within 0.05 of 0.",
        advantages="Smooth; often a little better than ReLU in deep networks.",
        disadvantages="Dearer to compute; not monotone: it dips below 0 left of the origin.",
        latex=r"z\,\sigma(z)", slope_latex=r"\sigma(z) + z\,\sigma(z)(1 - \sigma(z))", keras_name="swish",
        source="Ramachandran, Zoph & Le, Searching for activation functions, 2017",
    ),
    Activation(
        "softplus", "Softplus", softplus, softplus_slope, (0.0, inf),
        saturates="On the negative side: below z ≈ −3 the slope is below 0.05.",
        advantages="A ReLU without the kink; always positive, so fit for a variance or a rate.",
        disadvantages="Dearer than ReLU, never centred on 0, seldom better.",
        latex=r"\ln(1 + e^{z})", slope_latex=r"\sigma(z)", keras_name="softplus",
        source="Dugas et al., Incorporating second-order functional knowledge for option pricing, 2001",
    ),
)  # fmt: skip

ACTIVATIONS: dict[str, Activation] = {activation.name: activation for activation in _ALL}
