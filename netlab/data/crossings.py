"""Strokes across a digit: the slash of a 0 that is not to be taken for an O, and the bar of a 7 that is not a 1."""

from __future__ import annotations

import numpy as np

from netlab.arrays import SIDE, Bytes, Floats
from netlab.data.strokes import boxes, half_pen, inked, segments, uniform

ROOMY = 5  # pixels: a 0 whose opening is narrower than this half-way down has no room for a slash
ALONE = 2.4  # pixels: standard deviation of the ink in the row of a bar, where a 7 has one stroke only


def with_slashes(images: Bytes, rng: np.random.Generator, share: float) -> Bytes:
    """Draw a stroke through this share of pictures of a 0, up to the right.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0, each a 0.
    rng : numpy.random.Generator
        Where the randomness comes from.
    share : float
        Between 0 and 1.

    Returns
    -------
    uint8 (k, 28, 28)
        New pictures in the same order; a 0 without room inside stays as it is.
    """
    count = len(images)
    first, last, left, right = boxes(images).T
    pen = half_pen(images)
    chosen = (_opening(images, (first + last) / 2) >= ROOMY) & (rng.random(count) < share)
    middle = np.stack([first + last, left + right], axis=1) / 2
    way = np.stack([-(last - first) * uniform(rng, 0.5, 1.0, count), right - left], axis=1) / 2
    reach = uniform(rng, 0.55, 1.3, count) / np.hypot(
        way[:, 0] / (last - first + 1), way[:, 1] / (right - left + 1)
    )
    ends = way * (reach / 2)[:, None]
    strokes = segments(
        np.clip(middle - ends, 0.5, SIDE - 1.5),
        np.clip(middle + ends, 0.5, SIDE - 1.5),
        pen * uniform(rng, 0.6, 1.0, count),
    )
    return inked(images, chosen[:, None] * strokes)


def _opening(images: Bytes, row: Floats) -> Floats:
    """Pixels of paper between the first and the last ink of one row in each picture, (k,)."""
    ink = np.take_along_axis(images, row.astype(np.intp)[:, None, None], axis=1)
    _, _, left, right = boxes(ink.repeat(SIDE, axis=1)).T
    return np.asarray(right - left + 1 - ink.sum(axis=(1, 2)) / 255)


def with_bars(images: Bytes, rng: np.random.Generator, share: float) -> Bytes:
    """Draw a stroke across the stem of this share of pictures of a 7.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0, each a 7.
    rng : numpy.random.Generator
        Where the randomness comes from.
    share : float
        Between 0 and 1.

    Returns
    -------
    uint8 (k, 28, 28)
        New pictures in the same order; a 7 that has more than its stem at that height stays as it is.
    """
    count = len(images)
    first, last, _, _ = boxes(images).T
    high = last - first
    row = np.round(first + high * uniform(rng, 0.42, 0.64, count)).astype(np.intp)
    ink = np.take_along_axis(images, row[:, None, None], axis=1)[:, 0].astype(np.float32)
    column, mass = np.arange(SIDE, dtype=np.float32), np.maximum(ink.sum(axis=1), 1e-6)
    middle = ink @ column / mass
    spread = np.sqrt(np.maximum(ink @ column**2 / mass - middle**2, 0))
    chosen = (spread < ALONE) & (mass > 127) & (rng.random(count) < share)
    reach = high[:, None] * rng.uniform(0.12, 0.34, (count, 2)).astype(np.float32)
    tilt = uniform(rng, -0.35, 0.2, count)
    stem, level = np.stack([row, middle], axis=1), np.stack([tilt, np.ones_like(tilt)], axis=1)
    strokes = segments(
        np.clip(stem - reach[:, :1] * level, 0.5, SIDE - 1.5),
        np.clip(stem + reach[:, 1:] * level, 0.5, SIDE - 1.5),
        half_pen(images),
    )
    return inked(images, chosen[:, None] * strokes)
