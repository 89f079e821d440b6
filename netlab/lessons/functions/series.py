"""The older ways to write a curve as a sum of simple ones: powers (Taylor, 1715) and waves (Fourier, 1822)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.lessons.functions.targets import Target

MOST_TERMS = 64  # beyond, powers and factorials outgrow what float64 can add
SAMPLES = 4096


@dataclass(frozen=True)
class Series:
    """A sum of coefficients times basis functions; call it with x (n,)."""

    name: str
    coefficients: Array
    basis: Callable[[Array], Array]

    def __call__(self, x: Array) -> Array:
        """Return the values at x, inside the domain or out of it."""
        return np.asarray(self.basis(np.asarray(x)) @ self.coefficients)


@dataclass(frozen=True)
class NoSeries:
    """The series does not exist, and why."""

    name: str
    reason: str


def taylor(target: Target, terms: int) -> Series | NoSeries:
    """Return the first non-zero Taylor terms around 0: perfect there, and only there.

    Parameters
    ----------
    target : Target
        The curve.
    terms : int
        From 1 to ``MOST_TERMS``.

    Returns
    -------
    Series or NoSeries
        The sum, or why there is none.

    Raises
    ------
    ValueError
        If there are too few terms or too many.
    """
    _check_terms(terms)
    if target.taylor is None:
        return NoSeries("taylor", target.no_taylor)
    powers, coefficients = target.taylor(terms)
    return Series("taylor", coefficients, lambda x: x[:, None] ** powers)


def fourier(target: Target, terms: int) -> Series:
    """Return the Fourier series over the domain, in the order 1, cos, sin, cos 2, sin 2, ...

    It is the best fit of its terms in the mean square. Outside the domain it repeats; at a jump, also the one
    between the two ends of the domain, it overshoots by 9 % however many terms there are (Gibbs, 1899).

    Parameters
    ----------
    target : Target
        The curve.
    terms : int
        From 1 to ``MOST_TERMS``.

    Returns
    -------
    Series
        Its coefficients are (terms,).

    Raises
    ------
    ValueError
        If there are too few terms or too many.
    """
    _check_terms(terms)
    low, high = target.domain
    x = low + (high - low) * (np.arange(SAMPLES) + 0.5) / SAMPLES

    def basis(at: Array) -> Array:
        angle = 2 * np.pi * (at[:, None] - low) / (high - low)
        order = np.arange(1, terms)
        waves = np.where(order % 2 == 1, np.cos(angle * ((order + 1) // 2)), np.sin(angle * (order // 2)))
        return np.concatenate([np.ones((len(at), 1)), waves], axis=1)

    waves = basis(x)
    weights = np.where(np.arange(terms) == 0, 1, 2) / SAMPLES
    return Series("fourier", weights * (waves.T @ target(x)), basis)


SERIES: dict[str, Callable[[Target, int], Series | NoSeries]] = {"taylor": taylor, "fourier": fourier}


def _check_terms(terms: int) -> None:
    if not 1 <= terms <= MOST_TERMS:
        raise ValueError(f"terms must be from 1 to {MOST_TERMS}; got {terms}.")
