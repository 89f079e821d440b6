"""The loss of a network on a plane through its weights: centre + a · first + b · second, for a grid of a and b.

What the first layer adds up is linear in its weights: on the whole plane it is Z₀ + aZ₁ + bZ₂, so the costly product of
pictures and weights is made three times and not once a point. That is exact; layers behind the first activation are
worked out anew at every point. A network with convolutions is worked out as a whole at every point.

Dropout is off, as it is when a network answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, PIXELS, Array
from netlab.landscape.network.flat import Weights, shaped, size, trained
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.parameters import EPSILON, ParameterRow, walk
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES, one_hot
from netlab.nn.losses.base import behind_softmax, derivative_behind_softmax
from netlab.nn.losses.cross_entropy import smoothed

DRAWN = 0
"""Seed of the one choice of pictures that every frame of every run is worked out on."""
MOST_IMAGES = 10_000
BLOCK = 500
"""Pictures that go through the layers together: their numbers stay in a core's cache."""
BUDGET = 12e9
"""Multiplications that the second stage may take; the third may take four times as many, sixteen times with convolutions."""
CONVOLVING = 8
"""How much longer a multiplication takes where windows of a picture are gathered first."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through a network.

    Attributes
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        The network in the middle, by Keras's names: what training does not move is taken from it everywhere.
    centre, first, second : floats (P,)
        The middle and the two directions as rows (``flat``), all of one type, in which everything is worked out.
    """

    spec: NetworkSpec
    weights: Weights
    centre: Array
    first: Array
    second: Array

    def __post_init__(self) -> None:
        wanted = (size(self.spec),)
        for name in ("centre", "first", "second"):
            found = getattr(self, name)
            if found.shape != wanted or found.dtype != self.centre.dtype:
                raise ValueError(
                    f"{name} should be {self.centre.dtype} {wanted}; got {found.dtype} {found.shape}."
                )

    def at(self, a: float, b: float) -> dict[str, NDArray[Any]]:
        """The network at a point of the plane, by Keras's names."""
        kind = self.centre.dtype.type
        return shaped(self.spec, self.centre + kind(a) * self.first + kind(b) * self.second, self.weights)

    @cached_property
    def corners(self) -> tuple[dict[str, NDArray[Any]], ...]:
        """The middle and the two directions, each as weights by Keras's names."""
        return tuple(shaped(self.spec, row, self.weights) for row in (self.centre, self.first, self.second))


@dataclass(frozen=True, eq=False)
class Heights:
    """What the pictures say on a grid.

    Attributes
    ----------
    a, b : float64 (n,), (m,)
        Coordinates along the first and the second direction.
    loss : float64 (m, n)
        The mean loss of an image; row i belongs to b[i]. Not finite where the network overflows.
    error : float64 (m, n)
        The standard error of that mean: with other pictures of the same kind it lies within twice this in 95 of 100 cases.
    accuracy : float64 (m, n)
        The share of images read rightly.
    images : int
        How many.
    finer : int
        So many rows, from the first, are on more images already.
    more : int
        On how many; 0 where there are no such rows.
    """

    a: NDArray[np.float64]
    b: NDArray[np.float64]
    loss: NDArray[np.float64]
    error: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    images: int
    finer: int = 0
    more: int = 0


def unknown(reach: float) -> Heights:
    """A picture of which nothing is known yet, so that its place is kept.

    Parameters
    ----------
    reach : float
        How far it will go each way.

    Returns
    -------
    Heights
        On no images; every height is no number.
    """
    a, nothing = axis(reach, 9), np.full((9, 9), np.nan)
    return Heights(a, a, nothing, nothing, nothing, 0)


@dataclass(frozen=True)
class Stage:
    """A grid of ``points`` × ``points`` on so many images."""

    points: int
    images: int


def drawn_places(count: int, most: int = MOST_IMAGES) -> NDArray[np.intp]:
    """Which pictures are asked, in the order in which they are added: one choice, the same for all frames and runs.

    Parameters
    ----------
    count : int
        How many there are.
    most : int
        How many are wanted.

    Returns
    -------
    int (min(count, most),)
        Their places; the first 500 are the choice of 500.
    """
    return np.random.default_rng(DRAWN).permutation(count)[:most]


