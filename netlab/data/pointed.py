"""Draw a 4 of three straight strokes that meet in a point, as it is printed and as many write it.

Most of MNIST's writers leave the top of a 4 open. A network that has met hardly another takes a 4 with a pointed
top for a 9.
"""

from __future__ import annotations

import numpy as np

from netlab.arrays import SIDE, Bytes, Floats
from netlab.data.framing import MIDDLE
from netlab.data.strokes import PIXELS, boxes, half_pen, segments, uniform

MOST_LEAN = 0.35  # columns a row that the stem leans at most to either side


def with_points(images: Bytes, rng: np.random.Generator, share: float) -> Bytes:
    """Write this share of pictures of a 4 anew, as high, as slanted and with the same pen.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0, each a 4.
    rng : numpy.random.Generator
        Where the randomness comes from.
    share : float
        Between 0 and 1.

    Returns
    -------
    uint8 (k, 28, 28)
        New pictures in the same order.
    """
    chosen = rng.random(len(images)) < share
    drawn = _fours(images, rng).reshape(images.shape)
    return np.where(chosen[:, None, None], (255 * drawn).astype(np.uint8), images)


def _fours(images: Bytes, rng: np.random.Generator) -> Floats:
    """A stem, a stroke from its top down to the left, and a bar from there across the stem, (k, 784)."""
    count = len(images)
    pen = np.clip(half_pen(images), 0.6, 2.2)
    first, last, _, _ = boxes(images).T
    first, high = first + pen, np.maximum(last - first - 2 * pen, 4)
    wide = high * uniform(rng, 0.32, 0.72, count)
    bar, tilt = uniform(rng, 0.32, 0.7, count), uniform(rng, -0.12, 0.16, count)
    beyond = wide * uniform(rng, 0.0, 0.55, count)
    stem = MIDDLE + (wide - beyond) / 2
    point = np.stack([first + bar * high, stem - wide], axis=1)
    across = np.stack([point[:, 0] + tilt * (wide + beyond), stem + beyond], axis=1)
    top = np.stack([first + high * uniform(rng, 0.0, 0.07, count), stem + 0 * high], axis=1)
    foot = np.stack([first + high, stem], axis=1)
    apex = np.stack([first, stem - high * uniform(rng, 0.0, 0.06, count)], axis=1)
    lean = _lean(images)
    point, across, top, foot, apex = (_leaning(end, lean) for end in (point, across, top, foot, apex))
    strokes = [segments(start, stop, pen) for start, stop in ((top, foot), (apex, point), (point, across))]
    return np.max(strokes, axis=0)


def _lean(images: Bytes) -> Floats:
    """How far the digit leans, in columns to the right for each row down, from its second moments."""
    ink = images.reshape(len(images), SIDE * SIDE).astype(np.float32)
    mass = np.maximum(ink.sum(axis=1), 1e-6)
    rows, columns = ink @ PIXELS[0] / mass, ink @ PIXELS[1] / mass
    both = ink @ (PIXELS[0] * PIXELS[1]) / mass - rows * columns
    tall = ink @ PIXELS[0] ** 2 / mass - rows**2
    return np.clip(both / np.maximum(tall, 1), -MOST_LEAN, MOST_LEAN)


def _leaning(points: Floats, lean: Floats) -> Floats:
    rows, columns = points.T
    return np.clip(np.stack([rows, columns + lean * (rows - MIDDLE)], axis=1), 0.5, SIDE - 1.5)
