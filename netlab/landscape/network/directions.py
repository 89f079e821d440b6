"""Two directions in which to look at a network, and where other networks lie on the plane that they span.

Directions that are drawn at random are scaled filter by filter; all others are set at right angles and made as long as
the network's own weights, so that a reach of 1 means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.landscape.network.flat import Weights, filters, flat, shaped, trained
from netlab.landscape.network.symmetry import Order, reordered
from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes

CHUNK = 1 << 17
"""Numbers of a row that are worked on at once, in double precision."""
PARALLEL = 1e-6
"""A direction that keeps less than this share of its length at right angles to another is no second one."""


class DirectionError(ValueError):
    """Why there are no such directions, in a sentence."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two directions.

    Attributes
    ----------
    first, second : floats (P,)
        Rows as ``flat`` gives them.
    spread : tuple of float
        For principal components: the share of the walk's squared way from its end along each; else empty.
    """

    first: Array
    second: Array
    spread: tuple[float, ...] = ()


def orders(spec: NetworkSpec, weights: Weights) -> dict[int, Order]:
    """The units of each hidden layer from the shortest filter to the longest: an order that shuffling does not change.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names.

    Returns
    -------
    dict of int to int (units,)
        By the layer's place among those with a kernel.
    """
    kernels = [row.name for row in walk(spec) if row.kernel][:-1]
    found = {}
    for layer, name in enumerate(kernels):
        kernel = np.asarray(weights[f"{name}/kernel"], np.float64)
        found[layer] = np.argsort(np.linalg.norm(kernel.reshape(-1, kernel.shape[-1]), axis=0), kind="stable")
    return found


def random_pair(
    spec: NetworkSpec,
    centre: Array,
    seed: int,
    order: Mapping[int, Order] | None = None,
    *,
    by_filter: bool = True,
) -> Pair:
    """Two directions drawn at random, each filter as long as the network's own.

    Source: Li, Xu, Taylor, Studer & Goldstein (2018), Visualizing the loss landscape of neural nets.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    centre : floats (P,)
        Its weights.
    seed : int
        The same seed draws the same directions.
    order : mapping of int to int (units,), optional
        As ``orders`` gives it, of any moment of the run: the directions are drawn for the units in this order, so that a
        network whose units are shuffled gets the same picture. Left out: in the order in which they stand.
    by_filter : bool
        False leaves them as they are drawn but for their length as a whole: then a network whose layers are scaled
        against each other, which computes the same, gets another picture.

    Returns
    -------
    Pair
        0 for biases, scales and shifts.
    """
    rng, rows = np.random.default_rng([seed, len(centre)]), []
    for _ in range(2):
        drawn = rng.standard_normal(len(centre), np.float32).astype(centre.dtype)
        for name, part in filters(spec, drawn):
            if not name.endswith("/kernel"):
                part[:] = 0
        placed = shaped(spec, drawn, {name: np.zeros(shape) for name, shape in weight_shapes(spec).items()})
        for layer, ranked in (order or {}).items():
            placed = reordered(spec, placed, layer, np.argsort(ranked))
        row = flat(spec, placed, centre.dtype)
        rows.append(
            _as_long(spec, row, centre) if by_filter else row * row.dtype.type(length(centre) / length(row))
        )
    return Pair(rows[0], rows[1])


def _as_long(spec: NetworkSpec, row: Array, centre: Array) -> Array:
    """Each filter of a row made as long as the network's."""
    found, own = row.copy(), dict(filters(spec, centre))
    for name, part in filters(spec, found):
        if name.endswith("/kernel"):
            drawn, wanted = (np.linalg.norm(np.asarray(one, np.float64), axis=0) for one in (part, own[name]))
            np.multiply(part, (wanted / drawn).astype(row.dtype), out=part)
    return found


def principal_pair(moments: Sequence[Array], centre: Array) -> Pair:
    """The plane that holds most of a walk, looked at from its end: principal components that are not centred.

    Parameters
    ----------
    moments : sequence of floats (P,)
        The network's weights at each kept moment, the last at the end.
    centre : floats (P,)
        Whose length the directions get.

    Returns
    -------
    Pair
        At right angles. The moment that lies farthest along a direction lies on its negative side.

    Raises
    ------
    DirectionError
        If the walk does not span a plane.
    """
    if len(moments) < 3:
        raise DirectionError(
            f"The plane of a walk needs three kept moments; this run has {len(moments)} so far."
        )
    gram = scalar_products([row - moments[-1] for row in moments[:-1]])
    sizes, vectors = np.linalg.eigh(gram)
    if not np.isfinite(sizes).all() or sizes[-2] <= 1e-10 * max(sizes[-1], 1e-300):
        raise DirectionError("The kept moments of this run lie on one line, which spans no plane.")
    wanted, rows = length(centre), []
    for size, found in zip(sizes[:-3:-1], vectors.T[:-3:-1], strict=True):
        vector = -found if found[np.abs(found).argmax()] > 0 else found
        row = np.zeros(len(centre))
        for share, moment in zip(vector, moments, strict=False):
            row += share * (moment.astype(np.float64) - moments[-1])
        rows.append((row * (wanted / np.sqrt(size))).astype(centre.dtype))
    return Pair(rows[0], rows[1], tuple((sizes[:-3:-1] / np.trace(gram)).tolist()))


