"""Pictures as points on a plane: alike ones, as a layer sees them, lie close together.

Principal components are the two directions in which the numbers of a layer spread most: a shadow of the cloud of points,
in which straight lines stay straight. t-SNE instead keeps neighbours together and gives up distances; scikit-learn
computes it in a process of its own (``neighbours``).
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.experiments.inside.answers import activations, ask, kernels, numbers_after
from netlab.experiments.subject import Weights
from netlab.nets.spec import NetworkSpec
from netlab.nn.arithmetic import one_thread

PIXELS, SUMS = -1, -2
"""What may be mapped beside the hidden layers: the pictures themselves, and the ten sums before the softmax."""
DIGITS = 2000
FEWER = 1000
"""So many pictures for t-SNE, and for a layer of more than ``WIDE`` numbers."""
WIDE = 1024
BEFORE = 50
"""t-SNE is given so many principal components, as is usual."""
NEAREST = 5
PATIENCE = 120.0
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Plane:
    """The plane of the two largest principal components.

    Attributes
    ----------
    mean : float64 (d,)
        The middle of the cloud.
    axes : float64 (2, d)
        Two directions of length 1, at right angles.
    explained : float64 (2,)
        The share of the cloud's spread (its variance) along each.
    points : float64 (n, 2)
        Where each picture lies.
    """

    mean: NDArray[np.float64]
    axes: NDArray[np.float64]
    explained: NDArray[np.float64]
    points: NDArray[np.float64]

    def place(self, values: Floats) -> NDArray[np.float64]:
        """Where other pictures lie: (m, d) to (m, 2)."""
        return np.asarray((values - self.mean) @ self.axes.T)


class MapError(Exception):
    """Why there is no map, in a sentence."""


def chosen(count: int, most: int) -> NDArray[np.intp]:
    """The pictures that are mapped, the same ones at every moment and of every network.

    Parameters
    ----------
    count : int
        How many there are.
    most : int
        How many are wanted.

    Returns
    -------
    int (min(count, most),)
        Their places, in order; drawn once and for all. A smaller choice is part of a larger one.
    """
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def wanted(spec: NetworkSpec, layer: int) -> int:
    """How many pictures are mapped by principal components.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    layer : int
        ``PIXELS``, ``SUMS``, or the place of a hidden layer with a kernel.

    Returns
    -------
    int
    """
    return FEWER if layer >= 0 and numbers_after(spec, layer) > WIDE else DIGITS


def layers(spec: NetworkSpec) -> tuple[int, ...]:
    """What can be mapped of a network, from the picture to the answer.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    tuple of int
        ``PIXELS``, the places of the hidden layers, ``SUMS``.
    """
    return (PIXELS, *range(len(kernels(spec)) - 1), SUMS)


def numbers(spec: NetworkSpec, weights: Weights, images: Bytes | Floats, layer: int) -> Floats:
    """What a layer makes of each picture, in a row.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images : uint8 or float32 (n, 28, 28)
        Pictures, 0 to 255, or from 0 to 1.
    layer : int
        ``PIXELS``, ``SUMS``, or the place of a hidden layer with a kernel.

    Returns
    -------
    float32 (n, d)
    """
    if layer == PIXELS:
        flat = np.asarray(images.reshape(len(images), -1), np.float32)
        return flat / np.float32(255) if images.dtype == np.uint8 else flat
    if layer == SUMS:
        return ask(spec, weights, images).logits
    return activations(spec, weights, images, layer).reshape(len(images), -1)


@one_thread()
def principal(values: Floats) -> Plane:
    """The plane in which a cloud of points spreads most.

    Parameters
    ----------
    values : floats (n, d)
        The points; finite.

    Returns
    -------
    Plane
        An axis points where its largest entry is positive. Where there is no spread left, its share is 0.
    """
    exact = np.asarray(values, np.float64)
    mean = exact.mean(axis=0)
    spread, axes, total = _directions(exact - mean, 2)
    strongest = axes[np.arange(2), np.abs(axes).argmax(axis=1)]
    axes = axes * np.where(strongest < 0, -1, 1)[:, None]
    return Plane(mean, axes, spread / max(total, np.finfo(float).tiny), (exact - mean) @ axes.T)


@one_thread()
def components(values: Floats, most: int = BEFORE) -> Floats:
    """The coordinates of points along their largest principal components.

    Parameters
    ----------
    values : floats (n, d)
        The points.
    most : int, default=50
        How many components.

    Returns
    -------
    float32 (n, min(most, n, d))
    """
    centred = np.asarray(values, np.float64) - values.mean(axis=0, dtype=np.float64)
    _, axes, _ = _directions(centred, min(most, *values.shape))
    return np.asarray(centred @ axes.T, np.float32)


def _directions(
    centred: NDArray[np.float64], most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The largest squared singular values, (most,), their right singular vectors, (most, d), and the sum of all squares.

    They come from the smaller of the two matrices of scalar products, many times as fast as from all singular vectors.
    Where points spread in fewer directions, zeros stand for the rest.
    """
    n, d = centred.shape
    sizes, vectors = np.linalg.eigh(centred.T @ centred if d <= n else centred @ centred.T)
    sizes, vectors = sizes[::-1][:most], vectors[:, ::-1][:, :most]
    total = float((centred**2).sum())
    real = sizes > 1e-12 * total
    axes = vectors.T if d <= n else (vectors.T @ centred) / np.sqrt(np.where(real, sizes, 1))[:, None]
    spread, found = np.zeros(most), np.zeros((most, d))
    spread[: len(sizes)], found[: len(sizes)] = np.where(real, sizes, 0), np.where(real[:, None], axes, 0)
    return spread, found, total


