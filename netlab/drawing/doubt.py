"""Ink that is certainly no digit, though a network has to name one: told by shape alone, after framing.

The bounds lie beyond nearly all of MNIST: of its 10,000 test digits two are doubted, of its 60,000 training digits 18.
"""

from __future__ import annotations

from netlab.arrays import BOX
from netlab.drawing.framing import Framing

THICKEST = 8.0
"""Width of a stroke, in pixels of the 20 along the longer side, from which it is a blob and no line."""

FULLEST, EMPTIEST = 0.75, 0.1
"""Share of inked pixels in the frame of anything about as wide as high, and of anything at all."""

SQUARE = 0.5
"""Shorter side by longer side from which ink is about as wide as high."""

WIDEST = 2.0
"""Width by height that no digit exceeds."""


def doubt(framing: Framing) -> str | None:
    """Why framed ink may be no digit, in a sentence; None if nothing speaks against one, or there is no ink.

    Parameters
    ----------
    framing : Framing
        A drawing with all stages of its framing.

    Returns
    -------
    str or None
        The first reason found.
    """
    if not framing.scaled.size:
        return None
    height, width = framing.scaled.shape
    ink = float((framing.scaled > 0.5).mean())
    signs = {
        f"its strokes are so thick ({framing.stroke_width:.0f} of {BOX} pixels) that it is one blob.": framing.stroke_width
        > THICKEST,
        "it is more than twice as wide as high.": width > WIDEST * height,
        "nearly all of its frame is full of ink.": ink > FULLEST and min(height, width) >= SQUARE * BOX,
        "there is hardly any ink in its frame.": ink < EMPTIEST,
    }
    found = next((sign for sign, seen in signs.items() if seen), None)
    return None if found is None else f"This may be no digit: {found}"
