"""Many pictures read at once: a line each, with what was read, how surely, what speaks against it, or why it cannot be read."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import SIDE
from netlab.drawing.framing import Framing
from netlab.drawing.page import ONE, Parted, number, read_parted
from netlab.drawing.recognize import Reading, read
from netlab.formatting import counted
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights

COLUMNS = ("picture", "answer", "least_probability", "doubts", "not_read_because")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet, unless an apostrophe stands before it."""
NONE = "no digit"
BLANK = "no digit found"


@dataclass(frozen=True)
class Line:
    """What was read in one picture.

    Attributes
    ----------
    name : str
        What the file is called.
    answer : str
        Its digits, rows parted by " / "; empty if nothing was read.
    sure : float or None
        The probability of the answer, of several digits the least; None if nothing was read.
    doubts : str
        What speaks against it; empty if nothing does.
    refusal : str
        Why the file cannot be read; empty if it can.
    images : float32 (n, 28, 28), in [0, 1]
        What the network received, one a digit.
    """

    name: str
    answer: str = ""
    sure: float | None = None
    doubts: str = ""
    refusal: str = ""
    images: NDArray[np.float32] | None = None


def line(name: str, spec: NetworkSpec, weights: Weights, framing: Framing, parted: Parted = ONE) -> Line:
    """Let a network read a picture that was framed.

    Parameters
    ----------
    name : str
        What its file is called.
    spec : NetworkSpec
        The network.
    weights : Weights
        Its weights by name.
    framing : Framing
        The picture as one digit.
    parted : Parted
        Its digits, if it has several.

    Returns
    -------
    Line
    """
    if parted.rows:
        rows = read_parted(spec, weights, parted)
        every = [one for row in rows for one in row]
        least = min(float(one.reading.probabilities.max()) for one in every)
        unsure = sum(one.unsure for one in every)
        doubts = f"{counted(unsure, 'digit')} of {len(every)} unsure" if unsure else ""
        if parted.turned:
            doubts = "; ".join(filter(None, (doubts, "the page was turned")))
        return Line(name, number(rows), least, doubts, images=np.stack([one.reading.image for one in every]))
    reading = read(spec, weights, framing)
    if reading.blank:
        return Line(name, doubts=BLANK)
    sure = float(reading.probabilities.max())
    answer = str(reading.digit) if reading.doubt is None else NONE
    return Line(name, answer, sure, _doubt(reading), images=reading.image[None])


def _doubt(reading: Reading) -> str:
    return "" if reading.doubt is None else reading.doubt.sentence


def mosaic(images: NDArray[np.float32] | None, most: int, wide: float = 2.0) -> NDArray[np.float32]:
    """What the network received, in rows, parted by grey lines.

    Parameters
    ----------
    images : float32 (n, 28, 28) or None
        One a digit.
    most : int
        So many are shown at most.
    wide : float
        About so many times as wide as high the whole is to be.

    Returns
    -------
    float32 (h, w), in [0, 1]
        (0, 0) if there are none.
    """
    if images is None or not len(images):
        return np.zeros((0, 0), np.float32)
    count = min(len(images), most)
    columns = min(count, math.ceil(math.sqrt(wide * count)))
    rows = -(-count // columns)
    field = np.zeros((rows * SIDE + rows - 1, columns * SIDE + columns - 1), np.float32)
    field[SIDE :: SIDE + 1] = field[:, SIDE :: SIDE + 1] = 0.5
    for place in range(count):
        top, left = (at * (SIDE + 1) for at in divmod(place, columns))
        field[top : top + SIDE, left : left + SIDE] = images[place]
    return field


def fitted(picture: NDArray[np.uint8], wide: float) -> NDArray[np.uint8]:
    """A picture with paper at its sides, so that it is so many times as wide as high.

    Parameters
    ----------
    picture : uint8 (h, w)
        Grey levels.
    wide : float
        Width by height of what is returned, to a pixel.

    Returns
    -------
    uint8 (h', w')
        The picture in its middle; around it the shade that its edges have.
    """
    height, width = picture.shape
    lacking = (max(0, round(width / wide) - height), max(0, round(height * wide) - width))
    edges = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    sides = [(one // 2, one - one // 2) for one in lacking]
    return np.pad(picture, sides, constant_values=np.uint8(np.median(edges)))


def as_csv(lines: Sequence[Line]) -> str:
    """All lines as comma-separated values, to take away.

    Parameters
    ----------
    lines : sequence of Line
        In their order.

    Returns
    -------
    str
        A head, then a line a picture. A probability below 1 is never written as 1.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in lines:
        sure = "" if one.sure is None else f"{min(one.sure, 0.999999):.6f}"
        writer.writerow([_cell(one.name), one.answer, sure, one.doubts, _cell(one.refusal)])
    return buffer.getvalue()


def _cell(text: str) -> str:
    """Text that somebody else wrote, as no spreadsheet takes it for a formula; letters that cannot be written are marks."""
    plain = text.encode("utf-8", "replace").decode()
    return f"'{plain}" if plain.startswith(FORMULA) else plain
