"""What a row of the table of activations holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nn.place import EVERYWHERE, Place

Function = Callable[[Array], Array]


class InPlace(Protocol):
    """A quick way to value and derivative at once, for maps of many thousand points."""

    def __call__(self, z: Floats, /) -> Floats:
        """Put the value in z's place and return the derivative; both float32, shaped like z."""


@dataclass(frozen=True, kw_only=True)
class Activation:
    """One activation function: everything there is to know about it.

    Attributes
    ----------
    key : str
        Key in ``ACTIVATIONS``: the word in networks, addresses, flags and typed formulas.
    value, derivative, second_derivative : callable
        The function and its derivatives, elementwise. At a kink the derivative is TensorFlow's.
    range : tuple of float
        Greatest lower and least upper bound of the value.
    kinks : tuple of float
        Where the value or one of the two derivatives jumps.
    saturates, advantages, disadvantages : str
        Sentences for the reader.
    symbol : str
        The function's name in LaTeX, to stand before an argument; empty for the identity.
    latex, derivative_latex, second_derivative_latex : str
        The three formulas in z.
    keras_name : str or None
        What Keras calls it; None if Keras does not have it.
    tensorflow : str
        An expression of TensorFlow or Keras with ``{}`` for the argument, for scripts.
    source : str
        Paper and year.
    places : frozenset of Place
        Where it is offered.
    untrainable : str
        Why no network can be trained with it; empty where ``places`` has Train.
    in_place : InPlace or None
        A quicker way to ``value_and_derivative``, where there is one.
    """

    key: str
    title: str
    value: Function
    derivative: Function
    second_derivative: Function
    range: tuple[float, float]
    kinks: tuple[float, ...] = ()
    saturates: str
    advantages: str
    disadvantages: str
    symbol: str
    latex: str
    derivative_latex: str
    second_derivative_latex: str
    keras_name: str | None
    tensorflow: str
    source: str
    places: frozenset[Place] = EVERYWHERE
    untrainable: str = ""
    in_place: InPlace | None = None

    def value_and_derivative(self, z: Floats) -> tuple[Floats, Floats]:
        """Both at once, float32 like z, by the quickest way; z may be overwritten."""
        if self.in_place is None:
            return self.value(z), self.derivative(z)
        derivative = self.in_place(z)
        return z, derivative

    def saturated(self, z: Array, *, tolerance: float = 0.05) -> NDArray[np.bool_]:
        """Where the derivative is below ``tolerance``, so that next to no gradient passes, and stays so further out.

        In the dip of GELU and Swish the derivative only passes through 0.
        """
        places = np.asarray(z)
        further = [places + np.sign(places) * step for step in (0.0, 0.5, 1.0, 2.0)]
        return np.all([np.abs(self.derivative(place)) < tolerance for place in further], axis=0)


def zero(z: Array) -> Array:
    """Return 0 everywhere: the derivative of what is flat, and of what is straight the second.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Zeros of the shape and type of z.
    """
    return np.zeros_like(z)


def one(z: Array) -> Array:
    """Return 1 everywhere.

    Parameters
    ----------
    z : floats (...)
        Weighted sums.

    Returns
    -------
    floats (...)
        Ones of the shape and type of z.
    """
    return np.ones_like(z)


def as_type_of(z: Array, values: NDArray[Any]) -> Array:
    """Numbers or truths in the floating type of z.

    Parameters
    ----------
    z : floats (...)
        Weighted sums, whose type is wanted.
    values : numbers or booleans (...)
        What to convert.

    Returns
    -------
    floats (...)
        The values, of their own shape.
    """
    return values.astype(np.result_type(z, np.float16))
