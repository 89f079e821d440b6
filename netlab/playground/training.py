"""A training is a function: from a task and a state to the next state, and to the state after any number of batches.

Batches and dropout follow from the seed, the epoch and the step alone, so a training that was interrupted anywhere,
and continued from what it had come to, has the bits of one that was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import forward
from netlab.nn.optimizers import OPTIMIZERS, Optimizer
from netlab.nn.optimizers.base import State as Memory
from netlab.nn.optimizers.of_network import OfRow, of_network
from netlab.nn.schedules import SCHEDULES
from netlab.playground.features import inputs
from netlab.playground.network import Plan, first_numbers, network, parts, said, targets
from netlab.playground.points import Points

Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Course:
    """How it is trained from now on; all of it may change while a network trains.

    Attributes
    ----------
    optimizer, schedule : str
        Keys of ``netlab.nn.optimizers.OPTIMIZERS`` and of ``netlab.nn.schedules.SCHEDULES``.
    learning_rate : float
        Before the schedule.
    batch_size : int
        Points in one step; 0 is all of them.
    dropout : tuple of float
        Of each hidden layer, from 0 to 0.9; a layer beyond the end has none.
    l1, l2 : tuple of float
        Of each layer with weights: λ₁ Σ|w| and λ₂ Σw² are added to the loss, as Keras does. Biases are free.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.03
    schedule: str = "constant"
    batch_size: int = 10
    dropout: tuple[float, ...] = ()
    l1: tuple[float, ...] = ()
    l2: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class State:
    """Everything that the next step needs.

    Attributes
    ----------
    step, epoch, seen : int
        Updates so far; whole passes so far; points of this pass that were seen.
    numbers : float32 (count,)
        Weights and biases.
    memory : optimizer's state
        What the optimizer remembers.
    frozen : bool (count,)
        Numbers that no step changes.
    """

    step: int
    epoch: int
    seen: int
    numbers: Floats
    memory: Memory
    frozen: Truths


@dataclass(frozen=True, eq=False)
class Task:
    """What is trained, on what, and how."""

    plan: Plan
    points: Points
    course: Course

    def __reduce__(self) -> tuple[type[Task], tuple[Plan, Points, Course]]:
        return Task, (self.plan, self.points, self.course)  # what follows from them is not sent along

    @cached_property
    def optimizer(self) -> Optimizer:
        """The optimizer as it is set."""
        schedule = SCHEDULES[self.course.schedule]
        return OPTIMIZERS[self.course.optimizer].with_settings(
            learning_rate=self.course.learning_rate, schedule=schedule
        )

    @cached_property
    def rule(self) -> OfRow:
        """The optimizer at the row of all numbers."""
        return of_network(self.optimizer, self.plan.shapes)

    @cached_property
    def given(self) -> Floats:
        """Inputs of all points, (n, features)."""
        return inputs(self.plan.features, self.points.places)

    @cached_property
    def wanted(self) -> Floats:
        """Targets of all points, (n, outputs)."""
        return targets(self.plan, self.points.labels)

    @cached_property
    def taught(self) -> tuple[Floats, Floats]:
        """Inputs and targets of the points that are trained on."""
        return self.given[~self.points.held], self.wanted[~self.points.held]

    @property
    def batch(self) -> int:
        """Points in one step."""
        count = len(self.taught[0])
        return min(self.course.batch_size or count, count)

    @cached_property
    def pull(self) -> tuple[Floats, Floats] | None:
        """λ₁ and λ₂ of every number of the row, (count,) each; None where there is no regularisation."""
        if not any((*self.course.l1, *self.course.l2)):
            return None
        rows = np.zeros((2, self.plan.count), np.float32)
        for row, shares in zip(rows, (self.course.l1, self.course.l2)):
            for array, share in zip(parts(self.plan, row)[::2], shares):
                array[...] = share
        return rows[0], rows[1]


@dataclass(frozen=True)
class Measured:
    """How a network does: mean losses without regularisation, shares of points that are right, and what
    regularisation adds to the loss; ``held`` is None where nothing is held back.
    """

    loss: float
    accuracy: float
    held_loss: float | None
    held_accuracy: float | None
    penalty: float


def begin(task: Task) -> State:
    """The state before the first step: the same for the same task, always.

    Parameters
    ----------
    task : Task
        What is to be trained.

    Returns
    -------
    State
        At step 0.
    """
    numbers = first_numbers(task.plan)
    return State(0, 0, 0, numbers, task.rule.init(numbers), np.zeros(len(numbers), bool))


def continued(task: Task, state: State, before: Task) -> State:
    """A state of one task as the start of another that differs in its course, its points or both.

    Parameters
    ----------
    task : Task
        What is to be trained from now on.
    state : State
        Of ``before``.
    before : Task
        What was trained until now.

    Returns
    -------
    State
        The same, but for a new memory where the optimizer is another one, and a new pass over the points where they
        are others.
    """
    if task.points is not before.points:
        state = replace(state, seen=0)
    if task.course.optimizer == before.course.optimizer:
        return state
    return replace(state, memory=task.rule.init(state.numbers))