def per_image(spec: NetworkSpec) -> int:
    """Multiplications that one more point of the plane takes for each image.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    int
        Without the first layer's where that is shared by all points.
    """
    found, first = 0, True
    for row in walk(spec):
        if row.kernel:
            places = int(np.prod(row.shape[:-1])) if len(row.shape) > 1 else 1
            found += (
                row.kernel[-1] * 4 if first and not spec.convolutions else places * int(np.prod(row.kernel))
            )
            first = False
    return found


def stages(spec: NetworkSpec, available: int) -> tuple[Stage, ...]:
    """From coarse to fine: 9×9 on 500 images, 25×25 on 1,000, 25×25 on up to 10,000.

    A network that costs more at every point stops earlier or looks at fewer images, so that a reader need not wait; one
    with convolutions is drawn on 15×15 points.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    available : int
        How many images there are.

    Returns
    -------
    tuple of Stage
        At least the first, in order.
    """
    cost = per_image(spec) * (CONVOLVING if spec.convolutions else 1)
    fine = 15 if spec.convolutions else 25
    held = [Stage(9, max(20, min(500, int(BUDGET / 20 / 81 / cost))))]
    held.append(Stage(fine, max(40, min(1000, int(BUDGET / fine**2 / cost)))))
    most = BUDGET * (16 if spec.convolutions else 4)
    third = Stage(fine, min(MOST_IMAGES, int(most / fine**2 / cost)))
    if third.images > 2 * held[-1].images:
        held.append(third)
    bounded = [Stage(one.points, min(one.images, available)) for one in held]
    return tuple(one for at, one in enumerate(bounded) if at < 2 or one.images > bounded[1].images)


def axis(reach: float, points: int) -> NDArray[np.float64]:
    """Coordinates from −reach to reach with 0 in the middle.

    Parameters
    ----------
    reach : float
        Above 0, in lengths of the directions.
    points : int
        Odd.

    Returns
    -------
    float64 (points,)
    """
    return np.linspace(-1.0, 1.0, points) * reach


def losses(plane: Plane, a: float, b: float, images: Array, labels: NDArray[Any]) -> Array:
    """The loss of each image at one point of the plane, the network's whole way worked out anew.

    Parameters
    ----------
    plane : Plane
        The plane.
    a, b : float
        The point.
    images : floats or uint8 (n, 28, 28) or (n, 784)
        Pictures, from 0 to 1, or from 0 to 255 where they are uint8.
    labels : integers (n,)
        What they are.

    Returns
    -------
    floats (n,)
        In the plane's type.
    """
    return Asked(plane.spec, images, labels, plane.centre.dtype).losses(
        logits(plane.spec, plane.at(a, b), images)
    )


def penalty(spec: NetworkSpec, weights: Weights) -> float:
    """What regularisation adds to the loss: l1 Σ|w| + l2 Σw² over all kernels, as Keras has it.

    Parameters
    ----------
    spec : NetworkSpec
        The network, with both factors.
    weights : mapping of str to arrays
        By Keras's names.

    Returns
    -------
    float
        0 without regularisation.
    """
    if not (spec.l1 or spec.l2):
        return 0.0
    kernels = [np.asarray(one, np.float64) for name, one in weights.items() if name.endswith("/kernel")]
    return float(sum(spec.l1 * np.abs(one).sum() + spec.l2 * (one * one).sum() for one in kernels))


def penalty_slope(spec: NetworkSpec, row: Array) -> Array:
    """The gradient of what regularisation adds to the loss: l1 sign(w) + 2 l2 w for all kernels.

    Parameters
    ----------
    spec : NetworkSpec
        The network, with both factors.
    row : floats (P,)
        Its weights.

    Returns
    -------
    floats (P,)
        0 for all that is no kernel.
    """
    found = np.zeros_like(row)
    for name, (place, _) in trained(spec).items():
        if name.endswith("/kernel"):
            kind = row.dtype.type
            found[place] = kind(spec.l1) * np.sign(row[place]) + kind(2 * spec.l2) * row[place]
    return found


