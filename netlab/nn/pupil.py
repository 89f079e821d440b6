"""A small dense network learns in NumPy by plain gradient descent, one batch after another.

Batches and dropout's masks follow from the seed, the pass and the step alone. So two courses that differ in one choice
begin with the same weights and see the same batches in the same order, and what differs in the end is due to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array, Floats
from netlab.nn.arithmetic import one_thread
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward

Labels = NDArray[np.intp]
MOST_JUDGED = 1000


@dataclass(frozen=True)
class Course:
    """How a network learns.

    Attributes
    ----------
    hidden : int
        Units of its one hidden layer.
    activation, output : str
        Of the hidden units, and of the outputs: "sigmoid" or "softmax".
    loss : str
        "quadratic" or "cross_entropy".
    first_logit : float
        What all biases of the output layer begin with.
    learning_rate : float
        A step goes so many times the slope.
    batch_size : int
        Examples of one step.
    dropout : float
        The probability with which each hidden unit is silenced, from 0 and below 1.
    decay : float
        λ of weight decay: λ times the sum of all squared weights is added to the loss, biases apart.
    seed : int
        Of the first weights, the order of the examples and the masks.
    """

    hidden: int = 128
    activation: str = "relu"
    output: str = "softmax"
    loss: str = "cross_entropy"
    first_logit: float = 0.0
    learning_rate: float = 0.1
    batch_size: int = 30
    dropout: float = 0.0
    decay: float = 0.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Examples:
    """What is learnt from, and what is held back to judge on.

    Attributes
    ----------
    inputs, held_inputs : float32 (n, features) and (m, features)
        One row an example.
    labels, held_labels : int (n,) and (m,)
        From 0 to 9.
    """

    inputs: Floats
    labels: Labels
    held_inputs: Floats
    held_labels: Labels


@dataclass(frozen=True, eq=False)
class Pupil:
    """A network, and how many steps it has taken."""

    network: Network
    step: int


@dataclass(frozen=True)
class Judged:
    """How a network does on some examples, with all its units: the mean loss, and the share it gets right."""

    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Moment:
    """Networks that learn side by side, after the same number of steps.

    Attributes
    ----------
    step : int
        From 0.
    networks : tuple of Network
        One a course.
    taught, held : tuple of Judged
        On the first ``MOST_JUDGED`` of the examples that they learn from, and on those that are held back.
    """

    step: int
    networks: tuple[Network, ...]
    taught: tuple[Judged, ...]
    held: tuple[Judged, ...]


def begin(course: Course, features: int, classes: int = 10) -> Pupil:
    """The network before its first step.

    Parameters
    ----------
    course : Course
        How it will learn.
    features, classes : int
        Numbers that go in, and answers that come out.

    Returns
    -------
    Pupil
        With weights in float32 by Glorot's rule, and biases of 0 but for the output's.
    """
    drawn = Network.drawn(
        (features, course.hidden, classes), (course.activation, course.output), loss=course.loss, seed=course.seed
    )  # fmt: skip
    arrays = [np.asarray(array, np.float32) for array in drawn.arrays]
    arrays[-1] = arrays[-1] + np.float32(course.first_logit)
    return Pupil(drawn.with_arrays(arrays), 0)


def batch(course: Course, examples: int, step: int) -> Labels:
    """Which examples a step sees: each once in a pass through all, in an order shuffled anew for every pass.

    Parameters
    ----------
    course : Course
        Its batch size and seed count.
    examples : int
        How many there are.
    step : int
        From 0.

    Returns
    -------
    int (batch,)
        Places; what does not fill a batch at the end of a pass is left out of it.
    """
    size = min(course.batch_size, examples)
    passed, place = divmod(step, examples // size)
    return _order(course.seed, passed, examples)[place * size : (place + 1) * size]


@lru_cache(maxsize=4)
def _order(seed: int, passed: int, examples: int) -> Labels:
    """One pass's order, which courses beside each other ask for again and again; only to be read."""
    order = np.random.default_rng([seed, 1, passed]).permutation(examples)
    order.setflags(write=False)
    return order


def kept(course: Course, count: int, step: int) -> Array | None:
    """What the hidden units of each example of a step are multiplied by under dropout: 0, or 1 / (1 − rate).

    Parameters
    ----------
    course : Course
        Its rate, hidden units and seed count.
    count : int
        Examples of the step.
    step : int
        From 0.

    Returns
    -------
    float32 (count, hidden) or None
        None without dropout.
    """
    if not course.dropout:
        return None
    stays = np.random.default_rng([course.seed, 2, step]).random((count, course.hidden)) >= course.dropout
    return stays.astype(np.float32) / np.float32(1 - course.dropout)