def advance(task: Task, state: State, batches: int) -> State:
    """Train for so many batches.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    state : State
        Where it begins; it is left alone.
    batches : int
        Steps to take.

    Returns
    -------
    State
        After them.
    """
    given, wanted = task.taught
    numbers, memory = state.numbers.copy(), state.memory
    net, size, optimizer = network(task.plan, numbers), task.batch, task.rule
    step, epoch, seen, thawed = state.step, state.epoch, state.seen, not state.frozen.any()
    order, rates = _order(task, epoch), [*task.course.dropout]
    with np.errstate(all="ignore"):  # what explodes is told from its numbers
        for _ in range(batches):
            rows = order[seen : seen + size]
            x, y = given[rows], wanted[rows]
            masks = _masks(task, step, len(rows)) if any(rates) else ()
            passed = forward(net, x, y, masks=masks, judged=False)
            slopes = backward(net, passed, y).arrays
            gradient = np.concatenate([slope.ravel() for slope in slopes])
            if task.pull is not None:
                gradient = gradient + task.pull[0] * np.sign(numbers) + 2 * task.pull[1] * numbers
            new, memory = optimizer.update(gradient, numbers, memory)
            numbers[...] = new if thawed else np.where(state.frozen, numbers, new)
            step, seen = step + 1, seen + len(rows)
            if seen >= len(given):
                epoch, seen = epoch + 1, 0
                order = _order(task, epoch)
    return State(step, epoch, seen, numbers, memory, state.frozen)


@dataclass(frozen=True, eq=False)
class Batch:
    """The points that a step is taken from.

    Attributes
    ----------
    rows : integers (n,)
        Their places among the points that are trained on, in order.
    masks : sequence of float32 (n, units) or None
        What dropout multiplies each hidden layer's answers by.
    left : int
        Batches of this pass over the points that come after it.
    """

    rows: NDArray[np.intp]
    masks: Sequence[Array | None]
    left: int


def next_batch(task: Task, state: State) -> Batch:
    """The batch of the step that ``advance`` takes first.

    Parameters
    ----------
    task : Task
        What is trained, and how.
    state : State
        Where it stands.

    Returns
    -------
    Batch
        Its points and what dropout silences.
    """
    rows = _order(task, state.epoch)[state.seen : state.seen + task.batch]
    masks = _masks(task, state.step, len(rows)) if any(task.course.dropout) else ()
    return Batch(rows, masks, rest_of_epoch(task, state) - 1)


def rest_of_epoch(task: Task, state: State) -> int:
    """Batches until the pass over the points that is under way ends.

    Parameters
    ----------
    task : Task
        Which says how large a batch is.
    state : State
        Where it stands.

    Returns
    -------
    int
        From 1.
    """
    return -(-(len(task.taught[0]) - state.seen) // task.batch)


def measure(task: Task, numbers: Array) -> Measured:
    """How a network does on the points that it is trained on, and on those that are held back; nobody is dropped out.

    Parameters
    ----------
    task : Task
        Points and network.
    numbers : float32 (count,)
        Weights and biases.

    Returns
    -------
    Measured
        Losses, accuracies and the penalty.
    """
    with np.errstate(all="ignore"):
        passed = forward(network(task.plan, numbers), task.given, task.wanted)
        right = said(passed.pre_activations[-1]) == task.points.labels
        held, any_held = task.points.held, bool(task.points.held.any())
        penalty = 0.0
        if task.pull is not None:
            penalty = float(np.sum(task.pull[0] * np.abs(numbers) + task.pull[1] * np.square(numbers)))
        return Measured(
            float(passed.losses[~held].mean()), float(right[~held].mean()),
            float(passed.losses[held].mean()) if any_held else None,
            float(right[held].mean()) if any_held else None, penalty,
        )  # fmt: skip


def _order(task: Task, epoch: int) -> NDArray[np.intp]:
    """In which order a pass takes the points."""
    generator = np.random.default_rng([task.plan.seed, epoch, 2])
    return generator.permutation(len(task.taught[0]))


def _masks(task: Task, step: int, count: int) -> list[Array | None]:
    """What dropout multiplies activations by at a step: 0, or as much more as others are silenced."""
    generator = np.random.default_rng([task.plan.seed, step, 3])
    masks: list[Array | None] = []
    for (units, _), rate in zip(task.plan.hidden, task.course.dropout):
        kept = generator.random((count, units), np.float32) >= np.float32(rate)
        masks.append(kept.astype(np.float32) / np.float32(1 - rate) if rate else None)
    return masks
