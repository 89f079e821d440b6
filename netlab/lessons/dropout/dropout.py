"""Dropout switches units off at random while training, so that no unit can lean on another.

The survivors must be made louder (or everyone quieter later), or the next layer receives sums of another size in
training than in use. Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov, 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.nn.activations import softmax

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rescaling:
    """What survivors are multiplied by in training, and everyone in use, as functions of the rate dropped."""

    name: str
    title: str
    sentence: str
    right: bool

    def training(self, rate: float) -> float:
        """Return the factor on the survivors while training."""
        return 1 / (1 - rate) if self.name == "inverted" else 1.0

    def use(self, rate: float) -> float:
        """Return the factor on every unit when the network is used."""
        return {"standard": 1 - rate, "swapped": rate}.get(self.name, 1.0)


_ALL = (
    Rescaling("inverted", "Inverted (Keras)", "Survivors are divided by 1 − rate in training; use is untouched.",
              right=True),
    Rescaling("standard", "Standard (the paper)", "Training is untouched; in use all are multiplied by 1 − rate.",
              right=True),
    Rescaling("forgotten", "Forgotten", "Nobody rescales: in use the next layer receives 1 / (1 − rate) times as much as in training.",
              right=False),
    Rescaling("swapped", "Swapped by mistake", "In use all are multiplied by the rate, not 1 − rate; at 0.5 nobody sees it.",
              right=False),
)  # fmt: skip

RESCALINGS: dict[str, Rescaling] = {rule.name: rule for rule in _ALL}


@dataclass(frozen=True)
class Expectation:
    """What the next layer receives: per unit, averaged over many masks in training, and in use.

    ``error`` is the standard error of ``training``, so that chance can be told from a mistake.
    """

    training: Array
    use: Array
    error: Array


@dataclass(frozen=True)
class Votes:
    """Thinned networks against the whole one on one example.

    Attributes
    ----------
    masks : array of bool, (networks, units)
    probabilities : array, (networks, classes)
    counts : array of int, (classes,)
        How many thinned networks say each class.
    mean, whole : array, (classes,)
        The thinned networks' mean probabilities, and the whole network's.
    """

    masks: Mask
    probabilities: Array
    counts: NDArray[np.intp]
    mean: Array
    whole: Array


def mask(generator: Generator, shape: tuple[int, ...], rate: float) -> Mask:
    """Draw who stays: True with probability 1 - rate, each unit for itself.

    Parameters
    ----------
    generator, shape, rate
        Where chance comes from, the mask's shape, and the probability of being silenced.

    Returns
    -------
    array of bool
        Of that shape.

    Raises
    ------
    ValueError
        If the rate is below 0, or 1 and more.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be at least 0 and below 1; got {rate}. At 1 no unit would be left.")
    return generator.random(shape) >= rate


def drop(activations: Array, kept: Mask, rate: float, *, rescaling: str = "inverted") -> Array:
    """Silence what the mask (broadcast) leaves out and rescale the rest as in training.

    Parameters
    ----------
    activations, kept, rate, rescaling
        Arrays that broadcast, the rate of the mask, and a key of ``RESCALINGS``.

    Returns
    -------
    array
        In the activations' floating type.
    """
    return activations * kept * np.asarray(RESCALINGS[rescaling].training(rate), activations.dtype)


def heard_under(activations: Array, masks: Mask) -> Array:
    """Average what is left of the units (k,) under each mask, without any rescaling.

    Parameters
    ----------
    activations : array, (k,)
    masks : array of bool, (masks, k)

    Returns
    -------
    array, (masks,)
        The mean activation over all k units, silenced ones counted as 0.
    """
    return np.asarray((activations * masks).mean(axis=-1))


def expectation(
    activations: Array, rate: float, *, generator: Generator, masks: int = 1000, rescaling: str = "inverted"
) -> Expectation:
    """Average units (k,) over many masks, and say what they give in use.

    Parameters
    ----------
    activations : array, (k,)
    rate : float
        At least 0 and below 1.
    generator : Generator
    masks : int
        How many are averaged.
    rescaling : str
        A key of ``RESCALINGS``.

    Returns
    -------
    Expectation
        (k,) each.

    Raises
    ------
    ValueError
        If the rate is out of its range.
    """
    heard = drop(activations, mask(generator, (masks, activations.size), rate), rate, rescaling=rescaling)
    use = activations * RESCALINGS[rescaling].use(rate)
    return Expectation(heard.mean(axis=0), use, heard.std(axis=0) / np.sqrt(masks))


def vote(
    hidden: Array, weights: Array, biases: Array, rate: float, *, generator: Generator, networks: int = 30,
    rescaling: str = "inverted",
) -> Votes:  # fmt: skip
    """Let thinned networks read one example: hidden (k,), and the softmax layer above it, (k, c) and (c,).

    Parameters
    ----------
    hidden, weights, biases
        The hidden layer's activations, and the softmax layer.
    rate, generator, networks, rescaling
        Of the masks: rate, chance and number; and a key of ``RESCALINGS``.

    Returns
    -------
    Votes
        What each thinned network and the whole one say.
    """
    masks = mask(generator, (networks, hidden.size), rate)
    probabilities = softmax(drop(hidden, masks, rate, rescaling=rescaling) @ weights + biases)
    whole = softmax(hidden * RESCALINGS[rescaling].use(rate) @ weights + biases)
    counts = np.bincount(probabilities.argmax(axis=1), minlength=biases.size)
    return Votes(masks, probabilities, counts, probabilities.mean(axis=0), whole)
