"""A weight picture laid over a digit: each weight times the pixel under it, added up, is one unit's z.

Each of the 784 pixels has a weight of its own, so a unit's weights can be laid out as a picture of 28×28 too. The sum
does not know which pixels are neighbours: shuffled alike, pixels and weights give the same z.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, PIXELS, SIDE, Array, Bytes
from netlab.nets import shipped_mlp
from netlab.nn.activations import softmax
from netlab.nn.initializers import INITIALIZERS


@dataclass(frozen=True)
class Unit:
    """One unit of a first layer.

    Attributes
    ----------
    weights : array, (28, 28)
        Its weights, laid out as the pixels are that they are for.
    bias : float
    """

    weights: Array
    bias: float


def units() -> int:
    """How many units the first layer of the shipped dense network has.

    Returns
    -------
    int
    """
    return int(shipped_mlp.network().layers[0].weights.shape[1])


def unit(number: int) -> Unit:
    """One unit of the first layer of the shipped dense network.

    Parameters
    ----------
    number : int
        From 0 to one less than ``units()``.

    Returns
    -------
    Unit
        With float64 weights.
    """
    layer = shipped_mlp.network().layers[0]
    return Unit(layer.weights[:, number].reshape(SIDE, SIDE), float(layer.biases[number]))


def sum_over(one: Unit, image: Bytes, down: int = 0, right: int = 0) -> float:
    """Lay the weight picture over a digit, moved by some pixels, and add up weight times pixel.

    Parameters
    ----------
    one : Unit
        Whose weights and bias.
    image : uint8 (28, 28)
        0 to 255; they are divided by 255.
    down, right : int
        By how many pixels the weight picture is moved. Weights that lie beside the digit meet no ink.

    Returns
    -------
    float
        z, the bias included; where nothing is moved, the unit's own.
    """
    digit = np.zeros((3 * SIDE, 3 * SIDE))
    digit[SIDE : 2 * SIDE, SIDE : 2 * SIDE] = image
    under = digit[SIDE + down : 2 * SIDE + down, SIDE + right : 2 * SIDE + right]
    return float((one.weights * under).sum() / 255 + one.bias)


def most_driven(image: Bytes) -> int:
    """The unit whose z for a picture is the largest of all.

    Parameters
    ----------
    image : uint8 (28, 28)

    Returns
    -------
    int
        Its number.
    """
    layer = shipped_mlp.network().layers[0]
    return int(np.argmax(image.reshape(-1) / 255 @ layer.weights + layer.biases))


@dataclass(frozen=True)
class FirstSums:
    """What a network that has learnt nothing makes of one picture.

    Attributes
    ----------
    sums : array, (512,)
        Each unit's z.
    answers : array, (10,)
        The probabilities that it gives the ten digits.
    """

    sums: Array
    answers: Array


@lru_cache(maxsize=1)
def _first_weights(seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    generator = np.random.default_rng(seed)
    draw = INITIALIZERS["glorot_uniform"].draw
    hidden = units()
    return draw(generator, PIXELS, hidden), draw(generator, hidden, CLASSES)


def first_sums(image: Bytes, *, divided: bool) -> FirstSums:
    """Send a picture through the network of this course as it is before its first step: random weights, biases 0.

    Parameters
    ----------
    image : uint8 (28, 28)
    divided : bool
        Whether the pixels are divided by 255.

    Returns
    -------
    FirstSums
        Of weights as Keras draws them by default (Glorot & Bengio, 2010).
    """
    first, second = _first_weights()
    sums = image.reshape(-1) / (255.0 if divided else 1.0) @ first
    return FirstSums(sums, softmax(np.maximum(sums, 0) @ second))


def unsure_only_divided(whole: FirstSums, shares: FirstSums) -> bool:
    """Whether a network that has learnt nothing is certain of a digit for undivided pixels, and not for divided ones.

    Parameters
    ----------
    whole, shares : FirstSums
        Of pixels up to 255, and up to 1.

    Returns
    -------
    bool
        Certain is above 99 %, and not certain is below 50 %.
    """
    return bool(whole.answers.max() > 0.99 and shares.answers.max() < 0.5)
