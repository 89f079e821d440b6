"""Two wells in a bowl, each as deep as one likes: a lowest minimum and a tempting one beside it (Dupont, 2018)."""

from __future__ import annotations

from functools import lru_cache

from netlab.formatting import plain
from netlab.landscape.formula import surface_from
from netlab.landscape.surface import Domain, Surface

KEY = "double-well"
LEFT, RIGHT = 3.0, 2.0
"""The depths that Dupont's page begins with."""
DEEPEST = 5.0


@lru_cache(maxsize=64)
def double_well(left: float = LEFT, right: float = RIGHT) -> Surface:
    """A bowl with a well at (−1, 0) and one at (1, 0).

    Parameters
    ----------
    left, right
        By how much each well is deeper than the bowl, from 0 to ``DEEPEST``.

    Returns
    -------
    Surface
        x² + y² − left·e^(−5((x+1)² + y²)) − right·e^(−5((x−1)² + y²)).

    Raises
    ------
    ValueError
        If a depth is out of its range.
    """
    for depth in (left, right):
        if not 0.0 <= depth <= DEEPEST:
            raise ValueError(f"A well is from 0 to {plain(DEEPEST)} deep here; got {plain(depth)}.")
    return surface_from(
        f"x^2 + y^2 - {left!r}*exp(-5*((x + 1)^2 + y^2)) - {right!r}*exp(-5*((x - 1)^2 + y^2))",
        key=KEY,
        title="Double well",
        lesson=_lesson(left, right),
        domain=Domain(-2, 2, -2, 2),
        start=(0.4, 1.6),
        learning_rate=0.02,
    )


def _lesson(left: float, right: float) -> str:
    if left == right:
        return "Two wells, equally deep: which one you end in is decided by where you start, and by how you walk."
    deeper, other = ("left", "right") if left > right else ("right", "left")
    return f"Two wells in a bowl, the {deeper} one deeper: who comes by the {other} one first may never see the better."
