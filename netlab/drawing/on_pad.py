"""What was drawn on the pad: white ink on paper that is exactly black, so neither light nor paper has to be found out.

The browser frames such a picture by the same steps while the pen is down (``assets/ink.js``, ``assets/framing.js``).
When the pen is lifted it sends the picture in runs of equal pixels, which costs the server less to open than a PNG.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlab.drawing.framing import Framing, framed
from netlab.drawing.ink import all_on_black, on_black
from netlab.drawing.page import Parted, part_ink

SIDE = 280
"""Pixels of the pad's picture along a side, however large the pad is on the screen."""
KEPT = 64


@dataclass(frozen=True)
class Seen:
    """A drawing framed as one digit, and its digits if it has several."""

    framing: Framing
    parted: Parted


def unpacked(packed: bytes) -> NDArray[np.uint8]:
    """The picture in what the pad sends.

    Parameters
    ----------
    packed : bytes
        Pairs of a grey level and how often it comes, row after row; a run longer than 255 is several pairs.

    Returns
    -------
    uint8 (280, 280)
        0 is paper, 255 is ink.

    Raises
    ------
    ValueError
        If the runs do not make such a picture.

    Examples
    --------
    >>> int(unpacked(bytes([0, 255, 255, 1]) + bytes([0, 255]) * 306 + bytes([0, 114])).sum())
    255
    """
    if len(packed) % 2:
        raise ValueError(f"A drawing comes in pairs of level and count; got {len(packed)} bytes.")
    levels, counts = np.frombuffer(packed, np.uint8).reshape(-1, 2).T
    total = int(counts.sum(dtype=np.int64))
    if total != SIDE * SIDE:
        raise ValueError(f"A drawing has {SIDE * SIDE:,} pixels; got {total:,}.")
    return np.repeat(levels, counts).reshape(SIDE, SIDE)


def packed(picture: NDArray[np.uint8]) -> bytes:
    """A picture as the pad sends it; ``unpacked`` undoes it.

    Parameters
    ----------
    picture : uint8 (280, 280)
        0 is paper, 255 is ink.

    Returns
    -------
    bytes
    """
    flat = picture.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    lengths = np.diff(np.append(starts, flat.size))
    pairs = bytearray()
    for level, length in zip(flat[starts].tolist(), lengths.tolist(), strict=True):
        pairs += bytes([level, 255]) * (length // 255)
        pairs += bytes([level, length % 255]) * (length % 255 > 0)
    return bytes(pairs)


def see(picture: NDArray[np.uint8]) -> Seen:
    """Frame what was drawn, and part it if it is several digits; what was seen lately is not worked out again.

    Parameters
    ----------
    picture : uint8 (280, 280)
        0 is paper, 255 is ink.

    Returns
    -------
    Seen
    """
    return _see(picture.tobytes())


@lru_cache(maxsize=KEPT)
def _see(pixels: bytes) -> Seen:
    picture = np.frombuffer(pixels, np.uint8).reshape(SIDE, SIDE)
    return Seen(framed(on_black(picture)), part_ink(all_on_black(picture)))
