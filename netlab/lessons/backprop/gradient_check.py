"""Do not trust a derivative: nudge the weight both ways and see what the loss does.

The central difference (L(w + h) - L(w - h)) / 2h is wrong by about h² for the curve and by rounding / h for
the arithmetic, so float32 needs a larger nudge than float64. On the small networks of the page the best is 2e-5 to
2e-4 in float64 and 0.02 to 0.2 in float32.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.lessons.backprop.planted_bugs import planted
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

TOLERANCE = 1e-6
FLOOR = 1e-4  # below this a gradient is compared absolutely: differences know it to about 1e-10 only


@dataclass(frozen=True)
class Check:
    """Analytic and measured gradients of every array (weights and biases in turn), with relative errors."""

    analytic: tuple[Array, ...]
    measured: tuple[Array, ...]
    errors: tuple[Array, ...]
    tolerance: float

    @property
    def worst(self) -> float:
        """The largest relative error."""
        return max(float(error.max()) for error in self.errors)

    @property
    def passed(self) -> bool:
        """Whether every gradient agrees with its measurement."""
        return self.worst <= self.tolerance


@dataclass(frozen=True)
class DifferenceCurve:
    """Relative error of the central difference at each step size, in single and double precision."""

    steps: Array
    float32: Array
    float64: Array


def check(
    network: Network, inputs: Array, targets: Array, *, bugs: Collection[str] = (),
    learning_rate: float = 0.5, step: float = 1e-5, tolerance: float = TOLERANCE,
) -> Check:  # fmt: skip
    """Compare back-propagation, with bugs planted or none, with central differences of every weight.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.
    bugs : collection of str
        Keys of ``BUGS``.
    learning_rate : float
        Read by the bug that updates too early.
    step : float
        The nudge h, in units of a weight.
    tolerance : float
        The largest relative error that passes.

    Returns
    -------
    Check
        Both gradients of every array, and how far they are apart.

    Raises
    ------
    ValueError
        For a bug that is not in ``BUGS``.
    """
    passed = forward(network, inputs, targets)
    analytic = backward(network, passed, targets, moves=planted(bugs, learning_rate)).arrays
    measured = central_differences(network, inputs, targets, step=step)
    errors = tuple(relative_error(a, m) for a, m in zip(analytic, measured, strict=True))
    return Check(analytic, measured, errors, tolerance)


def relative_error(analytic: Array, measured: Array) -> Array:
    """Return |a - m| / max(|a|, |m|, 1e-4).

    Parameters
    ----------
    analytic, measured : array
        Gradients of one shape.

    Returns
    -------
    array
        Of that shape; below ``FLOOR`` the error is absolute, in units of ``FLOOR``.
    """
    largest = np.maximum(np.abs(analytic), np.abs(measured))
    return np.divide(np.abs(analytic - measured), np.maximum(largest, FLOOR))


def central_differences(
    network: Network, inputs: Array, targets: Array, *, step: float = 1e-5
) -> tuple[Array, ...]:
    """Measure the gradient of the mean loss at every weight: two forward passes each, so small networks only.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.
    step : float
        The nudge h, in units of a weight.

    Returns
    -------
    tuple of array
        Gradients shaped like ``network.arrays``.
    """
    gradients = []
    for position, array in enumerate(network.arrays):
        gradient = np.empty_like(array)
        for index in np.ndindex(array.shape):
            gradient[index] = _slope(network, inputs, targets, position, index, step)
        gradients.append(gradient)
    return tuple(gradients)


def central_difference(
    network: Network, inputs: Array, targets: Array, layer: int, row: int | None, column: int, *,
    step: float = 1e-5,
) -> float:  # fmt: skip
    """Measure one gradient of a network of any size; row None means the bias of unit ``column``.

    Parameters
    ----------
    network, inputs, targets
        The network, and a batch as for ``forward``.
    layer, row, column, step
        The weight from unit ``row`` to unit ``column`` of a layer counted from 0, and the nudge h.

    Returns
    -------
    float
        ∂L/∂w of the mean loss.
    """
    position, index = (2 * layer + 1, (column,)) if row is None else (2 * layer, (row, column))
    return _slope(network, inputs, targets, position, index, step)


def difference_curve(
    network: Network, inputs: Array, targets: Array, layer: int, row: int | None, column: int, *,
    steps: Sequence[float] = tuple(np.logspace(-9, 0, 37)),
) -> DifferenceCurve:  # fmt: skip
    """Measure one gradient with many step sizes: too large bends, too small drowns in rounding.

    Parameters
    ----------
    network : Network
    inputs, targets : array
        A batch as for ``forward``.
    layer, row, column : int
        The weight from unit ``row`` to unit ``column`` of a layer counted from 0; row None for the bias.
    steps : sequence of float
        The nudges h, in units of the weight.

    Returns
    -------
    DifferenceCurve
        Errors relative to back-propagation's gradient, one for each nudge.
    """
    exact = _analytic(network, inputs, targets, layer, row, column)
    errors: dict[type, Array] = {}
    for dtype in (np.float32, np.float64):
        cast = _cast(network, dtype)
        x: Array = np.asarray(inputs, dtype)
        measured = [central_difference(cast, x, targets, layer, row, column, step=step) for step in steps]
        errors[dtype] = np.abs(np.array(measured) - exact) / max(abs(exact), 1e-12)
    return DifferenceCurve(np.array(steps), errors[np.float32], errors[np.float64])


def _slope(
    network: Network, inputs: Array, targets: Array, position: int, index: tuple[int, ...], step: float
) -> float:
    ends = [_mean_loss(network, inputs, targets, position, index, nudge) for nudge in (step, -step)]
    return float((ends[0] - ends[1]) / (2 * step))


def _mean_loss(
    network: Network, inputs: Array, targets: Array, position: int, index: tuple[int, ...], nudge: float
) -> Any:
    arrays = list(network.arrays)
    arrays[position] = arrays[position].copy()
    arrays[position][index] += nudge
    return forward(network.with_arrays(arrays), inputs, targets).losses.mean()


def _analytic(
    network: Network, inputs: Array, targets: Array, layer: int, row: int | None, column: int
) -> float:
    gradients = backward(network, forward(network, inputs, targets), targets).layers[layer]
    return float(gradients.biases[column] if row is None else gradients.weights[row, column])


def _cast(network: Network, dtype: Any) -> Network:
    return network.with_arrays([array.astype(dtype) for array in network.arrays])
