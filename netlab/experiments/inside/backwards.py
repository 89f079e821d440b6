"""A network asked backwards: which picture it likes best for a class, and the smallest change that makes it say one.

Only the picture moves, the weights stay: the gradient of what the network says is taken with respect to the pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netlab.arrays import PIXELS, SIDE, Array, Floats
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
ROUNDS, SWEEPS = 8, 60
MARGIN = 1e-2
"""By how much the target's logit is to lead where a change is looked for."""
VISIBLE = 0.1
"""A pixel that changes by a tenth of the way from black to white, 26 of 255 grey levels, is counted as visible."""


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


@dataclass(frozen=True)
class Change:
    """A small change of a picture after which a network reads it as the target.

    Attributes
    ----------
    start, end : float32 (28, 28)
        Before and after, in [0, 1].
    target : int
        What the end is read as.
    before, after : float64 (10,)
        Probabilities.
    rounds : int
        How often the network was taken for linear.
    """

    start: Floats
    end: Floats
    target: int
    before: Array
    after: Array
    rounds: int

    @property
    def difference(self) -> Floats:
        """By how much each pixel changed, (28, 28)."""
        return self.end - self.start

    @property
    def length(self) -> float:
        """The root of the sum of squares over all pixels."""
        return float(np.linalg.norm(self.difference))

    @property
    def largest(self) -> float:
        """The largest change of a pixel, without its sign."""
        return float(np.abs(self.difference).max())

    @property
    def visible(self) -> int:
        """How many pixels changed by at least ``VISIBLE``."""
        return int((np.abs(self.difference) >= VISIBLE).sum())


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
    """The smallest change found after which a picture is read as the target, pixels kept in [0, 1].

    The network is taken for linear at the picture so far, the nearest picture to the start is found that such a network
    would read as the target, and that is the next picture: DeepFool (Moosavi-Dezfooli, Fawzi & Frossard, 2016) for one
    target, with the distance counted from the start. What each round finds is made shorter or longer until it is only
    just read so, and the shortest is kept. No change that is smaller still is ruled out.

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
    origin = np.asarray(start, np.float64).reshape(PIXELS)
    picture, best, rounds = origin, None, 0
    if _leads(network, origin, target).min() > 0:
        best = origin
    while best is not origin and rounds < ROUNDS:
        before, rounds = picture, rounds + 1
        leads, slopes = _leads(network, picture, target), _lead_slopes(network, picture, target)
        picture = _nearest(origin, picture, leads, slopes)
        read = _just_read(network, origin, picture, target)
        if read is not None and (best is None or _distance(read, origin) < _distance(best, origin)):
            best = read
        if _distance(picture, before) < 1e-4:
            break
    if best is None:
        return None
    end = best.reshape(SIDE, SIDE).astype(np.float32)
    given = np.asarray(start, np.float32)
    asked, answered = probabilities(network, np.stack([given, end]))
    return Change(given, end, target, asked, answered, rounds)


def _leads(network: Network, picture: Array, target: int) -> Array:
    """By how much the target's logit is above each other one, (9,)."""
    logits = _logits(network, picture[None].astype(np.float32))[0]
    return np.asarray(logits[target] - np.delete(logits, target))


def _lead_slopes(network: Network, picture: Array, target: int) -> Array:
    """The gradients of the leads, (9, 784)."""
    count = network.layers[-1].biases.size
    rows = np.delete(
        np.eye(count, dtype=np.float32)[target] - np.eye(count, dtype=np.float32), target, axis=0
    )
    passed = forward(network, picture[None].astype(np.float32), rows[:1])
    repeated = type(passed)(
        tuple(np.repeat(z, count - 1, axis=0) for z in passed.pre_activations),
        passed.activations,
        passed.losses,
    )
    return np.asarray(input_gradient(network, repeated, rows), np.float64)


def _nearest(origin: Array, picture: Array, leads: Array, slopes: Array) -> Array:
    """The picture in [0, 1] nearest to the origin for which a linear network's leads are all at least ``MARGIN``.

    It is the origin plus multiples of the slopes, cut at 0 and 1. One multiple after the other is set so that its own
    lead is just there, worst first (Hildreth, 1957); each such step has one unknown, found by bisection.
    """
    needed = MARGIN - leads + slopes @ picture  # slopes @ x ≥ needed
    shares = np.zeros(len(slopes))
    for _ in range(SWEEPS):
        found = np.clip(origin + shares @ slopes, 0, 1)
        missing = needed - slopes @ found
        slack = np.where(shares > 0, np.abs(missing), missing)
        worst = int(slack.argmax())
        if slack[worst] <= MARGIN / 4:
            break
        shares[worst] = _share(
            origin + np.delete(shares, worst) @ np.delete(slopes, worst, 0), slopes[worst], needed[worst]
        )
    return np.asarray(np.clip(origin + shares @ slopes, 0, 1))


def _share(base: Array, slope: Array, needed: float) -> float:
    """The smallest s ≥ 0 for which slope · clip(base + s slope) reaches what is needed, or as far as pixels go."""
    low, high = 0.0, 1.0 / max(float(np.abs(slope).max()), 1e-12)
    if slope @ np.clip(base, 0, 1) >= needed:
        return 0.0
    for _ in range(40):
        if slope @ np.clip(base + high * slope, 0, 1) >= needed:
            break
        low, high = high, 2 * high
    for _ in range(24):
        middle = (low + high) / 2
        reached = slope @ np.clip(base + middle * slope, 0, 1) >= needed
        low, high = (low, middle) if reached else (middle, high)
    return high


def _just_read(network: Network, origin: Array, picture: Array, target: int) -> Array | None:
    """The change from the origin to a picture made shorter or longer until it is only just read as the target.

    None if that is not so within three times its length.
    """

    def scaled(by: float) -> Array:
        return np.clip(origin + by * (picture - origin), 0, 1)

    low, high = 0.0, 1.0
    while _leads(network, scaled(high), target).min() <= MARGIN / 10:
        low, high = high, 1.1 * high
        if high > 3:
            return None
    for _ in range(14):
        middle = (low + high) / 2
        reached = _leads(network, scaled(middle), target).min() > MARGIN / 10
        low, high = (low, middle) if reached else (middle, high)
    return scaled(high)


def _distance(picture: Array, origin: Array) -> float:
    return float(np.linalg.norm(picture - origin))


def _logits(network: Network, rows: Array) -> Array:
    """The last weighted sums, float64 (n, 10)."""
    values = np.asarray(rows, network.layers[0].weights.dtype)
    passed = forward(network, values, np.zeros(len(values), np.intp))
    return np.asarray(passed.pre_activations[-1], np.float64)
