"""A loss says how wrong a prediction is, and its slope says which way is better.

Every loss gives one number an example, shape (n,); average them over the batch for the number that is trained
on, and divide the slopes by n likewise. Slopes are with respect to the prediction (what leaves the output
unit) or to the logit (its pre-activation z); the second is where cross-entropy shows its worth.
"""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations import log_softmax, others, sigmoid, sigmoid_slope, softmax, softplus

EPSILON = 1e-7  # Keras keeps probabilities this far from 0 and 1 before taking a logarithm
Labels = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Loss:
    """One loss, from predictions and from logits, each with its slope.

    Attributes
    ----------
    value, slope : callable
        (prediction, target) → losses (n,) and ∂loss/∂prediction, shaped like the prediction.
    logit_value, logit_slope : callable
        The same from the logits, by a formula that is stable for logits of any size.
    output : str
        The activation between logit and prediction: "sigmoid" or "softmax".
    latex, slope_latex, logit_slope_latex : str
        Formulas for one example.
    keras_name : str
        What `model.compile(loss=...)` takes; see `note` for where the two differ.
    """

    name: str
    title: str
    value: Callable[[Array, Any], Array]
    slope: Callable[[Array, Any], Array]
    logit_value: Callable[[Array, Any], Array]
    logit_slope: Callable[[Array, Any], Array]
    output: str
    latex: str
    slope_latex: str
    logit_slope_latex: str
    keras_name: str
    note: str
    source: str


def quadratic(prediction: Array, target: Array) -> Array:
    """Half the sum of squares, ½ Σ_k (a_k - y_k)², for arrays (n, k).

    Keras's mean_squared_error is the mean over k, without the half: 2/k times this. The best weights are the
    same, but the learning rate that suits one must be multiplied by k/2 to suit the other.
    """
    return np.sum(np.square(prediction - target), axis=-1) / 2


def quadratic_slope(prediction: Array, target: Array) -> Array:
    """Return a - y, which is why the half is there; shape (n, k)."""
    return prediction - target


def quadratic_from_logits(z: Array, target: Array) -> Array:
    """Quadratic loss behind a sigmoid."""
    return np.sum(np.square(_missed(z, target)), axis=-1) / 2


def quadratic_logit_slope(z: Array, target: Array) -> Array:
    """Return (p - y) σ'(z): right direction, but vanishing where the unit saturates, even when wrong."""
    return _missed(z, target) * sigmoid_slope(z)


def binary_cross_entropy(prediction: Array, target: Array) -> Array:
    """Surprise at the truth, -Σ_k [y ln p + (1 - y) ln(1 - p)], for probabilities (n, k).

    Keras averages over k instead; for k = 1 they agree. Probabilities are kept 1e-7 from 0 and 1.
    """
    p = _inside(prediction)
    return -np.sum(target * np.log(p) + (1 - target) * np.log1p(-p), axis=-1)


def binary_cross_entropy_slope(prediction: Array, target: Array) -> Array:
    """Return (p - y) / (p (1 - p)), growing without bound as a wrong prediction gets sure."""
    p = _inside(prediction)
    return (p - target) / (p * (1 - p))


def binary_cross_entropy_from_logits(z: Array, target: Array) -> Array:
    """Return Σ_k [(1 - y) softplus(z) + y softplus(-z)]: the same loss with no logarithm of a rounded probability."""
    return np.sum((1 - target) * softplus(z) + target * softplus(-z), axis=-1)


def binary_cross_entropy_logit_slope(z: Array, target: Array) -> Array:
    """Return p - y: the sigmoid's slope has cancelled, so nothing vanishes while the answer is wrong."""
    return _missed(z, target)


def _missed(z: Array, target: Any) -> Array:
    """p - y, written as (1 - y) σ(z) - y σ(-z): where a unit is sure and right, p - 1 would cancel."""
    return (1 - target) * sigmoid(z) - target * sigmoid(-z)


def sparse_cross_entropy(prediction: Array, labels: Labels) -> Array:
    """Surprise at the true class, -ln p_label, for probabilities (n, k) and integer labels (n,)."""
    return -np.log(_picked(_inside(prediction), labels))


def sparse_cross_entropy_slope(prediction: Array, labels: Labels) -> Array:
    """Return -1/p at the label and 0 elsewhere; shape (n, k).

    TensorFlow first divides p by its sum, so its slope is larger by 1 in every class. Along directions in
    which the probabilities still add to 1 the two agree.
    """
    return -one_hot(labels, prediction.shape[-1], prediction.dtype) / _inside(prediction)


