"""The landscape in two numbers is the loss itself, evaluated where they have those values."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.arrays import Array
from netlab.playground.network import Plan
from netlab.playground.points import Choice, points
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task, measure
from netlab.playground.two_weights import COUNTS, landscape_of, told

PAIRS = [(0, 1), (0, 12), (14, 16), (8, 3)]


FOUR = Plan(hidden=((4, "tanh"),))


def trained(plan: Plan = FOUR, **more: object) -> Timeline:
    line = Timeline(Task(plan, points(Choice("xor", **more)), Course(l2=(0.01,))))  # type: ignore[arg-type]
    line.grow(6, seconds=60)
    return line


def loss(numbers: Array, task: Task) -> float:
    """Of a 2-4-1 network with a sigmoid, in float64 and by the formula."""
    wide = numbers.astype(np.float64)
    x, y = task.points.places[~task.points.held].astype(np.float64), task.points.labels[~task.points.held]
    hidden = np.tanh(x @ wide[:8].reshape(2, 4) + wide[8:12])
    p = 1 / (1 + np.exp(-(hidden @ wide[12:16] + wide[16])))
    return float(-np.log(np.where(y == 1, p, 1 - p)).mean())


@pytest.mark.parametrize("pair", PAIRS)
def test_each_height_is_the_loss_with_two_other_values(pair: tuple[int, int]) -> None:
    line = trained(size=60)
    found = landscape_of(line.task, line.moments, pair)
    ground, now = found.ground, line.moments[-1]
    assert ground.losses.shape == (COUNTS[0],) * 2
    for row, column in [(0, 0), (5, 30), (40, 12), (20, 20)]:
        numbers = now.numbers.copy()
        numbers[pair[0]], numbers[pair[1]] = ground.x[column], ground.y[row]
        assert ground.losses[row, column] == pytest.approx(loss(numbers, line.task), rel=1e-5)
    assert found.here == (now.numbers[pair[0]], now.numbers[pair[1]])
    assert ground.losses[20, 20] == pytest.approx(now.measured.loss, rel=1e-6)  # without regularisation
    assert found.walk.shape == (7, 2)
    assert found.losses[0] == np.float32(line.moments[0].measured.loss)


def test_the_window_holds_the_whole_walk_and_a_large_network_has_a_coarser_picture() -> None:
    line = trained(Plan(hidden=((12, "relu"),) * 4), size=2000, held=0.0)
    numbers = line.moments[-1].numbers.copy()
    numbers[3] += 30
    line.edit(len(line.moments) - 1, {3: float(numbers[3])})
    found = landscape_of(line.task, line.moments, (3, 4))
    assert found.ground.losses.shape == (COUNTS[-1],) * 2
    assert found.ground.x[0] < found.walk[:, 0].min() < found.walk[:, 0].max() < found.ground.x[-1]


def test_it_is_said_where_it_would_be_lower_and_where_nothing_is_to_be_won() -> None:
    line = trained(Plan(hidden=()), size=60)
    found = landscape_of(line.task, line.moments, (0, 1))
    names = ("weight from x", "weight from y")
    assert told(found, names).startswith("The network stands at a loss of 0.")
    line.grow(60, seconds=60)
    assert "nothing to gain" in told(landscape_of(line.task, line.moments, (0, 1)), names)
    far = Timeline(line.task)
    far.edit(0, {0: 3.0})
    moved = landscape_of(far.task, far.moments, (0, 1))
    row, column = np.unravel_index(moved.ground.losses.argmin(), moved.ground.losses.shape)
    numbers = far.moments[-1].numbers.copy()
    numbers[:2] = moved.ground.x[column], moved.ground.y[row]
    assert measure(far.task, numbers).loss < far.moments[-1].measured.loss
    assert "The lowest of this window is" in told(moved, names)
    moved.ground.losses[:] = np.nan
    assert told(moved, names) == "No loss in this window is a finite number."
