"""One digit on its way through a network that trains: a sample of its units, what each answers, what each looks for.

A look is small enough to be told twice a second: up to twelve units of each layer, the same ones through a whole run,
their activations, the weights between them, and the weight pictures of the first layer. It is computed in NumPy from
weights that are only read, so a training that is looked at gives the very bits of one that is not.

``packed`` is base64 of, in this order and little-endian: the digit's pixels (uint8), the first layer's weight
pictures; then for each column its activations and biases (float32), its filters' maps if it has filters, and the
weights from the column before it. What is written as signed bytes has its scale before it (float32): a byte is a
number of 127ths of the scale.
"""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE, Bytes
from netlab.formatting import counted, percent
from netlab.nets.numpy_model import folded, layer_outputs, max_pool
from netlab.nets.parameters import ParameterRow, activations, walk
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.nn.activations import softmax
from netlab.nn.arithmetic import one_thread
from netlab.runs.events import Look
from netlab.runs.run import Run, RunError

Weights = Mapping[str, NDArray[Any]]

UNITS = 12
LARGEST_MAP = 12
MAP_BYTES = 6000
"""What all filters' maps of a look may take together."""
PACE_SECONDS = 0.4
REST = 60
"""For each second that a look took, so many pass before the next: looking costs less than 2 % of a training."""
STEPS = 127
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Column:
    """What is shown of one layer.

    Attributes
    ----------
    name, noun : str
        What the layer is, and what one of its parts is called: "unit", "filter" or "output".
    total : int
        How many parts it has.
    units : tuple of int
        Which of them are shown, in order.
    activation : str
        Its activation function.
    pool, side : int
        For filters: of how many pixels a side one of the shown map is the largest, and the shown map's side; else 0.
    """

    name: str
    noun: str
    total: int
    units: tuple[int, ...]
    activation: str
    pool: int = 0
    side: int = 0


@dataclass(frozen=True)
class Plan:
    """Which parts of a network are shown.

    Attributes
    ----------
    columns : tuple of Column
        The layers with weights, from the first to the ten outputs.
    tile : int
        Side of a weight picture of the first layer.
    size : int
        Bytes of a look.
    share : float
        Share of the network's weights that stands behind what is shown, biases left out.
    """

    columns: tuple[Column, ...]
    tile: int
    size: int
    share: float


