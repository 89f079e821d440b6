"""All that training moves in a network as one long row of numbers, and back; a filter is what leads to one unit.

The means and variances that batch normalisation measures are no part of it: a gradient does not move them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import is_trained, weight_shapes

Weights = Mapping[str, NDArray[Any]]


def trained(spec: NetworkSpec) -> dict[str, tuple[slice, tuple[int, ...]]]:
    """Where each array that training moves lies in the row.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    dict of str to (slice, tuple of int)
        Its numbers in the row and its shape, by Keras's names, in the model's order.

    Examples
    --------
    >>> trained(NetworkSpec(hidden=()))
    {'dense/kernel': (slice(0, 7840, None), (784, 10)), 'dense/bias': (slice(7840, 7850, None), (10,))}
    """
    found, start = {}, 0
    for name, shape in weight_shapes(spec).items():
        if is_trained(name):
            found[name] = (slice(start, start + prod(shape)), shape)
            start += prod(shape)
    return found


def size(spec: NetworkSpec) -> int:
    """How many numbers the row has.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    int

    Examples
    --------
    >>> size(NetworkSpec())
    407050
    """
    return max(place.stop for place, _ in trained(spec).values())


def flat(spec: NetworkSpec, weights: Weights, dtype: Any = np.float32) -> Array:
    """The weights as one row.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names.
    dtype : dtype
        Type of the row.

    Returns
    -------
    dtype (P,)
        Every number that training moves, in the model's order.
    """
    return np.concatenate([np.asarray(weights[name], dtype).ravel() for name in trained(spec)])


def shaped(spec: NetworkSpec, row: Array, others: Weights) -> dict[str, NDArray[Any]]:
    """A row as a network's weights again.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    row : floats (P,)
        As ``flat`` gives it.
    others : mapping of str to arrays
        Where what training does not move is taken from.

    Returns
    -------
    dict of str to arrays
        By Keras's names, in the model's order; views into the row.
    """
    places = trained(spec)
    return {
        name: row[places[name][0]].reshape(shape) if name in places else others[name]
        for name, shape in weight_shapes(spec).items()
    }


def first_kernel(weights: Weights) -> NDArray[Any]:
    """The weights that lead from the pixels to the first layer.

    Parameters
    ----------
    weights : mapping of str to arrays
        By Keras's names, in the model's order.

    Returns
    -------
    floats (784, units) or (k, k, 1, filters)
    """
    return next(one for name, one in weights.items() if name.endswith("/kernel"))


def filters(spec: NetworkSpec, row: Array) -> Iterator[tuple[str, Array]]:
    """The kernels of a row, each with its filters as columns; every other array as one column of its own.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    row : floats (P,)
        As ``flat`` gives it.

    Yields
    ------
    (str, floats (n, filters))
        Keras's name, and a view into the row: what is written there is written into the row.
    """
    for name, (place, shape) in trained(spec).items():
        columns = shape[-1] if len(shape) > 1 else 1
        yield name, row[place].reshape(-1, columns)


def filter_lengths(spec: NetworkSpec, row: Array) -> dict[str, Array]:
    """How long each filter of each kernel is.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    row : floats (P,)
        As ``flat`` gives it.

    Returns
    -------
    dict of str to float64 (filters,)
        The root of the sum of squares of the weights that lead to a unit, by the kernel's name.
    """
    return {
        name: np.linalg.norm(np.asarray(part, np.float64), axis=0)
        for name, part in filters(spec, row)
        if name.endswith("/kernel")
    }
