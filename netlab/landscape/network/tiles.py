"""Weights of some units of two networks as pictures, one network above the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array

MOST = 12
EDGE = 1
"""Pixels between two tiles."""


def tiles(above: Array, below: Array) -> NDArray[np.float64]:
    """The weights that lead to the same few units in two networks, where their pixels are.

    Parameters
    ----------
    above, below : floats (784, units) or (k, k, 1, filters)
        Kernels of first layers; the first one's largest weight sets the scale of both.

    Returns
    -------
    float64 (2k + 1, (k + 1) · n − 1)
        Grey levels from 0 (takes away) to 255 (adds); 127.5 is a weight of 0. k is 28 for a dense layer, n is at most 12
        units, evenly chosen.
    """
    units = above.shape[-1]
    rows = [one.reshape(-1, units) for one in (above, below)]
    side = round(len(rows[0]) ** 0.5)
    chosen = np.linspace(0, units - 1, min(MOST, units)).astype(int)
    most = max(float(np.abs(rows[0][:, chosen]).max()), 1e-9)
    step = side + EDGE
    canvas = np.full((2 * step - EDGE, len(chosen) * step - EDGE), 255.0)
    for row, kernel in enumerate(rows):
        for place, unit in enumerate(chosen):
            picture = 127.5 + 127.5 * np.clip(kernel[:, unit].reshape(side, side) / most, -1, 1)
            canvas[row * step : row * step + side, place * step : place * step + side] = picture
    return canvas
