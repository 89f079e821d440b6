"""Array aliases and the sizes of a digit, the same for every module."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""Numbers of any floating type; shapes are in the docstrings, batch first."""
Floats: TypeAlias = NDArray[np.float32]
Bytes: TypeAlias = NDArray[np.uint8]

SIDE = 28
"""Pixels along a side of a digit."""
PIXELS = SIDE * SIDE
BOX = 20
"""Pixels along the longer side of the ink: MNIST's makers scaled every digit to it."""
CLASSES = 10
