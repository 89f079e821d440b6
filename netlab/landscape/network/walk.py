"""The way of a run through the space of its weights: the moments that were kept.

They are kept in half precision, which is too coarse for the difference of two that lie close together; ``exact`` reads
the states that have every digit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.landscape.network.flat import Weights, flat, shaped, size, trained
from netlab.nets import shipped
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import WeightsError, weight_shapes
from netlab.runs import store
from netlab.runs.run import RunError

MOST_NUMBERS = 60_000_000
"""Of all moments of a run together that are looked at at once, 120 MB; of more, some moments are left out."""


@dataclass(frozen=True, eq=False)
class Course:
    """A run's kept moments.

    Attributes
    ----------
    id : str
        The run, or the name of a network that comes along.
    spec : NetworkSpec
        Its network.
    steps : tuple of int
        After how many updates each moment is, ascending.
    missing : tuple of str
        For each moment that is kept and cannot be read, why, in a sentence.
    rows : list of float16 (P,)
        The weights at each moment, as they are kept.
    measured : list of mapping of str to arrays
        What training does not move, at each moment.
    """

    id: str
    spec: NetworkSpec
    steps: tuple[int, ...]
    missing: tuple[str, ...]
    rows: list[NDArray[np.float16]] = field(repr=False)
    measured: list[Weights] = field(repr=False)

    def place(self, step: int) -> int:
        """The place of a step among the moments.

        Raises
        ------
        RunError
            If it is none of them.
        """
        if step not in self.steps:
            raise RunError(f"The moment after {step:,} batches is not kept any more.")
        return self.steps.index(step)

    def row(self, place: int) -> NDArray[np.float32]:
        """The weights at a moment, (P,)."""
        return self.rows[place].astype(np.float32)

    def weights(self, place: int) -> dict[str, NDArray[Any]]:
        """The weights at a moment, by Keras's names."""
        return shaped(self.spec, self.row(place), self.measured[place])


def course_of(name: str) -> Course:
    """The moments of a run, or the one moment of a network that comes along.

    Parameters
    ----------
    name : str
        A run's id, or a key of ``netlab.nets.shipped.SHIPPED``.

    Returns
    -------
    Course
        Of a run whose moments together are very large, some in between are left out.

    Raises
    ------
    RunError
        If the run is gone, or none of its moments can be read.
    """
    if name in shipped.SHIPPED:
        spec, weights = shipped.load(name)
        return Course(name, spec, (0,), (), [_half(spec, weights)], [_measured(spec, weights)])
    run = store.get(name)
    if run is None:
        raise RunError("This run was deleted meanwhile.")
    spec, missing = run.spec(), []
    good: list[int] = []
    rows: list[NDArray[np.float16]] = []
    measured: list[Weights] = []
    for step in _some(run.snapshots(), MOST_NUMBERS // size(spec)):
        try:
            found, weights = run.weights(step)
            if weight_shapes(found) != weight_shapes(spec):
                raise WeightsError("it is of another network")
        except WeightsError as error:
            missing.append(f"The moment after {step:,} batches cannot be read: {error}")
            continue
        good.append(step)
        rows.append(_half(spec, weights))
        measured.append(_measured(spec, weights))
    if not good:
        raise RunError(
            missing[0] if missing else "This run has kept no moment yet; let it train for a moment."
        )
    return Course(name, spec, tuple(good), tuple(missing), rows, measured)


def weights_at(name: str, step: int) -> Weights:
    """The weights of one kept moment.

    Parameters
    ----------
    name : str
        A run's id, or a key of ``netlab.nets.shipped.SHIPPED``.
    step : int
        After how many updates.

    Returns
    -------
    mapping of str to arrays
        By Keras's names.

    Raises
    ------
    RunError
        If the run or the moment is gone or cannot be read.
    """
    if name in shipped.SHIPPED:
        return shipped.load(name)[1]
    run = store.get(name)
    if run is None:
        raise RunError("This run was deleted meanwhile.")
    try:
        return run.weights(step)[1]
    except WeightsError as error:
        raise RunError(f"The moment after {step:,} batches cannot be read: {error}") from error


def _some(steps: list[int], most: int) -> list[int]:
    """All of some steps, or so many of them, the first and the last with them."""
    most = max(most, 3)
    if len(steps) <= most:
        return steps
    return sorted({steps[round(place)] for place in np.linspace(0, len(steps) - 1, most)})


def _half(spec: NetworkSpec, weights: Weights) -> NDArray[np.float16]:
    limit = float(np.finfo(np.float16).max)
    return flat(spec, weights).clip(-limit, limit).astype(np.float16)


def _measured(spec: NetworkSpec, weights: Weights) -> Weights:
    places = trained(spec)
    return {name: weights[name] for name in weight_shapes(spec) if name not in places}
