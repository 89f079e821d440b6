"""Whether framed ink is a digit at all: a network that learnt digits has to name one whatever it is shown.

Two signs speak against it: a shape that hardly any digit has, and the network of ``netlab.drawing.kinds``, which
learnt to tell digits from other things. The bounds of the shape lie beyond nearly all of MNIST: of its 10,000 test
digits two are doubted for it, of its 60,000 training digits 18.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import BOX, Floats
from netlab.drawing.framing import Framing
from netlab.drawing.kinds import DIGIT_FROM, KINDS, kinds, likeliest_other
from netlab.formatting import probability

THICKEST = 8.0
"""Width of a stroke, in pixels of the 20 along the longer side, from which it is a blob and no line."""

FULLEST, EMPTIEST = 0.75, 0.1
"""Share of inked pixels in the frame of anything about as wide as high, and of anything at all."""

SQUARE = 0.5
"""Shorter side by longer side from which ink is about as wide as high."""

WIDEST = 2.0
"""Width by height that no digit exceeds."""


@dataclass(frozen=True)
class Doubt:
    """Why ink is taken for no digit.

    Attributes
    ----------
    reason : str
        What speaks against a digit, as a sentence.
    kinds : float32 (10,)
        How likely each of ``netlab.drawing.kinds.KINDS`` is; for a shape that no digit has as well.
    """

    reason: str
    kinds: Floats

    @property
    def sentence(self) -> str:
        """What is said of the ink."""
        return f"This does not look like a digit. {self.reason}"


def doubt(framing: Framing) -> Doubt | None:
    """Say why framed ink is no digit; None if nothing speaks against one, or there is no ink.

    Parameters
    ----------
    framing : Framing
        A drawing with all stages of its framing.

    Returns
    -------
    Doubt or None
        With the first reason found.
    """
    if not framing.scaled.size:
        return None
    told = kinds(framing.centred[None])[0]
    reason = _odd_shape(framing)
    if reason is None and told[0] < DIGIT_FROM:
        other = likeliest_other(told)
        share = told[list(KINDS).index(other)]
        reason = f"It looks more like {KINDS[other]} ({probability(share)} sure)."
    return None if reason is None else Doubt(reason, told)


def _odd_shape(framing: Framing) -> str | None:
    height, width = framing.scaled.shape
    ink = float(np.mean(framing.scaled > 0.5))
    if framing.stroke_width > THICKEST:
        return f"Its strokes are so thick ({framing.stroke_width:.0f} of {BOX} pixels) that it is one blob."
    if width > WIDEST * height:
        return "It is more than twice as wide as high."
    if ink > FULLEST and min(height, width) >= SQUARE * BOX:
        return "Nearly all of its frame is full of ink."
    return "There is hardly any ink in its frame." if ink < EMPTIEST else None
