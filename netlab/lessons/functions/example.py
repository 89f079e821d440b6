"""The worked example of the hand-built function: hinge after hinge, each turns the line once."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.formatting import counted, fixed
from netlab.lessons.functions.hand_constructions import errors, relu_hinges
from netlab.lessons.functions.targets import DOMAIN, TARGETS

HINGES = 5
MEASURED = 241
"""Places at which the curve is drawn."""


def packed(values: Array) -> str:
    """Pack the heights of a curve for the browser.

    Parameters
    ----------
    values : array, (n,)
        At evenly spaced places.

    Returns
    -------
    str
        Base64 of float32.
    """
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def window_of(values: Array) -> list[float]:
    """Lowest and highest of a picture with room above and below a curve.

    Parameters
    ----------
    values : array, (n,)
        Of the curve.

    Returns
    -------
    list of two floats
    """
    low, high = float(values.min()), float(values.max())
    room = 0.35 * (high - low) + 0.1
    return [low - room, high + room]


def hinge_after_hinge() -> list[tuple[str, dict[str, Any]]]:
    """The moments of the example.

    Returns
    -------
    list of (str, dict)
        A sentence, and the ``units`` (where each starts, what it turns by) and the ``offset`` of the sum.
    """
    target = TARGETS["sine"]()
    whole, wanted = relu_hinges(target, HINGES), target(np.linspace(*DOMAIN, MEASURED))
    picture = {"kind": "relu", "stretch": 1, "far": [], "wanted": packed(wanted), "range": window_of(wanted)}
    told = []
    for count in range(1, HINGES + 1):
        units = [
            [round(float(at), 4), round(float(by), 4)]
            for at, by in zip(whole.knots[:count], whole.outer[:count], strict=True)
        ]
        at, by = units[-1]
        says = (
            f"Hinge {count} starts at x = {fixed(at, 2)} and turns the line by {fixed(by, 2)}: up to there nothing changes, behind it "
            "everything does."
        )
        told.append((says, picture | {"units": units, "offset": round(float(whole.offset), 4)}))
    says = f"With {counted(HINGES, 'hinge')} the line is off by {fixed(errors(whole, target).rms, 3)} (root mean square)."
    told.append((says, told[-1][1]))
    return told
