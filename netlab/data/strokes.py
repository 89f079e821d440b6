"""A brush for small pictures, and how wide the pen was that drew a digit.

Strokes that strangers add to their digits are drawn with it, as wide as the digit's own.
"""

from __future__ import annotations

import numpy as np

from netlab.arrays import SIDE, Bytes, Floats

PIXELS = np.indices((SIDE, SIDE), dtype=np.float32).reshape(2, -1)  # rows and columns
INKED = 127
"""The shade above which a pixel counts as ink."""


def segments(start: Floats, stop: Floats, pen: Floats) -> Floats:
    """Draw one straight stroke an image, with round ends and soft edges.

    Parameters
    ----------
    start, stop : (k, 2)
        Rows and columns of the ends, in pixels.
    pen : (k,)
        Half of the stroke's width in pixels.

    Returns
    -------
    floats (k, 784), in [0, 1]
        Ink, 0 where there is none.
    """
    way = (stop - start)[:, :, None]
    offset = PIXELS[None] - start[:, :, None]
    share = np.clip((offset * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-6), 0, 1)
    distance = np.sqrt(((offset - share[:, None] * way) ** 2).sum(axis=1))
    return np.clip(pen[:, None] + 0.5 - distance, 0, 1)


def paths(points: Floats, pen: Floats) -> Floats:
    """Draw one stroke an image through several points.

    Parameters
    ----------
    points : (k, m, 2)
        Rows and columns, in pixels; m is at least 2.
    pen : (k,)
        Half of the stroke's width in pixels.

    Returns
    -------
    floats (k, 784), in [0, 1]
        Ink, 0 where there is none.
    """
    return np.max([segments(points[:, i], points[:, i + 1], pen) for i in range(points.shape[1] - 1)], axis=0)


def inked(images: Bytes, strokes: Floats) -> Bytes:
    """Add strokes to pictures.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0.
    strokes : (k, 784), in [0, 1]
        Ink to add.

    Returns
    -------
    uint8 (k, 28, 28)
        The darker ink of both at every pixel.
    """
    return np.maximum(images, (255 * strokes).astype(np.uint8).reshape(images.shape))


def half_pen(images: Bytes) -> Floats:
    """Half of the width of each digit's strokes: their area by the length of both their edges.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0.

    Returns
    -------
    floats (k,)
        In pixels, 0 for a blank picture; up to a quarter less than it is where a short stroke's ends count much.
    """
    ink = np.pad(images, ((0, 0), (0, 1), (0, 1))).astype(np.float32)
    edges = np.hypot(np.diff(ink, axis=1)[:, :, :-1], np.diff(ink, axis=2)[:, :-1])
    return np.asarray(ink.sum(axis=(1, 2)) / np.maximum(edges.sum(axis=(1, 2)), 1e-6))


def boxes(images: Bytes) -> Floats:
    """The first and the last row, the first and the last column of each digit's ink.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0.

    Returns
    -------
    floats (k, 4)
        In pixels; the whole field for a blank picture.
    """
    ink = images > INKED
    ends = []
    for line in (np.asarray(ink.any(axis=2)), np.asarray(ink.any(axis=1))):
        ends += [line.argmax(axis=1), SIDE - 1 - line[:, ::-1].argmax(axis=1)]
    return np.stack(ends, axis=1).astype(np.float32)


def uniform(rng: np.random.Generator, low: float, high: float, count: int) -> Floats:
    """Draw float32 numbers between two bounds.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where the randomness comes from.
    low, high : float
        The bounds.
    count : int
        How many.

    Returns
    -------
    float32 (count,)
        The numbers.
    """
    return rng.uniform(low, high, count).astype(np.float32)
