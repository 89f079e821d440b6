"""The table counts every point once, and the function written out is the network."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import numpy as np
import pytest

from netlab.nn.activations import ACTIVATIONS
from netlab.nn.mlp import forward
from netlab.playground.features import FEATURES
from netlab.playground.in_numbers import INPUTS, confusion, written_out
from netlab.playground.network import Plan, network
from netlab.playground.points import Choice, points
from netlab.playground.timeline import Timeline
from netlab.playground.training import Course, Task, begin


def test_the_tables_count_every_point_once_and_agree_with_the_accuracies() -> None:
    task = Task(Plan(output="softmax", classes=3), points(Choice("three", size=100, noise=0.5)), Course())
    line = Timeline(task)
    line.grow(3, seconds=60)
    moment = line.moments[-1]
    taught, held = confusion(task, moment.numbers)
    assert (taught.sum(), held.sum()) == (70, 30)
    assert np.trace(taught) / 70 == pytest.approx(moment.measured.accuracy)
    assert np.trace(held) / 30 == pytest.approx(moment.measured.held_accuracy)
    assert taught.sum(axis=1).tolist() == np.bincount(task.points.labels[~task.points.held]).tolist()


BENT: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)), "tanh": math.tanh, "relu": lambda z: max(z, 0.0), "step": lambda z: float(z > 0),
    "leaky relu": lambda z: z if z > 0 else 0.2 * z, "elu": lambda z: z if z > 0 else math.exp(z) - 1,
    "selu": lambda z: 1.0507009873554805 * (z if z > 0 else 1.6732632423543772 * (math.exp(z) - 1)),
    "softplus": lambda z: math.log(1 + math.exp(z)), "gelu": lambda z: z * 0.5 * (1 + math.erf(z / math.sqrt(2))),
    "swish": lambda z: z / (1 + math.exp(-z)), "mish": lambda z: z * math.tanh(math.log(1 + math.exp(z))),
    "hard sigmoid": lambda z: min(max(z / 6 + 0.5, 0.0), 1.0),
}  # fmt: skip
"""Each activation by its textbook formula, under the name that is printed."""


def read(line: str, known: dict[str, float]) -> tuple[str, float]:
    """What a printed line says: the name on its left, and the number that its right comes to.

    It reads sums of products of numbers and known names, one function around them, and e^{…}.
    """
    name, sign, right = re.fullmatch(r"(.+?) (=|\\propto) (.*)", line).groups()  # type: ignore[union-attr]
    bend = re.fullmatch(r"\\text\{(.+?)\}\\left\((.*)\\right\)", right)
    inner = bend[2] if bend else right.removeprefix("e^{").removesuffix("}") if sign != "=" else right
    total = 0.0
    for term in re.split(r" (?=[+-] )", inner):
        factors = term.replace("+ ", "").replace("- ", "-").split(r" \, ")
        number = re.sub(r" \\cdot 10\^\{(-?\d+)\}", r"e\1", factors[0]).replace(r"\ldots", "")
        total += float(number) * math.prod(known[factor] for factor in factors[1:])
    return name, BENT[bend[1]](total) if bend else math.exp(total) if sign != "=" else total


WRITTEN = [
    *(Plan(("x", "xy", "siny"), ((3, bend), (2, bend))) for bend in ACTIVATIONS),
    Plan(("x", "y", "yy"), ((3, "tanh"),), "softmax", classes=3), Plan(("x", "cosx"), ((3, "relu"),), "linear", "quadratic"),
    Plan(("xx", "yy"), (), "softmax"),
]  # fmt: skip


@pytest.mark.parametrize("plan", WRITTEN, ids=lambda plan: "-".join(plan.activations))
def test_the_function_written_out_is_the_network(plan: Plan) -> None:
    """What is printed has four digits: with numbers of four digits it is the network itself."""
    task = Task(plan, points(Choice("three" if plan.classes == 3 else "xor", size=20)), Course())
    generator = np.random.default_rng(2)
    drawn = begin(task).numbers + generator.choice([-0.5, 0.25, 0.75, 3e-6, -2e4 / 1e5], plan.count)
    rounded = np.array([float(f"{number:.4g}") for number in drawn])
    lines = written_out(plan, drawn)
    assert len(lines) == sum(plan.sizes[1:])
    for at in range(5):
        known = {INPUTS[key]: float(task.given[at, place]) for place, key in enumerate(plan.features)}
        for line in lines:
            name, number = read(line, known)
            known[name] = number
        outputs = np.array([known[line.split(" ")[0]] for line in lines[-plan.outputs :]])
        if plan.output == "softmax":
            outputs = outputs / outputs.sum()
        one = slice(at, at + 1)
        given, wanted = task.given[one].astype(np.float64), task.wanted[one]
        expected = forward(network(plan, rounded), given, wanted).activations[-1][0]
        assert outputs == pytest.approx(expected, abs=1e-9, rel=1e-9)
        whole = forward(network(plan, drawn), given, wanted).activations[-1][0]
        assert "step" in plan.activations or outputs == pytest.approx(whole, abs=3e-3)


def test_a_large_network_is_not_written_out_and_every_input_has_a_formula() -> None:
    plan = Plan(hidden=((8, "tanh"), (8, "tanh")))
    assert written_out(plan, np.zeros(plan.count)) == []
    assert INPUTS.keys() == FEATURES.keys()
    soft = Plan(hidden=(), output="softmax")
    assert written_out(soft, np.array([1.0, 2, 3, 4, 0, -1]))[1] == r"p_2 \propto e^{-1 + 2 \, x + 4 \, y}"
