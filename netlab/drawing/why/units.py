"""The hidden units that decided: what each of the last hidden layer added to the answer's lead over the second guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import SIDE, Array
from netlab.drawing.why.case import Case
from netlab.nets.numpy_gradient import Way, way
from netlab.nets.numpy_model import answering, folded

MOST = 5
WEIGHTS, SLOPES = "weights", "slopes"
"""What is shown of a unit: its incoming weights, or by how much each pixel would move it at this drawing."""


@dataclass(frozen=True)
class Vote:
    """What one unit had to say.

    Attributes
    ----------
    unit : int
        Counted from 0; in a network whose last hidden layer is a convolution, over all its numbers.
    activation : float
        What it gave.
    weight : float
        Its weight into the answer less that into the rival.
    picture : float64 (28, 28)
        ``WEIGHTS`` or ``SLOPES``.
    """

    unit: int
    activation: float
    weight: float
    picture: Array

    @property
    def adds(self) -> float:
        """What it added to the lead: its activation times the difference of its two weights."""
        return self.activation * self.weight


@dataclass(frozen=True)
class Votes:
    """The units that had most to say, and all of them together.

    Attributes
    ----------
    votes : tuple of Vote
        By the size of what they add, the largest first.
    shown : str
        What their pictures are: ``WEIGHTS`` or ``SLOPES``.
    count, active : int
        How many units the layer has, and how many gave something else than 0.
    total : float
        What all its units added.
    bias : float
        The answer's bias less the rival's. Total and bias are the lead.
    """

    votes: tuple[Vote, ...]
    shown: str
    count: int
    active: int
    total: float
    bias: float


def votes(case: Case, most: int = MOST) -> Votes | None:
    """The units of the last hidden layer that moved the lead most.

    Parameters
    ----------
    case : Case
        A drawing that was read.
    most : int, default=5
        How many.

    Returns
    -------
    Votes or None
        None for a network without hidden layers: there are no units.
    """
    if not case.spec.hidden and not case.spec.convolutions:
        return None
    *before, last = answering(case.spec)
    gone = way(before, case.weights, case.picture[None])
    given = gone.given[0].astype(np.float64)
    kernel = case.weights[f"{last.name}/kernel"].astype(np.float64)
    biases = case.weights[f"{last.name}/bias"].astype(np.float64)
    weights = kernel[:, case.answer] - kernel[:, case.rival]
    adds = given * weights
    order = np.argsort(-np.abs(adds), kind="stable")[:most]
    order = order[adds[order] != 0]
    shown, pictures = _pictures(case, gone, order)
    found = tuple(
        Vote(int(unit), float(given[unit]), float(weights[unit]), picture)
        for unit, picture in zip(order, pictures, strict=True)
    )
    active = int(np.count_nonzero(given))
    return Votes(
        found, shown, given.size, active, float(adds.sum()), float(biases[case.answer] - biases[case.rival])
    )


def _pictures(case: Case, gone: Way, order: Array) -> tuple[str, Array]:
    """What is shown of these units, and it, (n, 28, 28)."""
    if not case.spec.convolutions and len(case.spec.hidden) == 1:
        kernel = folded(case.spec, case.weights)["dense/kernel"]
        return WEIGHTS, kernel[:, order].T.astype(np.float64).reshape(-1, SIDE, SIDE)
    rows = np.zeros((len(order), gone.given.shape[1]), np.float32)
    rows[np.arange(len(order)), order] = 1
    return SLOPES, np.asarray(gone.back(rows), np.float64)
