"""What the page says happened did happen; where it did not, it is silent."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from netlab.formatting import plain
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.playground.curvature import curvature
from netlab.playground.explosion import THROWN, explosion
from netlab.playground.findings import findings
from netlab.playground.network import Plan, network, parts
from netlab.playground.points import Choice, points
from netlab.playground.step_words import name_of
from netlab.playground.timeline import Moment, Timeline
from netlab.playground.training import Course, Measured, Task, advance, begin, measure

XOR = points(Choice("xor", size=80))
CLOUDS = points(Choice("clouds", size=80))


def keys(task: Task, moments: list[Moment]) -> list[str]:
    return [finding.key for finding in findings(task, moments)]


def trained(task: Task, epochs: int) -> tuple[Task, list[Moment]]:
    line = Timeline(task)
    line.grow(epochs, seconds=60)
    return task, line.moments


def test_a_training_that_goes_well_is_met_with_silence() -> None:
    assert keys(*trained(Task(Plan(), CLOUDS, Course(learning_rate=0.01)), 8)) == []


@pytest.mark.parametrize(("rate", "batch"), [(1e4, 10), (3.0, 0)])
def test_exploded_is_told_with_rate_number_and_step_and_offers_the_way_back(rate: float, batch: int) -> None:
    plan = Plan(hidden=((4, "relu"),), output="linear", loss="quadratic")
    task = Task(plan, XOR, Course("sgd", rate, batch_size=batch))
    line = Timeline(task)
    line.grow(80, seconds=60)
    last = len(line.moments) - 1
    assert line.end == "exploded"
    found = explosion(line, last)
    assert found is not None
    assert explosion(line, found.back) is None
    assert np.abs(line.moments[found.back].numbers).max() <= THROWN
    assert not np.abs(line.moments[found.back + 1].numbers).max() <= THROWN
    step = int(re.findall(r"at step ([\d,]+)\.", found.sentence)[0])
    assert found.step < step
    before, after = (advance(task, begin(task), count).numbers for count in (step - 1, step))  # taken anew
    assert np.abs(before).max() <= THROWN
    place = int(np.where(np.isfinite(after), np.abs(after), np.inf).argmax())
    assert not abs(after[place]) <= THROWN
    thrown = plain(after[place], 2) if np.isfinite(after[place]) else "beyond all bounds"
    assert f"rate {plain(rate)} threw the {name_of(task, place)} " in found.sentence
    assert f"{thrown} at step" in found.sentence
    assert found.rate == rate / 10
    assert found.offer.endswith(f"and go on with the rate {plain(rate / 10)}")
    assert keys(task, line.moments) == []  # of nothing else can be spoken then


def moment(task: Task, numbers: np.ndarray) -> Moment:
    row = numbers.astype(np.float32)
    return Moment(0, 0, row, measure(task, row))


@pytest.mark.parametrize("unit", [0, 2])
def test_a_dead_unit_is_told_by_its_number_and_a_living_one_is_not(unit: int) -> None:
    task = Task(Plan(hidden=((3, "relu"),)), XOR, Course())
    numbers = begin(task).numbers.copy()
    assert "dead" not in keys(task, [moment(task, numbers)])
    parts(task.plan, numbers)[1][unit] = -100
    (only,) = findings(task, [moment(task, numbers)])
    assert only.sentence.startswith(f"Unit {unit + 1} of layer 1 is dead and crossed out")
    assert only.units == ((1, unit),)
    parts(task.plan, numbers)[1][1] = -100
    both = findings(task, [moment(task, numbers)])[0].sentence
    assert both.startswith(f"Units {min(unit, 1) + 1} and {max(unit, 1) + 1} of layer 1 are dead")


def test_a_leaky_unit_never_dies() -> None:
    task = Task(Plan(hidden=((3, "leaky_relu"),)), XOR, Course())
    numbers = begin(task).numbers.copy()
    parts(task.plan, numbers)[1][:] = -100
    assert "dead" not in keys(task, [moment(task, numbers)])


@pytest.mark.parametrize("bend", ["tanh", "sigmoid", "hard_sigmoid"])
def test_saturated_units_are_counted(bend: str) -> None:
    task = Task(Plan(hidden=((4, bend),)), XOR, Course())
    numbers = begin(task).numbers.copy()
    assert "saturated" not in keys(task, [moment(task, numbers)])
    parts(task.plan, numbers)[1][:3] = 50
    (only,) = findings(task, [moment(task, numbers)])
    assert only.sentence.startswith("3 of 4 units of layer 1 are saturated")
    assert ACTIVATIONS[bend].title in only.sentence


@pytest.mark.parametrize("first", ["constant", "zeros"])
def test_twins_are_told_and_dropout_parts_them(first: str) -> None:
    task = Task(Plan(hidden=((4, "tanh"),), initializer=first), XOR, Course(learning_rate=0.01))
    assert "twins" in keys(*trained(task, 3))
    assert "twins" not in keys(*trained(replace(task, plan=Plan(hidden=((4, "tanh"),))), 3))
    apart = replace(
        task, course=Course(dropout=(0.5,)), plan=Plan(hidden=((4, "tanh"),), initializer="constant")
    )
    assert "twins" not in keys(*trained(apart, 3))


def test_steps_cannot_learn() -> None:
    assert "step" in keys(*trained(Task(Plan(hidden=((4, "step"),)), XOR, Course()), 1))
    assert "step" not in keys(*trained(Task(Plan(hidden=((4, "tanh"),)), XOR, Course()), 1))


def row(epoch: int, loss: float, held: float | None, accuracy: float = 0.95) -> Moment:
    numbers = begin(Task(Plan(), XOR, Course())).numbers
    return Moment(epoch, epoch, numbers, Measured(loss, accuracy, held, None if held is None else 0.9, 0.0))


def test_overfitting_needs_a_rising_held_back_loss_and_a_falling_training_loss() -> None:
    task = Task(Plan(), XOR, Course())
    down = [row(0, 0.7, 0.7), row(1, 0.5, 0.52), row(2, 0.3, 0.4)]
    assert keys(task, down) == []
    (only,) = findings(task, [*down, row(3, 0.1, 0.6)])
    assert only.key == "overfitted"
    assert (
        "since epoch 2 the held-back loss has risen from 0.4 to 0.6, while the training loss fell from 0.3 to 0.1"
        in only.sentence
    )
    assert keys(task, [*down, row(3, 0.35, 0.6)]) == []  # both worse: that is no learning by heart
    assert keys(task, [row(0, 0.7, None), row(1, 0.3, None), row(2, 0.1, None)]) == []


def test_stuck_needs_twenty_still_epochs_and_wrong_points() -> None:
    task = Task(Plan(), XOR, Course())
    still = [row(epoch, 0.69, 0.7, 0.5) for epoch in range(21)]
    (only,) = findings(task, still)
    assert only.key == "stuck"
    assert "0.69 to 0.69" in only.sentence
    assert keys(task, still[:20]) == []
    assert keys(task, [row(epoch, 0.69, 0.7, 0.99) for epoch in range(21)]) == []
    assert keys(task, [row(epoch, 0.69 - 0.01 * epoch, 0.7, 0.5) for epoch in range(21)]) == []


def test_xor_without_a_hidden_layer_is_truly_stuck_and_at_no_saddle() -> None:
    said = keys(*trained(Task(Plan(hidden=()), XOR, Course("sgd", 0.1, batch_size=0)), 300))
    assert "stuck" in said
    assert "saddle" not in said  # the loss of one unit bends upwards everywhere


def test_weights_of_zero_are_a_saddle_and_a_crawl_downhill_is_none() -> None:
    still = Task(Plan(hidden=((4, "tanh"),), initializer="zeros"), XOR, Course("sgd", 0.1, batch_size=0))
    found = findings(*trained(still, 60))
    (saddle,) = [finding for finding in found if finding.key == "saddle"]
    bent = curvature(still, trained(still, 60)[1][-1].numbers)
    assert f"a bend of {plain(bent.highest, 2)} and" in saddle.sentence
    assert f"a bend of {plain(bent.lowest, 2)}," in saddle.sentence
    crawl = replace(still, plan=Plan(hidden=((4, "tanh"),)), course=Course("sgd", 1e-4, batch_size=0))
    said = keys(*trained(crawl, 21))
    assert "stuck" in said
    assert "saddle" not in said


@pytest.mark.parametrize("hidden", [((4, "tanh"),), ((6, "gelu"), (4, "sigmoid"))])
def test_the_bend_is_the_ends_of_the_whole_hessian_s_spectrum(hidden: tuple[tuple[int, str], ...]) -> None:
    task = Task(Plan(hidden=hidden), XOR, Course(l2=(0.01,)))
    numbers = trained(task, 3)[1][-1].numbers.astype(float)
    x, y, nudge = task.taught[0].astype(float), task.taught[1].astype(float), 1e-4

    def loss(row: np.ndarray) -> float:
        assert task.pull is not None
        return float(forward(network(task.plan, row), x, y).losses.mean() + task.pull[1] @ row**2)

    each = np.eye(task.plan.count) * nudge
    hessian = np.array(
        [
            [
                loss(numbers + a + b) - loss(numbers + a - b) - loss(numbers - a + b) + loss(numbers - a - b)
                for b in each
            ]
            for a in each
        ]
    ) / (4 * nudge**2)
    values = np.linalg.eigvalsh(hessian)
    found = curvature(task, numbers)
    assert (found.lowest, found.highest) == pytest.approx((values[0], values[-1]), rel=0.02, abs=1e-4)
    assert found.loss == pytest.approx(loss(numbers))
