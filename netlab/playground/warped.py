"""What a hidden layer does to the plane: the answers of two of its units as new coordinates, and whether one straight line
parts the classes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import percent
from netlab.nn.mlp import forward
from netlab.playground.features import inputs
from netlab.playground.network import Plan, network, parts
from netlab.playground.points import Labels, Points
from netlab.playground.training import Task

DIRECTIONS = 180
"""In so many directions the best straight line is looked for, one a degree."""
CLEAR = 1e-6
"""Classes count as parted by a line that keeps this share of the picture between itself and every point."""
CORNERS = np.array([[1.5, 1.5], [-1.5, -1.5], [1.5, -1.5], [-1.5, 1.5]], np.float32)
"""Of XOR: the middles of its four squares, the first two of one class and the last two of the other."""


@dataclass(frozen=True)
class Look:
    """Which units are looked at: a hidden layer from 1, and two of its units from 0, across and up."""

    layer: int
    across: int
    up: int

    def of(self, plan: Plan) -> bool:
        """Whether a network has these units, and they are two."""
        if not 1 <= self.layer <= len(plan.hidden):
            return False
        units = plan.sizes[self.layer]
        return self.across != self.up and 0 <= self.across < units and 0 <= self.up < units


def warped(plan: Plan, numbers: Array, look: Look, places: Array) -> Array:
    """Where points of the plane lie as a layer sees them.

    Parameters
    ----------
    plan : Plan
        The network.
    numbers : floats (count,)
        Weights and biases.
    look : Look
        The layer and its two units.
    places : floats (n, 2)
        x and y.

    Returns
    -------
    floats (n, 2)
        The answers of the two units.
    """
    nothing = np.zeros((len(places), plan.outputs), np.float32)
    with np.errstate(all="ignore"):
        passed = forward(network(plan, numbers), inputs(plan.features, places), nothing, judged=False)
    return passed.activations[look.layer][:, [look.across, look.up]]


def strongest(plan: Plan, numbers: Array, layer: int) -> Look | None:
    """The two units of a layer whose outgoing weights are largest, by the sum of their sizes.

    Parameters
    ----------
    plan : Plan
        The network.
    numbers : floats (count,)
        Weights and biases.
    layer : int
        A hidden layer, from 1.

    Returns
    -------
    Look or None
        The units in their own order; None for a layer of one unit.
    """
    if plan.sizes[layer] < 2:
        return None
    outgoing = np.abs(parts(plan, numbers)[2 * layer]).sum(axis=1)
    across, up = sorted(np.argsort(-outgoing, kind="stable")[:2].tolist())
    return Look(layer, across, up)


def separable(places: Array, labels: Labels) -> bool:
    """Whether a straight line has all points of one class on its one side and all of the other on the other.

    Two convex hulls lie apart if, and only if, they do so seen along an edge of one of them (the theorem of the separating
    axis); where both are flat, seen across it.

    Parameters
    ----------
    places : floats (n, 2)
        All finite.
    labels : integers (n,)
        Of two classes; one class alone is parted from nothing.

    Returns
    -------
    bool
    """
    known = np.unique(labels)
    if len(known) < 2:
        return True
    framed = _framed(places)
    one, other = (_hull(framed[labels == label]) for label in known)
    edges = np.concatenate(
        [np.roll(one, -1, axis=0) - one, np.roll(other, -1, axis=0) - other, [other[0] - one[0]]]
    )
    axes = np.concatenate([edges @ np.array([[0.0, 1.0], [-1.0, 0.0]]), edges])
    length = np.hypot(*axes.T)
    if not length.any():
        return False  # all points are one
    axes = axes[length > 0] / length[length > 0, None]
    first, second = one @ axes.T, other @ axes.T
    gaps = np.maximum(second.min(axis=0) - first.max(axis=0), first.min(axis=0) - second.max(axis=0))
    return bool(gaps.max() > CLEAR)


def _hull(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of the convex hull, (corners, 2), counterclockwise (Andrew, 1979)."""
    in_order = np.unique(places, axis=0).tolist()

    def chain(along: list[list[float]]) -> list[list[float]]:
        kept: list[list[float]] = []
        for x, y in along:
            while len(kept) > 1:
                (x1, y1), (x2, y2) = kept[-2:]
                if (x2 - x1) * (y - y1) > (y2 - y1) * (x - x1):
                    break
                kept.pop()
            kept.append([x, y])
        return kept

    lower, upper = chain(in_order), chain(in_order[::-1])
    return np.array(lower[:-1] + upper[:-1] or in_order)


