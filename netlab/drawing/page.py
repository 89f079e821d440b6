"""One digit or several: what a network reads on a whole page.

Whether signs are digits beside each other, and where neighbours that touch are parted, is judged by the convolutional
network that comes along, whichever network reads: it is the surer of the two, and a page is parted the same way for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.drawing.framing import Framing, as_grey, framed
from netlab.drawing.ink import Ink
from netlab.drawing.recognize import Reading
from netlab.drawing.signs import WIDE, Sign, Signs, cuts, find_signs, is_one_narrow, signs_of
from netlab.nets import shipped
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights

JUDGE = "convolutional"
SURE = 0.6
"""A sign of several is believed to be a digit from this probability on."""
MOSTLY = 0.6
"""So many of the signs must be believed for a page to have several digits."""
SURER = 0.03
"""By so much of the mean probability a page must be read more surely on its side than upright to be turned."""
FEWEST_TURNED = 3
"""Digits in its longest row that a page must have to be turned: one or two are digits of another kind any way up."""
LIKE = 0.55
"""Of the higher of two neighbours: so high must the lower one be."""
MOST_PIECES = 8


@dataclass(frozen=True)
class Parted:
    """The signs of a page that has several digits.

    Attributes
    ----------
    rows : tuple of tuple of (Sign, Framing)
        From top to bottom, each from left to right; empty if the page has not several digits.
    turned : int
        By how many quarter turns, anticlockwise, the page was turned to be read.
    """

    rows: tuple[tuple[tuple[Sign, Framing], ...], ...]
    turned: int = 0

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        return sum(
            4 * sign.ink.strength.size + 4 * 5 * framing.ink.size
            for row in self.rows
            for sign, framing in row
        )


ONE = Parted(())


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
        """Whether it should be looked at again: it runs off the page, no answer is likely, or it may be no digit."""
        doubted = self.reading.doubt is not None
        return self.sign.at_edge or doubted or float(self.reading.probabilities.max()) < SURE

    @property
    def word(self) -> str:
        """What it is read as: a digit, or "?" where it looks like none."""
        return str(self.reading.digit) if self.reading.doubt is None else "?"


def part(picture: NDArray[Any], *, turn: bool = True) -> Parted:
    """Find the digits of a page, if it has several.

    Parameters
    ----------
    picture : array (height, width)
        Grey values as ``recognize.read`` takes them.
    turn : bool
        Whether a page whose signs stand in a column may lie on its side.

    Returns
    -------
    Parted

    Raises
    ------
    ValueError
        If the picture is no grey picture.
    """
    grey = as_grey(picture)
    found, turned = find_signs(grey), 0
    if not _may_be_several(found):
        return ONE
    if (
        turn and found.count >= FEWEST_TURNED and 2 * _longest(found) <= found.count
    ):  # a column: is it a row on its side?
        worth = _worth(found) + SURER
        for quarter in (1, 3):
            other = find_signs(np.ascontiguousarray(np.rot90(grey, quarter)))
            if _longest(other) >= FEWEST_TURNED and _worth(other) > worth:
                found, turned, worth = other, quarter, _worth(other)
    rows = _judged(found)
    return Parted(
        tuple(tuple((one.sign, one.reading.framing) for one in row) for row in rows), turned if rows else 0
    )


def part_ink(page: Ink) -> Parted:
    """Find the digits in ink that was told from its paper before, if there are several; it is never turned.

    Parameters
    ----------
    page : Ink
        What ``netlab.drawing.ink.all_ink`` found.

    Returns
    -------
    Parted
    """
    if is_one_narrow(page):  # as nearly always; what follows would say the same
        return ONE
    found = signs_of(page)
    rows = _judged(found) if _may_be_several(found) else []
    return Parted(tuple(tuple((one.sign, one.reading.framing) for one in row) for row in rows))


def read_parted(spec: NetworkSpec, weights: Weights, parted: Parted) -> tuple[tuple[Read, ...], ...]:
    """Let a network read every digit of a page.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by name.
    parted : Parted
        What ``part`` found.

    Returns
    -------
    tuple of tuple of Read
        In the order of ``parted.rows``.
    """
    images = [framing.centred for row in parted.rows for _, framing in row]
    answers = iter(predict(spec, weights, np.stack(images)) if images else ())
    return tuple(
        tuple(Read(sign, Reading(framing, next(answers))) for sign, framing in row) for row in parted.rows
    )


def number(rows: Sequence[Sequence[Read]]) -> str:
    """What the digits make, row by row.

    Parameters
    ----------
    rows : sequence of sequences of Read
        What was read.

    Returns
    -------
    str
        Rows parted by " / "; "?" for a sign that looks like no digit.
    """
    return " / ".join("".join(one.word for one in row) for row in rows)


Rows = list[list[Read]]


def _may_be_several(found: Signs) -> bool:
    """Whether it is worth asking: one narrow sign is one digit."""
    signs = [sign for row in found.rows for sign in row]
    return len(signs) > 1 or any(sign.box.width >= WIDE * sign.box.height for sign in signs)


def _judged(found: Signs) -> Rows:
    """All signs as the judge reads them, wide ones parted; empty where they are not digits beside each other."""
    rows = [[one for sign in row for one in _parted(sign)] for row in found.rows]
    return rows if _several(rows) else []


def _longest(found: Signs) -> int:
    return max(map(len, found.rows), default=0)


def _worth(found: Signs) -> float:
    """How sure the judge is of the signs as they stand, on the mean."""
    signs = tuple(sign for row in found.rows for sign in row)
    return float(np.mean([one.reading.probabilities.max() for one in _read(signs)])) if signs else 0.0


def _parted(sign: Sign) -> list[Read]:
    """A sign, or the neighbours that it consists of where it is too wide for one and its parts are read surely."""
    whole = _read((sign,))
    ratio = sign.box.width / sign.box.height
    if ratio < WIDE:
        return whole
    best, worth = whole, float(whole[0].reading.probabilities.max()) if ratio < 2 * WIDE else 0.0
    for pieces in range(2, min(MOST_PIECES, round(2.2 * ratio)) + 1):
        parts = cuts(sign, pieces)
        if parts is None or min(one.box.height for one in parts) < LIKE * sign.box.height:
            continue
        read = _read(parts)
        least = min(float(one.reading.probabilities.max()) for one in read)
        if least > max(worth, SURE):
            best, worth = read, least
    return best


def _read(signs: tuple[Sign, ...]) -> list[Read]:
    spec, weights = shipped.load(JUDGE)
    framings = [framed(sign.ink) for sign in signs]
    answers = predict(spec, weights, np.stack([one.centred for one in framings]))
    return [
        Read(sign, Reading(framing, answer))
        for sign, framing, answer in zip(signs, framings, answers, strict=True)
    ]


def _several(rows: Rows) -> bool:
    """Whether signs are digits beside each other, and not pieces of one, or dirt."""
    signs = [one for row in rows for one in row]
    if len(signs) < 2:
        return False
    believed = [float(one.reading.probabilities.max()) >= SURE and one.reading.doubt is None for one in signs]
    if sum(believed) < max(2, MOSTLY * len(signs)):
        return False
    longest = max(rows, key=len)
    heights = [one.sign.box.height for one in longest]
    return len(longest) >= 2 and all(min(two) >= LIKE * max(two) for two in pairwise(heights))
