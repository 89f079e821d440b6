"""How high a loss sounds: an octave lower for a sixteenth of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FIRST, LOWEST, HIGHEST = 880.0, 110.0, 1760.0
"""Frequencies in hertz: of the first loss, and the limits that no loss leaves."""
FACTOR = 16.0
"""By so many times a loss shrinks for an octave."""
MOST = 60
"""Losses that are sounded of one curve."""


def pitches(losses: ArrayLike, lowest: float = 0.0) -> NDArray[np.float64]:
    """Frequencies that follow the logarithm of a loss.

    Parameters
    ----------
    losses : array of shape (n,)
        In order; one that is no number sounds as the highest.
    lowest : float
        The least that the loss can be. Heights above it are sounded; above the lowest of ``losses`` if that is lower.

    Returns
    -------
    array of shape (n,)
        In hertz, from ``LOWEST`` to ``HIGHEST``.
    """
    heights = np.asarray(losses, np.float64)
    heights = heights - np.min(heights, initial=lowest, where=np.isfinite(heights))
    heights = np.where(np.isnan(heights), np.inf, np.maximum(heights, 0.0))
    known = heights[np.isfinite(heights) & (heights > 0)]
    if not known.size:
        return np.where(heights > 0, HIGHEST, LOWEST)
    with np.errstate(divide="ignore"):
        octaves = (np.log(heights) - np.log(known[0])) / np.log(FACTOR)
    return np.clip(FIRST * 2.0**octaves, LOWEST, HIGHEST)


def sounded(count: int) -> NDArray[np.intp]:
    """Which of so many losses are sounded: the first, the last, and evenly between them.

    Parameters
    ----------
    count : int
        At least 0.

    Returns
    -------
    array of shape (n,)
        Places in rising order, at most ``MOST``.
    """
    return np.unique(np.linspace(0, count - 1, min(count, MOST)).round().astype(np.intp))