def logits(spec: NetworkSpec, weights: Weights, images: Array) -> Array:
    """The ten sums before the softmax.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        By Keras's names; their type is the one that is computed in, but float32 for convolutions.
    images : floats or uint8 (n, 28, 28) or (n, 784)
        Pictures.

    Returns
    -------
    floats (n, 10)
    """
    kind = next(iter(weights.values())).dtype
    values = pixels(images, kind)
    if spec.convolutions:
        return np.asarray(layer_outputs(spec, weights, values.reshape(-1, 28, 28))[-1], kind)
    for dense, norm, name in dense_layers(spec):
        summed = values @ weights[f"{dense}/kernel"] + weights[f"{dense}/bias"]
        values = bent(name, normalised(norm, weights, summed))
    return values


def pixels(images: Array, kind: Any) -> Array:
    """Pictures as what a network receives.

    Parameters
    ----------
    images : floats or uint8 (n, ...)
        From 0 to 1, or from 0 to 255 where they are uint8.
    kind : dtype
        The type wanted.

    Returns
    -------
    kind (n, 784)
    """
    rows = np.asarray(images).reshape(len(images), -1)
    return (
        rows.astype(kind) / np.dtype(kind).type(255)
        if rows.dtype == np.uint8
        else rows.astype(kind, copy=False)
    )


def dense_layers(spec: NetworkSpec) -> tuple[tuple[str, str, str], ...]:
    """The layers of a dense network: Keras's names of a layer and of its normalisation ("" without), its activation.

    Parameters
    ----------
    spec : NetworkSpec
        A network without convolutions.

    Returns
    -------
    tuple of (str, str, str)
        The last one's activation is "softmax".
    """
    rows: list[ParameterRow] = [row for row in walk(spec) if row.arrays]
    dense = [row.name for row in rows if row.kind == "Dense"]
    norms = [row.name for row in rows if row.kind == "BatchNormalization"] or [""] * len(spec.layers)
    names = [*(str(layer.activation) for layer in spec.layers), "softmax"]
    return tuple(zip(dense, [*norms, ""], names, strict=True))


def normalised(name: str, weights: Weights, summed: Array) -> Array:
    """Weighted sums after batch normalisation with the statistics that the network has measured.

    Parameters
    ----------
    name : str
        Keras's name of the normalisation; "" for none.
    weights : mapping of str to arrays
        By Keras's names.
    summed : floats (n, units)
        Weighted sums.

    Returns
    -------
    floats (n, units)
    """
    if not name:
        return summed
    gamma, beta, mean, variance = (
        weights[f"{name}/{part}"] for part in ("gamma", "beta", "moving_mean", "moving_variance")
    )
    factor = gamma / np.sqrt(variance.astype(summed.dtype) + summed.dtype.type(EPSILON))
    return np.asarray(summed * factor + (beta - mean * factor), summed.dtype)


def bent(name: str, summed: Array) -> Array:
    """What an activation makes of weighted sums, in their own type; softmax leaves them as they are.

    Parameters
    ----------
    name : str
        A key of ``ACTIVATIONS``, or "softmax".
    summed : floats (n, units)
        Weighted sums.

    Returns
    -------
    floats (n, units)
    """
    return summed if name == "softmax" else ACTIVATIONS[name].value(summed)