def spanned(first: Array, second: Array, centre: Array) -> Pair:
    """Two directions set at right angles, the first kept, and made as long as the network.

    Parameters
    ----------
    first, second : floats (P,)
        Not parallel.
    centre : floats (P,)
        The network.

    Returns
    -------
    Pair

    Raises
    ------
    DirectionError
        If one is 0 or no number, or the two are parallel.
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    lengths = np.linalg.norm(one), np.linalg.norm(two)
    if not np.isfinite(lengths).all() or min(lengths) == 0:
        raise DirectionError("One of the two directions has no length here, so there is no plane.")
    one = one / lengths[0]
    two = two / lengths[1]
    rest = two - (two @ one) * one
    left = np.linalg.norm(rest)
    if left < PARALLEL:
        raise DirectionError("The two directions are the same here, so there is no plane.")
    wanted = length(centre)
    return Pair((one * wanted).astype(centre.dtype), (rest * (wanted / left)).astype(centre.dtype))


def weight_pair(spec: NetworkSpec, centre: Array, weights: tuple[tuple[int, int], tuple[int, int]]) -> Pair:
    """The directions of two single weights of the first layer.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    centre : floats (P,)
        Its weights.
    weights : pair of (pixel, unit)
        Which weights: from which pixel (0 to 783) to which unit; of a convolution, from which pixel of its window to which
        filter.

    Returns
    -------
    Pair
        Each moves one weight by the length of the whole network.

    Raises
    ------
    DirectionError
        If a weight is not there, or both are the same.
    """
    place, shape = next(iter(trained(spec).values()))
    pixels, units = prod(shape[:-1]), shape[-1]
    what = "filter" if spec.convolutions else "unit"
    rows = []
    for pixel, unit in weights:
        if not (0 <= pixel < pixels and 0 <= unit < units):
            raise DirectionError(f"This network has no weight from pixel {pixel} to {what} {unit}.")
        row = np.zeros_like(centre)
        row[place.start + pixel * units + unit] = length(centre)
        rows.append(row)
    if weights[0] == weights[1]:
        raise DirectionError("Choose two different weights: one alone spans no plane.")
    return Pair(rows[0], rows[1])


def coordinates(pair: Pair, centre: Array, rows: Sequence[Array]) -> NDArray[np.float64]:
    """Where networks lie on a plane: the nearest point of it, by least squares.

    The directions need not be at right angles.

    Parameters
    ----------
    pair : Pair
        The directions.
    centre : floats (P,)
        The middle of the plane.
    rows : sequence of floats (P,)
        Networks.

    Returns
    -------
    float64 (n, 2)
        Along the first and the second direction.
    """
    if not len(rows):
        return np.zeros((0, 2))
    gram = scalar_products([pair.first, pair.second])
    found = np.zeros((len(rows), 2))
    for at in range(0, len(centre), CHUNK):
        part = slice(at, at + CHUNK)
        plane = np.stack([pair.first[part], pair.second[part]]).astype(np.float64)
        for place, row in enumerate(rows):
            found[place] += plane @ (row[part].astype(np.float64) - centre[part])
    return np.asarray(np.linalg.solve(gram, found.T).T)


def length(row: Array) -> float:
    """How long a row is.

    Parameters
    ----------
    row : floats (P,)

    Returns
    -------
    float
        The root of its sum of squares, in double precision.
    """
    return float(np.sqrt(scalar_products([row])[0, 0]))


def scalar_products(rows: Sequence[Array]) -> NDArray[np.float64]:
    """All scalar products of some rows, in double precision, a part of the rows at a time.

    Parameters
    ----------
    rows : sequence of floats (P,)

    Returns
    -------
    float64 (n, n)
    """
    found: NDArray[Any] = np.zeros((len(rows), len(rows)))
    for at in range(0, len(rows[0]), CHUNK):
        part = np.stack([np.asarray(row[at : at + CHUNK], np.float64) for row in rows])
        found += part @ part.T
    return found
