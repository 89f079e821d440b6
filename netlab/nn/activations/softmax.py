"""Softmax: logits become shares of 1. Not elementwise, so it is no row of the table: every logit moves every output."""

# mypy: disable-error-code="no-any-return"
# (NumPy types the quotient of two floating arrays as Any.)

from __future__ import annotations

import numpy as np

from netlab.arrays import Array


def softmax(z: Array, axis: int = -1) -> Array:
    """Turn logits into probabilities that add to 1; shifting by the largest logit prevents overflow.

    Source: Bridle, Probabilistic interpretation of feedforward classification network outputs, 1990.

    Parameters
    ----------
    z : floats (..., n)
        Logits.
    axis : int
        Along which the probabilities add to 1.

    Returns
    -------
    floats (..., n)
        Probabilities in [0, 1].

    Examples
    --------
    >>> softmax(np.array([0.0, 0.0, 1e4])).tolist()
    [0.0, 0.0, 1.0]
    >>> softmax(np.log([[1.0, 3.0]])).tolist()
    [[0.25, 0.75]]
    """
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)


def log_softmax(z: Array, axis: int = -1) -> Array:
    """Return ln softmax(z), finite where softmax itself rounds to zero.

    Parameters
    ----------
    z : floats (..., n)
        Logits.
    axis : int
        Along which the probabilities add to 1.

    Returns
    -------
    floats (..., n)
        Logarithms of the probabilities, at most 0.

    Examples
    --------
    >>> log_softmax(np.array([0.0, 1e4])).tolist()
    [-10000.0, 0.0]
    """
    shifted = z - np.max(z, axis=axis, keepdims=True)
    smaller = np.exp(shifted)  # all but the largest, whose 1 would swallow them
    np.put_along_axis(smaller, np.argmax(z, axis=axis, keepdims=True), 0, axis=axis)
    return shifted - np.log1p(np.sum(smaller, axis=axis, keepdims=True))


def softmax_jacobian(z: Array) -> Array:
    """Return ∂a_i/∂z_j = a_i (δ_ij - a_j), shape (..., n, n): every logit moves every output.

    Parameters
    ----------
    z : floats (..., n)
        Logits.

    Returns
    -------
    floats (..., n, n)
        Outputs i by logits j, in [-0.25, 0.25].
    """
    a = softmax(z)
    jacobian = -a[..., :, None] * a[..., None, :]
    diagonal = np.arange(a.shape[-1])
    jacobian[..., diagonal, diagonal] = a * others(a)
    return jacobian


def others(a: Array) -> Array:
    """What the other classes have, 1 - a_i, of probabilities (..., n): their sum, since 1 - a_i would cancel.

    Parameters
    ----------
    a : floats (..., n)
        Probabilities that add to 1 along the last axis.

    Returns
    -------
    floats (..., n)
        In [0, 1].
    """
    rest = 1 - np.eye(a.shape[-1], dtype=a.dtype)
    return a @ rest
