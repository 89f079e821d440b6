"""A run moment by moment: what it answered, how sure it was, how far it had come, from the weights that were kept.

Nothing is held but answers: the weights of a moment are read when they are asked for (some milliseconds) and let go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE, Array, Bytes, Floats
from netlab.experiments.inside.answers import ask
from netlab.experiments.inside.confusion import count
from netlab.experiments.subject import Weights
from netlab.nets.numpy_model import folded, predict
from netlab.nets.parameters import walk
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError
from netlab.runs.events import Started
from netlab.runs.run import Run, RunError


@dataclass(frozen=True)
class Moments:
    """Which moments of a run can be looked at.

    Attributes
    ----------
    spec : NetworkSpec
        The run's network.
    steps : tuple of int
        After how many updates, ascending.
    missing : tuple of str
        For each moment that is kept and cannot be read, why, in a sentence.
    started : Started or None
        What the run said when it began; None if that is not kept.
    """

    spec: NetworkSpec
    steps: tuple[int, ...]
    missing: tuple[str, ...]
    started: Started | None = None

    def images(self, step: int) -> int:
        """How many images the run had looked at by then, repetitions counted; the last batch of an epoch may be small."""
        if self.started is None:
            return step * self.spec.batch_size
        epochs, more = divmod(step, self.started.steps_per_epoch)
        return epochs * self.started.examples + more * self.spec.batch_size

    def epochs(self, step: int) -> float | None:
        """How many epochs that is; None if the run has not said how long one is."""
        return None if self.started is None else step / self.started.steps_per_epoch

    def nearest(self, images: int) -> int:
        """Which moment lies nearest to the one after so many images; of two equally near the earlier."""
        return min(range(len(self.steps)), key=lambda place: abs(self.images(self.steps[place]) - images))


def moments(run: Run) -> Moments:
    """Find the moments of a run whose weights can be read.

    Parameters
    ----------
    run : Run
        Any run, finished or under way.

    Returns
    -------
    Moments
        The same network at each of them.

    Raises
    ------
    RunError
        If the run's description cannot be read, or no moment can.
    """
    spec, good, missing = run.spec(), [], []
    for step in run.snapshots():
        try:
            found, _ = run.weights(step)
            if found.layers != spec.layers or found.convolutions != spec.convolutions:
                raise WeightsError("it is of another network")
        except WeightsError as error:
            missing.append(f"The moment after {step:,} batches cannot be read: {error}")
        else:
            good.append(step)
    if not good:
        raise RunError(
            missing[0] if missing else f"Run {run.id} has kept no moment yet; let it train for a moment."
        )
    started = next((event for event in run.events() if isinstance(event, Started)), None)
    return Moments(spec, tuple(good), tuple(missing), started)


def at(run: Run, step: int) -> Weights:
    """The weights of one moment.

    Parameters
    ----------
    run : Run
        The run.
    step : int
        One of ``moments(run).steps``.

    Returns
    -------
    Weights
        float32 arrays by Keras's names, rounded to half precision when they were kept.

    Raises
    ------
    RunError
        If it is gone or was changed meanwhile.
    """
    try:
        return run.weights(step)[1]
    except WeightsError as error:
        raise RunError(f"The moment after {step:,} batches cannot be read: {error}") from error


def answers(run: Run, found: Moments, image: Floats) -> NDArray[np.float32]:
    """What the run answered to one picture at each moment.

    Parameters
    ----------
    run : Run
        The run.
    found : Moments
        Its moments.
    image : floats (28, 28)
        In [0, 1], as the network receives it.

    Returns
    -------
    float32 (moments, 10)
        Probabilities.

    Raises
    ------
    RunError
        If a moment is gone meanwhile.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # the last moments of a run that blew up
        return np.stack([predict(found.spec, at(run, step), image[None])[0] for step in found.steps])


@dataclass(frozen=True)
class FirstRight:
    """Since when a picture is read rightly.

    Attributes
    ----------
    first : int or None
        Place of the first moment that read it rightly; None if none did.
    since : int or None
        Place of the moment from which on all did; None if the last one did not.
    """

    first: int | None
    since: int | None


def first_right(answered: NDArray[np.float32], label: int) -> FirstRight:
    """Find when a picture was first read rightly, and since when it always was.

    Parameters
    ----------
    answered : floats (moments, 10)
        As ``answers`` gives them.
    label : int
        What it is.

    Returns
    -------
    FirstRight
    """
    right = answered.argmax(axis=1) == label
    if not right.any():
        return FirstRight(None, None)
    wrong = np.flatnonzero(~right)
    since = int(wrong[-1]) + 1 if len(wrong) else 0
    return FirstRight(int(right.argmax()), since if since < len(right) else None)


