"""The next step of a training, looked at before it is taken: each example's wish, their mean, and what becomes of it.

An example's wish for a number is minus the slope of its own loss: which way the number should move, and how much that
matters to this example. All wishes come from one way back over the batch: a weight's is minus what entered it times the
δ of the unit that it leads to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Forward, forward
from netlab.nn.wishes import wishes_of
from netlab.playground.network import network
from netlab.playground.training import State, Task, advance, next_batch

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NextStep:
    """One step, in float64 where it is explained and in float32 where it is taken.

    Attributes
    ----------
    task : Task
        What is trained, and how.
    number : int
        Which step it is, from 1.
    rows : integers (n,)
        The batch: places among all points, in order.
    left : int
        Batches of this pass that come after it.
    passed : Forward
        The batch's way forward, with what dropout silences.
    deltas : tuple of float64 (n, units)
        ∂L/∂z of each example's own loss, layer by layer.
    mean : float64 (count,)
        Minus the gradient of the batch's mean loss: the mean of all wishes.
    pull : float64 (count,)
        Minus the slope of what L1 and L2 add to the loss; 0 without them.
    rate : float
        The learning rate in force.
    before, after : float32 (count,)
        All numbers before the step and after it.
    frozen : bool (count,)
        Numbers that no step changes.
    loss_after : float
        The batch's mean loss after the step, with the same units silenced.
    """

    task: Task
    number: int
    rows: NDArray[np.intp]
    left: int
    passed: Forward
    deltas: tuple[Doubles, ...]
    mean: Doubles
    pull: Doubles
    rate: float
    before: Array
    after: Array
    frozen: NDArray[np.bool_]
    loss_after: float

    @property
    def change(self) -> Doubles:
        """What the step adds to every number, (count,)."""
        return self.after.astype(np.float64) - self.before

    @property
    def plain(self) -> bool:
        """Whether a step is the rate times the mean wish, and nothing else."""
        return self.task.course.optimizer == "sgd"

    def wish(self, example: int) -> Doubles:
        """What an example of the batch wishes for every number.

        Parameters
        ----------
        example : int
            From 0, in the batch's order.

        Returns
        -------
        float64 (count,)
            Minus the gradient of its own loss.
        """
        one = slice(example, example + 1)
        entered = [came[one] for came in self.passed.activations]
        found: Doubles = wishes_of(entered, [delta[one] for delta in self.deltas])[0]
        return found

    def wishes(self, place: int) -> Doubles:
        """What each example wishes for one number.

        Parameters
        ----------
        place : int
            Of the number in the row, from 0.

        Returns
        -------
        float64 (n,)
            In the batch's order.
        """
        for entered, delta, (weights, biases) in zip(self.passed.activations, self.deltas, self._places):
            if place in biases:
                return -delta[:, biases.index(place)]
            if place in weights:
                source, unit = divmod(place - weights.start, len(biases))
                return np.asarray(-entered[:, source] * delta[:, unit])
        raise IndexError(f"There are {self.task.plan.count} numbers; asked for place {place}.")

    @property
    def _places(self) -> list[tuple[range, range]]:
        spans = [range(a, b) for a, b in zip((0, *self.task.plan.ends), self.task.plan.ends)]
        return list(zip(spans[::2], spans[1::2]))


def next_step(task: Task, state: State) -> NextStep | None:
    """The step that a training takes next.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    state : State
        Where it stands.

    Returns
    -------
    NextStep or None
        None where a number is no longer finite, or would not be.
    """
    batch = next_batch(task, state)
    given, wanted = (array[batch.rows].astype(np.float64) for array in task.taught)
    numbers = state.numbers.astype(np.float64)
    after = advance(task, state, 1)
    with np.errstate(all="ignore"):
        net = network(task.plan, numbers)
        passed = forward(net, given, wanted, masks=batch.masks)
        back = backward(net, passed, wanted)
        then = forward(network(task.plan, after.numbers.astype(np.float64)), given, wanted, masks=batch.masks)
        mean = -np.concatenate([slope.ravel() for slope in back.arrays])
    if not (
        np.isfinite(mean).all() and np.isfinite(passed.losses).all() and np.isfinite(after.numbers).all()
    ):
        return None
    pull = np.zeros_like(mean)
    if task.pull is not None:
        pull -= task.pull[0] * np.sign(numbers) + 2.0 * task.pull[1] * numbers
    return NextStep(
        task, state.step + 1, np.flatnonzero(~task.points.held)[batch.rows], batch.left, passed,
        tuple(layer.delta for layer in back.layers), mean, pull, float(task.optimizer.rate_at(state.memory.step)),
        state.numbers, after.numbers, state.frozen, float(then.losses.mean()),
    )  # fmt: skip


def wish_of_point(task: Task, numbers: Array, point: int) -> Doubles:
    """What one point wishes for every number, whether it is trained on or not; nothing is dropped out.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.
    point : int
        Which of all points, from 0.

    Returns
    -------
    float64 (count,)
        Minus the gradient of its loss.
    """
    return wish_of_batch(task, numbers, np.array([point]))[0]


def wish_of_batch(task: Task, numbers: Array, rows: NDArray[np.intp]) -> tuple[Doubles, Doubles]:
    """What some points wish for every number on average; nothing is dropped out.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : floats (count,)
        Weights and biases, all finite.
    rows : integers (n,)
        Places among all points.

    Returns
    -------
    wish : float64 (count,)
        Minus the gradient of their mean loss.
    outputs : float64 (n, outputs)
        What the network answers.
    """
    net = network(task.plan, numbers.astype(np.float64))
    x, y = (array[rows].astype(np.float64) for array in (task.given, task.wanted))
    with np.errstate(all="ignore"):
        passed = forward(net, x, y)
        back = backward(net, passed, y)
    return -np.concatenate([slope.ravel() for slope in back.arrays]), passed.activations[-1]


def strongest(plan_row: Array) -> int:
    """The place of the largest entry by size, the first of several.

    Parameters
    ----------
    plan_row : floats (count,)
        Wishes or moves.

    Returns
    -------
    int
        From 0.
    """
    return int(np.abs(plan_row).argmax())
