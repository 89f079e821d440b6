"""A network asked backwards: which picture it likes best for a class, and the smallest change that makes it say one.

Only the picture moves, the weights stay: the gradient of what the network says is taken with respect to the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import PIXELS, SIDE, Array, Floats
from netlab.nets.smallest_change import Change
from netlab.nets.smallest_change import smallest_change as nearest_change
from netlab.nn.activations import softmax
from netlab.nn.backpropagation import input_gradient
from netlab.nn.mlp import Network, forward

STEPS = 240
FRAMES = 30
STRIDE = 0.25
"""How far a step moves a picture, as a length over all 784 pixels."""
SMOOTHNESS, NEARNESS = 0.02, 0.15
"""How much the prior pulls beside the network: towards smooth, and towards the mean picture."""
ROUNDING = 0.02
"""Differences of neighbours far below this count squared in the total variation, so that it has a slope at 0."""


@dataclass(frozen=True)
class Climb:
    """A picture on its way to what a network likes best for a class.

    Attributes
    ----------
    frames : float32 (k, 28, 28)
        Pictures in [0, 1], at most ``FRAMES``, from the start to the end.
    steps : tuple of int
        After how many steps each was taken.
    scores : float64 (k,)
        The logit of the class.
    probabilities : float64 (k, 10)
        What the softmax makes of each.
    target : int
        The class.
    prior : bool
        Whether the picture was held smooth and near the mean.
    """

    frames: Floats
    steps: tuple[int, ...]
    scores: Array
    probabilities: Array
    target: int
    prior: bool


def probabilities(network: Network, pictures: Array) -> Array:
    """What a network gives pictures.

    Parameters
    ----------
    network : Network
        Dense layers, a softmax at the end.
    pictures : floats (n, 28, 28) or (28, 28)
        In [0, 1].

    Returns
    -------
    float64 (n, 10)
        Each row adds to 1.
    """
    return softmax(_logits(network, np.reshape(pictures, (-1, PIXELS))))


def climb(
    network: Network, start: Floats, target: int, mean: Floats | None = None, steps: int = STEPS
) -> Climb:
    """Change a picture step by step so that a class's logit rises, pixels kept in [0, 1].

    Each step goes ``STRIDE`` far along g, the gradient of the logit; the stride shrinks to a tenth on the way. With a
    mean picture there is a prior, and a step goes along g + |g| (``NEARNESS`` (mean - x) - ``SMOOTHNESS`` ∇TV(x)): as
    strong as the network, whatever its scale (Simonyan, Vedaldi & Zisserman, 2014; the total variation TV after Mahendran
    & Vedaldi, 2015).

    Parameters
    ----------
    network : Network
        Dense layers, a softmax at the end.
    start : float32 (28, 28)
        In [0, 1].
    target : int
        The class.
    mean : float32 (28, 28), optional
        The mean training picture; without it there is no prior.
    steps : int
        How many.

    Returns
    -------
    Climb
        Pictures on the way.
    """
    picture = np.asarray(start, network.layers[0].weights.dtype).reshape(1, PIXELS)
    wanted = np.zeros((1, network.layers[-1].biases.size), picture.dtype)
    wanted[0, target] = 1
    kept = sorted({round(at) for at in np.linspace(0, steps, FRAMES)})
    frames = []
    for step in range(steps + 1):
        if step in kept:
            frames.append(picture.reshape(SIDE, SIDE))
        if step == steps:
            break
        passed = forward(network, picture, wanted)
        slope = input_gradient(network, passed, wanted)
        if mean is not None:
            slope = slope + _prior_slope(picture, np.asarray(mean, picture.dtype), slope)
        size = float(np.linalg.norm(slope))
        if size == 0.0:
            continue
        stride = STRIDE * (1 - 0.9 * step / steps)
        picture = np.clip(picture + (stride / size) * slope, 0, 1).astype(picture.dtype)
    stacked = np.stack(frames).astype(np.float32)
    logits = _logits(network, stacked.reshape(-1, PIXELS))
    return Climb(stacked, tuple(kept), logits[:, target], softmax(logits), target, mean is not None)


def total_variation(picture: Array) -> float:
    """How much neighbours differ, summed over the picture; differences near 0 count squared.

    Parameters
    ----------
    picture : floats (28, 28)
        In [0, 1].

    Returns
    -------
    float
        Σ √(across² + down² + ε²) - ε.
    """
    across, down = _differences(np.asarray(picture, np.float64))
    return float((np.sqrt(across**2 + down**2 + ROUNDING**2) - ROUNDING).sum())


def total_variation_slope(picture: Array) -> Array:
    """The gradient of ``total_variation``.

    Parameters
    ----------
    picture : floats (28, 28)
        In [0, 1].

    Returns
    -------
    floats (28, 28)
        ∂/∂ each pixel.
    """
    across, down = _differences(picture)
    size = np.sqrt(across**2 + down**2 + ROUNDING**2)
    across, down = across / size, down / size
    slope = -across - down
    slope[:, 1:] += across[:, :-1]
    slope[1:] += down[:-1]
    return np.asarray(slope)


def _differences(picture: Array) -> tuple[Array, Array]:
    """To the neighbour on the right and below, 0 at the edge."""
    across, down = np.zeros_like(picture), np.zeros_like(picture)
    across[:, :-1] = picture[:, 1:] - picture[:, :-1]
    down[:-1] = picture[1:] - picture[:-1]
    return across, down


def _prior_slope(picture: Array, mean: Array, slope: Array) -> Array:
    """What the prior adds to the slope of the logit, in proportion to its size, (1, 784)."""
    smooth = total_variation_slope(picture.reshape(SIDE, SIDE)).reshape(1, PIXELS)
    scale = float(np.linalg.norm(slope))
    return np.asarray(scale * (SMOOTHNESS * -smooth + NEARNESS * (mean.reshape(1, PIXELS) - picture)))


def smallest_change(network: Network, start: Floats, target: int) -> Change | None:
    """The smallest change found after which a picture is read as the target (see ``netlab.nets.smallest_change``).

    Parameters
    ----------
    network : Network
        Dense layers, a softmax at the end.
    start : float32 (28, 28)
        In [0, 1].
    target : int
        The class to be read.

    Returns
    -------
    Change or None
        None if none was found. No change at all if the start is read so already.
    """
    return nearest_change(_Dense(network), start, target)


class _Dense:
    """Dense layers as the search for a change asks them."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def logits(self, pictures: Array) -> Array:
        return _logits(self._network, pictures.reshape(-1, PIXELS))

    def slopes(self, picture: Array, rows: Array) -> Array:
        passed = forward(self._network, picture.reshape(1, PIXELS), rows[:1])
        repeated = type(passed)(
            tuple(np.repeat(z, len(rows), axis=0) for z in passed.pre_activations),
            passed.activations,
            passed.losses,
        )
        return input_gradient(self._network, repeated, rows)


def _logits(network: Network, rows: Array) -> Array:
    """The last weighted sums, float64 (n, 10)."""
    values = np.asarray(rows, network.layers[0].weights.dtype)
    passed = forward(network, values, np.zeros(len(values), np.intp))
    return np.asarray(passed.pre_activations[-1], np.float64)
