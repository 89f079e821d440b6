"""What a falling rate is worth on batches: the same walk at a constant rate and under schedules that end with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.landscape.noise.ball import crowd, minimum_with_curvature
from netlab.landscape.noise.batches import Batches, fields_with_data
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import Optimizer, Schedule, schedule_from

WALKERS = 32
MOST_LOOKS = 100
"""A curve needs no more points than it has pixels."""
LEAST_STEPS = 20
"""A schedule that ends sooner is over before it shows anything."""


def schedules_over(steps: int) -> Mapping[str, Schedule]:
    """A constant rate and four that fall, each set to so many steps.

    Parameters
    ----------
    steps
        How long the walk is, at least ``LEAST_STEPS``.

    Returns
    -------
    dict
        Schedules by what they are called, the constant one first.
    """
    return {
        "Constant": schedule_from("constant"),
        "In a straight line to 0": schedule_from("polynomial", decay_steps=steps, end_learning_rate=0.0),
        "Cosine to 0": schedule_from("cosine", decay_steps=steps),
        "A tenth at half, a hundredth at three quarters": schedule_from(
            "piecewise", first_boundary=steps // 2, second_boundary=3 * steps // 4, factor=0.1
        ),
        "Divided by 1 + 10 t/T": schedule_from("inverse-time", decay_steps=steps, decay_rate=10.0),
    }


@dataclass(frozen=True, eq=False)
class Trial:
    """One optimizer under several schedules.

    Attributes
    ----------
    names
        What the schedules are called, the constant one first.
    looks
        After which steps heights were measured, evenly, the last step among them.
    heights
        float64, (schedules, looks): the mean height of the walkers above the lowest minimum then.
    quiet
        float64, (schedules,): the height after the last step where each step sees all examples.
    """

    names: tuple[str, ...]
    looks: range
    heights: Array
    quiet: Array

    @property
    def ends(self) -> Array:
        """The height after the last step, (schedules,), as the mean of the last twentieth of the walk."""
        last: Array = self.heights[:, -max(1, self.heights.shape[1] // 20) :].mean(axis=1)
        return last

    @property
    def best(self) -> int:
        """The schedule that ends lowest."""
        return int(np.argmin(self.ends))


def on_trial(
    surface: Surface, optimizer: Optimizer, start: ArrayLike, *, steps: int, batches: Batches
) -> Trial | None:
    """Walk one optimizer under each schedule, on batches and without noise.

    Parameters
    ----------
    surface
        A loss with data.
    optimizer
        Any rule; its own schedule is left aside.
    start
        Two finite numbers, (x, y).
    steps
        How many updates, at least ``LEAST_STEPS``.
    batches
        Size and seed.

    Returns
    -------
    Trial or None
        None where the surface has no minimum to measure heights from.

    Raises
    ------
    ValueError
        If the surface has no data, or a batch would be empty or larger than it.
    """
    fields = fields_with_data(surface)
    minimum = minimum_with_curvature(surface)
    if minimum is None:
        return None
    plans = schedules_over(steps)
    parties = [optimizer.with_settings(schedule=plan) for plan in plans.values()]
    stride = -(-steps // MOST_LOOKS)
    looks = range(steps % stride, steps + 1, stride)
    noisy = crowd(surface, parties, start, steps=steps, batches=batches, walkers=WALKERS, looks=looks)
    all_of_them = Batches(len(fields.data.inputs), batches.seed)
    quiet = crowd(
        surface, parties, start, steps=steps, batches=all_of_them, walkers=1, looks=range(steps, steps + 1)
    )
    return Trial(tuple(plans), looks, noisy.heights - minimum.value, quiet.heights[:, -1] - minimum.value)
