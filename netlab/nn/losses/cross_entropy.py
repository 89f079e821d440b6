"""Cross-entropy: how surprising the truth is, given the predicted probabilities."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import log_softmax, others, sigmoid_derivative, softmax, softplus
from netlab.nn.losses.base import KerasLoss, Loss, Term, missed
from netlab.nn.place import Place

EPSILON = 1e-7  # Keras keeps probabilities this far from 0 and 1 before taking a logarithm


def binary_cross_entropy(prediction: Array, target: Array) -> Array:
    """Surprise at the truth, -Σ_k [y ln p + (1 - y) ln(1 - p)], for probabilities (n, k).

    Keras averages over k instead; for k = 1 they agree. Probabilities are kept 1e-7 from 0 and 1.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities in [0, 1].
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n,)
        Losses in nats, from 0.

    Examples
    --------
    >>> binary_cross_entropy(np.array([[0.25]]), np.array([[1.0]])).round(4).tolist()
    [1.3863]
    """
    p = _inside(prediction)
    return -np.sum(target * np.log(p) + (1 - target) * np.log1p(-p), axis=-1)


def binary_cross_entropy_derivative(prediction: Array, target: Array) -> Array:
    """Return (p - y) / (p (1 - p)), growing without bound as a wrong prediction gets sure.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities in [0, 1], kept 1e-7 from both ends.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n, k)
        Derivatives by the probabilities, up to 1e7 in size.
    """
    p = _inside(prediction)
    return (p - target) / (p * (1 - p))


def binary_cross_entropy_from_logits(z: Array, target: Array) -> Array:
    """Return Σ_k [(1 - y) softplus(z) + y softplus(-z)]: the same loss with no logarithm of a rounded probability.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n,)
        Losses in nats, from 0.
    """
    return np.sum(_surprise(z, target), axis=-1)


def binary_cross_entropy_logit_derivative(z: Array, target: Array) -> Array:
    """Return p - y: the sigmoid's derivative has cancelled, so nothing vanishes while the answer is wrong.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n, k)
        Derivatives by the logits, in [-1, 1].
    """
    return missed(z, target)


def cross_entropy(prediction: Array, target: Array) -> Array:
    """Surprise at the truth, -Σ_k y ln p, for probabilities and targets (n, k) that add to 1.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities, kept 1e-7 from 0 and 1.
    target : floats (n, k)
        In [0, 1]; one-hot, or smoothed.

    Returns
    -------
    floats (n,)
        Losses in nats, from 0.

    Examples
    --------
    >>> cross_entropy(np.array([[0.25, 0.75]]), np.array([[1.0, 0.0]])).round(4).tolist()
    [1.3863]
    """
    return -np.sum(target * np.log(_inside(prediction)), axis=-1)


def cross_entropy_derivative(prediction: Array, target: Array) -> Array:
    """Return -y/p; shape (n, k).

    TensorFlow first divides p by its sum, so its derivative is larger by 1 in every class. Along directions in
    which the probabilities still add to 1 the two agree.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities, kept 1e-7 from 0 and 1.
    target : floats (n, k)
        In [0, 1]; each row adds to 1.

    Returns
    -------
    floats (n, k)
        Derivatives by the probabilities, from -1e7 to 0.
    """
    return -target / _inside(prediction)


def cross_entropy_from_logits(z: Array, target: Array) -> Array:
    """Return -Σ_k y ln softmax(z), finite for any finite logits (n, k).

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1]; each row adds to 1.

    Returns
    -------
    floats (n,)
        Losses in nats, from 0.

    Examples
    --------
    >>> cross_entropy_from_logits(np.array([[0.0, 1e4]]), np.array([[1.0, 0.0]])).tolist()
    [10000.0]
    """
    return -np.sum(target * log_softmax(z), axis=-1)


def cross_entropy_logit_derivative(z: Array, target: Array) -> Array:
    """Return p - y: the whole Jacobian of the softmax has cancelled; shape (n, k).

    Written as (1 - y) p - y (1 - p), so that nothing cancels where an answer is sure and right.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1]; each row adds to 1.

    Returns
    -------
    floats (n, k)
        Derivatives by the logits, in [-1, 1].
    """
    p = softmax(z)
    return (1 - target) * p - target * others(p)


def smoothed(target: Array, amount: float) -> Array:
    """Take a share of the certainty away and give every class the same part of it: y (1 - ε) + ε / k.

    Source: Szegedy, Vanhoucke, Ioffe, Shlens & Wojna, Rethinking the inception architecture, 2016.

    Parameters
    ----------
    target : floats (n, k)
        One-hot rows.
    amount : float
        ε, the share that is spread, in [0, 1].

    Returns
    -------
    floats (n, k)
        Rows that still add to 1.

    Examples
    --------
    >>> smoothed(np.array([[1.0, 0.0]]), 0.5).tolist()
    [[0.75, 0.25]]
    """
    return target * (1 - amount) + amount / target.shape[-1]


def _surprise(z: Array, target: Array) -> Array:
    return (1 - target) * softplus(z) + target * softplus(-z)


def _inside(p: Array) -> Array:
    return np.clip(p, EPSILON, 1 - EPSILON)


ROWS = (
    Loss(
        key="sparse_categorical_crossentropy",
        family="cross_entropy",
        title="cross-entropy",
        unit="nats",
        value=cross_entropy,
        derivative=cross_entropy_derivative,
        output="softmax",
        logit_value=cross_entropy_from_logits,
        logit_derivative=cross_entropy_logit_derivative,
        keras=KerasLoss("SparseCategoricalCrossentropy", one_hot=False),
        smoothed=KerasLoss("CategoricalCrossentropy"),
        latex=r"-\sum_k y_k \ln p_k",
        derivative_latex=r"-\frac{y_k}{p_k}",
        logit_derivative_latex=r"p_k - y_k",
        note="The same as Keras's.",
        source="Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990",
        places=frozenset({Place.TRAIN, Place.LESSONS}),
    ),
    Loss(
        key="binary_crossentropy",
        family="cross_entropy",
        title="binary cross-entropy",
        unit="nats",
        value=binary_cross_entropy,
        derivative=binary_cross_entropy_derivative,
        output="sigmoid",
        logit_value=binary_cross_entropy_from_logits,
        logit_derivative=binary_cross_entropy_logit_derivative,
        keras=KerasLoss("BinaryCrossentropy"),
        keras_factor=lambda outputs: 1 / outputs,
        term=Term(
            value=_surprise,
            derivative=missed,
            second_derivative=lambda z, target: sigmoid_derivative(z),
            fused=True,
        ),
        tensorflow="tf.nn.sigmoid_cross_entropy_with_logits(targets, z)",
        example_latex=r"\big[-t_i \ln p_i - (1-t_i) \ln(1-p_i)\big], \quad p_i = {prediction}",
        latex=r"-\sum_k \big[y_k \ln p_k + (1 - y_k) \ln(1 - p_k)\big]",
        derivative_latex=r"\frac{p_k - y_k}{p_k (1 - p_k)}",
        logit_derivative_latex=r"p_k - y_k",
        note="Keras divides by the number of outputs.",
        source="Solla, Levin & Fleisher, Accelerated learning in layered neural networks, 1988",
        places=frozenset({Place.LESSONS, Place.LANDSCAPE}),
    ),
)
