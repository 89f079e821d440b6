"""The script that is taken away runs in Keras, and its outputs are the network's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.nn.optimizers import OPTIMIZERS
from netlab.playground.features import FEATURES
from netlab.playground.network import Plan, network
from netlab.playground.points import Choice, points
from netlab.playground.take_away import curves_csv, keras_script
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task

TASKS = [
    *(Task(Plan(hidden=((4, bend), (3, bend))), points(Choice(size=40)), Course(learning_rate=0.01)) for bend in ACTIVATIONS),
    Task(Plan(tuple(FEATURES), ((12, "tanh"),) * 6, "softmax", classes=3), points(Choice("three", size=40)), Course(dropout=(0.2,))),
    Task(Plan(output="linear", loss="quadratic"), points(Choice("xor", size=40, held=0.0)), Course("signsgd", l2=(0.0, 0.01))),
    Task(Plan(hidden=(), output="softmax", loss="quadratic"), points(Choice("xor", size=40)), Course("nesterov")),
    Task(Plan(output="sigmoid", classes=3), points(Choice("three", size=40)), Course("adamw", schedule="cosine")),
]  # fmt: skip


@pytest.mark.parametrize("task", TASKS, ids=lambda task: "-".join(task.plan.activations))
def test_the_script_s_outputs_are_the_page_s(task: Task) -> None:
    line = Timeline(task)
    line.grow(5, seconds=60)
    moment = line.moments[-1]
    found: dict[str, Any] = {}
    exec(compile(keras_script(task, moment), "script", "exec"), found)
    ours = forward(network(task.plan, moment.numbers), task.given, task.wanted)
    assert np.abs(found["outputs"] - ours.activations[-1]).max() < 1e-5
    assert np.array_equal(found["targets"], task.wanted)
    right = (found["said"] == found["labels"])[~found["held"]].mean()
    assert right == pytest.approx(moment.measured.accuracy)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_s_script_is_whole(optimizer: str) -> None:
    task = Task(Plan(), points(Choice(size=20)), Course(optimizer))
    found: dict[str, Any] = {}
    exec(compile(keras_script(task, Timeline(task).moments[0]), "script", "exec"), found)
    trains = hasattr(found["model"], "optimizer") and found["model"].optimizer is not None
    assert trains == (OPTIMIZERS[optimizer].keras_class is not None)


def test_the_curves_are_a_table() -> None:
    line = Timeline(TASKS[0])
    line.grow(2, seconds=60)
    rows = [row.split(",") for row in curves_csv(line.moments).splitlines()]
    assert len(rows) == 4
    assert {len(row) for row in rows} == {7}
    assert float(rows[3][2]) == line.moments[2].measured.loss
    assert rows[1][:2] == ["0", "0"]
