"""Losses that measure how far the prediction lies from the target."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.nn.activations import sigmoid_derivative
from netlab.nn.losses.base import KerasLoss, Loss, Term, behind_softmax, derivative_behind_softmax, missed
from netlab.nn.place import Place

DELTA = 0.1
"""Where Huber's loss goes over from a parabola to a straight line."""


def quadratic(prediction: Array, target: Array) -> Array:
    """Half the sum of squares, ½ Σ_k (a_k - y_k)², for arrays (n, k).

    Keras's mean_squared_error is the mean over k, without the half: 2/k times this. The best weights are the
    same, but the learning rate that suits one must be multiplied by k/2 to suit the other.

    Parameters
    ----------
    prediction, target : floats (n, k)
        What a network gave, and what it should have given.

    Returns
    -------
    floats (n,)
        Losses, from 0.

    Examples
    --------
    >>> quadratic(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])).tolist()
    [2.5]
    """
    return np.sum(np.square(prediction - target), axis=-1) / 2


def quadratic_derivative(prediction: Array, target: Array) -> Array:
    """Return a - y, which is why the half is there; shape (n, k).

    Parameters
    ----------
    prediction, target : floats (n, k)
        What a network gave, and what it should have given.

    Returns
    -------
    floats (n, k)
        Derivatives by the predictions.
    """
    return prediction - target


def quadratic_from_logits(z: Array, target: Array) -> Array:
    """Quadratic loss behind a sigmoid.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n,)
        Losses, from 0 to k/2.
    """
    return np.sum(np.square(missed(z, target)), axis=-1) / 2


def quadratic_logit_derivative(z: Array, target: Array) -> Array:
    """Return (p - y) σ'(z): right direction, but vanishing where the unit saturates, even when wrong.

    Parameters
    ----------
    z : floats (n, k)
        Logits.
    target : floats (n, k)
        In [0, 1].

    Returns
    -------
    floats (n, k)
        Derivatives by the logits, in [-0.25, 0.25].
    """
    return missed(z, target) * sigmoid_derivative(z)


def half_square(a: Array, target: Array) -> Array:
    """One output's share, ½ (a - y)².

    Parameters
    ----------
    a : floats (...)
        Predictions.
    target : floats (...)
        Targets, which broadcast against them.

    Returns
    -------
    floats (...)
        Shares, from 0.
    """
    error = a - target
    error *= error
    error *= 0.5
    return error


def hinge(prediction: Array, target: Array) -> Array:
    """Return max(0, 1 - p_label + the largest other p), for probabilities and one-hot targets (n, k).

    As in Keras it is taken of probabilities, behind the softmax. They lie between 0 and 1, so the margin of 1 is only
    met by a prediction that is wholly sure, and the loss never quite rests.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities; each row adds to 1.
    target : floats (n, k)
        One-hot rows.

    Returns
    -------
    floats (n,)
        Losses, from 0 to 2.

    Examples
    --------
    >>> hinge(np.array([[0.75, 0.25]]), np.array([[1.0, 0.0]])).tolist()
    [0.5]
    """
    right, other = np.sum(target * prediction, axis=-1), np.max((1 - target) * prediction, axis=-1)
    return np.maximum(other - right + 1, 0)


def hinge_derivative(prediction: Array, target: Array) -> Array:
    """Return -1 at the label and +1 at the largest other, 0 where the margin is met; a tie is shared.

    Parameters
    ----------
    prediction : floats (n, k)
        Probabilities; each row adds to 1.
    target : floats (n, k)
        One-hot rows.

    Returns
    -------
    floats (n, k)
        Derivatives by the probabilities, in [-1, 1].
    """
    others = (1 - target) * prediction
    largest = np.equal(others, np.max(others, axis=-1, keepdims=True))
    share = largest / np.sum(largest, axis=-1, keepdims=True) * (1 - target)
    active = np.greater(hinge(prediction, target), 0)[..., None]
    return np.where(active, share - target, 0).astype(prediction.dtype)


