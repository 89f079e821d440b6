"""What the units of a layer look for, and what each is worth.

A unit is worth what it costs to silence it: by how much the mean loss (cross-entropy) on the test pictures rises, and
the accuracy falls, when it alone answers 0 to everything. In front of a dense layer that takes one product away from
its sums, a_j·w_j, and nothing else, so that all units of the article's network are weighed in a fraction of a second.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, SIDE, Bytes, Floats
from netlab.experiments.inside.answers import (
    activations,
    ends,
    go_on,
    kernels,
    numbers_after,
    through,
)
from netlab.experiments.inside.lesion import silenced, units_in
from netlab.experiments.subject import Weights
from netlab.nets.numpy_model import activate, answering, folded
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import log_softmax
from netlab.nn.arithmetic import one_thread

ALIKE = 0.98
"""Units whose weights, or whose answers, have a cosine above this are twins."""
MOST_BYTES = 40_000_000
"""What a layer's answers may take in memory."""
MOST_PRODUCTS = 8e9
"""How many multiplications the weighing of a layer may take: some seconds."""
STEPS = 127
FINE = 128
"""So many units are sent with pictures of 28×28; more with pictures of 14×14."""


@dataclass(frozen=True)
class Worth:
    """What it costs to silence each unit of a layer alone.

    Attributes
    ----------
    loss : float64 (units,)
        By how much the mean cross-entropy rises, in nats.
    accuracy : float64 (units,)
        By how much the share of right answers falls; below 0 where it rises.
    judged_on : int
        How many pictures it was measured on.
    """

    loss: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    judged_on: int


@dataclass(frozen=True)
class Layer:
    """What is known of the units of one hidden layer.

    Attributes
    ----------
    place : int
        Which of the layers with a kernel, counted from 0.
    places : int (n,)
        The test pictures it was asked about.
    values : float32 (n, units) or (n, h, w, filters)
        What it gives for each of them.
    answers : float32 (n, units)
        One number a unit: the same, or the largest of a filter's map.
    worth : Worth
    dead : bool (units,)
        Units that give the same number for each of the pictures, as a rectified one does that is never above 0.
    twins : int (units,)
        The unit that is most like it, if their cosine is above ``ALIKE``; else −1.
    """

    place: int
    places: NDArray[np.intp]
    values: Floats
    answers: Floats
    worth: Worth
    dead: NDArray[np.bool_]
    twins: NDArray[np.intp]


