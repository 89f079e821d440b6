"""Early stopping: remember the weights of the epoch with the lowest validation loss, and say when it is enough.

The rule is that of Keras's ``EarlyStopping(patience=…, restore_best_weights=True)``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import weight_shapes
from netlab.runs.states import Layout

ABOUT = "best"
MOST = 1000  # epochs that a state can speak of


class BestSoFar:
    """The best epoch so far, and for how many epochs none was better."""

    def __init__(self, patience: int) -> None:
        self.patience = patience
        self.loss, self.epoch, self.waited = math.inf, 0, 0
        self.weights: list[NDArray[np.float32]] = []

    @property
    def enough(self) -> bool:
        """Whether the training is to end."""
        return self.waited >= self.patience

    @property
    def may_be_enough(self) -> bool:
        """Whether the next epoch may end the training."""
        return self.waited + 1 >= self.patience

    def see(self, epoch: int, loss: float, weights: Sequence[NDArray[np.float32]]) -> None:
        """Take in an epoch, counted from 1; the first is the best until another has a lower loss."""
        if self.epoch and not loss < self.loss:
            self.waited += 1
            return
        self.loss, self.epoch, self.waited = loss if math.isfinite(loss) else math.inf, epoch, 0
        self.weights = [weight.copy() for weight in weights]

    def state(self, blank: Sequence[NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
        """Arrays for a checkpoint; ``blank`` stands for the weights where no epoch has ended yet."""
        about = np.array([self.loss, self.epoch, self.waited], np.float64)
        return {ABOUT: about, **{f"b{place}": weight for place, weight in enumerate(self.weights or blank)}}

    def restore(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Put back what ``state`` gave."""
        loss, epoch, waited = np.nan_to_num(arrays[ABOUT], nan=0.0, posinf=np.inf).tolist()
        self.loss, self.epoch, self.waited = loss, int(min(epoch, MOST)), int(min(waited, MOST))
        count = sum(name[0] == "b" and name[1:].isdecimal() for name in arrays)
        self.weights = [arrays[f"b{place}"] for place in range(count)] if self.epoch else []


def best_layout(spec: NetworkSpec) -> Layout:
    """Shape and dtype of what early stopping adds to a state.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    Layout
        Empty without early stopping.
    """
    if not spec.patience:
        return {}
    shapes = weight_shapes(spec).values()
    weights = {f"b{place}": (shape, np.dtype(np.float32)) for place, shape in enumerate(shapes)}
    return {ABOUT: ((3,), np.dtype(np.float64)), **weights}
