"""Networks that look different and compute the same: scaled layers, neurons in another order; and the line between two runs.

Sources: Dinh, Pascanu, Bengio & Bengio (2017), Sharp minima can generalize for deep nets; Entezari, Sedghi, Saukh &
Neyshabur (2022), The role of permutation invariance in linear mode connectivity of neural networks; Ainsworth, Hayase &
Srinivasa (2023), Git re-basin.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.landscape.network.flat import Weights
from netlab.nets.parameters import MEASURED, TRAINED, ParameterRow, activations, walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS

PASSES = 20
Order = NDArray[np.intp]


class SymmetryError(ValueError):
    """Why a network has no such twin, in a sentence."""


def scales(name: str) -> bool:
    """Whether an activation passes a factor on: f(c·z) = c·f(z) for every c above 0, as ReLU does.

    Parameters
    ----------
    name : str
        A key of ``ACTIVATIONS``.

    Returns
    -------
    bool

    Examples
    --------
    >>> scales("relu"), scales("tanh")
    (True, False)
    """
    z = np.linspace(-5.0, 5.0, 41)
    value = ACTIVATIONS[name].value
    return all(np.allclose(value(factor * z), factor * value(z)) for factor in (0.25, 4.0))


def rescaled(spec: NetworkSpec, weights: Weights, factor: float, layer: int = 0) -> dict[str, NDArray[Any]]:
    """The same function with a hidden layer's numbers multiplied by a factor and the next layer's weights divided by it.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names.
    factor : float
        Above 0.
    layer : int
        Which layer with a kernel, from 0; not the last.

    Returns
    -------
    dict of str to arrays
        Another network that gives the same answers.

    Raises
    ------
    SymmetryError
        If the network has no hidden layer, or its activation does not pass a factor on.
    """
    kernels = _kernels(spec)
    if len(kernels) < 2:
        raise SymmetryError(
            "This network has no hidden layer, so there is nothing to scale against another layer."
        )
    name = activations(spec)[layer]
    if not scales(name):
        raise SymmetryError(
            f"Scaling one layer up and the next one down leaves only networks alone whose activation passes a factor on, as ReLU "
            f"does; {ACTIVATIONS[name].title} does not."
        )
    norm = _normalisation(spec, kernels[layer].name)
    before = (
        [f"{norm}/{part}" for part in TRAINED]
        if norm
        else [f"{kernels[layer].name}/{part}" for part in ("kernel", "bias")]
    )
    found = dict(weights)
    for array in before:
        found[array] = found[array] * found[array].dtype.type(factor)
    after = f"{kernels[layer + 1].name}/kernel"
    found[after] = found[after] / found[after].dtype.type(factor)
    return found


def shuffled(spec: NetworkSpec, weights: Weights, seed: int) -> dict[str, NDArray[Any]]:
    """The same function with the units of every hidden layer in another order.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names.
    seed : int
        The same seed gives the same orders.

    Returns
    -------
    dict of str to arrays

    Raises
    ------
    SymmetryError
        If there is no hidden layer.
    """
    kernels, rng, found = _kernels(spec), np.random.default_rng(seed), dict(weights)
    if len(kernels) < 2:
        raise SymmetryError("This network has no hidden layer, so there are no neurons to shuffle.")
    for layer in range(len(kernels) - 1):
        found = reordered(spec, found, layer, rng.permutation(kernels[layer].kernel[-1]))
    return found


def reordered(spec: NetworkSpec, weights: Weights, layer: int, order: Order) -> dict[str, NDArray[Any]]:
    """The same function with the units of one hidden layer in another order.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names.
    layer : int
        Which layer with a kernel, from 0; not the last.
    order : int (units,)
        Which unit comes in each place.

    Returns
    -------
    dict of str to arrays
    """
    kernels, found = _kernels(spec), dict(weights)
    own, after = kernels[layer], kernels[layer + 1]
    norm = _normalisation(spec, own.name)
    arrays = [f"{own.name}/kernel", f"{own.name}/bias"]
    arrays += [f"{norm}/{part}" for part in (*TRAINED, *MEASURED)] if norm else []
    for name in arrays:
        found[name] = found[name][..., order]
    kernel = found[f"{after.name}/kernel"]
    if kernel.ndim == 4:
        found[f"{after.name}/kernel"] = kernel[:, :, order]
    else:  # behind a flattening the channel is the last part of a place
        parts = kernel.reshape(-1, len(order), kernel.shape[-1])
        found[f"{after.name}/kernel"] = parts[:, order].reshape(kernel.shape)
    return found


def matched(spec: NetworkSpec, weights: Weights, other: Weights) -> dict[str, NDArray[Any]]:
    """The other network with its units in the order that lies nearest to this one's, unit by unit.

    One hidden layer after the other is put in the order with the largest sum of scalar products of all weights that lead
    to a unit and away from it, until no layer changes. With one hidden layer that is the best order there is.

    Parameters
    ----------
    spec : NetworkSpec
        The network; the filters of a convolution are its units.
    weights, other : mapping of str to arrays
        Two networks of this description.

    Returns
    -------
    dict of str to arrays
        The other network's function, its weights in another order.

    Raises
    ------
    SymmetryError
        If the network has no hidden layer.
    """
    from scipy.optimize import linear_sum_assignment

    kernels, found = _kernels(spec), dict(other)
    if len(kernels) < 2:
        raise SymmetryError("This network has no hidden layer, so there are no neurons to match.")
    for _ in range(PASSES):
        changed = False
        for layer in range(len(kernels) - 1):
            alike = _likeness(spec, weights, found, layer)
            _, order = linear_sum_assignment(alike, maximize=True)
            if alike[np.arange(len(order)), order].sum() > np.trace(alike) * (1 + 1e-9) + 1e-12:
                found, changed = reordered(spec, found, layer, order), True
        if not changed:
            break
    return found


def _likeness(spec: NetworkSpec, weights: Weights, other: Weights, layer: int) -> NDArray[np.float64]:
    """Scalar products of all that leads to and from each unit of one network and each of the other, (units, units)."""
    kernels = _kernels(spec)
    own, after = kernels[layer].name, kernels[layer + 1].name
    norm = _normalisation(spec, own)
    vectors = [f"{own}/bias", *([f"{norm}/{part}" for part in TRAINED] if norm else [])]

    def parts(network: Weights) -> Array:
        before, behind = network[f"{own}/kernel"], network[f"{after}/kernel"]
        units = before.shape[-1]
        leading = [before.reshape(-1, units), *(network[name][None] for name in vectors)]
        if behind.ndim == 4:
            away = behind.transpose(0, 1, 3, 2).reshape(-1, units)
        else:  # behind a flattening the channel is the last part of a place
            away = behind.reshape(-1, units, behind.shape[-1]).transpose(0, 2, 1).reshape(-1, units)
        return np.concatenate([*leading, away]).astype(np.float64)

    return np.asarray(parts(weights).T @ parts(other))


def barrier(loss: Array) -> float:
    """How much higher the loss climbs on the line between two networks than a straight rise from one to the other.

    Parameters
    ----------
    loss : floats (n,)
        Evenly spaced on the line, both ends with it.

    Returns
    -------
    float
        0 where it never climbs above.
    """
    straight = np.linspace(loss[0], loss[-1], len(loss))
    return float(max((np.asarray(loss) - straight).max(), 0.0))


def _kernels(spec: NetworkSpec) -> list[ParameterRow]:
    return [row for row in walk(spec) if row.kernel]


def _normalisation(spec: NetworkSpec, layer: str) -> str:
    """Keras's name of the normalisation behind a layer; "" if there is none."""
    for row, following in pairwise(walk(spec)):
        if row.name == layer and following.kind == "BatchNormalization":
            return following.name
    return ""