def best_line(places: Array, labels: Labels) -> float:
    """The largest share of points of two classes that a straight line in one of 180 directions gets right.

    Parameters
    ----------
    places : floats (n, 2)
        All finite.
    labels : integers (n,)
        Of two classes.

    Returns
    -------
    float
        From a half to 1.
    """
    angle = np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    along = np.stack([np.cos(angle), np.sin(angle)], axis=1) @ _framed(places).T
    second = labels == np.unique(labels)[-1]
    order = np.argsort(along, axis=1)
    in_order = np.take_along_axis(along, order, axis=1)
    # right, if the line lies behind the first k points: those of the first class before it, of the second behind it
    right = np.cumsum(np.where(second[order], -1, 1), axis=1) + int(second.sum())
    between = np.diff(in_order, axis=1, append=np.inf) > 0
    right = np.where(between, right, int(second.sum()))
    return float(max(right.max(), len(labels) - right.min()) / len(labels))


def _framed(places: Array) -> NDArray[np.float64]:
    """Both axes from −1 to 1; an axis without extent stays at 0."""
    wide = places.astype(np.float64)
    low, high = wide.min(axis=0), wide.max(axis=0)
    half = np.where(high > low, (high - low) / 2, 1.0)
    framed: NDArray[np.float64] = (wide - (low + high) / 2) / half
    return framed


def told(task: Task, numbers: Array, look: Look, *, xor: bool = False) -> str:
    """What one sees in the warped plane: whether the classes lie on two sides of a line there.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases.
    look : Look
        The layer and its two units.
    xor : bool
        Whether the points are XOR's, whose corners are told of.

    Returns
    -------
    str
        Of the points that are trained on; empty if an answer is no finite number.
    """
    taught = ~task.points.held
    labels = task.points.labels[taught]
    seen = warped(task.plan, numbers, look, task.points.places[taught])
    if not np.isfinite(seen).all():
        return ""
    two = len(np.unique(labels)) == 2
    sentences = _of_two(seen, labels, task.points) if two else _of_more(seen, labels, task)
    if xor:
        sentences.append(_corners(task.plan, numbers, look))
    return " ".join(sentences)


@lru_cache(maxsize=16)
def _before(points: Points) -> tuple[bool, float]:
    """Whether a line parts the points trained on in the plane itself, and what share the best one gets right."""
    flat, labels = points.places[~points.held], points.labels[~points.held]
    return separable(flat, labels), best_line(flat, labels)


def _of_two(seen: Array, labels: Labels, points: Points) -> list[str]:
    plane = f"the plane of {points.axes[0]} and {points.axes[1]}"
    parted, then = _before(points)
    if separable(seen, labels):
        if parted:
            return [f"One straight line parts all points trained on here. In {plane} one does so already."]
        return [f"One straight line parts all points trained on here. In {plane} none does."]
    now = best_line(seen, labels)
    return [
        f"No straight line parts all points here: the best one found gets {percent(now)} right. "
        f"In {plane} the best gets {percent(then)}."
    ]


def _of_more(seen: Array, labels: Labels, task: Task) -> list[str]:
    known = np.unique(labels).tolist()
    if len(known) < 2:
        return ["All points trained on are of one class: there is nothing to part."]
    mixed = [
        f"{task.points.names[one]} and {task.points.names[other]}"
        for one, other in combinations(known, 2)
        if not separable(
            seen[(labels == one) | (labels == other)], labels[(labels == one) | (labels == other)]
        )
    ]
    if not mixed:
        return ["Every two of the three classes are parted by a straight line here."]
    return [f"No straight line parts {', nor '.join(mixed)} here."]


def _corners(plan: Plan, numbers: Array, look: Look) -> str:
    seen = warped(plan, numbers, look, CORNERS)
    if separable(seen, np.array([1, 1, 0, 0])):
        return "A straight line now separates XOR’s four corners (the middles of its squares)."
    return "No straight line separates XOR’s four corners (the middles of its squares) yet."
