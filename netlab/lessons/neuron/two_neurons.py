"""XOR by three neurons: two draw a line each, the third says yes where both do.

A single neuron cannot do XOR, since no line parts its corners (Minsky & Papert, 1969). Two lines cut out a stripe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.lessons.neuron.neuron import CORNERS, GOALS, Neuron

MEETING = Neuron(np.ones(2), -1.5, "step")
"""The third neuron: of two answers 0 or 1, both have to be 1. It computes AND."""
LINES = (Neuron(np.ones(2), -0.5, "step"), Neuron(-np.ones(2), 1.5, "step"))
"""OR, and NOT AND: where they meet, exactly one input is 1."""


@dataclass(frozen=True)
class TwoNeurons:
    """Two neurons side by side, whose answers 0 and 1 are the inputs of ``MEETING``."""

    first: Neuron
    second: Neuron

    def hidden(self, x: Array) -> Array:
        """What the two say, 1 for yes and 0 for no, for inputs x (n, 2): shape (n, 2)."""
        return np.stack([self.first.says_yes(x), self.second.says_yes(x)], axis=1).astype(np.float64)

    def says_yes(self, x: Array) -> NDArray[np.bool_]:
        """Whether the third neuron says yes, (n,)."""
        return MEETING.says_yes(self.hidden(x))

    def right_corners(self, goal: str = "XOR") -> NDArray[np.bool_]:
        """Which of the four corners are answered as the goal wants, (4,)."""
        return np.asarray(self.says_yes(CORNERS) == np.array(GOALS[goal]))
