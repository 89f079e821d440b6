"""Slopes and wishes of the playground, held to TensorFlow's tape; and what is said of the two."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from netlab.lessons.backprop.tape_worker import answer, gradients
from netlab.nn.activations import ACTIVATIONS
from netlab.playground.network import Plan, network
from netlab.playground.next_step import NextStep, next_step
from netlab.playground.points import Choice, points
from netlab.playground.tape_check import question, unasked, verdict
from netlab.playground.training import Course, Task, advance, begin

XOR, THREE = points(Choice("xor", size=60)), points(Choice("three", size=60))
PLANS = [
    *(Plan(hidden=((3, bend),)) for bend in ACTIVATIONS if bend != "step"),
    Plan(("x", "yy"), ((4, "tanh"), (3, "gelu")), "softmax", classes=3), Plan(output="softmax", loss="quadratic"),
    Plan(output="linear", loss="quadratic"), Plan(output="sigmoid", loss="quadratic"), Plan(output="sigmoid", classes=3),
]  # fmt: skip


def ahead(task: Task) -> NextStep:
    found = next_step(task, advance(task, begin(task), 5))
    assert found is not None
    return found


def asked(task: Task, numbers: np.ndarray, rows: np.ndarray) -> list[np.ndarray]:
    """What the worker's process answers, asked within this one."""
    told: dict[str, Any] = answer({"id": 1, **json.loads(question(task, numbers, rows))})
    assert "error" not in told, told
    return [np.array(array) for array in told["gradients"]]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: "-".join((*plan.activations, plan.loss)))
def test_the_tape_agrees_with_every_network_of_the_page(plan: Plan) -> None:
    task = Task(plan, THREE if plan.classes == 3 else XOR, Course("sgd", 0.1, batch_size=7))
    step = ahead(task)
    told = asked(task, step.before, step.rows)
    agreed, words = verdict(task, step.before, step.rows, told)
    assert agreed, words
    assert "they agree" in words
    assert f"all {plan.count:,} numbers and the 7 points" in words
    flat = np.concatenate([array.ravel() for array in told])
    rough = {"leaky_relu", "gelu"} & set(plan.activations)  # Keras has their constants in float32
    assert np.abs(step.mean + flat).max() < (1e-8 if rough else 1e-12)
    assert "left out" not in words


def test_each_wish_alone_is_the_tape_s() -> None:
    task = Task(Plan(), XOR, Course("sgd", 0.1, batch_size=4))
    step = ahead(task)
    for example, row in enumerate(step.rows):
        x, y = task.given[[row]].astype(float), task.wanted[[row]].astype(float)
        slopes = gradients(network(task.plan, step.before.astype(float)), x, y)
        assert np.abs(step.wish(example) + np.concatenate([one.ravel() for one in slopes])).max() < 1e-12


def test_a_wrong_tape_is_told_with_its_place_and_regularisation_is_left_out() -> None:
    task = Task(Plan(), XOR, Course("sgd", 0.1, batch_size=7, l2=(0.1,)))
    step = ahead(task)
    told = asked(task, step.before, step.rows)
    told[2][1, 0] += 0.25
    agreed, words = verdict(task, step.before, step.rows, told)
    assert not agreed
    assert (
        "differ by at most 0.25. They differ most at the weight from unit 2 of layer 1 to unit 1 of layer 2."
        in words
    )
    assert "agree" not in words
    assert "Dropout, L1 and L2 are left out of both." in words


def test_they_agree_where_the_network_is_all_but_sure_and_wrong() -> None:
    task = Task(Plan(hidden=()), XOR, Course("sgd", 0.1, batch_size=0))
    numbers, rows = np.array([40.0, 0.0, 0.0], np.float32), np.flatnonzero(~XOR.held)
    agreed, words = verdict(task, numbers, rows, asked(task, numbers, rows))
    assert agreed, words


def test_a_step_has_no_slope_to_check() -> None:
    assert "nothing to check" in unasked(Task(Plan(hidden=((3, "step"),)), XOR, Course()))
    assert unasked(Task(Plan(), XOR, Course())) == ""
