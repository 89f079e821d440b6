"""An optimizer at all arrays of a network, which stand in one row of numbers.

Most rules treat each number by itself, and take the row as it is. Muon and Adafactor look at whole arrays: each array
has an optimizer of its own then.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Protocol

import numpy as np

from netlab.arrays import Array
from netlab.nn.optimizers.base import Optimizer, State


class OfRow(Protocol):
    """What a training needs of an optimizer: its memory before the first step, and a step."""

    def init(self, weights: Array, /) -> State:
        """The memory before the first step."""

    def update(self, gradient: Array, weights: Array, state: State, /) -> tuple[Array, State]:
        """New weights and memory."""


def of_network(optimizer: Optimizer, shapes: Sequence[tuple[int, ...]]) -> OfRow:
    """The optimizer for a network whose numbers stand in one row.

    Parameters
    ----------
    optimizer : Optimizer
        As it is set.
    shapes : sequence of tuple of int
        Of the network's arrays, in the order of the row.

    Returns
    -------
    OfRow
        The optimizer itself, if it treats each number by itself.
    """
    return optimizer if optimizer.of_array is None else _Arrays(optimizer, shapes)


class _Arrays:
    """An optimizer for each array; the slots of array 3 are called ``3 velocity`` and so on."""

    def __init__(self, optimizer: Optimizer, shapes: Sequence[tuple[int, ...]]) -> None:
        assert optimizer.of_array is not None
        self._shapes = tuple(shapes)
        self._optimizers = [optimizer.of_array(optimizer, shape) for shape in self._shapes]
        ends = np.cumsum([prod(shape) for shape in self._shapes]).tolist()
        self._spans = [slice(end - prod(shape), end) for end, shape in zip(ends, self._shapes)]

    def init(self, weights: Array) -> State:
        states = [
            one.init(weights[span].reshape(shape))
            for one, span, shape in zip(self._optimizers, self._spans, self._shapes)
        ]
        return _together(0, states)

    def update(self, gradient: Array, weights: Array, state: State) -> tuple[Array, State]:
        new, states = np.empty_like(weights), []
        for place, (one, span, shape) in enumerate(zip(self._optimizers, self._spans, self._shapes)):
            found, memory = one.update(
                gradient[span].reshape(shape), weights[span].reshape(shape), _alone(place, state)
            )
            new[span] = found.ravel()
            states.append(memory)
        return new, _together(state.step + 1, states)


def _together(step: int, states: Sequence[State]) -> State:
    slots = {f"{place} {name}": slot for place, one in enumerate(states) for name, slot in one.slots.items()}
    return State(step, slots)


def _alone(place: int, state: State) -> State:
    start = f"{place} "
    slots = {name.removeprefix(start): slot for name, slot in state.slots.items() if name.startswith(start)}
    return State(state.step, slots)
