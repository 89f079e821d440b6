"""Batches to open: drawn anew from what a network learns from, or the very one that a run trained on next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Bytes
from netlab.data import Digits
from netlab.data.split import split
from netlab.experiments.inside.per_example import SIZES
from netlab.nets.spec import NetworkSpec
from netlab.training.batches import BatchSource
from netlab.training.parts import training_labels


@dataclass(frozen=True)
class Batch:
    """Pictures, uint8 (n, 28, 28), and the labels that are learnt for them, (n,)."""

    images: Bytes
    labels: Bytes


def places_drawn(count: int, number: int, most: int = SIZES[-1]) -> NDArray[np.intp]:
    """Places of a batch, without repetition; a smaller batch of the same number is the beginning of a larger one.

    Parameters
    ----------
    count : int
        How many pictures there are.
    number : int
        Which batch, from 0.
    most : int
        The size of the largest batch.

    Returns
    -------
    integers (min(most, count),)
        Places from 0 to ``count`` - 1.
    """
    return np.random.default_rng((number, count)).choice(count, min(most, count), replace=False)


def drawn(spec: NetworkSpec, digits: Digits, number: int, size: int, most: int = SIZES[-1]) -> Batch:
    """A batch drawn at random from the pictures that a network learns from.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    digits : Digits
        The data set.
    number, size : int
        Which batch, from 0, and how many pictures it has.
    most : int
        The size of the largest batch of this number.

    Returns
    -------
    Batch
        Fewer pictures where fewer are learnt from.
    """
    available = len(digits.y_train)
    learnt, _ = split(spec.seed, available, spec.examples_used(available), 0)
    places = learnt[places_drawn(len(learnt), number, most)[:size]]
    return Batch(digits.x_train[places], training_labels(spec, digits)[places])


def next_in(spec: NetworkSpec, digits: Digits, step: int, size: int) -> Batch:
    """The pictures that a training meets after ``step`` updates, in its own order, augmented where it augments.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    digits : Digits
        The data set that it is trained on.
    step : int
        Updates so far.
    size : int
        How many pictures; the training's own batch size for the batch of its next step.

    Returns
    -------
    Batch
        Fewer pictures at the end of an epoch.
    """
    source = BatchSource(spec, digits.x_train, training_labels(spec, digits))
    left = source.steps_per_epoch - step % source.steps_per_epoch
    images: list[Bytes] = []
    labels: list[Bytes] = []
    taken = 0
    while taken < left and sum(len(some) for some in labels) < size:
        batches, answers = source.take(step + taken, -(-size // spec.batch_size))
        taken += len(answers)
        images.append(batches.reshape(-1, *batches.shape[2:]))
        labels.append(answers.ravel())
    return Batch(np.concatenate(images)[:size], np.concatenate(labels)[:size])