def huber(prediction: Array, target: Array) -> Array:
    """Sum over outputs: ½ e² where the error e is below δ = 0.1 in size, δ |e| - ½ δ² beyond.

    Keras's default δ is 1, and an error between probabilities is never larger: that Huber loss is half the squared
    error and nothing else. With 0.1 a wrong answer is in the straight part, where it pulls no harder for being worse.

    Parameters
    ----------
    prediction, target : floats (n, k)
        What a network gave, and what it should have given.

    Returns
    -------
    floats (n,)
        Losses, from 0.

    Examples
    --------
    >>> huber(np.array([[0.5, 0.05]]), np.array([[0.0, 0.0]])).round(5).tolist()
    [0.04625]
    """
    error = np.abs(prediction - target)
    bent, straight = np.square(error) / 2, DELTA * error - DELTA**2 / 2
    return np.sum(np.where(error <= DELTA, bent, straight), axis=-1)


def huber_derivative(prediction: Array, target: Array) -> Array:
    """Return the error, cut off at ±δ.

    Parameters
    ----------
    prediction, target : floats (n, k)
        What a network gave, and what it should have given.

    Returns
    -------
    floats (n, k)
        Derivatives by the predictions, in [-0.1, 0.1].
    """
    return np.clip(prediction - target, -DELTA, DELTA)


ROWS = (
    Loss(
        key="mean_squared_error",
        family="quadratic",
        title="quadratic (mean squared error)",
        value=quadratic,
        derivative=quadratic_derivative,
        output="sigmoid",
        logit_value=quadratic_from_logits,
        logit_derivative=quadratic_logit_derivative,
        keras=KerasLoss("MeanSquaredError"),
        keras_factor=lambda outputs: 2 / outputs,
        term=Term(
            value=half_square,
            derivative=quadratic_derivative,
            second_derivative=lambda a, target: np.ones_like(a),
            fused=False,
            in_place=lambda a, target: np.subtract(a, target, out=a),
        ),
        tensorflow="tf.square({prediction} - targets)",
        example_latex=r"\left({prediction} - t_i\right)^2",
        latex=r"\tfrac12 \sum_k (a_k - y_k)^2",
        derivative_latex=r"a_k - y_k",
        logit_derivative_latex=r"(a_k - y_k)\,\sigma'(z_k)",
        note="Keras's mean_squared_error is 2/k times this, k being the number of outputs.",
        source="Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, 1986",
        places=frozenset({Place.TRAIN, Place.LESSONS, Place.LANDSCAPE}),
    ),
    Loss(
        key="categorical_hinge",
        family="hinge",
        title="hinge",
        value=hinge,
        derivative=hinge_derivative,
        output="softmax",
        logit_value=behind_softmax(hinge),
        logit_derivative=derivative_behind_softmax(hinge_derivative),
        keras=KerasLoss("CategoricalHinge"),
        latex=r"\max\big(0,\; 1 - p_\text{label} + \max_{k \ne \text{label}} p_k\big)",
        derivative_latex=r"[k = \text{largest other}] - y_k",
        logit_derivative_latex=r"p_k \big(d_k - \sum_j d_j p_j\big), \quad d = \partial L / \partial p",
        note="The same as Keras's, of probabilities and one-hot targets.",
        source="Crammer & Singer, On the algorithmic implementation of multiclass kernel-based vector machines, 2001",
        places=frozenset({Place.TRAIN}),
    ),
    Loss(
        key="huber",
        family="huber",
        title="Huber, δ = 0.1",
        value=huber,
        derivative=huber_derivative,
        output="softmax",
        logit_value=behind_softmax(huber),
        logit_derivative=derivative_behind_softmax(huber_derivative),
        keras=KerasLoss("Huber", (("delta", DELTA),)),
        keras_factor=lambda outputs: 1 / outputs,
        latex=r"\sum_k \begin{cases} \tfrac12 e_k^2 & |e_k| \le \delta \\ \delta |e_k| - \tfrac12 \delta^2 & |e_k| > \delta \end{cases}",
        derivative_latex=r"\min(\delta, \max(-\delta, p_k - y_k))",
        logit_derivative_latex=r"p_k \big(d_k - \sum_j d_j p_j\big), \quad d = \partial L / \partial p",
        note="Keras divides by the number of outputs, and has δ = 1 if nothing is said.",
        source="Huber, Robust estimation of a location parameter, 1964",
        places=frozenset({Place.TRAIN}),
    ),
)
