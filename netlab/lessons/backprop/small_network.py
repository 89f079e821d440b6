"""A small network trained by hand: its numbers, velocities and losses after every update."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.formatting import lowered, raised
from netlab.lessons.backprop.momentum import Step, momentum
from netlab.lessons.backprop.planted_bugs import planted
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import EXAMPLES, Example, Network, forward
from netlab.nn.wishes import wishes_of


@dataclass(frozen=True)
class Place:
    """One weight or bias: its layer counted from 0, the unit it comes from (None for a bias), the one it leads to."""

    layer: int
    row: int | None
    column: int

    @property
    def key(self) -> str:
        """A short name for addresses: w1_12 leads from unit 1 to unit 2 in layer 1."""
        if self.row is None:
            return f"b{self.layer + 1}_{self.column + 1}"
        return f"w{self.layer + 1}_{self.row + 1}{self.column + 1}"

    @property
    def name(self) -> str:
        """The name in text: w⁽¹⁾₁₂."""
        letter, digits = ("b", "") if self.row is None else ("w", str(self.row + 1))
        return f"{letter}⁽{raised(self.layer + 1)}⁾{lowered(digits + str(self.column + 1))}"

    @property
    def latex(self) -> str:
        """The name in formulas: w^{(1)}_{1,2}."""
        if self.row is None:
            return f"b^{{({self.layer + 1})}}_{{{self.column + 1}}}"
        return f"w^{{({self.layer + 1})}}_{{{self.row + 1},{self.column + 1}}}"

    def of(self, arrays: Sequence[Array]) -> float:
        """The number at this place, in weights and biases in turn (or in gradients or velocities so ordered)."""
        if self.row is None:
            return float(arrays[2 * self.layer + 1][self.column])
        return float(arrays[2 * self.layer][self.row, self.column])


def places(network: Network) -> tuple[Place, ...]:
    """Every weight and bias of a network, layer by layer.

    Parameters
    ----------
    network : Network

    Returns
    -------
    tuple of Place
        A layer's weights row by row, then its biases.
    """
    found = []
    for layer, kept in enumerate(network.layers):
        found += [Place(layer, row, column) for row, column in np.ndindex(kept.weights.shape)]
        found += [Place(layer, None, column) for column in range(kept.biases.size)]
    return tuple(found)


def with_values(network: Network, values: dict[str, float]) -> Network:
    """The same network with other numbers at some places, by their key.

    Parameters
    ----------
    network : Network
    values : dict
        Numbers by the key of a ``Place``; keys of no place are passed over.

    Returns
    -------
    Network
        With arrays of its own.
    """
    arrays = [array.copy() for array in network.arrays]
    for place in places(network):
        if place.key in values:
            row = () if place.row is None else (place.row,)
            arrays[2 * place.layer + (place.row is None)][(*row, place.column)] = values[place.key]
    return network.with_arrays(arrays)


@dataclass(frozen=True)
class Walk:
    """Updates in a row.

    Attributes
    ----------
    steps : tuple of Step
        The network and its velocities before any update and after each.
    gradients : tuple of tuple of array
        What each update took for the gradients, any mistake in them included.
    losses : array
        The mean loss of each network.
    """

    steps: tuple[Step, ...]
    gradients: tuple[tuple[Array, ...], ...]
    losses: Array


def walk(
    network: Network, inputs: Array, targets: Array, updates: int, *, learning_rate: float, beta: float,
    bugs: Collection[str] = (),
) -> Walk:  # fmt: skip
    """Update a network again and again on the same batch, with bugs planted or none.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.
    updates : int
        How many.
    learning_rate, beta : float
        η, and the momentum β.
    bugs : collection of str
        Keys of ``BUGS``.

    Returns
    -------
    Walk
        updates + 1 networks and losses, and the gradients between them.

    Raises
    ------
    ValueError
        For a bug that is not in ``BUGS``.
    """
    steps = [Step(network, tuple(np.zeros_like(array) for array in network.arrays))]
    taken, losses = [], []
    for _ in range(updates):
        now = steps[-1]
        passed = forward(now.network, inputs, targets)
        losses.append(passed.losses.mean())
        taken.append(backward(now.network, passed, targets, moves=planted(bugs, learning_rate)).arrays)
        steps.append(momentum(now.network, taken[-1], now.velocities, learning_rate=learning_rate, beta=beta))
    losses.append(forward(steps[-1].network, inputs, targets).losses.mean())
    return Walk(tuple(steps), tuple(taken), np.array(losses))


def first_example(name: str, inputs: tuple[float, float], target: float, *, whole_batch: bool) -> Example:
    """One of ``EXAMPLES`` with other numbers in its first row, alone or with the rest of its batch.

    Parameters
    ----------
    name : str
        A key of ``EXAMPLES``.
    inputs : tuple of float
        The two numbers of the first row.
    target : float
        What its outputs should be.
    whole_batch : bool
        Whether the other rows stay.

    Returns
    -------
    Example
        With arrays of its own.
    """
    example = EXAMPLES[name]
    x, y = example.inputs.copy(), example.targets.copy()
    x[0], y[0] = inputs, target
    rows = len(x) if whole_batch else 1
    return Example(example.name, example.title, example.network, x[:rows], y[:rows])


def batch_wishes(network: Network, inputs: Array, targets: Array) -> Array:
    """What each example of a batch wishes for every number.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.

    Returns
    -------
    float64 (n, count)
        Minus the slope of each example's own loss, in the order of ``places``.
    """
    passed = forward(network, inputs, targets)
    back = backward(network, passed, targets)
    return wishes_of(passed.activations, [layer.delta for layer in back.layers])
