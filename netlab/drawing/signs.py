"""Several digits on one paper: which strokes belong together, and in which order they are read.

Pieces of ink are joined to signs by where they lie: what stands over or under each other, or in one another's reach,
is one sign. What is much wider than high is cut where there is least ink between, as touching neighbours are. Whether
a picture really has several digits is decided with a network's word (``netlab.drawing.page``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from netlab.drawing.ink import NEIGHBOURS, Grey, Ink, all_ink, grown

SIDE = 672
"""Pixels of the longer side of a page: ten digits in a row have 60 each."""
INKED = 0.4
SPECK = 0.16
"""Of the usual height: what is smaller both ways is dirt, a dot or a comma."""
SHORTEST = 0.42
"""Of the usual height: a sign that is lower is a dash or a mark."""
OVERLAP = 0.4
"""Of the narrower of two pieces: so much of one over the other makes them one sign."""
APART = 0.4
"""Of the usual height: two pieces with so much paper between them, one above the other, are two signs."""
TALLEST = 1.5
"""Of the usual height: no sign is higher than that."""
WIDE = 1.15
"""Width by height from which a sign may be neighbours that touch."""
MOST_SIGNS = 60


@dataclass(frozen=True)
class Box:
    """Rows and columns of a piece of ink, ends left out."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left

    def with_(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.top, other.top), min(self.left, other.left), max(self.bottom, other.bottom), max(self.right, other.right)
        )  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """One sign on a page.

    Attributes
    ----------
    box : Box
        Where it lies on the map of ink.
    ink : Ink
        Of this sign alone, cut to its box with a margin.
    at_edge : bool
        Whether it runs off the page, so that a part of it may be missing.
    """

    box: Box
    ink: Ink
    at_edge: bool


@dataclass(frozen=True)
class Signs:
    """All signs of a page, in rows from top to bottom, each from left to right.

    Attributes
    ----------
    rows : tuple of tuple of Sign
        Empty if there is no ink.
    shape : tuple of int
        Of the map of ink, (height, width).
    """

    rows: tuple[tuple[Sign, ...], ...]
    shape: tuple[int, int]

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(map(len, self.rows))


def find_signs(grey: Grey) -> Signs:
    """Find every sign on a page.

    Parameters
    ----------
    grey : float32 (h, w), in [0, 1]
        A picture of any size.

    Returns
    -------
    Signs
    """
    return signs_of(all_ink(grey, SIDE))


def signs_of(page: Ink) -> Signs:
    """Find every sign in all ink of a page.

    Parameters
    ----------
    page : Ink
        What ``all_ink`` found.

    Returns
    -------
    Signs
    """
    inked = page.strength > INKED
    labels, count = _pieces(inked)
    if not count:
        return Signs((), inked.shape)
    mass = np.ones(1)  # one piece is all ink
    if count > 1:
        mass = np.bincount(labels.ravel(), (page.strength * inked).ravel(), count + 1)[1:].astype(float)
    boxes = [_box(found) for found in ndimage.find_objects(labels)]
    usual = _usual_height(boxes, mass)
    kept = [k for k in range(count) if _is_ink(boxes[k], usual, inked.shape)]
    groups = _joined([boxes[k] for k in kept], mass[kept], usual)
    signs = []
    for group in groups:
        numbers = [kept[place] + 1 for place in group]
        signs.append(_sign(page, labels, numbers, [boxes[kept[place]] for place in group]))
    signs = [sign for sign in signs if sign.box.height >= SHORTEST * usual]
    return Signs(_rows(signs[:MOST_SIGNS]), inked.shape)


def is_one_narrow(page: Ink) -> bool:
    """Whether all ink is in one piece that is too narrow for neighbours that touch, or there is none.

    Parameters
    ----------
    page : Ink
        What ``all_ink`` found.

    Returns
    -------
    bool
        False if it takes more to say how many signs there are.
    """
    labels, count = _pieces(page.strength > INKED)
    if count != 1:
        return count == 0
    box = _box(ndimage.find_objects(labels)[0])
    return box.width < WIDE * box.height


