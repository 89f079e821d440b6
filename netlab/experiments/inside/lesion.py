"""What a network still can without some of its units or weights: exactly, on every test picture.

A unit that is silenced answers 0 to everything, which is the same as a network in which nothing listens to it. So the
numbers of the layers before stay as they are, and only what follows is computed again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from netlab.arrays import Bytes, Floats
from netlab.experiments.inside.answers import Answers, ask, go_on, kernels
from netlab.experiments.subject import Weights
from netlab.nets.spec import NetworkSpec

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
"""How much is pruned for the points of a curve."""


def units_in(spec: NetworkSpec, place: int) -> int:
    """How many units, or filters, a layer with a kernel has.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    place : int
        Which of them, counted from 0.

    Returns
    -------
    int
    """
    return kernels(spec)[place].kernel[-1]


def silenced(
    spec: NetworkSpec,
    weights: Weights,
    place: int,
    units: Collection[int],
    links: Iterable[tuple[int, int]] = (),
) -> Weights:
    """The weights of a network in which nothing listens to some units, or to some of their connections.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names; left as they are.
    place : int
        Which of its hidden layers with a kernel, counted from 0.
    units : collection of int
        Units (or filters) of that layer.
    links : iterable of (int, int)
        Connections: a unit of that layer and one of the next.

    Returns
    -------
    mapping of str to arrays
        The same but for the next layer's kernel.
    """
    name = f"{kernels(spec)[place + 1].name}/kernel"
    before = weights[name]
    kernel = np.array(before).reshape(-1, units_in(spec, place), before.shape[-1])
    kernel[:, sorted(units)] = 0
    for unit, after in links:
        kernel[:, unit, after] = 0
    return {**weights, name: kernel.reshape(before.shape)}


def without(
    spec: NetworkSpec, weights: Weights, images: Bytes, place: int, units: Collection[int],
    links: Iterable[tuple[int, int]] = (), *, values: Floats | None = None,
) -> Answers:  # fmt: skip
    """What a network answers without some units of a layer, or some of their connections.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images : uint8 (n, 28, 28)
        Pictures, 0 to 255.
    place : int
        Which of its hidden layers with a kernel, counted from 0.
    units : collection of int
        Units (or filters) of that layer.
    links : iterable of (int, int), optional
        Connections: a unit of that layer and one of the next.
    values : float32 (n, ...), optional
        What that layer gives for each picture, if it is known: only what follows is computed then.

    Returns
    -------
    Answers
    """
    left = silenced(spec, weights, place, units, links)
    return ask(spec, left, images) if values is None else go_on(spec, left, values, place)


def pruned(spec: NetworkSpec, weights: Weights, share: float, *, together: bool) -> Weights:
    """The weights of a network whose smallest are 0; biases, and what normalisation holds, stay.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names; left as they are.
    share : float
        How much of the weights, from 0 to 1; rounded down to whole weights.
    together : bool
        Whether the smallest of the whole network go, or that share of each layer by itself.

    Returns
    -------
    mapping of str to arrays
    """
    names = [f"{row.name}/kernel" for row in kernels(spec)]
    groups = [names] if together else [[name] for name in names]
    found = dict(weights)
    for group in groups:
        flat = np.concatenate([np.ravel(weights[name]) for name in group])
        gone = int(share * len(flat))
        if gone:
            flat[np.argpartition(np.abs(flat), gone - 1)[:gone]] = 0
        ends = np.cumsum([weights[name].size for name in group])
        for name, part in zip(group, np.split(flat, ends[:-1]), strict=True):
            found[name] = part.reshape(weights[name].shape)
    return found


def prune_curve(
    spec: NetworkSpec, weights: Weights, images: Bytes, labels: Bytes, *, together: bool
) -> tuple[float, ...]:
    """The share of pictures that is read rightly after pruning.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images, labels : uint8 (n, 28, 28) and (n,)
        Pictures and what they are.
    together : bool
        Whether the smallest weights of the whole network go, or a share of each layer by itself.

    Returns
    -------
    tuple of float
        One for each of ``SHARES``.
    """
    return tuple(
        ask(spec, pruned(spec, weights, share, together=together), images).accuracy(labels)
        for share in SHARES
    )
