"""One digit, several, or none: what a network reads on a whole page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.drawing.framing import Framing, as_grey, framed
from netlab.drawing.recognize import Reading
from netlab.drawing.signs import WIDE, Sign, cuts, find_signs
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights

SURE = 0.6
"""A sign of several is believed to be a digit from this probability on."""
MOSTLY = 0.6
"""So many of the signs must be believed for a page to have several digits."""
LIKE = 0.55
"""Of the higher of two neighbours: so high must the lower one be."""
MOST_PIECES = 8


@dataclass(frozen=True)
class Read:
    """A sign of several and what was read in it.

    Attributes
    ----------
    sign : Sign
        Where it is.
    reading : Reading
        Its framing and ten probabilities.
    """

    sign: Sign
    reading: Reading

    @property
    def unsure(self) -> bool:
        """Whether it should be looked at again: it runs off the page, or no answer is likely."""
        return self.sign.at_edge or float(self.reading.probabilities.max()) < SURE


def read_several(spec: NetworkSpec, weights: Weights, picture: NDArray[Any]) -> tuple[tuple[Read, ...], ...]:
    """Read a picture that may have several digits.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by name.
    picture : array (height, width)
        Grey values as ``recognize.read`` takes them.

    Returns
    -------
    tuple of tuple of Read
        Rows from top to bottom, each from left to right; empty if the picture has not several digits.

    Raises
    ------
    ValueError
        If the picture is no grey picture.
    """
    found = find_signs(as_grey(picture))
    rows = [[list(_parted(spec, weights, sign)) for sign in row] for row in found.rows]
    flat = [[read for parts in row for read in parts] for row in rows]
    kept = tuple(row for row in map(tuple, flat) if row)
    return kept if _several(kept) else ()


def _parted(spec: NetworkSpec, weights: Weights, sign: Sign) -> tuple[Read, ...]:
    """A sign, or the neighbours that it consists of where it is too wide for one and its parts are read surely."""
    whole = _read(spec, weights, (sign,))
    ratio = sign.box.width / sign.box.height
    if ratio < WIDE:
        return whole
    best, worth = whole, float(whole[0].reading.probabilities.max()) if ratio < 2 * WIDE else 0.0
    for pieces in range(2, min(MOST_PIECES, round(2.2 * ratio)) + 1):
        parts = cuts(sign, pieces)
        if parts is None:
            continue
        read = _read(spec, weights, parts)
        least = min(float(one.reading.probabilities.max()) for one in read)
        if least > max(worth, SURE):
            best, worth = read, least
    return best


def _read(spec: NetworkSpec, weights: Weights, signs: tuple[Sign, ...]) -> tuple[Read, ...]:
    framings: list[Framing] = [framed(sign.ink) for sign in signs]
    answers = predict(spec, weights, np.stack([one.centred for one in framings]))
    return tuple(
        Read(sign, Reading(framing, answer))
        for sign, framing, answer in zip(signs, framings, answers, strict=True)
    )


def _several(rows: tuple[tuple[Read, ...], ...]) -> bool:
    """Whether signs are digits beside each other, and not pieces of one, or dirt."""
    signs = [one for row in rows for one in row]
    if len(signs) < 2:
        return False
    believed = [float(one.reading.probabilities.max()) >= SURE and one.reading.doubt is None for one in signs]
    if sum(believed) < max(2, MOSTLY * len(signs)):
        return False
    longest = max(rows, key=len)
    heights = [one.sign.box.height for one in longest]
    return len(longest) >= 2 and min(heights) >= LIKE * max(heights)
