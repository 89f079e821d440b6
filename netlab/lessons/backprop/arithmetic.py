"""What a way forward and the way back cost: every multiplication of the real code is counted while it is done.

Arrays of a class of their own take the place of the plain ones. Each product of matrices and each product of two arrays
that one of them takes part in is counted before NumPy does it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

MULTIPLIES = {np.multiply, np.divide, np.square}


@dataclass
class Tally:
    """How many multiplications (and divisions) were done."""

    multiplications: int = 0


class Counted(np.ndarray[Any, Any]):
    """An array whose multiplications are counted, and what follows from it."""

    tally: Tally

    def __array_finalize__(self, other: Any) -> None:
        self.tally = getattr(other, "tally", Tally())

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **options: Any) -> Any:
        plain = [np.asarray(one) for one in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        if method == "__call__" and ufunc is np.matmul:
            self.tally.multiplications += int(np.size(result)) * plain[0].shape[-1]
        elif method == "__call__" and ufunc in MULTIPLIES:
            self.tally.multiplications += int(np.size(result))
        return _counted(np.asarray(result), self.tally)


def _counted(array: Array, tally: Tally) -> Counted:
    found = np.array(array).view(Counted)
    found.tally = tally
    return found


@dataclass(frozen=True)
class Cost:
    """Multiplications of one way forward and of the way back, and how many numbers have a slope then."""

    forward: int
    backward: int
    numbers: int

    @property
    def ratio(self) -> float:
        """How many times as much the way back takes."""
        return self.backward / self.forward

    @property
    def by_nudging(self) -> int:
        """What finding the same slopes takes by two ways forward for every number."""
        return 2 * self.numbers * self.forward


def cost(network: Network, inputs: Array, targets: Array) -> Cost:
    """Count what one way forward and back takes.

    Parameters
    ----------
    network : Network
        Layers and loss.
    inputs, targets : array
        A batch as for ``forward``.

    Returns
    -------
    Cost
        As counted, the losses themselves left out.
    """
    tally = Tally()
    watched = network.with_arrays([_counted(array, tally) for array in network.arrays])
    passed = forward(watched, _counted(np.atleast_2d(inputs), tally), targets, judged=False)
    there = tally.multiplications
    backward(watched, passed, targets)
    return Cost(there, tally.multiplications - there, sum(array.size for array in network.arrays))


def equal_layers(width: int, layers: int) -> Network:
    """A network whose layers are all of one width, to be counted.

    Parameters
    ----------
    width, layers : int
        Units of each layer, inputs included, and how many layers with weights.

    Returns
    -------
    Network
        Of sigmoids, with the quadratic loss.
    """
    sizes: Sequence[int] = (width,) * (layers + 1)
    return Network.drawn(sizes, ("sigmoid",) * layers, loss="quadratic", seed=0)