def tables(run: Run, found: Moments, images: Bytes, labels: Bytes) -> Iterator[NDArray[np.int32]]:
    """The confusion table at each moment: rows are what a picture is, columns what the network answered.

    Parameters
    ----------
    run : Run
        The run.
    found : Moments
        Its moments.
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        Pictures that it did not learn from.

    Yields
    ------
    int32 (10, 10)
        Counts, for one moment after the other.

    Raises
    ------
    RunError
        If a moment is gone meanwhile.
    """
    for step in found.steps:
        yield table(found.spec, at(run, step), images, labels)


def table(spec: NetworkSpec, weights: Weights, images: Bytes, labels: Bytes) -> NDArray[np.int32]:
    """Count what a network answers to pictures of each class.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by Keras's names.
    images, labels : uint8 arrays (n, 28, 28) and (n,)
        The pictures.

    Returns
    -------
    int32 (10, 10)
        Rows are what a picture is, columns what was answered.
    """
    return count(labels, ask(spec, weights, images).said).astype(np.int32)


@dataclass(frozen=True)
class Walk:
    """How the weights moved from moment to moment; all weights that are trained, as one vector.

    Attributes
    ----------
    lengths : float64 (moments,)
        Distance from the moment before; 0 for the first.
    angles : float64 (moments,)
        Degrees between the way to this moment and the way to the one before; NaN where there are not two ways yet, or
        one has no length. 0 is straight on, 90 a right angle, 180 back.
    distances : float64 (moments,)
        From the first moment, as the crow flies.
    """

    lengths: Array
    angles: Array
    distances: Array


def way(run: Run, found: Moments) -> Walk:
    """Measure how the weights moved from moment to moment.

    Parameters
    ----------
    run : Run
        The run.
    found : Moments
        Its moments.

    Returns
    -------
    Walk

    Raises
    ------
    RunError
        If a moment is gone meanwhile.
    """
    first = before = _vector(at(run, found.steps[0]))
    way_before: Array | None = None
    lengths, angles, distances = [0.0], [np.nan], [0.0]
    for step in found.steps[1:]:
        here = _vector(at(run, step))
        moved = here - before
        length = float(np.linalg.norm(moved))
        angles.append(_angle(way_before, moved))
        lengths.append(length)
        distances.append(float(np.linalg.norm(here - first)))
        before, way_before = here, moved
    return Walk(np.array(lengths), np.array(angles), np.array(distances))


def _vector(weights: Weights) -> Array:
    parts = [np.asarray(array, np.float64).ravel() for name, array in weights.items() if not _moving(name)]
    return np.concatenate(parts)


def _moving(name: str) -> bool:
    """Whether an array is a statistic of batch normalisation, which follows the data and is not trained."""
    return name.endswith(("moving_mean", "moving_variance"))


def _angle(one: Array | None, other: Array) -> float:
    if one is None:
        return np.nan
    size = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.degrees(np.arccos(np.clip(one @ other / size, -1.0, 1.0)))) if size else np.nan


@dataclass(frozen=True)
class Tiles:
    """Weight pictures of some units of the first layer at each moment.

    Attributes
    ----------
    units : tuple of int
        Which units or filters, in order.
    total : int
        How many the layer has.
    side : int
        Pixels of a side.
    pictures : int8 (moments, units, side, side)
        Each weight in 127ths of ``scale``.
    scale : float
        The largest weight of them all, so that pictures of all moments can be compared.
    """

    units: tuple[int, ...]
    total: int
    side: int
    pictures: NDArray[np.int8]
    scale: float


def tiles(run: Run, found: Moments, count: int) -> Tiles:
    """The first layer's weights as pictures, growing from noise.

    Parameters
    ----------
    run : Run
        The run.
    found : Moments
        Its moments.
    count : int
        How many units; chosen by the seed, the same at each moment.

    Returns
    -------
    Tiles
        Weights of a normalised network with its moving statistics worked in.

    Raises
    ------
    RunError
        If a moment is gone meanwhile.
    """
    row = next(row for row in walk(found.spec) if row.kernel)
    total = row.kernel[-1]
    draw = np.random.default_rng([found.spec.seed, 0])
    units = tuple(sorted(int(unit) for unit in draw.choice(total, min(count, total), replace=False)))
    all_moments = np.stack([_pictures(found.spec, at(run, step), row.name, units) for step in found.steps])
    scale = float(np.abs(all_moments).max(initial=0.0))
    steps = np.rint(all_moments * (127 / scale)) if scale else all_moments
    return Tiles(units, total, all_moments.shape[-1], steps.astype(np.int8), scale)


def _pictures(spec: NetworkSpec, weights: Weights, layer: str, units: tuple[int, ...]) -> NDArray[Any]:
    kernel = (folded(spec, weights) if spec.normalises else weights)[f"{layer}/kernel"]
    shown = kernel.reshape(SIDE, SIDE, -1) if kernel.ndim == 2 else kernel[:, :, 0]
    return np.asarray(shown[:, :, list(units)].transpose(2, 0, 1))
