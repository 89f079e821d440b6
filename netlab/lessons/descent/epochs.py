"""Examples are dealt out like cards: each is seen once in an epoch, in an order that is shuffled anew."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netlab.landscape.descent import Path, descend
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS


def dealt(examples: int, size: int, steps: int, seed: int = 0) -> NDArray[np.intp]:
    """Which examples each step sees.

    Parameters
    ----------
    examples, size
        How many there are, and how many of them a batch has, a divisor of it.
    steps
        How many steps, at least 1.
    seed
        Of the shuffling.

    Returns
    -------
    array
        (steps, size), numbers from 0.

    Raises
    ------
    ValueError
        If the batches do not come out even.
    """
    if size < 1 or examples % size:
        raise ValueError(f"{examples} examples cannot be dealt out in batches of {size}. Choose a divisor.")
    random = np.random.default_rng(seed)
    epochs = -(-steps * size // examples)
    order = np.concatenate([random.permutation(examples) for _ in range(epochs)])
    return order[: steps * size].reshape(steps, size)


def walk_on_batches(surface: Surface, rate: float, steps: int, size: int, seed: int = 0) -> Path:
    """Walk two weights down, each step by the slope of its own batch.

    Parameters
    ----------
    surface
        A loss with data.
    rate, steps, size, seed
        η, how many steps, examples in a batch, and the seed of the shuffling.

    Returns
    -------
    Path
        Its losses are those of all examples.

    Raises
    ------
    ValueError
        If the batches do not come out even.
    """
    fields = surface.fields
    assert isinstance(fields, NeuronFields)
    rows = dealt(len(fields.data.inputs), size, steps, seed)
    optimizer = OPTIMIZERS["sgd"].with_settings(learning_rate=rate)
    return descend(surface, optimizer, surface.start, steps=steps, seen=[fields.of(batch) for batch in rows])


def length(path: Path) -> float:
    """How long a path is, all its steps together.

    Parameters
    ----------
    path
        A walk.

    Returns
    -------
    float
        In the unit of the weights.
    """
    return float(np.hypot(*path.moves[: path.steps_taken].T).sum())
