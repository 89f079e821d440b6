"""One point on its way through the network, and its blame on the way back: the formulas of the lesson, with its numbers."""

from __future__ import annotations

import numpy as np

from netlab.arrays import Array
from netlab.formatting import fixed, plain, probability
from netlab.lessons.backprop.worked_steps import Stage, training_step
from netlab.nn.mlp import forward
from netlab.playground.network import network, said
from netlab.playground.training import Task


def way_there_and_back(task: Task, numbers: Array, point: int) -> tuple[Stage, ...]:
    """Every stage of one point: weighed and bent layer by layer, judged, and its slopes back to every weight.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.
    point : int
        Which point, from 0.

    Returns
    -------
    tuple of Stage
        Of the phases "forward", "loss" and "backward", in float64; dropout and regularisation are left out.
    """
    net = network(task.plan, numbers.astype(np.float64))
    x, y = (rows[point : point + 1].astype(np.float64) for rows in (task.given, task.wanted))
    with np.errstate(all="ignore"):
        stages = training_step(net, x, y)
    return tuple(stage for stage in stages if stage.phase != "update")


def sentence(task: Task, numbers: Array, point: int) -> str:
    """What a point is, and what the network says of it.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.
    point : int
        Which point, from 0.

    Returns
    -------
    str
        Two sentences.
    """
    points, one = task.points, slice(point, point + 1)
    passed = forward(network(task.plan, numbers), task.given[one], task.wanted[one])
    x, y = points.places[point]
    label, answer = int(points.labels[point]), int(said(passed.pre_activations[-1])[0])
    outputs = passed.activations[-1][0]
    if task.plan.output == "linear":
        sure = f"its output is {plain(outputs[answer if len(outputs) > 1 else 0], 3)}"
    else:
        share = outputs[answer] if len(outputs) > 1 else (outputs[0] if answer else 1 - outputs[0])
        sure = f"with a probability of {probability(share)}"
    verdict = "right" if answer == label else "wrong"
    held = " It is held back: it is judged, but no step learns from it." if points.held[point] else ""
    return (
        f"The point at {points.axes[0]} = {fixed(x, 2)}, {points.axes[1]} = {fixed(y, 2)} is of class {points.names[label]}. "
        f"The network says {points.names[answer]} ({sure}), which is {verdict}.{held}"
    )
