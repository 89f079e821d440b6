"""A network in numbers: which class is taken for which, and a small one written out as a function."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import digits, signed
from netlab.nn.mlp import forward
from netlab.playground.network import Plan, network, parts, said
from netlab.playground.training import Task

MOST_NUMBERS = 40
"""A network with more numbers than this is too long to be read as a function."""
INPUTS = {
    "x": "x", "y": "y", "xx": "x^2", "yy": "y^2", "xy": "xy", "sinx": r"\sin 2x", "siny": r"\sin 2y",
    "cosx": r"\cos 2x", "cosy": r"\cos 2y",
}  # fmt: skip


def confusion(task: Task, numbers: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many points of each class are said to be of each.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.

    Returns
    -------
    taught, held : int64 (classes, classes)
        A row for each true class, a column for each that is said: of the points trained on, and of those held back.
    """
    points = task.points
    passed = forward(network(task.plan, numbers), task.given, task.wanted, judged=False)
    answers = said(passed.pre_activations[-1])
    tables = np.zeros((2, points.classes, points.classes), np.int64)
    np.add.at(tables, (points.held.astype(int), points.labels, answers), 1)
    return tables[0], tables[1]


def written_out(plan: Plan, numbers: Array) -> list[str]:
    """The network as a function, a line of LaTeX for each unit.

    Parameters
    ----------
    plan : Plan
        Layers and inputs.
    numbers : floats (count,)
        Weights and biases.

    Returns
    -------
    list of str
        Empty for a network of more than 40 numbers.
    """
    if plan.count > MOST_NUMBERS:
        return []
    arrays, names, lines = parts(plan, numbers), [INPUTS[key] for key in plan.features], []
    for layer, (units, bend) in enumerate(zip(plan.sizes[1:], plan.activations)):
        last = layer == len(plan.hidden)
        new = [
            (("p" if units == 1 else f"p_{j + 1}") if last else rf"h^{{({layer + 1})}}_{{{j + 1}}}")
            for j in range(units)
        ]
        for name, weights, bias in zip(new, arrays[2 * layer].T, arrays[2 * layer + 1]):
            terms = " ".join(rf"{signed(weight)} \, {source}" for weight, source in zip(weights, names))
            lines.append(_bent(bend, name, rf"{digits(bias)} {terms}"))
        names = new
    return lines


def _bent(bend: str, name: str, inner: str) -> str:
    if bend == "linear":
        return f"{name} = {inner}"
    if bend == "softmax":
        return rf"{name} \propto e^{{{inner}}}"
    return rf"{name} = \text{{{bend.replace('_', ' ')}}}\left({inner}\right)"
