"""Give a bare stick the flag and the foot that half of the world writes on its 1.

MNIST's writers were Americans, whose 1 is one stroke. A network that has met no other takes a 1 with a long
flag for a 7. A shape of one straight stroke is a 1 in MNIST almost without exception, so sticks are found by
their shape; no label is needed. Where labels tell which of them are a 1, some flags are nearly as long as the
stick: without, a 7 of a steep hand could become a 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE, Bytes, Floats
from netlab.data.strokes import PIXELS, segments

NARROW = 1.45  # pixels: standard deviation across a single stroke; every other digit has more
STEEP = 0.5  # radians: a stick that leans more would become a 7
LONG = 0.4  # share of the flags of a 1 that are longer than half of the stick


@dataclass(frozen=True)
class Sticks:
    """Which images are single straight strokes, and where these lie.

    Attributes
    ----------
    index : (k,)
        Their places among the images.
    middle : (k, 2)
        Centres of mass, row and column.
    along : (k, 2)
        Unit vectors down the stroke.
    half : (k,)
        Half of its length in pixels.
    pen : (k,)
        Half of its width in pixels.
    """

    index: NDArray[np.intp]
    middle: Floats
    along: Floats
    half: Floats
    pen: Floats


def find_sticks(images: Bytes) -> Sticks:
    """Find the images, uint8 (n, 28, 28), that show one straight upright stroke.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Light ink on 0.

    Returns
    -------
    Sticks
        k of the n pictures, 0 ≤ k ≤ n.
    """
    ink = images.reshape(len(images), -1).astype(np.float32) / 255
    mass = np.maximum(ink.sum(axis=1), 1e-6)
    middle = (ink @ PIXELS.T) / mass[:, None]
    squares = ink @ np.stack([PIXELS[0] ** 2, PIXELS[0] * PIXELS[1], PIXELS[1] ** 2]).T / mass[:, None]
    rows, both, columns = (squares - _products(middle)).T
    spread, shift = (rows + columns) / 2, np.hypot((rows - columns) / 2, both)
    angle = np.arctan2(both, (rows - columns) / 2) / 2  # from straight down, to the right
    upright = (np.abs(angle) < 1.0) & (spread + shift > 20) & (mass > 10)
    index = np.flatnonzero(upright & (spread - shift < NARROW**2))
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    half = np.sqrt(3 * np.maximum(spread + shift, 1e-3))
    return Sticks(index, middle[index], along[index], half[index], (mass / (4 * half))[index])


def _products(middle: Floats) -> Floats:
    return np.stack([middle[:, 0] ** 2, middle[:, 0] * middle[:, 1], middle[:, 1] ** 2], axis=1)


def with_serifs(
    images: Bytes, rng: np.random.Generator, share: float, *, ones: NDArray[np.bool_] | None = None
) -> Bytes:
    """Add a flag to this share of the sticks, and to a third of these a foot.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Light ink on 0.
    rng : numpy.random.Generator
        Where the randomness comes from.
    share : float
        Between 0 and 1.
    ones : bool (n,) or None
        Which pictures are a 1. Then only these are changed, and some flags are nearly as long as the stick.

    Returns
    -------
    uint8 (n, 28, 28)
        New pictures in the same order.
    """
    sticks = find_sticks(images)
    count = len(sticks.index)
    flagged, footed = rng.random(count) < share, rng.random(count) < 1 / 3
    flagged &= _lean(sticks) < STEEP
    flags = _flags(sticks, rng)
    if ones is not None:
        flagged &= ones[sticks.index]
        flags = np.where((rng.random(count) < LONG)[:, None], _long_flags(sticks, rng), flags)
    strokes = np.maximum(flags, footed[:, None] * _feet(sticks, rng))
    drawn = images.copy()
    drawn[sticks.index] = np.maximum(
        images[sticks.index], (255 * flagged[:, None] * strokes).reshape(-1, SIDE, SIDE).astype(np.uint8)
    )
    return drawn


def _flags(sticks: Sticks, rng: np.random.Generator) -> Floats:
    """Strokes from the top of each stick down to the left, up to half as long as the stick."""
    top = sticks.middle - (sticks.half - sticks.pen)[:, None] * sticks.along
    angle = np.maximum(rng.uniform(0.45, 1.0, len(top)).astype(np.float32), _lean(sticks) + 0.4)
    length = sticks.half * rng.uniform(0.35, 1.0, len(top)).astype(np.float32)
    way = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
    return segments(top, top + length[:, None] * way, sticks.pen)


def _long_flags(sticks: Sticks, rng: np.random.Generator) -> Floats:
    """Strokes from the top of each stick down to the left, from half as long as the stick to nearly as long."""
    top = sticks.middle - (sticks.half - sticks.pen)[:, None] * sticks.along
    lean = _lean(sticks)
    angle = np.maximum(rng.uniform(0.35, 0.9, len(top)).astype(np.float32), lean + 0.35)
    length = sticks.half * rng.uniform(1.0, 1.9, len(top)).astype(np.float32)
    way = np.stack([np.cos(angle), -np.sin(angle)], axis=1)
    return segments(top, np.clip(top + length[:, None] * way, 0.5, SIDE - 1.5), sticks.pen)


def _lean(sticks: Sticks) -> Floats:
    """Angle of each stick from straight down to the left, in radians."""
    return np.asarray(np.arctan2(-sticks.along[:, 1], sticks.along[:, 0]))


def _feet(sticks: Sticks, rng: np.random.Generator) -> Floats:
    """Level strokes under each stick."""
    bottom = sticks.middle + (sticks.half - sticks.pen)[:, None] * sticks.along
    reach = sticks.half[:, None] * rng.uniform(0.25, 0.6, (len(bottom), 2)).astype(np.float32)
    tilt = rng.uniform(-0.12, 0.12, len(bottom)).astype(np.float32)
    level = np.stack([tilt, np.ones_like(tilt)], axis=1)
    return segments(bottom - reach[:, :1] * level, bottom + reach[:, 1:] * level, sticks.pen)
