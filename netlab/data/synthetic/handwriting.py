"""Recover pen paths from scikit-learn's 1,797 tiny pictures of handwritten digits.

The pictures (Alpaydin and Kaynak, 1998: 13 people's digits as 8 x 8 counts from 0 to 16) are too coarse to
enlarge. So each is enlarged smoothly, its ridges are found and thinned to lines one point wide: a pen path,
as sharp as the strokes that people draw, that can be bent and inked again with any pen.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from netlab.arrays import Array
from netlab.data.synthetic.pen import Cloud

Mask = npt.NDArray[np.bool_]

ENLARGED = 32
"""Side of the enlarged picture: the bitmaps that the 8 x 8 counts were made from had this size."""
POINTS = 96
BLUR = 1.2
"""Standard deviation, in enlarged points, at which ridges are looked for."""


@cache
def pen_paths() -> tuple[Cloud, npt.NDArray[np.uint8]]:
    """All pen paths as a cloud of (1797, POINTS) points in the unit box, and their labels."""
    from sklearn.datasets import load_digits

    bundle = load_digits()
    smooth = enlarged(bundle.images.astype(np.float32) / 16)
    return _as_cloud(thinned(ridges(smooth))), bundle.target.astype(np.uint8)


def enlarged(images: Array) -> Array:
    """Enlarge (n, 8, 8) pictures to (n, ENLARGED, ENLARGED) with a cubic spline, by one matrix on each side.

    Parameters
    ----------
    images : float32 (n, 8, 8)
        Ink in [0, 1].

    Returns
    -------
    float32 (n, 32, 32)
        Ink, which a spline carries a little beyond [0, 1].
    """
    from scipy.ndimage import zoom

    weights = np.stack(
        [zoom(row, ENLARGED / 8, mode="grid-constant", grid_mode=True) for row in np.eye(8)], 1
    )
    weights = weights.astype(np.float32)
    return np.asarray(weights @ images @ weights.T)


def ridges(images: Array) -> Mask:
    """Where (n, h, w) pictures curve down to both sides, as ink does across a stroke: small holes stay open.

    A ridge is where the Hessian's lower eigenvalue is far below zero (Lindeberg, 1998).

    Parameters
    ----------
    images : float32 (n, h, w)
        Ink, about 0 to 1.

    Returns
    -------
    bool (n, h, w)
        True on ridges that have ink.
    """
    from scipy.ndimage import gaussian_filter

    def second(rows: int, columns: int) -> Array:
        return np.asarray(gaussian_filter(images, (0, BLUR, BLUR), order=(0, rows, columns)))

    across, down, mixed = second(0, 2), second(2, 0), second(1, 1)
    depth = np.hypot((across - down) / 2, mixed) - (across + down) / 2
    usual = np.quantile(depth, 0.97, axis=(1, 2), keepdims=True)
    return np.asarray((depth > 0.3 * usual) & (images > 0.25))


def thinned(masks: Mask) -> Mask:
    """Thin shapes (n, h, w) to lines one point wide (Zhang and Suen, 1984), all pictures at once.

    Parameters
    ----------
    masks : bool (n, h, w)
        True where the shape is.

    Returns
    -------
    bool (n, h, w)
        True on its lines.
    """
    shape = np.pad(masks, ((0, 0), (1, 1), (1, 1)))
    while True:
        before = shape.sum()
        for first in (True, False):
            shape &= ~_removable(shape, first)
        if shape.sum() == before:
            return shape[:, 1:-1, 1:-1]


def _removable(shape: Mask, first: bool) -> Mask:
    """Border points whose removal leaves the line whole, on one pair of sides."""
    moves = [(-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)]
    ring = np.stack([np.roll(shape, (-dy, -dx), (1, 2)) for dy, dx in moves])
    north, east, south, west = ring[0], ring[2], ring[4], ring[6]
    crossings = (~ring & np.roll(ring, -1, axis=0)).sum(axis=0)
    neighbours = ring.sum(axis=0)
    sides = ~(north & east & south) & ~(east & south & west)
    if not first:
        sides = ~(north & east & west) & ~(north & south & west)
    return np.asarray(shape & (neighbours >= 2) & (neighbours <= 6) & (crossings == 1) & sides)


def _as_cloud(thin: Mask) -> Cloud:
    """List the points of each line, blank ones after them, with ink for the path each stands for."""
    order = np.argsort(~thin.reshape(len(thin), -1), axis=1, kind="stable")[:, :POINTS]
    inked = np.take_along_axis(thin.reshape(len(thin), -1), order, axis=1)
    points = np.stack([order % ENLARGED, order // ENLARGED], axis=2).astype(np.float32) / np.float32(ENLARGED)
    length = np.take_along_axis(_path_length(thin).reshape(len(thin), -1), order, axis=1)
    return Cloud(points, np.where(inked, length / ENLARGED, 0).astype(np.float32))


def _path_length(thin: Mask) -> Array:
    """Half the distance to each neighbour on the line, added up: 1 on a straight one, 1.41 on a diagonal."""
    line = np.pad(thin, ((0, 0), (1, 1), (1, 1))).astype(np.float32)
    straight = sum(np.roll(line, move, axis) for move in (-1, 1) for axis in (1, 2))
    diagonal = sum(np.roll(line, (dy, dx), (1, 2)) for dy in (-1, 1) for dx in (-1, 1))
    length = np.minimum((straight + diagonal * np.sqrt(2)) / 2, 1.5)
    return np.asarray(np.maximum(length, 0.5)[:, 1:-1, 1:-1])
