"""MNIST's framing: scale until the longer side of the ink is 20 pixels, then put its centre of mass in the middle.

LeCun, Bottou, Bengio & Haffner (1998) made every digit of MNIST so. The rule is written here for lengths and for
positions; whoever frames pixels, moments or points applies it to those.
"""

from __future__ import annotations

from typing import Any

from netlab.arrays import BOX, SIDE

MIDDLE = SIDE // 2
"""The row and column on which MNIST's makers put the centre of mass, rounded to pixels."""

FIELD_MIDDLE = (SIDE - 1) / 2
"""The middle of the field, half a pixel before ``MIDDLE``, where the stand-in digits have their centre of mass."""


def scaled(length: Any, longer_side: Any, box: Any = BOX) -> Any:
    """Scale a length as the longer side of the ink is scaled to that of the box.

    It is multiplied before it is divided, so that integers that end half-way between two pixels do so exactly.

    Parameters
    ----------
    length : number or array
        What to scale; 1 gives the factor itself.
    longer_side : number or array
        Longer side of the ink's bounding box, above 0, in the units of ``length``.
    box : number or array
        What that side becomes, in pixels.

    Returns
    -------
    number or array
        The length in pixels, of the broadcast shape.

    Examples
    --------
    >>> [scaled(side, 80) for side in (80, 50)]
    [20.0, 12.5]
    """
    return length * box / longer_side


def centred(position: Any, centre: Any, middle: float = MIDDLE) -> Any:
    """Move a position as the centre of mass is moved to the middle of the field.

    Parameters
    ----------
    position : number or array
        What to move, in pixels; 0 gives the shift itself.
    centre : number or array
        Centre of mass of the ink along the same axes.
    middle : float
        Where it goes, in pixels from the first pixel's middle.

    Returns
    -------
    number or array
        The position in the field, of the broadcast shape.

    Examples
    --------
    >>> centred(0, 9.5)
    4.5
    """
    return position - centre + middle
