"""One point's way: the numbers on it are the network's, its slopes those of its own loss."""

from __future__ import annotations

import numpy as np
import pytest

from netlab.nn.backpropagation import backward
from netlab.nn.mlp import forward
from netlab.playground.network import Plan, network
from netlab.playground.one_point import sentence, way_there_and_back
from netlab.playground.points import Choice, points
from netlab.playground.training import Course, Task, begin

TASKS = [
    Task(Plan(), points(Choice("xor", size=40)), Course()),
    Task(Plan(output="softmax", classes=3), points(Choice("three", size=40)), Course()),
    Task(Plan(output="linear", loss="quadratic"), points(Choice("xor", size=40)), Course()),
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.plan.output)
def test_its_numbers_are_the_network_s(task: Task) -> None:
    numbers = begin(task).numbers
    stages = way_there_and_back(task, numbers, 7)
    net = network(task.plan, numbers.astype(np.float64))
    x, y = task.given[7:8].astype(np.float64), task.wanted[7:8].astype(np.float64)
    passed = forward(net, x, y)
    sums = [stage.values for stage in stages if stage.phase == "forward"]
    expected = [array for pair in zip(passed.pre_activations, passed.activations[1:]) for array in pair]
    assert all(np.allclose(ours, theirs) for ours, theirs in zip(sums, expected, strict=True))
    slopes = [stage.values for stage in stages if stage.phase == "backward"]
    for gradient in backward(net, passed, y).arrays:
        assert any(gradient.shape == slope.shape and np.allclose(gradient, slope) for slope in slopes)
    assert {stage.phase for stage in stages} == {"forward", "loss", "backward"}


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.plan.output)
def test_the_sentence_says_class_answer_and_verdict(task: Task) -> None:
    numbers = begin(task).numbers
    passed = forward(network(task.plan, numbers), task.given, task.wanted)
    z = passed.pre_activations[-1]
    answers = (z[:, 0] > 0).astype(int) if z.shape[1] == 1 else z.argmax(axis=1)
    verdicts = set()
    for point in range(40):
        found = sentence(task, numbers, point)
        label, answer = int(task.points.labels[point]), int(answers[point])
        assert f"is of class {'ABC'[label]}." in found
        assert f"The network says {'ABC'[answer]} " in found
        assert f"which is {'right' if label == answer else 'wrong'}." in found
        assert ("held back" in found) == bool(task.points.held[point])
        verdicts.add(label == answer)
    assert verdicts == {True, False}