def _pieces(inked: NDArray[np.bool_]) -> tuple[NDArray[np.int32], int]:
    """A number for every piece of ink, over gaps that are hardly seen, and how many there are."""
    reach = max(1, max(inked.shape) // 200)
    labels, count = ndimage.label(grown(inked, reach), NEIGHBOURS)
    return labels, int(count)


def cuts(sign: Sign, pieces: int) -> tuple[Sign, ...] | None:
    """A sign cut into so many pieces, side by side, where there is least ink.

    Parameters
    ----------
    sign : Sign
        One that is wide.
    pieces : int
        How many, at least 2.

    Returns
    -------
    tuple of Sign or None
        None where a piece would have no ink.
    """
    strength = sign.ink.strength
    columns = np.flatnonzero((strength > INKED).any(axis=0))
    if not len(columns):
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    width = (right - left) / pieces
    ink = ndimage.uniform_filter1d(strength.sum(axis=0), max(1, round(width / 16)))
    ends = [left]
    for k in range(1, pieces):
        low, high = round(left + (k - 0.3) * width), round(left + (k + 0.3) * width)
        ends.append(low + int(np.argmin(ink[low : high + 1])))
    ends.append(right)
    found = []
    for start, stop in pairwise(ends):
        part = np.zeros_like(strength)
        part[:, start:stop] = strength[:, start:stop]
        if not (part > INKED).any():
            return None
        rows = np.flatnonzero((part > INKED).any(axis=1))
        top = sign.box.top + int(rows[0]) - MARGIN
        box = Box(
            top,
            sign.box.left + start - MARGIN,
            top + int(rows[-1] - rows[0]) + 1,
            sign.box.left + stop - MARGIN,
        )
        found.append(Sign(box, Ink(part, sign.ink.dark_on_light), sign.at_edge))
    return tuple(found)


MARGIN = 2


def _box(found: tuple[slice, ...]) -> Box:
    return Box(found[0].start, found[1].start, found[0].stop, found[1].stop)


def _usual_height(boxes: list[Box], mass: NDArray[np.float64]) -> float:
    """The height of the piece in whose middle half of all ink lies, when pieces are laid from low to high."""
    heights = np.array([box.height for box in boxes], float)
    order = np.argsort(heights)
    so_far = np.cumsum(mass[order])
    return float(heights[order][np.searchsorted(so_far, so_far[-1] / 2)])


def _is_ink(box: Box, usual: float, shape: tuple[int, ...]) -> bool:
    if max(box.height, box.width) < SPECK * usual:
        return False
    at_edge = box.top == 0 or box.left == 0 or box.bottom == shape[0] or box.right == shape[1]
    long = box.height > TALLEST * usual or box.width > 3 * usual
    return not (at_edge and long)


def _joined(boxes: list[Box], mass: NDArray[np.float64], usual: float) -> list[list[int]]:
    """Groups of pieces that are one sign each, by their places."""
    groups = [[place] for place in range(len(boxes))]
    around, ink = list(boxes), list(mass.astype(float))
    joined = True
    while joined:
        joined = False
        best: tuple[float, int, int] | None = None
        for i in range(len(groups)):
            for j in range(i + 1, len(groups)):
                distance = _belong(around[i], ink[i], around[j], ink[j], usual)
                if distance is not None and (best is None or distance < best[0]):
                    best = (distance, i, j)
        if best is not None:
            _, i, j = best
            groups[i] += groups.pop(j)
            around[i] = around[i].with_(around.pop(j))
            ink[i] += ink.pop(j)
            joined = True
    return groups


def _belong(one: Box, ink: float, other: Box, other_ink: float, usual: float) -> float | None:
    """How far apart two pieces of one sign are; None if they are two signs."""
    both = one.with_(other)
    if both.height > TALLEST * usual:
        return None
    across = min(one.right, other.right) - max(one.left, other.left)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    narrow = min(one.width, other.width)
    if across >= OVERLAP * narrow and down <= APART * usual:
        return max(0.0, float(down))
    small = min(ink, other_ink) < 0.3 * max(ink, other_ink)
    lesser = other if ink > other_ink else one
    size = max(lesser.height, lesser.width)
    gap = max(-across, down)
    if small and size < 0.6 * usual and gap <= 0.12 * usual:
        return max(0.0, float(gap))
    return None


def _sign(page: Ink, labels: NDArray[np.int32], numbers: list[int], boxes: list[Box]) -> Sign:
    box = boxes[0]
    for one in boxes[1:]:
        box = box.with_(one)
    window = (slice(box.top, box.bottom), slice(box.left, box.right))
    own = page.strength[window] * np.isin(labels[window], numbers)
    height, width = page.strength.shape
    at_edge = box.top == 0 or box.left == 0 or box.bottom == height or box.right == width
    return Sign(box, Ink(np.pad(own, MARGIN), page.dark_on_light), at_edge)


def _rows(signs: list[Sign]) -> tuple[tuple[Sign, ...], ...]:
    """Signs in rows: one that overlaps the last of a row by half of the lower of both continues it."""
    rows: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda one: one.box.left):
        best, most = None, 0.4
        for row in rows:
            last = row[-1].box
            shared = min(last.bottom, sign.box.bottom) - max(last.top, sign.box.top)
            share = shared / min(last.height, sign.box.height)
            if share > most:
                best, most = row, share
        if best is None:
            rows.append([sign])
        else:
            best.append(sign)
    rows.sort(key=lambda row: float(np.mean([one.box.top + one.box.bottom for one in row])))
    return tuple(tuple(row) for row in rows)
