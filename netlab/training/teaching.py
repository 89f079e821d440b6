"""Teach a trained network a reader's own hand: a few epochs more on few drawings, and what it forgets meanwhile.

Gradients are exact and computed here, in NumPy: a dense network of 400,000 weights takes about ten milliseconds a step.
A network that learns only new examples forgets the old ones, which McCloskey and Cohen (1989) called catastrophic
interference; mixing old examples among the new ones, rehearsal, holds it back (Robins, 1995).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import PIXELS, Array, Bytes, Floats
from netlab.formatting import counted, percent, probability
from netlab.nets.naming import data_title, reads_digits
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, weight_shapes
from netlab.nn.backpropagation import backward
from netlab.nn.mlp import Network, forward
from netlab.nn.optimizers import OPTIMIZERS
from netlab.training.own_digits import OwnDigits

BATCH = 32
EPOCHS = (1, 5, 10, 20, 40)
RATES = (0.0001, 0.0003, 0.001, 0.003)
MIXES = (0.0, 0.5, 0.8)
"""Shares of a batch that old digits may have."""
MOST_PARAMETERS = 1_000_000
TESTED = 2000
"""Old test digits that the other score is measured on."""
MEASURED = 24
"""Moments of a lesson at which both scores are taken, about."""


class TeachingError(ValueError):
    """A lesson that came to nothing; the sentence says why and what would mend it."""


@dataclass(frozen=True)
class Plan:
    """How to teach: passes over the drawings, Adam's learning rate, the share of old digits in a batch, and a seed."""

    epochs: int = 20
    learning_rate: float = 0.001
    mix: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class OldDigits:
    """What the network learnt from before and is tested on: uint8 (n, 28, 28) and (n,) each."""

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes


@dataclass(frozen=True)
class Lesson:
    """What a lesson did.

    Attributes
    ----------
    plan : Plan
        How it was given.
    weights : dict
        The taught network's weights, float32, by Keras's names.
    steps : tuple of int
        When both scores were taken, from 0, which is before the lesson.
    own, old : tuple of float
        Share of the held-back drawings, and of the old test digits, that were read right then.
    held_back : ints (k,)
        Places of the held-back drawings.
    before, after : float32 (k, 10)
        The probabilities that the network gave them.
    tested : int
        How many old test digits there were.
    """

    plan: Plan
    weights: Weights
    steps: tuple[int, ...]
    own: tuple[float, ...]
    old: tuple[float, ...]
    held_back: NDArray[np.intp]
    before: Floats
    after: Floats
    tested: int


@dataclass(frozen=True)
class Changed:
    """A held-back drawing whose answer is another one after the lesson: its place, its digit, and the two answers."""

    place: int
    digit: int
    before: str
    after: str
    right: bool


def cannot_teach(spec: NetworkSpec) -> str:
    """Why a network cannot be taught here, in a sentence; empty if it can.

    Parameters
    ----------
    spec : NetworkSpec
        The network.

    Returns
    -------
    str
        A sentence for the page.
    """
    if not reads_digits(spec):
        return f"This network learnt {data_title(spec.data)}, not digits: it has no answer for a 7."
    if spec.convolutions:
        return "Only networks without convolutions can be taught here: their gradients are computed on this page."
    if spec.normalises:
        return (
            "Only networks without batch normalisation can be taught here: what it measured of its batches would no longer "
            "be true."
        )
    if spec.parameter_count > MOST_PARAMETERS:
        return (
            f"This network has {spec.parameter_count:,} parameters; up to {MOST_PARAMETERS:,} can be taught while a page "
            "waits."
        )
    return ""