def slopes(network: Network, inputs: Array, labels: Labels, mask: Array | None, decay: float) -> list[Array]:
    """The slopes of the mean loss of a batch; weight decay adds 2λw to that of each weight w.

    Parameters
    ----------
    network : Network
        Layers and loss.
    inputs, labels : floats (n, features) and int (n,)
        The batch.
    mask : floats (n, hidden) or None
        What dropout multiplies the hidden units by.
    decay : float
        λ.

    Returns
    -------
    list of arrays
        Shaped and ordered as ``network.arrays``.
    """
    passed = forward(network, inputs, labels, masks=(mask,), judged=False)
    found = list(backward(network, passed, labels).arrays)
    if decay:
        for place, layer in enumerate(network.layers):
            found[2 * place] = found[2 * place] + layer.weights.dtype.type(2 * decay) * layer.weights
    return found


def penalty(network: Network, decay: float) -> float:
    """What weight decay adds to the loss: λ times the sum of all squared weights.

    Parameters
    ----------
    network, decay
        Layers, whose biases do not count, and λ.

    Returns
    -------
    float
        In nats, as the loss.
    """
    return decay * float(sum(np.sum(np.square(layer.weights)) for layer in network.layers))


def advance(course: Course, pupil: Pupil, inputs: Floats, labels: Labels, steps: int) -> Pupil:
    """Learn for so many steps.

    Parameters
    ----------
    course : Course
        How.
    pupil : Pupil
        Where it begins; it is left alone.
    inputs, labels : float32 (n, features) and int (n,)
        All examples that are learnt from.
    steps : int
        How many.

    Returns
    -------
    Pupil
        After them.
    """
    network = pupil.network
    for step in range(pupil.step, pupil.step + steps):
        rows = batch(course, len(inputs), step)
        x, y = inputs[rows], labels[rows]
        found = slopes(network, x, y, kept(course, len(rows), step), course.decay)
        rate = np.float32(course.learning_rate)
        network = network.with_arrays([w - rate * slope for w, slope in zip(network.arrays, found)])
    return Pupil(network, pupil.step + steps)


def judge(network: Network, inputs: Floats, labels: Labels) -> Judged:
    """How a network does when it is used: no unit is silenced.

    Parameters
    ----------
    network : Network
        Layers and loss.
    inputs, labels : float32 (n, features) and int (n,)
        Examples.

    Returns
    -------
    Judged
    """
    passed = forward(network, inputs, labels)
    right = passed.pre_activations[-1].argmax(axis=1) == labels
    return Judged(float(passed.losses.mean()), float(right.mean()))


def side_by_side(courses: Sequence[Course], examples: Examples, looks: Sequence[int]) -> Iterator[Moment]:
    """Let networks learn in step, and look at all of them now and then.

    Parameters
    ----------
    courses : sequence of Course
        One a network.
    examples : Examples
        The same for all.
    looks : sequence of int
        After how many steps they are looked at, rising.

    Yields
    ------
    Moment
        One a look.
    """
    pupils = [begin(course, examples.inputs.shape[1]) for course in courses]
    for look in looks:
        with one_thread():
            pupils = [
                advance(course, pupil, examples.inputs, examples.labels, look - pupil.step)
                for course, pupil in zip(courses, pupils, strict=True)
            ]
            networks = tuple(pupil.network for pupil in pupils)
            some = slice(0, MOST_JUDGED)
            taught = tuple(judge(one, examples.inputs[some], examples.labels[some]) for one in networks)
            held = tuple(judge(one, examples.held_inputs, examples.held_labels) for one in networks)
        yield Moment(look, networks, taught, held)


def look_steps(last: int, first: int = 5, every: int = 20) -> tuple[int, ...]:
    """When to look: at once, soon, and then evenly.

    Parameters
    ----------
    last : int
        Steps in all.
    first, every : int
        Steps between the looks of the beginning (up to ``every``), and later on.

    Returns
    -------
    tuple of int
        From 0 to ``last``.
    """
    return tuple(sorted({0, 1, 2, *range(first, every, first), *range(every, last, every), last}))
