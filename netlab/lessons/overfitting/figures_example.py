"""A worked example: ever more units learn the same ten points."""

from __future__ import annotations

from typing import Any

from netlab.formatting import counted
from netlab.lessons.overfitting import words
from netlab.lessons.overfitting.few_points import SEED, drawn_points, fit
from netlab.lessons.overfitting.figures import curve_through

SHOWN = (1, 3, 6, 8, 10)
"""Numbers of hidden units, one a moment."""


def more_and_more_units() -> list[tuple[str, Any]]:
    """The moments of the example.

    Returns
    -------
    list of (str, plotly.graph_objects.Figure)
        A sentence with both losses, and the curve.
    """
    points = drawn_points(SEED)
    found = [(count, fit(points, count, draw=SEED)) for count in SHOWN]
    return [
        (f"{counted(count, 'hidden unit')}. {words.errors_told(one)}", curve_through(points, one))
        for count, one in found
    ]
