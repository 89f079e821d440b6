"""Classic mistakes in back-propagation, each one move of the way back done wrong: the gradient check turns red."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from netlab.arrays import Array
from netlab.nn.backpropagation import CORRECT, Moves


@dataclass(frozen=True)
class Bug:
    """A classic mistake: what the program does wrong, when that shows, and the moves that make it.

    ``plant`` takes the moves and the learning rate.
    """

    name: str
    title: str
    mistake: str
    shows: str
    plant: Callable[[Moves, float], Moves]


def _forgotten_derivative(moves: Moves, learning_rate: float) -> Moves:
    return replace(moves, derivative=lambda activation, z: np.ones_like(z))


def _sum_for_mean(moves: Moves, learning_rate: float) -> Moves:
    return replace(moves, count=lambda examples: 1)


def _missing_transpose(moves: Moves, learning_rate: float) -> Moves:
    def weight_sum(entered: Array, delta: Array) -> Array:
        return (delta.T @ entered).reshape(entered.shape[1], delta.shape[1])

    return replace(moves, weight_sum=weight_sum)


def _early_update(moves: Moves, learning_rate: float) -> Moves:
    return replace(moves, carrier=lambda weights, gradients: weights - learning_rate * gradients)


_BUGS = (
    Bug("forgotten_slope", "Forgotten σ'", "The slope of the activation is left out: δ = ∂L/∂a.",
        "Everywhere except at a softmax output with cross-entropy, where the slope cancels and p − y is left.", _forgotten_derivative),
    Bug("sum_for_mean", "Sum for mean", "The batch's gradients are added, not averaged.",
        "Gradients are n times too large; with a single example nothing shows.", _sum_for_mean),
    Bug("missing_transpose", "Missing transpose", "δᵀa is reshaped to the weights' shape instead of using aᵀδ.",
        "The right numbers at the wrong weights; one row or column of weights hides it.", _missing_transpose),
    Bug("early_update", "Updating too early",
        "A layer's weights change before the error has passed back through them.",
        "Layers below the output; the smaller the learning rate, the better it hides.", _early_update),
)  # fmt: skip

BUGS: dict[str, Bug] = {bug.name: bug for bug in _BUGS}


def planted(bugs: Collection[str], learning_rate: float) -> Moves:
    """The moves with these mistakes in them; the right ones if there are none.

    Parameters
    ----------
    bugs : collection of str
        Keys of ``BUGS``.
    learning_rate : float
        Read by the bug that updates too early.

    Returns
    -------
    Moves
        For ``backward``.

    Raises
    ------
    ValueError
        For a name that is not in ``BUGS``.
    """
    if unknown := set(bugs) - set(BUGS):
        raise ValueError(f"No planted bug is called {sorted(unknown)}; choose from {sorted(BUGS)}.")
    return reduce(lambda moves, name: BUGS[name].plant(moves, learning_rate), bugs, CORRECT)
