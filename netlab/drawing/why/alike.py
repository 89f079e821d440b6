"""The training digits most like a drawing: to the eye, pixel by pixel, and to the network, in its last hidden layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import PIXELS, Array, Bytes, Floats
from netlab.drawing.why.case import Weights
from netlab.nets.numpy_model import layer_outputs
from netlab.nets.spec import NetworkSpec
from netlab.nn.arithmetic import one_thread

DIGITS = 2500
"""So many training digits are looked through."""
SHOWN, ASKED = 5, 20
"""So many of the nearest are shown, and so many are asked for their label."""
BATCH = 250


@dataclass(frozen=True)
class Alike:
    """The nearest of some digits.

    Attributes
    ----------
    places : int (k,)
        Where they are among those that were looked through, the nearest first.
    distances : float64 (k,)
        The root of the sum of squared differences.
    labels : int (k,)
        Which digits they are.
    usual : float
        The distance that half of all digits exceed.
    agreeing, asked : int
        Of so many nearest, as many have the answer's label.
    """

    places: NDArray[np.intp]
    distances: Array
    labels: NDArray[np.intp]
    usual: float
    agreeing: int
    asked: int


def some(images: Bytes, labels: Bytes, most: int = DIGITS) -> tuple[Floats, NDArray[np.intp]]:
    """Some of the training digits, drawn once and for all.

    Parameters
    ----------
    images, labels : uint8 (n, 28, 28) and (n,)
        All of them.
    most : int, default=2500
        How many are taken.

    Returns
    -------
    (float32 (m, 28, 28), int (m,))
        In [0, 1], and which digits they are.
    """
    places = np.sort(np.random.default_rng(0).permutation(len(labels))[:most])
    return images[places].astype(np.float32) / np.float32(255), labels[places].astype(np.intp)


@one_thread()
def last_hidden(spec: NetworkSpec, weights: Weights, images: Floats) -> Floats:
    """What the last hidden layer gives for pictures.

    Parameters
    ----------
    spec : NetworkSpec
        The network; it has a hidden layer.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images : float32 (n, 28, 28)
        In [0, 1].

    Returns
    -------
    float32 (n, d)
    """
    parts = [
        layer_outputs(spec, weights, images[start : start + BATCH])[-2].reshape(
            len(images[start : start + BATCH]), -1
        )
        for start in range(0, len(images), BATCH)
    ]
    return np.concatenate(parts)


def nearest(row: Floats, rows: Floats, labels: NDArray[np.intp], answer: int, most: int = SHOWN) -> Alike:
    """The digits nearest to a drawing.

    Parameters
    ----------
    row : floats (d,)
        The drawing: its pixels, or what a layer makes of it.
    rows : float32 (n, d)
        The digits, likewise.
    labels : int (n,)
        Which digits they are.
    answer : int
        What the network answered.
    most : int, default=5
        How many of the nearest are named.

    Returns
    -------
    Alike
    """
    flat = rows.reshape(len(rows), -1)
    distances = np.sqrt(np.square(flat - row.reshape(1, -1)).sum(axis=1, dtype=np.float64))
    order = np.argsort(distances, kind="stable")[: max(most, ASKED)]
    asked = labels[order[:ASKED]]
    return Alike(
        order[:most], distances[order[:most]], labels[order[:most]], float(np.median(distances)),
        int((asked == answer).sum()), len(asked),
    )  # fmt: skip


def nearest_of(picture: Floats, images: Floats, labels: NDArray[np.intp], digit: int) -> float | None:
    """How far the nearest picture of one digit lies, pixel by pixel.

    Parameters
    ----------
    picture : float32 (28, 28)
        In [0, 1].
    images, labels : float32 (n, 28, 28) and int (n,)
        Where it is looked for.
    digit : int
        Which digit.

    Returns
    -------
    float or None
        A length over all pixels; None if there is none of that digit.
    """
    rows = images[labels == digit].reshape(-1, PIXELS)
    if not len(rows):
        return None
    return float(np.sqrt(np.square(rows - picture.reshape(1, PIXELS)).sum(axis=1)).min())
