"""Where on a slider of learning rates the red zone begins, and what is said of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlab.formatting import plain
from netlab.nn.optimizers import ON_TRAIN


@dataclass(frozen=True)
class Zone:
    """The red zone: where it begins as a share of the slider's length, and what it means."""

    left: float
    sentence: str
    alt: str


NOT_MEASURED = Zone(
    1.0, "Once a run has started, red marks the rates at which plain SGD overshoots.", "not measured yet"
)
"""What is shown where there is no run, or its loss does not curve upwards."""


def zone_of(bound: float, marks: Sequence[float], optimizer: str) -> Zone:
    """The zone of rates above ``bound``, on a slider whose marks are evenly spaced.

    Parameters
    ----------
    bound : float
        The rate above which plain SGD is estimated to be unstable.
    marks : sequence of float
        The slider's, in order, above 0.
    optimizer : str
        A key of ``ON_TRAIN``: that of the settings.

    Returns
    -------
    Zone
    """
    places = np.linspace(0.0, 1.0, len(marks))
    left = float(np.interp(math.log(bound), np.log(marks), places))
    about = plain(bound, 2)
    sentence = (
        f"Red: plain SGD, at the weights of the run that is shown, overshoots above about {about} (estimate)."
    )
    if optimizer != "sgd":
        sentence += (
            f" This does not hold for {ON_TRAIN[optimizer].training_title}, whose steps have another length."
        )
    return Zone(left, sentence, f"red above {about}, where plain SGD is estimated to be unstable")
