"""Bend the stem of a 9 into a hook, or give it a foot, as half of the world writes it.

MNIST's writers end a 9 in a straight stem. A network that has met no other takes a 9 with a hook for a 3 or an 8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import SIDE, Bytes, Floats
from netlab.data.strokes import boxes, inked, paths, uniform

ROWS = 7  # at the bottom, in which a stem shows whether it is one straight stroke
WIDE = 2.2  # pixels: standard deviation of the ink in one row, which a single stroke does not exceed
CROOKED = 0.6  # pixels: how far a straight stem's rows stray from a line
LEANING = 0.9  # columns a row: a stem that leans more ends in no hook
LAST = SIDE - 1.5  # the last row and column that a stroke's middle may reach
BENDS = 9  # points that a bend is drawn through
FOOTED = 0.35  # share of tails that are feet


@dataclass(frozen=True)
class Stems:
    """Which pictures end in one straight stroke, and where it lies; the other arrays are of all k pictures.

    Attributes
    ----------
    straight : bool (k,)
        Whether the last rows show one straight stroke.
    bottom : (k,)
        The last inked row.
    foot : (k,)
        The column of the stem there.
    lean : (k,)
        Columns to the right for each row down.
    pen : (k,)
        Half of its width in pixels.
    """

    straight: np.ndarray
    bottom: Floats
    foot: Floats
    lean: Floats
    pen: Floats


def find_stems(images: Bytes) -> Stems:
    """Measure the last rows of pictures of a 9.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0.

    Returns
    -------
    Stems
        The measures.
    """
    bottom = boxes(images)[:, 1].astype(np.intp)
    rows = np.maximum(bottom[:, None] - np.arange(1, ROWS + 1), 0)
    ink = np.take_along_axis(images, rows[:, :, None], axis=1).astype(np.float32) / 255
    column = np.arange(SIDE, dtype=np.float32)
    mass = np.maximum(ink.sum(axis=2), 1e-6)
    middle = ink @ column / mass
    spread = np.sqrt(np.maximum(ink @ column**2 / mass - middle**2, 0))
    up = np.arange(1, ROWS + 1, dtype=np.float32)
    lean = (
        -((up - up.mean()) * (middle - middle.mean(axis=1, keepdims=True))).sum(axis=1)
        / ((up - up.mean()) ** 2).sum()
    )
    foot = middle.mean(axis=1) + lean * up.mean()
    stray = np.abs(middle - (foot[:, None] - lean[:, None] * up)).max(axis=1)
    straight = (
        (spread.max(axis=1) < WIDE) & (stray < CROOKED) & (np.abs(lean) < LEANING) & (mass.min(axis=1) > 0.5)
    )
    return Stems(straight, bottom.astype(np.float32), foot, lean, mass.mean(axis=1) / np.hypot(1, lean) / 2)


def with_tails(images: Bytes, rng: np.random.Generator, share: float) -> Bytes:
    """Cut the straight stems of this share of pictures of a 9 off above their end, and go on to the left.

    Parameters
    ----------
    images : uint8 (k, 28, 28)
        Light ink on 0, each a 9.
    rng : numpy.random.Generator
        Where the randomness comes from.
    share : float
        Between 0 and 1.

    Returns
    -------
    uint8 (k, 28, 28)
        New pictures in the same order; a 9 that ends in no straight stem stays as it is.
    """
    stems, count = find_stems(images), len(images)
    chosen, footed = rng.random(count) < share, rng.random(count) < FOOTED
    cut = stems.bottom - uniform(rng, 0.5, 6.0, count)
    start = np.stack([cut, stems.foot + stems.lean * (cut - stems.bottom)], axis=1)
    hooks, feet = _hooks(stems, start, rng), _feet(stems, start, rng)
    points = np.where(footed[:, None, None], feet, hooks)
    stump = (images * np.clip(cut[:, None, None] + 0.5 - np.arange(SIDE)[:, None], 0, 1)).astype(np.uint8)
    tailed = inked(stump, paths(points, stems.pen))
    return np.where((chosen & stems.straight)[:, None, None], tailed, images)


def _hooks(stems: Stems, start: Floats, rng: np.random.Generator) -> Floats:
    """Points of half an ellipse, or a little more or less, from the stem down, to the left and up again."""
    count = len(start)
    half = np.clip(uniform(rng, 2.0, 7.0, count), 0.5, np.maximum((start[:, 1] - 1) / 2, 0.5))
    deep = np.clip(uniform(rng, 2.5, 7.0, count), 0.5, np.maximum(LAST - start[:, 0], 0.5))
    angle = np.linspace(0, 1, BENDS, dtype=np.float32) * uniform(rng, 1.7, 3.6, count)[:, None]
    return _along(stems, start, deep[:, None] * np.sin(angle), half[:, None] * (np.cos(angle) - 1))


def _feet(stems: Stems, start: Floats, rng: np.random.Generator) -> Floats:
    """Points of a corner, sharp or round, and a nearly level stroke to the left of it."""
    count = len(start)
    deep = np.clip(uniform(rng, 0.5, 6.0, count), 0.5, np.maximum(LAST - start[:, 0], 0.5))
    round_ = np.minimum(uniform(rng, 0.0, 2.5, count), deep)
    angle = np.linspace(0, np.pi / 2, BENDS - 2, dtype=np.float32)
    length = np.minimum(uniform(rng, 3.0, 10.0, count), np.maximum(start[:, 1] - round_ - 1, 0))
    tilt = uniform(rng, -0.3, 0.3, count)
    rows = (deep - round_)[:, None] + round_[:, None] * np.sin(angle)
    columns = round_[:, None] * (np.cos(angle) - 1)
    rows = np.concatenate([0 * rows[:, :1], rows, (rows[:, -1] + tilt * length)[:, None]], axis=1)
    columns = np.concatenate([0 * columns[:, :1], columns, (columns[:, -1] - length)[:, None]], axis=1)
    return _along(stems, start, rows, columns)


def _along(stems: Stems, start: Floats, rows: Floats, columns: Floats) -> Floats:
    """Points (k, m, 2) at these offsets from where a stem was cut, leaning as the stem does."""
    points = np.stack([rows, columns + stems.lean[:, None] * rows], axis=2) + start[:, None]
    return np.clip(points, 0.5, LAST)
