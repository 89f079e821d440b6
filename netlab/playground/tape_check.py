"""The page's slopes beside those of TensorFlow's tape, for the network and the batch on the screen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netlab.arrays import Array
from netlab.formatting import counted, plain
from netlab.lessons.backprop.gradient_check import FLOOR, TOLERANCE
from netlab.lessons.backprop.tape import gradients_of
from netlab.nn.activations import ACTIVATIONS
from netlab.playground.network import network
from netlab.playground.next_step import strongest, wish_of_batch
from netlab.playground.step_words import name_of
from netlab.playground.training import Task


def unasked(task: Task) -> str:
    """Why TensorFlow is not asked about a network.

    Parameters
    ----------
    task : Task
        The network.

    Returns
    -------
    str
        A sentence; empty where it can be asked.
    """
    for bend in task.plan.activations:
        if bend in ACTIVATIONS and ACTIVATIONS[bend].keras_name is None:
            return f"{ACTIVATIONS[bend].title} has no slope anywhere, and Keras does not have it: there is nothing to check."
    return ""


def question(task: Task, numbers: Array, rows: Array) -> str:
    """What TensorFlow is asked: all slopes of a batch's mean loss.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.
    rows : integers (n,)
        The batch: places among all points.

    Returns
    -------
    str
        For ``netlab.lessons.backprop.tape.TapeClient.ask``.
    """
    return gradients_of(
        network(task.plan, numbers.astype(np.float64)), task.given[rows].astype(np.float64), task.wanted[rows]
    )


def verdict(task: Task, numbers: Array, rows: Array, told: Sequence[Array]) -> tuple[bool, str]:
    """Whether both agree, and how far they are apart at most.

    Parameters
    ----------
    task, numbers, rows
        As for ``question``.
    told : sequence of arrays
        TensorFlow's slopes of weights and biases in turn.

    Returns
    -------
    agreed : bool
        Whether rounding alone is between them.
    sentence : str
        The largest difference over all numbers.
    """
    ours, _ = wish_of_batch(task, numbers, rows)
    theirs = np.concatenate([np.ravel(array) for array in told])
    apart = np.abs(-ours - theirs)
    place, largest = strongest(apart), float(np.abs(theirs).max())
    agreed = bool(apart.max() <= TOLERANCE * max(largest, FLOOR))
    words = (
        f"Over all {counted(task.plan.count, 'number')} and the {counted(len(rows), 'point')} of the next batch, the slopes of "
        f"Netlab's back-propagation and of TensorFlow's `tf.GradientTape` differ by at most {plain(apart.max(), 2)}."
    )
    if apart.max():
        words += f" They differ most at the {name_of(task, place)}."
    words += f" The largest slope is {plain(largest, 3)}."
    if agreed:
        words += " That is rounding: they agree."
    if any((*task.course.dropout, *task.course.l1, *task.course.l2)):
        words += " Dropout, L1 and L2 are left out of both."
    return agreed, words