@one_thread()
def inspect(spec: NetworkSpec, weights: Weights, images: Bytes, labels: Bytes, place: int) -> Layer:
    """Look at all units of a hidden layer.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    images, labels : uint8 (n, 28, 28) and (n,)
        Test pictures and what they are.
    place : int
        Which of the hidden layers with a kernel, counted from 0.

    Returns
    -------
    Layer
        On all pictures, or evenly spaced ones where a layer of feature maps would not fit into memory.
    """
    places = spread(len(images), MOST_BYTES // (4 * numbers_after(spec, place)))
    values = activations(spec, weights, images[places], place)
    answers = values if values.ndim == 2 else values.max(axis=(1, 2))
    dead = np.asarray(np.ptp(answers, axis=0) == 0)
    return Layer(
        place, places, values, answers, worth(spec, weights, values, labels[places], place), dead,
        twins(incoming(spec, weights, place), answers, dead),
    )  # fmt: skip


def spread(count: int, most: int) -> NDArray[np.intp]:
    """Evenly spaced places among many.

    Parameters
    ----------
    count : int
        How many there are.
    most : int
        How many are wanted; at least one is taken.

    Returns
    -------
    int (min(count, most),)
    """
    wanted = max(1, min(count, most))
    return np.asarray(np.arange(wanted) * count // wanted, np.intp)


@one_thread()
def worth(spec: NetworkSpec, weights: Weights, values: Floats, labels: Bytes, place: int) -> Worth:
    """What it costs to silence each unit of a layer alone.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    values : float32 (n, units) or (n, h, w, filters)
        What the layer gives for each picture.
    labels : uint8 (n,)
        What each picture is.
    place : int
        Which of the hidden layers with a kernel, counted from 0.

    Returns
    -------
    Worth
        On all n pictures before the ten outputs; in front of more layers on evenly spaced ones, as many as take
        ``MOST_PRODUCTS``.
    """
    some = spread(len(labels), int(MOST_PRODUCTS / _products(spec, place)))
    values, labels = values[some], labels[some]
    logits = go_on(spec, weights, values, place).logits
    loss, right = _losses(logits, labels), logits.argmax(axis=1) == labels
    rises, falls = np.zeros(units_in(spec, place)), np.zeros(units_in(spec, place))
    for unit, (touched, changed) in enumerate(_each_silenced(spec, weights, values, place)):
        rises[unit] = (_losses(changed, labels[touched]) - loss[touched]).sum() / len(labels)
        now = changed.argmax(axis=1) == labels[touched]
        falls[unit] = (right[touched].sum() - now.sum()) / len(labels)
    return Worth(rises, falls, len(labels))


@one_thread()
def twins(coming: Floats, answers: Floats, dead: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each unit the one most like it: by what comes into it, or by what it answers.

    Parameters
    ----------
    coming : floats (units, inputs + 1)
        The weights and the bias of each unit.
    answers : floats (n, units)
        What it gives for each picture.
    dead : bool (units,)
        Units that are like none.

    Returns
    -------
    int (units,)
        −1 where neither the cosine of the weights nor the correlation of the answers is above ``ALIKE``.
    """
    alike = np.maximum(_cosines(coming), _cosines((answers - answers.mean(axis=0)).T))
    np.fill_diagonal(alike, -1)
    alike[dead] = alike[:, dead] = -1
    best = alike.argmax(axis=1)
    return np.where(alike[np.arange(len(best)), best] > ALIKE, best, -1)


def incoming(spec: NetworkSpec, weights: Weights, place: int) -> Floats:
    """The weights and the bias of each unit of a layer, with batch normalisation worked into them.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        What it holds by Keras's names.
    place : int
        Which of the layers with a kernel, counted from 0.

    Returns
    -------
    float32 (units, inputs + 1)
    """
    plain = folded(spec, weights)
    name = kernels(spec)[place].name
    kernel = np.reshape(plain[f"{name}/kernel"], (-1, units_in(spec, place)))
    return np.asarray(np.concatenate([kernel, plain[f"{name}/bias"][None]]).T, np.float32)


def outgoing(spec: NetworkSpec, weights: Weights, place: int, unit: int) -> Floats:
    """The weights with which the next layer listens to one unit.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    place : int
        Which of the hidden layers with a kernel, counted from 0.
    unit : int
        Which of its units, or filters.

    Returns
    -------
    float32 (places, units of the next layer)
        One row for a unit; for a filter one for each place of its map, or of the next filter.
    """
    kernel = weights[f"{kernels(spec)[place + 1].name}/kernel"]
    return np.asarray(kernel.reshape(-1, units_in(spec, place), kernel.shape[-1])[:, unit], np.float32)


def adds(answers: Floats, labels: Bytes, weights: Floats, unit: int) -> NDArray[np.float64]:
    """What a unit of the last hidden layer adds to each of the ten sums, in the mean over the pictures of each class.

    Parameters
    ----------
    answers : floats (n, units)
        What each unit gives for each picture.
    labels : uint8 (n,)
        What each picture is.
    weights : floats (10,)
        The unit's outgoing weights.
    unit : int
        Which unit.

    Returns
    -------
    float64 (10, 10)
        A row for each class of pictures, a column for each of the ten sums.
    """
    there = np.bincount(labels, minlength=CLASSES)
    totals = np.bincount(labels, answers[:, unit].astype(np.float64), CLASSES)
    return np.outer(totals / np.maximum(there, 1), weights)


def exciting(answers: Floats, unit: int, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pictures that excite a unit most, and those that excite it least.

    Parameters
    ----------
    answers : floats (n, units)
        What each unit gives for each picture.
    unit : int
        Which unit.
    most : int
        How many of each.

    Returns
    -------
    (int (most,), int (most,))
        Rows of ``answers``: from the most excited down, from the least up.
    """
    order = np.argsort(answers[:, unit], kind="stable")
    return order[::-1][:most], order[:most]


@one_thread()
def pictures(spec: NetworkSpec, weights: Weights, images: Bytes, layer: Layer) -> Floats:
    """A picture of what each unit of a layer looks for; above 0 where ink excites it.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        What it holds by Keras's names.
    images : uint8 (n, 28, 28)
        The pictures that ``layer`` was asked about.
    layer : Layer
        The layer.

    Returns
    -------
    float32 (units, side, side)
        In the first layer its weights. In a later one the mean of the pictures, each counted by how much it excites
        the unit, less the plain mean of all.
    """
    if layer.place == 0:
        side = kernels(spec)[0].kernel[0] if spec.convolutions else SIDE
        return incoming(spec, weights, 0)[:, :-1].reshape(-1, side, side)
    above = layer.answers - layer.answers.min(axis=0)
    shares = above / np.maximum(above.sum(axis=0), np.float32(1e-12))
    flat = images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
    found = shares.T @ flat - flat.mean(axis=0)
    found[layer.dead] = 0
    return np.asarray(found.reshape(-1, SIDE, SIDE), np.float32)


def packed(drawn: Floats) -> tuple[str, int]:
    """Pictures as signed bytes in base64: a byte is a number of 127ths of its own picture's largest.

    Parameters
    ----------
    drawn : floats (units, side, side)
        What ``pictures`` gives. More than ``FINE`` of them are halved in width and height by averaging.

    Returns
    -------
    (str, int)
        The bytes, one picture after the other, and the side of a picture.
    """
    units, side, _ = drawn.shape
    if units > FINE and side % 2 == 0:
        drawn = drawn.reshape(units, side // 2, 2, side // 2, 2).mean(axis=(2, 4))
    largest = np.abs(drawn).max(axis=(1, 2), keepdims=True)
    levels = np.rint(drawn * (STEPS / np.where(largest > 0, largest, 1))).astype(np.int8)
    return base64.b64encode(levels.tobytes()).decode(), drawn.shape[1]


def maps(spec: NetworkSpec, weights: Weights, image: Bytes, place: int) -> Floats:
    """The feature maps that the filters of a convolution make of one picture.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    image : uint8 (28, 28)
        A picture, 0 to 255.
    place : int
        Which of the layers with a kernel, counted from 0; one of the convolutions.

    Returns
    -------
    float32 (filters, h, w)
        After their activation.
    """
    return np.moveaxis(activations(spec, weights, image[None], place)[0], -1, 0)


def _products(spec: NetworkSpec, place: int) -> float:
    """Multiplications that weighing all units takes for one picture, roughly."""
    rows = kernels(spec)[place + 1 :]
    later = rows[1:] if len(rows[0].kernel) == 2 and len(kernels(spec)[place].kernel) == 2 else rows
    each = sum(prod(row.kernel) * prod(row.shape[:-1]) for row in later)
    return float(units_in(spec, place) * (each + 8 * rows[0].kernel[-1]))


def _losses(logits: Floats, labels: Bytes) -> NDArray[np.float64]:
    logs = log_softmax(np.asarray(logits))
    return np.asarray(-logs[np.arange(len(labels)), labels], np.float64)


def _each_silenced(
    spec: NetworkSpec, weights: Weights, values: Floats, place: int
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """For each unit the pictures to which it does not answer 0, and the ten sums of these without it."""
    rows = answering(spec)[ends(spec)[place] + 1 :]
    if rows[0].kind != "Dense":
        yield from _each_silenced_anyhow(spec, weights, values, place)
        return
    sums = _sums(rows[0].name, weights, values)
    kernel = weights[f"{rows[0].name}/kernel"]
    for unit in range(values.shape[1]):
        touched = np.flatnonzero(values[:, unit])
        left = sums[touched] - values[touched, unit, None] * kernel[unit]
        left = activate(str(rows[0].options.get("activation", "softmax")), left)
        yield touched, through(rows[1:], weights, left) if len(rows) > 1 else left


def _sums(name: str, weights: Weights, values: Floats) -> Floats:
    """The weighted sums of a dense layer, before what follows them."""
    return np.asarray(values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"], np.float32)


def _each_silenced_anyhow(
    spec: NetworkSpec, weights: Weights, values: Floats, place: int
) -> Iterator[tuple[NDArray[np.intp], Floats]]:
    """The same where a filter is heard at many places: what follows is computed anew for each."""
    every = np.arange(len(values))
    for unit in range(units_in(spec, place)):
        yield every, go_on(spec, silenced(spec, weights, place, [unit]), values, place).logits


def _cosines(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    sized = np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)
    return sized @ sized.T
