"""Shorten a gradient that is too long, as Keras does it."""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array


def clip_norm(gradient: Array, longest: float) -> Array:
    """Each gradient (..., 2) no longer than this.

    Parameters
    ----------
    gradient : float32 (..., 2)
        Gradients.
    longest : float
        The length allowed, above 0.

    Returns
    -------
    float32 (..., 2)
        Gradients of the same directions.
    """
    clipped: Array = gradient * longest / np.maximum(np.sqrt(_squared_length(gradient)), np.float32(longest))
    return clipped


def clip_global_norm(gradient: Array, longest: float) -> Array:
    """The same bound in the order of operations that Keras has for all variables of a model together.

    Parameters
    ----------
    gradient : float32 (..., 2)
        Gradients.
    longest : float
        The length allowed, above 0.

    Returns
    -------
    float32 (..., 2)
        Gradients of the same directions.
    """
    length = np.sqrt(_squared_length(gradient))
    with np.errstate(divide="ignore"):  # a gradient of 0: 1/0 is infinite and the other bound is taken
        scale = np.float32(longest) * np.minimum(np.float32(1.0) / length, np.float32(1.0 / longest))
    clipped: Array = gradient * (scale + (length - length))
    return clipped


def _squared_length(vectors: Array) -> Array:
    squares = vectors * vectors
    total: Array = squares[..., :1] + squares[..., 1:]
    return total