class Asked:
    """Pictures with their labels, and what a loss makes of ten sums for each: floats (n,)."""

    def __init__(
        self, spec: NetworkSpec, images: Array, labels: NDArray[Any], kind: Any = np.float32
    ) -> None:
        self.spec, self.images, self.labels = spec, images, np.asarray(labels).astype(np.intp)
        row, self._kind = LOSSES[spec.loss], np.dtype(kind)
        fused = row.output == "softmax"
        self._value = row.logit_value if fused else behind_softmax(row.value)
        self._slope = row.logit_derivative if fused else derivative_behind_softmax(row.derivative)
        rows = one_hot(self.labels, CLASSES, self._kind)
        self.targets = smoothed(rows, spec.label_smoothing) if spec.label_smoothing else rows
        self._factor = self._kind.type(row.keras_factor(CLASSES))
        self._at = np.arange(len(self.labels))
        self._plain = spec.loss == "sparse_categorical_crossentropy" and not spec.label_smoothing

    def __len__(self) -> int:
        return len(self.labels)

    def first(self, count: int) -> Asked:
        """The first of them."""
        if count == len(self):
            return self
        return Asked(self.spec, self.images[:count], self.labels[:count], self._kind)

    def losses(self, sums: Array) -> Array:
        """Keras's loss of each image, from its ten sums (n, 10)."""
        if self._plain:  # the same as the catalogue's, at a third of the time
            top = sums.max(axis=1)
            return np.asarray(
                np.log(np.exp(sums - top[:, None]).sum(axis=1)) + (top - sums[self._at, self.labels])
            )
        return np.asarray(self._value(sums, self.targets) * self._factor)

    def slopes(self, sums: Array) -> Array:
        """The derivative of each image's loss by its ten sums, (n, 10)."""
        return np.asarray(self._slope(sums, self.targets) * self._factor)

    def right(self, sums: Array) -> int:
        """How many images' largest sum is their label's."""
        return int((sums.argmax(axis=1) == self.labels).sum())


def guessing(spec: NetworkSpec) -> float:
    """The loss of a network that gives every class the same probability.

    Parameters
    ----------
    spec : NetworkSpec
        Which loss.

    Returns
    -------
    float

    Examples
    --------
    >>> round(guessing(NetworkSpec()), 4)
    2.3026
    """
    asked = Asked(spec, np.zeros((1, PIXELS), np.uint8), np.zeros(1, np.uint8), np.float64)
    return float(asked.losses(np.zeros((1, CLASSES)))[0])


