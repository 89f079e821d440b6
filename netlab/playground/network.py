"""Which network is wanted, and all its numbers in one row: weights and biases layer by layer, as Keras lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from netlab.arrays import Array, Floats
from netlab.nn.losses import LOSSES, Loss, loss_behind, one_hot
from netlab.nn.mlp import Layer, Network
from netlab.playground.points import Labels

MOST_LAYERS, MOST_UNITS = 6, 12
OUTPUTS = {"sigmoid": "Sigmoid", "softmax": "Softmax", "linear": "Linear"}
FAMILIES = {
    "sigmoid": ("cross_entropy", "quadratic"), "softmax": ("cross_entropy", "quadratic"), "linear": ("quadratic",),
}  # fmt: skip
"""Losses that fit each output."""


@dataclass(frozen=True)
class Plan:
    """A network before its first weight is drawn.

    Attributes
    ----------
    features : tuple of str
        What it is given: keys of ``netlab.playground.features.FEATURES``.
    hidden : tuple of (int, str)
        Units and activation of each hidden layer.
    output, loss : str
        A key of ``OUTPUTS``, and a family of losses that fits it.
    classes : int
        How many classes the points have. Two take one unit, but for a softmax, which has a unit for each class.
    initializer : str
        A key of ``netlab.nn.initializers.INITIALIZERS``.
    seed : int
        Of the first weights, of the batches and of dropout.
    """

    features: tuple[str, ...] = ("x", "y")
    hidden: tuple[tuple[int, str], ...] = ((4, "tanh"), (3, "tanh"))
    output: str = "sigmoid"
    loss: str = "cross_entropy"
    classes: int = 2
    initializer: str = "glorot_uniform"
    seed: int = 1

    @property
    def outputs(self) -> int:
        """Units of the last layer."""
        return 1 if self.classes == 2 and self.output != "softmax" else self.classes

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of every layer, the inputs first."""
        return (len(self.features), *(units for units, _ in self.hidden), self.outputs)

    @property
    def activations(self) -> tuple[str, ...]:
        """Activation of every layer with weights."""
        return (*(activation for _, activation in self.hidden), self.output)

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Of weights and biases in turn."""
        return tuple(shape for inner, outer in pairwise(self.sizes) for shape in ((inner, outer), (outer,)))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Where each of them ends in the row."""
        return tuple(np.cumsum([int(np.prod(shape)) for shape in self.shapes]).tolist())

    @property
    def count(self) -> int:
        """Length of the row: all parameters."""
        return self.ends[-1]

    @property
    def row(self) -> Loss:
        """The loss with its name."""
        return (
            loss_behind(self.loss, self.output) if self.output != "linear" else LOSSES["mean_squared_error"]
        )


def parts(plan: Plan, numbers: Array) -> list[Array]:
    """Weights and biases in turn, views into the row.

    Parameters
    ----------
    plan : Plan
        Whose row it is.
    numbers : (count,)
        One number a parameter.

    Returns
    -------
    list of arrays
        (fan_in, fan_out) and (fan_out,) in turn.
    """
    starts = (0, *plan.ends[:-1])
    return [numbers[a:b].reshape(shape) for a, b, shape in zip(starts, plan.ends, plan.shapes)]


def network(plan: Plan, numbers: Array) -> Network:
    """The network of the lessons with these numbers; its arrays are views into the row.

    Parameters
    ----------
    plan : Plan
        Layers and loss.
    numbers : floats (count,)
        Weights and biases.

    Returns
    -------
    Network
        Ready to be walked forward and back.
    """
    arrays = parts(plan, numbers)
    layers = tuple(map(Layer, arrays[::2], arrays[1::2], plan.activations))
    return Network(layers, plan.loss)


def first_numbers(plan: Plan) -> Floats:
    """The first weights, drawn from the seed, and biases at zero.

    Parameters
    ----------
    plan : Plan
        Sizes, initializer and seed.

    Returns
    -------
    float32 (count,)
        The same for the same plan, always.
    """
    drawn = Network.drawn(
        plan.sizes, plan.activations, loss=plan.loss, seed=plan.seed, initializer=plan.initializer
    )
    return np.concatenate([array.ravel() for array in drawn.arrays]).astype(np.float32)


def targets(plan: Plan, labels: Labels) -> Floats:
    """What the last layer should give: 0 and 1 behind a sigmoid, −1 and 1 of one linear unit, else a 1 for the class.

    Parameters
    ----------
    plan : Plan
        Output and number of classes.
    labels : integers (n,)
        Classes.

    Returns
    -------
    float32 (n, outputs)
        A row each.
    """
    if plan.outputs > 1:
        return one_hot(labels, plan.outputs, np.float32)
    column = labels[:, None].astype(np.float32)
    return 2 * column - 1 if plan.output == "linear" else column


def said(sums: Array) -> Labels:
    """Which class a network says, from the weighted sums of its last layer.

    One unit says the second class above 0, where a sigmoid passes a half; of several the largest wins.

    Parameters
    ----------
    sums : floats (n, outputs)
        Weighted sums.

    Returns
    -------
    int64 (n,)
        Classes.
    """
    if sums.shape[1] == 1:
        return (sums[:, 0] > 0).astype(np.int64)
    return np.asarray(sums.argmax(axis=1), np.int64)


def weight_place(plan: Plan, layer: int, source: int, unit: int) -> int:
    """Where a weight stands in the row.

    Parameters
    ----------
    plan : Plan
        Whose row it is.
    layer, source, unit : int
        The layer that it leads into, from 0; the unit that it comes from and the one that it leads to.

    Returns
    -------
    int
        From 0.
    """
    start = (0, *plan.ends)[2 * layer]
    return start + source * plan.sizes[layer + 1] + unit


def bias_place(plan: Plan, layer: int, unit: int) -> int:
    """Where a bias stands in the row.

    Parameters
    ----------
    plan : Plan
        Whose row it is.
    layer, unit : int
        From 0.

    Returns
    -------
    int
        From 0.
    """
    return plan.ends[2 * layer] + unit


def names_of(plan: Plan, titles: Sequence[str], classes: Sequence[str]) -> list[str]:
    """What every number is called, in the order of the row, as the player's menu calls it.

    Parameters
    ----------
    plan : Plan
        Whose row it is.
    titles : sequence of str
        What the inputs are called.
    classes : sequence of str
        What the classes are called.

    Returns
    -------
    list of str
        Such as "weight from x to unit 1 of layer 1" and "bias of output".
    """
    last = len(plan.sizes) - 1

    def unit_name(layer: int, unit: int) -> str:
        if layer == 0:
            return titles[unit]
        if layer < last:
            return f"unit {unit + 1} of layer {layer}"
        return f"output {classes[unit]}" if plan.sizes[layer] > 1 else "output"

    found: list[str] = []
    for layer in range(last):
        units = range(plan.sizes[layer + 1])
        found += [
            f"weight from {unit_name(layer, source)} to {unit_name(layer + 1, unit)}"
            for source in range(plan.sizes[layer])
            for unit in units
        ]
        found += [f"bias of {unit_name(layer + 1, unit)}" for unit in units]
    return found
