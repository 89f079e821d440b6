"""What becomes of the learning rate over a training: the same as Keras's schedules, batch by batch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlab.nets.layers import chosen


def factors(schedule: str, first: int, count: int, total: int) -> NDArray[np.float32]:
    """What the rate of each of ``count`` batches after ``first`` updates is multiplied with, (count,).

    Parameters
    ----------
    schedule : str
        A key of ``netlab.nets.choices.SCHEDULES``.
    total : int
        Batches of the whole training.
    """
    gone = np.arange(first, first + count) / total
    shapes = {"constant": np.ones(count), "linear": 1 - gone, "cosine": (1 + np.cos(np.pi * gone)) / 2}
    return chosen("schedule", schedule, shapes).astype(np.float32)