def neighbours(values: Floats) -> NDArray[np.float64]:
    """Points on a plane that keep their neighbours, by t-SNE, computed in a process of its own.

    Source: van der Maaten & Hinton (2008), Visualizing data using t-SNE.

    Parameters
    ----------
    values : floats (n, d)
        The points; finite, at least a dozen.

    Returns
    -------
    float64 (n, 2)

    Raises
    ------
    MapError
        If that process fails or takes too long; the sentence says which.
    """
    file = io.BytesIO()
    np.save(file, components(values))
    command = [sys.executable, "-m", "netlab.experiments.inside.tsne"]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    try:
        ended = subprocess.run(
            command, input=file.getvalue(), capture_output=True, timeout=PATIENCE, cwd=ROOT,
            env={**os.environ, **one_thread}, check=True,
        )  # fmt: skip
        return np.asarray(np.load(io.BytesIO(ended.stdout), allow_pickle=False), np.float64)
    except subprocess.TimeoutExpired as error:
        raise MapError(f"t-SNE took longer than {PATIENCE:.0f} seconds and was given up.") from error
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise MapError(
            "The process that computes t-SNE failed; the principal components are still here."
        ) from error


@one_thread()
def like_their_neighbours(values: Floats, labels: Bytes) -> float:
    """The share of points whose nearest other point is of their own class: how well a layer keeps the classes apart.

    Parameters
    ----------
    values : floats (n, d)
        The points, all d numbers of each.
    labels : uint8 (n,)
        Their classes.

    Returns
    -------
    float
    """
    squares = (values**2).sum(axis=1)
    apart = squares[:, None] + squares - 2 * (values @ values.T)
    np.fill_diagonal(apart, np.inf)
    return float((labels[apart.argmin(axis=1)] == labels).mean())


def among(
    values: Floats, points: NDArray[np.float64], other: Floats, nearest: int = NEAREST
) -> NDArray[np.float64]:
    """Where one more point would lie on a map that has no rule for it: in the middle of its nearest neighbours.

    Parameters
    ----------
    values : floats (n, d)
        What was mapped.
    points : float64 (n, 2)
        Where it lies on the map.
    other : floats (d,)
        One more.
    nearest : int, default=5
        How many neighbours count.

    Returns
    -------
    float64 (2,)
    """
    closest = np.argsort(((values - other) ** 2).sum(axis=1), kind="stable")[:nearest]
    return np.asarray(points[closest].mean(axis=0))