def teach(
    spec: NetworkSpec, weights: Mapping[str, NDArray[Any]], own: OwnDigits, old: OldDigits, plan: Plan
) -> Lesson:
    """Train a network further on the drawings that are not held back, and score it all the way.

    Adam minimises the cross-entropy in batches of 32, without dropout and penalties. Old training digits are drawn anew
    every epoch, so many that they have their share. The same arguments give the same lesson.

    Parameters
    ----------
    spec : NetworkSpec
        A dense network (see ``cannot_teach``).
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    own : OwnDigits
        The drawings, at least one of them held back.
    old : OldDigits
        Where old digits are drawn from, and those that the other score is measured on.
    plan : Plan
        How to teach.

    Returns
    -------
    Lesson
        The taught weights and both scores on the way.

    Raises
    ------
    TeachingError
        If there is nothing to learn from or to score on, the network cannot be taught, or its weights grew beyond all
        numbers.
    """
    held = np.flatnonzero(own.held_back)
    if not len(held) or (reason := cannot_teach(spec)):
        raise TeachingError(
            reason if len(held) else "No drawing is held back to score on: draw one digit twice."
        )
    network, generator = as_network(spec, weights), np.random.default_rng(plan.seed)
    mine = as_rows(own.images[held]), own.labels[held]
    tests = tested_places(len(old.y_test))
    others = as_rows(old.x_test[tests]), old.y_test[tests]
    learnt = as_rows(own.images[~own.held_back]), own.labels[~own.held_back]
    mixed = round(len(learnt[1]) * plan.mix / (1 - plan.mix))
    total = plan.epochs * -(-(len(learnt[1]) + mixed) // BATCH)
    every = -(-total // MEASURED)
    optimizer = OPTIMIZERS["adam"].with_settings(learning_rate=plan.learning_rate)
    states = [optimizer.init(array) for array in network.arrays]
    scores = [(0, _score(network, *mine), _score(network, *others))]
    before = answers(network, mine[0])
    step = 0
    for _ in range(plan.epochs):
        images, labels = _with_old(learnt, old, mixed, generator)
        order = generator.permutation(len(labels))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            slopes = gradients(network, images[batch], labels[batch])
            moved = [
                optimizer.update(slope, array, state)
                for slope, array, state in zip(slopes, network.arrays, states, strict=True)
            ]
            network = network.with_arrays([array for array, _ in moved])
            states = [state for _, state in moved]
            step += 1
            if step % every == 0 or step == total:
                scores.append((step, _score(network, *mine), _score(network, *others)))
    if not all(np.isfinite(array).all() for array in network.arrays):
        raise TeachingError("The weights grew beyond all numbers. Choose a lower learning rate.")
    steps, own_scores, old_scores = zip(*scores, strict=True)
    named = dict(zip(weight_shapes(spec), network.arrays, strict=True))
    return Lesson(
        plan, named, steps, own_scores, old_scores, held, before, answers(network, mine[0]), len(tests)
    )


def as_network(spec: NetworkSpec, weights: Mapping[str, NDArray[Any]]) -> Network:
    """A dense network as layers in NumPy, with a softmax and cross-entropy at its end.

    Parameters
    ----------
    spec : NetworkSpec
        A network without convolutions.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.

    Returns
    -------
    Network
        In float32.
    """
    arrays = [np.asarray(weights[name]) for name in weight_shapes(spec)]
    activations = [str(layer.activation) for layer in spec.layers] + ["softmax"]
    return Network.from_arrays(arrays, activations, loss="cross_entropy", dtype=np.float32)


def gradients(network: Network, inputs: Array, labels: NDArray[Any]) -> list[Array]:
    """The gradient of the mean cross-entropy of a batch with respect to every weight and bias.

    Parameters
    ----------
    network : Network
        Dense layers, the last with a softmax.
    inputs : floats (n, features)
        A batch.
    labels : integers (n,)
        Its digits.

    Returns
    -------
    list of arrays
        Shaped and ordered as ``network.arrays``.
    """
    return list(backward(network, forward(network, inputs, labels), labels).arrays)


def answers(network: Network, inputs: Floats) -> Floats:
    """The probabilities that a network gives pictures.

    Parameters
    ----------
    network : Network
        With a softmax at its end.
    inputs : float32 (n, 784)
        Pictures in [0, 1].

    Returns
    -------
    float32 (n, 10)
        Each row adds to 1.
    """
    return np.asarray(forward(network, inputs, np.zeros(len(inputs), int)).activations[-1], np.float32)


def as_rows(images: Bytes) -> Floats:
    """Pictures as a dense network takes them.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        0 to 255.

    Returns
    -------
    float32 (n, 784)
        In [0, 1].
    """
    return images.reshape(len(images), PIXELS).astype(np.float32) / np.float32(255)


def tested_places(count: int) -> NDArray[np.intp]:
    """Which of the old test digits are scored on: 2,000 drawn at random, always the same; all where there are fewer.

    Parameters
    ----------
    count : int
        How many there are.

    Returns
    -------
    ints (k,)
        Places, ascending.
    """
    return np.sort(np.random.default_rng(0).permutation(count)[:TESTED])


def outcome(lesson: Lesson, old_name: str = "MNIST") -> str:
    """How both scores moved, and why, as a few sentences.

    Parameters
    ----------
    lesson : Lesson
        What was taught.
    old_name : str
        What the old digits are called.

    Returns
    -------
    str
        Sentences for the page; each is true of this lesson's numbers.
    """
    own = (
        f"**{_moved('Your score', lesson.own)}**, on {counted(len(lesson.held_back), 'drawing')} of yours that it did not learn from. "
        f"**{_moved(f'The score on {old_name}', lesson.old)}**, on {counted(lesson.tested, 'test digit')}."
    )
    fell = lesson.old[-1] < lesson.old[0]
    rose = lesson.own[-1] > lesson.own[0]
    why = [own]
    if fell:
        forgot = "The same weights read both: what it learnt of yours was written over some of what it knew. The field calls this *catastrophic forgetting*."
        why.append(forgot)
        if not lesson.plan.mix:
            why.append("Mix in old digits and teach again: they remind the network of what it knew.")
    elif rose:
        why.append("It has learnt your handwriting, and reads the old digits no worse.")
    if not rose:
        why.append(_no_gain(lesson))
    return " ".join(why)


def _no_gain(lesson: Lesson) -> str:
    if lesson.own[0] == 1.0 and lesson.own[-1] == 1.0:
        return "It read all of your held-back drawings before: draw digits that it gets wrong, and teach it those."
    return "Your score did not rise: more drawings, more epochs or a higher learning rate may help."


def _moved(what: str, scores: tuple[float, ...]) -> str:
    first, last = scores[0], scores[-1]
    if first == last:
        return f"{what} stayed at {percent(last)}"
    if last > first:
        return f"{what} rose from {percent(first)} to {percent(last)}"
    return f"{what} fell from {percent(first)} to {percent(last)}"


def changed(lesson: Lesson, own: OwnDigits) -> list[Changed]:
    """Which held-back drawings are read as another digit after the lesson.

    Parameters
    ----------
    lesson : Lesson
        What was taught.
    own : OwnDigits
        The drawings that it was taught with.

    Returns
    -------
    list of Changed
        In the order of the drawings.
    """
    found = []
    for place, before, after in zip(lesson.held_back, lesson.before, lesson.after, strict=True):
        if before.argmax() != after.argmax():
            digit = int(own.labels[place])
            found.append(
                Changed(int(place), digit, _read(before), _read(after), int(after.argmax()) == digit)
            )
    return found


def _read(row: Floats) -> str:
    return f"{int(row.argmax())} ({probability(row.max(), 0)})"


def _score(network: Network, images: Floats, labels: NDArray[Any]) -> float:
    return float((answers(network, images).argmax(axis=1) == labels).mean())


def _with_old(
    learnt: tuple[Floats, Bytes], old: OldDigits, mixed: int, generator: np.random.Generator
) -> tuple[Floats, Bytes]:
    """The drawings to learn from, and so many old digits, drawn anew."""
    if not mixed:
        return learnt
    places = generator.integers(0, len(old.y_train), mixed)
    return (
        np.concatenate([learnt[0], as_rows(old.x_train[places])]),
        np.concatenate([learnt[1], old.y_train[places]]),
    )