def sparse_cross_entropy_from_logits(z: Array, labels: Labels) -> Array:
    """Return -ln softmax(z)_label, finite for any finite logits (n, k)."""
    return -_picked(log_softmax(z), labels)


def sparse_cross_entropy_logit_slope(z: Array, labels: Labels) -> Array:
    """Return p - y with y one-hot: the whole Jacobian of the softmax has cancelled; shape (n, k)."""
    p = softmax(z)
    return np.where(one_hot(labels, z.shape[-1], np.bool_), -others(p), p)


def one_hot(labels: Labels, classes: int, dtype: Any = np.float64) -> Array:
    """Turn labels (n,) into rows (n, classes) with a single 1."""
    return np.eye(classes, dtype=dtype)[labels]


def _inside(p: Array) -> Array:
    return np.clip(p, EPSILON, 1 - EPSILON)


def _picked(values: Array, labels: Labels) -> Array:
    return np.take_along_axis(values, labels[..., None], axis=-1)[..., 0]


@dataclass(frozen=True)
class TwoLosses:
    """One sigmoid unit judged by both losses; all arrays are shaped like the logits.

    `quadratic_slope` and `cross_entropy_slope` are with respect to the logit: (p - y) · `factor`, and p - y.
    """

    logits: Array
    target: float
    predictions: Array
    quadratic: Array
    cross_entropy: Array
    quadratic_slope: Array
    cross_entropy_slope: Array
    factor: Array


def compare(logits: Array, target: float) -> TwoLosses:
    """Judge one sigmoid unit at each logit (n,) by both losses: why one stalls and the other does not."""
    z = np.asarray(logits)[..., None]
    y = np.full_like(z, target)
    return TwoLosses(
        logits=z[..., 0],
        target=target,
        predictions=sigmoid(z)[..., 0],
        quadratic=quadratic_from_logits(z, y),
        cross_entropy=binary_cross_entropy_from_logits(z, y),
        quadratic_slope=quadratic_logit_slope(z, y)[..., 0],
        cross_entropy_slope=binary_cross_entropy_logit_slope(z, y)[..., 0],
        factor=sigmoid_slope(z)[..., 0],
    )


def unlearn(loss: str, start: float, target: float, *, learning_rate: float = 0.5, steps: int = 200) -> Array:
    """Walk one logit from a (wrong) start down a loss; returns the steps + 1 logits passed through.

    Cross-entropy leaves a saturated wrong answer at nearly `learning_rate` a step; the quadratic loss hardly
    moves until it is almost out by itself (Solla, Levin & Fleisher, 1988).
    """
    logits = np.empty(steps + 1)
    logits[0] = start
    for step in range(steps):
        slope = LOSSES[loss].logit_slope(logits[step : step + 1], np.array([target]))
        logits[step + 1] = logits[step] - learning_rate * slope[0]
    return logits


_ALL = (
    Loss(
        "quadratic", "Quadratic",
        quadratic, quadratic_slope, quadratic_from_logits, quadratic_logit_slope, output="sigmoid",
        latex=r"\tfrac12 \sum_k (a_k - y_k)^2", slope_latex=r"a_k - y_k",
        logit_slope_latex=r"(a_k - y_k)\,\sigma'(z_k)", keras_name="mean_squared_error",
        note="Keras's mean_squared_error is 2/k times this, k being the number of outputs.",
        source="Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, 1986",
    ),
    Loss(
        "binary_cross_entropy", "Binary cross-entropy",
        binary_cross_entropy, binary_cross_entropy_slope,
        binary_cross_entropy_from_logits, binary_cross_entropy_logit_slope, output="sigmoid",
        latex=r"-\sum_k \big[y_k \ln p_k + (1 - y_k) \ln(1 - p_k)\big]",
        slope_latex=r"\frac{p_k - y_k}{p_k (1 - p_k)}", logit_slope_latex=r"p_k - y_k",
        keras_name="binary_crossentropy", note="Keras divides by the number of outputs.",
        source="Solla, Levin & Fleisher, Accelerated learning in layered neural networks, 1988",
    ),
    Loss(
        "sparse_cross_entropy", "Cross-entropy",
        sparse_cross_entropy, sparse_cross_entropy_slope,
        sparse_cross_entropy_from_logits, sparse_cross_entropy_logit_slope, output="softmax",
        latex=r"-\ln p_\text{label}", slope_latex=r"-\frac{[k = \text{label}]}{p_k}",
        logit_slope_latex=r"p_k - [k = \text{label}]", keras_name="sparse_categorical_crossentropy",
        note="The same as Keras's.",
        source="Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
    ),
)  # fmt: skip

LOSSES: dict[str, Loss] = {loss.name: loss for loss in _ALL}