class Prepared:
    """A plane and its pictures, ready for any point: what the first layer adds up is kept as Z₀, Z₁ and Z₂.

    They are made for 500 pictures at a time, when these are first asked for. Other points, another reach and the
    accuracy cost no product of pictures and weights again.
    """

    def __init__(
        self, plane: Plane, images: Array, labels: NDArray[Any], *, regularised: bool = False
    ) -> None:
        self.plane, self.regularised = plane, regularised and bool(plane.spec.l1 or plane.spec.l2)
        kind = plane.centre.dtype
        places = range(0, len(labels), BLOCK)
        self._blocks = [
            Asked(plane.spec, images[at : at + BLOCK], labels[at : at + BLOCK], kind) for at in places
        ]
        self._sums: dict[int, tuple[Array, Array, Array]] = {}
        self._layers = () if plane.spec.convolutions else dense_layers(plane.spec)
        self.images = len(labels)

    def rows(
        self, a: NDArray[np.float64], b: NDArray[np.float64], count: int
    ) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
        """Loss, its standard error and accuracy of one row of the grid after the other, (n,) each; one row an entry of b.

        The first ``count`` images are asked.
        """
        for along in b:
            with np.errstate(over="ignore", invalid="ignore"):  # far out a network may overflow
                asked = [self._row(block, a, float(along), left) for block, left in self._shares(count)]
            each = np.concatenate([one for one, _ in asked], axis=1)
            right = sum(one for _, one in asked) / each.shape[1]
            error = each.std(axis=1, ddof=1) / np.sqrt(each.shape[1]) if each.shape[1] > 1 else 0 * right
            yield each.mean(axis=1) + self._penalties(a, float(along)), error, right

    def heights(self, reach: float, stage: Stage) -> Heights:
        """One stage of the picture."""
        a = axis(reach, stage.points)
        rows = list(self.rows(a, a, stage.images))
        loss, error, accuracy = (np.stack([row[part] for row in rows]) for part in range(3))
        return Heights(a, a, loss, error, accuracy, min(stage.images, self.images))

    def _shares(self, count: int) -> Iterator[tuple[int, int]]:
        """Which blocks are asked, and how many images of each."""
        for block in range(len(self._blocks)):
            left = min(count - block * BLOCK, len(self._blocks[block]))
            if left <= 0:
                return
            yield block, left

    def _row(
        self, block: int, a: NDArray[np.float64], b: float, count: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The losses of a block's first images along a row, (n, count), and how many are read rightly, (n,)."""
        asked = self._blocks[block].first(count)
        sums = self._along(block, b, count)
        each, right = np.empty((len(a), count)), np.empty(len(a))
        for place, across in enumerate(a):
            ten = sums(float(across))
            each[place], right[place] = asked.losses(ten), asked.right(ten)
        return each, right

    def _along(self, block: int, b: float, count: int) -> Callable[[float], Array]:
        """The ten sums as a function of a, with b and the images held."""
        plane, kind = self.plane, self.plane.centre.dtype.type
        if plane.spec.convolutions:
            return lambda a: logits(plane.spec, plane.at(a, b), self._blocks[block].images[:count])
        middle, sideways, upwards = (one[:count] for one in self._first_sums(block))
        base = middle + kind(b) * upwards
        room = np.empty_like(base)

        def sums(a: float) -> Array:
            np.multiply(sideways, kind(a), out=room)
            np.add(room, base, out=room)
            return self._behind(a, b, room)

        return sums

    def _first_sums(self, block: int) -> tuple[Array, Array, Array]:
        if block not in self._sums:
            name = self._layers[0][0]
            values = pixels(self._blocks[block].images, self.plane.centre.dtype)
            middle, first, second = (
                values @ one[f"{name}/kernel"] + one[f"{name}/bias"] for one in self.plane.corners
            )
            self._sums[block] = middle, first, second
        return self._sums[block]

    def _behind(self, a: float, b: float, summed: Array) -> Array:
        """From the first layer's sums, which may be overwritten, to the ten."""
        here = _Here(self.plane, a, b)
        _, norm, name = self._layers[0]
        values = _bent_in_place(name, normalised(norm, here, summed))
        for dense, norm, name in self._layers[1:]:
            values = values @ here[f"{dense}/kernel"] + here[f"{dense}/bias"]
            values = bent(name, normalised(norm, here, values))
        return values

    def _penalties(self, a: NDArray[np.float64], b: float) -> NDArray[np.float64]:
        if not self.regularised:
            return np.zeros(len(a))
        return np.array([penalty(self.plane.spec, self.plane.at(across, b)) for across in a])


class _Here(Mapping[str, NDArray[Any]]):
    """The arrays of a point of the plane, each made when it is asked for."""

    def __init__(self, plane: Plane, a: float, b: float) -> None:
        kind = plane.centre.dtype.type
        self._corners, self._a, self._b = plane.corners, kind(a), kind(b)

    def __getitem__(self, name: str) -> NDArray[Any]:
        middle, first, second = (one[name] for one in self._corners)
        if middle is first:  # what training does not move
            return middle
        return np.asarray(middle + self._a * first + self._b * second)

    def __iter__(self) -> Iterator[str]:
        return iter(self._corners[0])

    def __len__(self) -> int:
        return len(self._corners[0])


def _bent_in_place(name: str, summed: Array) -> Array:
    return np.maximum(summed, 0, out=summed) if name == "relu" else bent(name, summed)


def refined(prepared: Prepared, reach: float) -> Iterator[Heights]:
    """The picture from coarse to fine; the last stage comes row by row, each row in the place of a coarser one.

    Parameters
    ----------
    prepared : Prepared
        The plane with its pictures, in the order of ``drawn_places``.
    reach : float
        How far the picture goes each way, in lengths of the directions.

    Yields
    ------
    Heights
        Each better than the one before; ``images`` says how many every height has at least.
    """
    coarse, *finer = stages(prepared.plane.spec, prepared.images)
    yield prepared.heights(reach, coarse)
    if not finer:
        return
    before = prepared.heights(reach, finer[0])
    yield before
    for stage in finer[1:]:
        yield from _row_by_row(prepared, before, stage)


def _row_by_row(prepared: Prepared, before: Heights, stage: Stage) -> Iterator[Heights]:
    parts = [before.loss.copy(), before.error.copy(), before.accuracy.copy()]
    for place, row in enumerate(prepared.rows(before.a, before.b, stage.images)):
        for part, values in zip(parts, row, strict=True):
            part[place] = values
        loss, error, accuracy = (part.copy() for part in parts)
        if place == len(before.b) - 1:
            yield Heights(before.a, before.b, loss, error, accuracy, stage.images)
        else:
            yield Heights(before.a, before.b, loss, error, accuracy, before.images, place + 1, stage.images)
