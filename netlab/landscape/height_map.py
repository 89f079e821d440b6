"""A surface sampled on a grid, with the heights at which it is drawn: the loss itself or its logarithm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.surface import Surface

Scale = Literal["auto", "plain", "logarithmic"]

COUNT = 101
DECADES = 5


@dataclass(frozen=True, eq=False)
class HeightMap:
    """Losses over the window of a surface.

    Attributes
    ----------
    x, y
        float32, (n,) and (m,): the grid's two axes.
    losses
        float32, (m, n): row i belongs to y[i]; NaN or infinite where the surface has no height.
    logarithmic
        Whether heights are drawn as log₁₀(loss − base).
    base
        0, or the lowest loss where that is negative.
    floor
        Losses less than this above the base are drawn at the floor: a logarithm has no 0.
    """

    x: Array
    y: Array
    losses: Array
    logarithmic: bool
    base: float
    floor: float

    def height(self, losses: ArrayLike) -> Array:
        """How high losses are drawn, float32 of the same shape; NaN where float32 knows no finite height."""
        known = np.asarray(losses, np.float64)
        known = np.where(np.isfinite(known), known, np.nan)
        if self.logarithmic:
            known = np.log10(np.maximum(known - self.base, self.floor))
        with np.errstate(over="ignore"):
            heights = known.astype(np.float32)
        return np.where(np.isfinite(heights), heights, np.float32(np.nan))

    @property
    def has_height(self) -> bool:
        """Whether the surface has a height anywhere in the window that can be drawn."""
        return bool(np.isfinite(self.height(self.losses)).any())

    @property
    def scale_note(self) -> str:
        """What the scale does to heights, in words; empty for the loss itself."""
        if not self.has_height:
            return "The surface has no height anywhere in this window: choose another window, or another formula."
        if not self.logarithmic:
            return ""
        drawn = f"What is below {plain(self.floor, 2)} is drawn at {plain(self.floor, 2)}."
        if self.base == 0.0:
            return f"Colour and height show the logarithm of the loss. {drawn}"
        return (
            f"Colour and height show the logarithm of the loss above its lowest, {plain(self.base)}. {drawn}"
        )


@lru_cache(maxsize=64)
def height_map(surface: Surface, scale: Scale = "auto", count: int = COUNT) -> HeightMap:
    """Sample a surface count × count times; the last 64 are kept.

    Parameters
    ----------
    surface
        The loss.
    scale
        "plain", "logarithmic", or "auto" for what the surface or the spread of its heights asks for.
    count
        Points along each axis.

    Returns
    -------
    HeightMap
        Losses, (count, count), with the heights at which they are drawn.
    """
    x, y = surface.domain.axes(count)
    with np.errstate(all="ignore"):
        losses = surface.value(surface.domain.grid(count)).reshape(count, count)
    if scale == "auto" and surface.logarithmic:
        scale = "logarithmic"
    return sampled(x, y, losses, scale)


def sampled(x: Array, y: Array, losses: Array, scale: Scale = "auto") -> HeightMap:
    """Losses that are known on a grid, with the heights at which they are drawn.

    Parameters
    ----------
    x, y
        The grid's axes, (n,) and (m,).
    losses
        (m, n): row i belongs to y[i].
    scale
        "plain", "logarithmic", or "auto" for what the spread of the heights asks for.

    Returns
    -------
    HeightMap
        In float32.
    """
    with np.errstate(all="ignore"):
        losses = losses.astype(np.float32)
    finite = losses[np.isfinite(losses)].astype(np.float64)
    base = float(finite.min(initial=0.0))
    logarithmic = scale == "logarithmic" or (scale == "auto" and _spread(finite))
    return HeightMap(
        x.astype(np.float32), y.astype(np.float32), losses, logarithmic, base, _floor(finite - base)
    )


def _floor(heights: Array) -> float:
    """Five powers of ten below the highest; lower where more than half of the picture would lie on the floor."""
    span = float(heights.max(initial=0.0)) or 1.0
    middle = float(np.median(heights)) if heights.size else span
    floor = span * 10.0**-DECADES
    return floor if middle >= floor else max(middle, 1e-300) * 10.0 ** (1 - DECADES)


def _spread(losses: Array) -> bool:
    """Whether half of all heights would be squeezed into a hundredth of the scale."""
    if not losses.size:
        return False
    low, middle, high = np.quantile(losses, [0.0, 0.5, 1.0])
    return bool(high - low > 100.0 * (middle - low) > 0.0)
