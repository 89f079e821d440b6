"""The smallest change of a picture after which a network reads it as something else. The weights stay, the picture moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, PIXELS, SIDE, Array, Floats
from netlab.nets.numpy_gradient import way
from netlab.nets.numpy_model import answering, layer_outputs
from netlab.nets.spec import NetworkSpec
from netlab.nn.activations import softmax

ROUNDS, SWEEPS = 4, 60
WALK, STRIDE = 60, 0.25
"""The walk uphill to the second beginning: so many steps at most, each so long over all pixels."""
MARGIN = 1e-2
"""By how much the target's logit is to lead where a change is looked for."""
VISIBLE = 0.1
"""A pixel that changes by a tenth of the way from black to white, 26 of 255 grey levels, is counted as visible."""


class Slopes(Protocol):
    """What the search asks of a network: its ten sums, and how each pixel moves them."""

    def logits(self, pictures: Array, /) -> Array:
        """Pictures (n, 28, 28) to the sums before the softmax, float64 (n, 10)."""

    def slopes(self, picture: Array, rows: Array, /) -> Array:
        """A picture (28, 28) and k weightings of the ten sums, (k, 10), to the gradient of each, (k, 784) or (k, 28, 28)."""


@dataclass(frozen=True)
class AnyNetwork:
    """A network of any layers that ``netlab.nets.numpy_model`` knows, as the search asks it.

    Attributes
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    """

    spec: NetworkSpec
    weights: Mapping[str, NDArray[Any]]

    def logits(self, pictures: Array, /) -> Array:
        """Pictures (n, 28, 28) to the sums before the softmax, float64 (n, 10)."""
        return np.asarray(layer_outputs(self.spec, self.weights, pictures)[-1], np.float64)

    def slopes(self, picture: Array, rows: Array, /) -> Array:
        """A picture (28, 28) and k weightings of the ten sums, (k, 10), to the gradient of each, (k, 28, 28)."""
        return way(answering(self.spec), self.weights, picture[None]).back(rows)


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


def smallest_change(network: Slopes, start: Floats, target: int, *, rounds: int = ROUNDS) -> Change | None:
    """The smallest change found after which a picture is read as the target, pixels kept in [0, 1].

    The network is taken for linear at the picture so far, the nearest picture to the start is found that such a network
    would read as the target, and that is the next picture: DeepFool (Moosavi-Dezfooli, Fawzi & Frossard, 2016) for one
    target, with the distance counted from the start. What each round finds is made shorter or longer until it is only
    just read so, and the shortest is kept. The search begins twice: at the start, and where short steps uphill lead to the
    target, since a network that bends much is linear only nearby. No change that is smaller still is ruled out.

    Parameters
    ----------
    network : Slopes
        What gives logits and their gradients by the pixels.
    start : float32 (28, 28)
        In [0, 1].
    target : int
        The class to be read.
    rounds : int, default=4
        How often the network is taken for linear at most, from each of the two beginnings.

    Returns
    -------
    Change or None
        None if none was found. No change at all if the start is read so already.
    """
    origin = np.asarray(start, np.float64).reshape(PIXELS)
    best: Array | None = origin
    gone = 0
    if _leads(network, origin, target).min() <= 0:
        best, gone = _searched(network, origin, origin, target, rounds)
        uphill = _walked(network, origin, target)
        if uphill is not None:
            other, more = _searched(network, origin, uphill, target, rounds)
            found = [one for one in (best, uphill, other) if one is not None]
            best, gone = min(found, key=lambda one: _distance(one, origin)), gone + more
    if best is None:
        return None
    end = best.reshape(SIDE, SIDE).astype(np.float32)
    given = np.asarray(start, np.float32)
    asked, answered = softmax(network.logits(np.stack([given, end])))
    return Change(given, end, target, asked, answered, gone)


def _searched(
    network: Slopes, origin: Array, picture: Array, target: int, rounds: int
) -> tuple[Array | None, int]:
    """The nearest picture found by taking the network for linear, first at this picture, and in how many rounds."""
    best, gone = None, 0
    while gone < rounds:
        before, gone = picture, gone + 1
        leads, slopes = _leads(network, picture, target), _lead_slopes(network, picture, target)
        picture = _nearest(origin, picture, leads, slopes)
        read = _just_read(network, origin, picture, target)
        if read is not None and (best is None or _distance(read, origin) < _distance(best, origin)):
            best = read
        if _distance(picture, before) < 1e-4:
            break
    return best, gone


def _walked(network: Slopes, origin: Array, target: int) -> Array | None:
    """A picture that is only just read as the target, reached by short steps up the smallest lead; None if none is."""
    picture = origin
    for _ in range(WALK):
        leads = _leads(network, picture, target)
        if leads.min() > MARGIN / 10:
            return _just_read(network, origin, picture, target)
        slope = _lead_slopes(network, picture, target, int(leads.argmin()))[0]
        length = float(np.linalg.norm(slope))
        if length == 0.0:
            return None
        picture = np.clip(picture + (STRIDE / length) * slope, 0, 1)
    return None


def _leads(network: Slopes, picture: Array, target: int) -> Array:
    """By how much the target's logit is above each other one, (9,)."""
    logits = network.logits(_as_picture(picture)[None])[0]
    return np.asarray(logits[target] - np.delete(logits, target))


def _lead_slopes(network: Slopes, picture: Array, target: int, place: int | None = None) -> Array:
    """The gradients of the leads, (9, 784), or of the one at a place, (1, 784)."""
    ones = np.eye(CLASSES, dtype=np.float32)
    rows = np.delete(ones[target] - ones, target, axis=0)
    asked = rows if place is None else rows[place : place + 1]
    return np.asarray(network.slopes(_as_picture(picture), asked), np.float64).reshape(len(asked), PIXELS)


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


def _just_read(network: Slopes, origin: Array, picture: Array, target: int) -> Array | None:
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


def _as_picture(flat: Array) -> Floats:
    return flat.reshape(SIDE, SIDE).astype(np.float32)
