"""A rectangle of a picture: four numbers from a browser, checked, and what they cut out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Bytes

SMALLEST = 0.02
"""Share of a side that a rectangle has at least."""
FEWEST = 8
"""Pixels of a side that a rectangle has at least, where the picture has as many."""


@dataclass(frozen=True)
class Crop:
    """A rectangle, each side as a share of the picture's width or height from its left or upper edge.

    Attributes
    ----------
    left, top, right, bottom : float
        0 ≤ left < right ≤ 1, and likewise from top to bottom.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def numbers(self) -> tuple[float, float, float, float]:
        """The four, in this order."""
        return self.left, self.top, self.right, self.bottom


WHOLE = Crop(0.0, 0.0, 1.0, 1.0)
"""The whole picture."""


def checked(sent: Any) -> Crop:
    """The rectangle in what a browser sent.

    Parameters
    ----------
    sent : object
        Left, top, right and bottom in a list, if the browser is ours.

    Returns
    -------
    Crop
        Rounded to four places; the whole picture if it is anything else than a rectangle of some size inside of it.

    Examples
    --------
    >>> checked([0.25, 0, 0.75, 0.5]).numbers, checked([0.75, 0, 0.25, 2]) == WHOLE
    ((0.25, 0.0, 0.75, 0.5), True)
    """
    if not isinstance(sent, list | tuple) or len(sent) != 4:
        return WHOLE
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in sent):
        return WHOLE
    if not all(0 <= one <= 1 for one in sent):
        return WHOLE  # no number is also outside
    crop = Crop(*(round(float(one), 4) for one in sent))
    large = crop.right - crop.left >= SMALLEST and crop.bottom - crop.top >= SMALLEST
    return crop if large else WHOLE


def cut(picture: Bytes, crop: Crop) -> Bytes:
    """What a rectangle cuts out of a picture.

    Parameters
    ----------
    picture : uint8 (h, w)
        Grey levels.
    crop : Crop
        The rectangle.

    Returns
    -------
    uint8 (h', w')
        At least 8 pixels a side where the picture has as many.
    """
    height, width = picture.shape
    rows, columns = _pixels(crop.top, crop.bottom, height), _pixels(crop.left, crop.right, width)
    return np.ascontiguousarray(picture[rows, columns])


def _pixels(first: float, last: float, length: int) -> slice:
    start, stop = math.floor(first * length), math.ceil(last * length)
    least = min(FEWEST, length)
    start = min(start, length - least)
    return slice(start, max(stop, start + least))