@lru_cache(maxsize=128)
def plan(spec: NetworkSpec) -> Plan:
    """Which parts of a network are shown; they follow from the spec and its seed alone.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    Plan

    Examples
    --------
    >>> [column.total for column in plan(NetworkSpec()).columns]
    [512, 10]
    """
    rows = [row for row in walk(spec) if row.kernel]
    filters = sum(row.kind == "Conv2D" for row in rows)
    largest = min(LARGEST_MAP, isqrt(MAP_BYTES // (UNITS * filters))) if filters else 0
    columns = tuple(
        _column(spec, row, place, last=row is rows[-1], filters=filters, largest=largest)
        for place, row in enumerate(rows)
    )
    tile = rows[0].kernel[0] if filters else SIDE
    first = len(columns[0].units) * tile**2
    pairs = [len(one.units) * len(two.units) for one, two in itertools.pairwise(columns)]
    size = SIDE**2 + 4 + first + sum(pairs) + 4 * len(pairs)
    for column in columns:
        size += len(column.units) * (8 + column.side**2) + 4 * bool(column.side)
    behind = first + sum(
        count * _between(row, column.total)
        for count, row, column in zip(pairs, rows[1:], columns, strict=False)
    )
    return Plan(columns, tile, size, behind / sum(prod(row.kernel) for row in rows))


def caption(spec: NetworkSpec) -> str:
    """Say what of a network is shown, and what is not.

    Parameters
    ----------
    spec : NetworkSpec

    Returns
    -------
    str
        One to three sentences.

    Examples
    --------
    >>> caption(NetworkSpec(hidden=(8,)))
    'All 8 hidden units are shown, with every connection.'
    """
    counted_in = " Weights and biases are drawn with the batch normalisation worked into them."
    return _shown(spec) + (counted_in if spec.normalises else "")


def _shown(spec: NetworkSpec) -> str:
    shown, hidden = plan(spec), plan(spec).columns[:-1]
    if not hidden:
        return (
            "No hidden units: every pixel is connected to each of the ten outputs, and all weights are shown."
        )
    parts = []
    for noun, word in (("filter", "filter"), ("unit", "hidden unit")):
        of_kind = [column for column in hidden if column.noun == noun]
        some, total = sum(len(column.units) for column in of_kind), sum(column.total for column in of_kind)
        if of_kind:
            parts.append((some, total, word))
    if all(some == total for some, total, _ in parts):
        told = " and ".join(counted(total, word) for _, total, word in parts)
        if sum(total for _, total, _ in parts) == 1:
            return "The only hidden unit is shown, with every connection."
        return f"All {told} are shown, with every connection."
    told = " and ".join(f"{some:,} of {counted(total, word)}" for some, total, word in parts)
    return f"A sample: {told}, chosen by the seed, the same through the whole run; {percent(shown.share)} of the weights."


def make(spec: NetworkSpec, weights: Weights, images: Bytes, labels: Bytes, *, index: int, step: int) -> Look:
    """Send one digit through a network and tell what the sampled units answer.

    Parameters
    ----------
    spec : NetworkSpec
    weights : mapping
        Every kernel and bias, as ``netlab.nets.weight_file`` names them; only read. Those of a normalised network are
        told as they count with its moving statistics.
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        Digits to choose from.
    index : int
        Which of them; it goes round at both ends.
    step : int
        After how many updates the weights are such.

    Returns
    -------
    Look
    """
    shown, index = plan(spec), index % len(images)
    rows = [row for row in walk(spec) if row.kernel]
    image = images[index]
    pixels = image[None].astype(np.float32) / np.float32(255)
    with one_thread():  # threads that wait for each other cost 60 times as much
        outputs = layer_outputs(spec, weights, pixels)
    weights = folded(spec, weights) if spec.normalises else weights
    parts = [image.tobytes(), _quantised(_tiles(weights[f"{rows[0].name}/kernel"], shown.columns[0]))]
    before: Column | None = None
    for row, column, output in zip(rows, shown.columns, outputs, strict=True):
        parts += _packed(row, column, before, weights, softmax(output) if row is rows[-1] else output)
        before = column
    packed = base64.b64encode(b"".join(parts)).decode()
    return Look(step, index, int(labels[index]), packed)


def fits(spec: NetworkSpec, look: Look) -> bool:
    """Whether a look has the bytes that this network's has.

    Parameters
    ----------
    spec : NetworkSpec
    look : Look

    Returns
    -------
    bool
    """
    return len(look.packed) == 4 * -(-plan(spec).size // 3)


def kept(run: Run, images: Bytes, labels: Bytes, *, index: int, step: int, exact: bool) -> Look:
    """Look at a run that nobody trains now, by the weights in its folder.

    Parameters
    ----------
    run : Run
    images, labels : uint8 arrays (n, 28, 28) and (n,)
    index : int
        Which digit.
    step : int
        How far the run came: what its final weights belong to.
    exact : bool
        Whether to look at the state it goes on from, rather than at its final weights or its newest snapshot.

    Returns
    -------
    Look

    Raises
    ------
    RunError
        If there are no weights yet, or they cannot be read.
    """
    checkpoint = run.checkpoint() if exact else None
    if checkpoint is None:
        spec, weights, snapshot = run.latest_weights()
        return make(spec, weights, images, labels, index=index, step=step if snapshot is None else snapshot)
    spec = run.spec()
    try:
        weights = {name: checkpoint.arrays[f"w{place}"] for place, name in enumerate(weight_shapes(spec))}
        return make(spec, weights, images, labels, index=index, step=checkpoint.step)
    except (KeyError, ValueError, IndexError) as error:
        raise RunError(f"The state that run {run.id} goes on from is not that of its network.") from error


class Onlooker:
    """Looks at a training now and then, for a share of its time that stays below 2 %.

    Parameters
    ----------
    spec : NetworkSpec
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        Digits to look at, none of them learnt from.
    clock : callable
        Seconds, from any moment on.
    """

    def __init__(
        self, spec: NetworkSpec, images: Bytes, labels: Bytes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._spec, self._images, self._labels, self._clock = spec, images, labels, clock
        self._index, self._next, self._told = 0, 0.0, (-1, -1)

    @property
    def due(self) -> bool:
        """Whether it is time for another look."""
        return self._clock() >= self._next

    def choose(self, index: int) -> None:
        """Look at another digit from now on.

        Parameters
        ----------
        index : int
            Its place; it goes round at both ends.
        """
        self._index = index % len(self._images)

    def look(self, weights: Callable[[], Weights], step: int, *, now: bool = False) -> Iterator[Look]:
        """Look if it is time to, or at once; what was told last is not told again.

        Parameters
        ----------
        weights : callable
            Gives the weights, and is asked only if there is a look.
        step : int
            How many updates there were.
        now : bool
            Whether to look though it is not time yet.

        Yields
        ------
        Look
        """
        began, wanted = self._clock(), (step, self._index)
        if wanted == self._told or (began < self._next and not now):
            return
        yield make(self._spec, weights(), self._images, self._labels, index=self._index, step=step)
        over, self._told = self._clock(), wanted
        self._next = max(began + PACE_SECONDS, over + REST * (over - began))


def _column(
    spec: NetworkSpec, row: ParameterRow, place: int, *, last: bool, filters: int, largest: int
) -> Column:
    total = row.kernel[-1]
    draw = np.random.default_rng([spec.seed, place])
    units = tuple(sorted(int(unit) for unit in draw.choice(total, min(UNITS, total), replace=False)))
    activation = activations(spec)[place]
    if row.kind == "Conv2D":
        pool = -(-row.shape[0] // largest)
        name = f"Convolution {place + 1}"
        return Column(name, "filter", total, units, activation, pool, row.shape[0] // pool)
    if last:
        return Column("Output", "output", total, tuple(range(total)), activation)
    return Column(f"Hidden layer {place + 1 - filters}", "unit", total, units, activation)


def _between(row: ParameterRow, inputs: int) -> int:
    """How many weights lie between one part of a layer and one of the layer before it, which has ``inputs`` parts."""
    return prod(row.kernel[:-1]) // inputs


def _packed(
    row: ParameterRow, column: Column, before: Column | None, weights: Weights, output: NDArray[Any]
) -> list[bytes]:
    units = list(column.units)
    values = np.moveaxis(output[0][..., units], -1, 0)
    parts = [_floats(values.reshape(len(units), -1).max(axis=1)), _floats(weights[f"{row.name}/bias"][units])]
    if column.side:
        parts.append(_quantised(max_pool(output[..., units], column.pool)[0].transpose(2, 0, 1)))
    if before is not None:
        parts.append(_quantised(links(weights[f"{row.name}/kernel"], before, column)))
    return parts


def links(kernel: NDArray[Any], before: Column, column: Column) -> NDArray[np.float32]:
    """Find the weight between each shown part of a layer and each of the layer before it.

    Where many weights lie between two parts (a filter's, or a filter's map read by a unit), it is the root of the sum
    of their squares, with the sign of their sum.

    Parameters
    ----------
    kernel : float array (..., inputs, outputs)
    before, column : Column

    Returns
    -------
    float32 array (parts before, parts)
    """
    many = kernel.reshape(-1, before.total, column.total)[:, list(before.units)][:, :, list(column.units)]
    if len(many) == 1:
        return np.asarray(many[0], np.float32)
    size = np.sqrt(np.square(many, dtype=np.float64).sum(axis=0))
    return np.asarray(np.copysign(size, many.sum(axis=0, dtype=np.float64)), np.float32)


def _tiles(kernel: NDArray[Any], column: Column) -> NDArray[Any]:
    """The weight pictures of the first layer, (parts, side, side): of a unit its 784 weights, of a filter its kernel."""
    pictures = kernel.reshape(SIDE, SIDE, -1) if kernel.ndim == 2 else kernel[:, :, 0]
    return pictures[:, :, list(column.units)].transpose(2, 0, 1)


def _floats(values: NDArray[Any]) -> bytes:
    return _finite(values).astype("<f4").tobytes()


def _quantised(values: NDArray[Any]) -> bytes:
    finite = _finite(values).astype(np.float64)
    scale = float(np.abs(finite).max(initial=0.0))
    whole = np.rint(finite * (STEPS / scale)) if scale else finite
    return np.array(scale, "<f4").tobytes() + whole.astype(np.int8).tobytes()


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    """What a training that breaks leaves is told as the largest number there is; what is no number, as 0."""
    return np.nan_to_num(values, nan=0.0, posinf=LARGEST, neginf=-LARGEST)
