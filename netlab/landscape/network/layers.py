"""What each kind of layer does on the way forward and back: linear in its weights, and linear in what enters it.

Whatever is differentiated along a direction of the weights follows from that: a layer's output changes by what its own
change makes of what enters, and by what it makes itself of the change of what enters. The activation stands apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nets.numpy_gradient import first_largest, from_squares, from_windows, squares
from netlab.nets.parameters import EPSILON, ParameterRow

Weights = Mapping[str, NDArray[Any]]


class Layer(Protocol):
    """A layer; what enters it is kept in the form in which its weights meet it."""

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """What enters, or how that changes, in the form that the other methods take."""

    def give(self, weights: Weights, entered: Array, *, change: bool = False) -> Array:
        """What it makes of that; of a change without its bias."""

    def to_weights(self, entered: Array, errors: Array, into: Weights, *, change: bool = False) -> None:
        """Add the errors of its weights; of a change of what enters, none of the bias."""

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """The errors of what enters."""


class Dense:
    """Weighted sums."""

    def __init__(self, row: ParameterRow) -> None:
        self._kernel, self._bias = f"{row.name}/kernel", f"{row.name}/bias"

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """As it is, (n, inputs)."""
        return values

    def give(self, weights: Weights, entered: Array, *, change: bool = False) -> Array:
        """(n, units)."""
        kernel = weights[self._kernel]
        found = entered @ kernel.reshape(-1, kernel.shape[-1])
        return found if change else found + weights[self._bias]

    def to_weights(self, entered: Array, errors: Array, into: Weights, *, change: bool = False) -> None:
        """Into kernel and bias."""
        rows = errors.reshape(-1, errors.shape[-1])
        kernel = into[self._kernel]
        kernel += (entered.reshape(-1, entered.shape[-1]).T @ rows).reshape(kernel.shape)
        if not change:
            into[self._bias][:] += rows.sum(axis=0)

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """(n, inputs)."""
        kernel = weights[self._kernel]
        return np.asarray(errors @ kernel.reshape(-1, kernel.shape[-1]).T)


class Convolution(Dense):
    """Weighted sums of every window of a picture."""

    def __init__(self, row: ParameterRow) -> None:
        super().__init__(row)
        self._side = int(row.options["kernel_size"])

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """Every window as a row, (n, h, w, k · k · channels)."""
        seen = sliding_window_view(values, (self._side, self._side), axis=(1, 2))
        count, height, width = seen.shape[:3]
        return np.ascontiguousarray(seen.transpose(0, 1, 2, 4, 5, 3)).reshape(count, height, width, -1)

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """(n, h + k − 1, w + k − 1, channels)."""
        columns = super().to_input(weights, errors)
        return from_windows(columns.reshape(*errors.shape[:3], self._side, self._side, -1))


class Normalisation:
    """Batch normalisation by the statistics that the network has measured, which no direction moves."""

    def __init__(self, row: ParameterRow, measured: Weights) -> None:
        self._gamma, self._beta = f"{row.name}/gamma", f"{row.name}/beta"
        variance = measured[f"{row.name}/moving_variance"]
        self._mean = measured[f"{row.name}/moving_mean"]
        self._deviation = np.sqrt(variance + variance.dtype.type(EPSILON))

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """In standard deviations from the mean."""
        return np.asarray((values if change else values - self._mean) / self._deviation)

    def give(self, weights: Weights, entered: Array, *, change: bool = False) -> Array:
        """Stretched, and shifted."""
        found = entered * weights[self._gamma]
        return np.asarray(found if change else found + weights[self._beta])

    def to_weights(self, entered: Array, errors: Array, into: Weights, *, change: bool = False) -> None:
        """Into scale and shift."""
        rows = tuple(range(errors.ndim - 1))
        into[self._gamma][:] += (errors * entered).sum(axis=rows)
        if not change:
            into[self._beta][:] += errors.sum(axis=rows)

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """Stretched."""
        return np.asarray(errors * (weights[self._gamma] / self._deviation))


class Form:
    """A layer that only puts numbers in another form."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape, self._before = shape, shape

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """In its form."""
        self._before = values.shape[1:]
        return values.reshape(len(values), *self._shape)

    def give(self, weights: Weights, entered: Array, *, change: bool = False) -> Array:
        """As it is."""
        return entered

    def to_weights(self, entered: Array, errors: Array, into: Weights, *, change: bool = False) -> None:
        """There are none."""

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """In the form before."""
        return errors.reshape(len(errors), *self._before)


class Pooling:
    """The largest pixel of each square; a small change of the pixels passes where the largest one lies."""

    def __init__(self, row: ParameterRow) -> None:
        self._size = int(row.options["pool_size"])

    def enter(self, values: Array, *, change: bool = False) -> Array:
        """In squares, of which only the largest pixel counts."""
        cut = squares(values, self._size)
        if not change:
            self._chosen, self._sides = first_largest(cut), values.shape[1:3]
        return np.where(self._chosen, cut, 0).sum(axis=-1, dtype=cut.dtype)

    def give(self, weights: Weights, entered: Array, *, change: bool = False) -> Array:
        """As it is."""
        return entered

    def to_weights(self, entered: Array, errors: Array, into: Weights, *, change: bool = False) -> None:
        """There are none."""

    def to_input(self, weights: Weights, errors: Array) -> Array:
        """To the largest pixel."""
        return from_squares(errors[..., None] * self._chosen, *self._sides)


def layer_of(row: ParameterRow, measured: Weights) -> Layer:
    """A layer of a network.

    Parameters
    ----------
    row : ParameterRow
        One of ``netlab.nets.numpy_model.answering``.
    measured : mapping of str to arrays
        The network's weights by Keras's names: the statistics of a normalisation are taken from them.

    Returns
    -------
    Layer
        Pooling and forms remember what entered last; so a layer goes through one batch at a time.
    """
    if row.kind == "BatchNormalization":
        return Normalisation(row, measured)
    if row.kind in ("Reshape", "Flatten", "Activation"):
        return Form(row.shape)
    made: dict[str, type[Dense] | type[Pooling]] = {
        "Dense": Dense,
        "Conv2D": Convolution,
        "MaxPooling2D": Pooling,
    }
    return made[row.kind](row)


def moves(layer: Layer) -> bool:
    """Whether a layer has weights, so that a direction can move what it makes of what enters.

    Parameters
    ----------
    layer : Layer
        The layer.

    Returns
    -------
    bool
    """
    return isinstance(layer, Dense | Normalisation)
