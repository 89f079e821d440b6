"""The smallest change of a drawing after which the answer is another one, whichever that is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES
from netlab.drawing.why.case import Case
from netlab.nets.smallest_change import AnyNetwork, Change, smallest_change
from netlab.nn.arithmetic import one_thread

TRIED = 3
"""So many other answers are tried, the ones that look nearest; all, where these lead to none."""


@one_thread()
def flip(case: Case, tried: int = TRIED) -> Change | None:
    """The smallest change found after which the network answers something else.

    Were the network linear, the nearest border would be that of the digit with the smallest lead for the length of its
    slope (Moosavi-Dezfooli, Fawzi & Frossard, 2016, DeepFool). The digits that are nearest by that are tried in earnest,
    and the shortest change is kept. No smaller change is ruled out.

    Parameters
    ----------
    case : Case
        A drawing that was read.
    tried : int, default=3
        How many other digits are tried; all, where these lead to none.

    Returns
    -------
    Change or None
        The network was run on its end, which is read as its target; None if no change was found.
    """
    network = AnyNetwork(case.spec, case.weights)
    others = np.delete(np.arange(CLASSES), case.answer)
    ones = np.eye(CLASSES, dtype=np.float32)
    slopes = network.slopes(case.picture, ones[case.answer] - ones[others]).reshape(len(others), -1)
    lengths = np.linalg.norm(slopes.astype(np.float64), axis=1)
    leads = case.logits[case.answer] - case.logits[others]
    order = np.argsort(leads / np.maximum(lengths, 1e-12), kind="stable")
    nearest, rest = others[order[:tried]], others[order[tried:]]
    return _shortest(case, network, nearest) or _shortest(case, network, rest)


def _shortest(case: Case, network: AnyNetwork, targets: NDArray[np.intp]) -> Change | None:
    """The shortest change towards one of these digits that the network really reads as it."""
    found = [smallest_change(network, case.picture, int(target)) for target in targets]
    read = [one for one in found if one is not None and int(one.after.argmax()) == one.target]
    return min(read, key=lambda change: change.length, default=None)
