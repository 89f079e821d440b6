"""Hidden hills: a landscape from a number, with several hollows, that nobody has seen before.

A shallow bowl, a few hollows and two humps, all smooth, so that value, slope and bend are exact. The heights are
those of a loss: never below 0, at most about 100, and how low the lowest hollow lies is part of the secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.arrays import Array
from netlab.landscape.surface import Domain, Surface

WINDOW = Domain(-5.0, 5.0, -5.0, 5.0)
LEARNING_RATE = 0.03
"""A rate at which gradient descent seldom diverges on a hill and seldom crawls; tuned to none of them."""

_HUMPS = 2


@dataclass(frozen=True, eq=False)
class Hollows:
    """f = floor + scale (½ bowl (x² + y²) − Σ depthᵢ e^(−rᵢ²/2)), rᵢ the distance from centre i in widths.

    A negative depth is a hump.
    """

    centres: Array
    widths: Array
    depths: Array
    bowl: float
    floor: float = 0.0
    scale: float = 1.0

    def value(self, x: Any, y: Any) -> Any:
        """f."""
        pits = self._pits(x, y)[0].sum(axis=-1)
        return self.floor + self.scale * (0.5 * self.bowl * (x * x + y * y) - pits)

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂f/∂x and ∂f/∂y: each pit pulls towards its centre with its depth here over its width squared."""
        pits, u, v = self._pits(x, y)
        return (
            self.scale * (self.bowl * x + (pits * u / self.widths).sum(axis=-1)),
            self.scale * (self.bowl * y + (pits * v / self.widths).sum(axis=-1)),
        )

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y²."""
        pits, u, v = self._pits(x, y)
        pits = pits / self.widths**2
        return (
            self.scale * (self.bowl + (pits * (1.0 - u * u)).sum(axis=-1)),
            self.scale * -(pits * u * v).sum(axis=-1),
            self.scale * (self.bowl + (pits * (1.0 - v * v)).sum(axis=-1)),
        )

    def _pits(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """How deep each pit is here, and the offset from its centre in widths."""
        u = (np.asarray(x)[..., None] - self.centres[:, 0]) / self.widths
        v = (np.asarray(y)[..., None] - self.centres[:, 1]) / self.widths
        return self.depths * np.exp(-0.5 * (u * u + v * v)), u, v


def hidden_hill(seed: int) -> Surface:
    """The hill that belongs to a number; the same number gives the same hill on every machine.

    Parameters
    ----------
    seed
        The hill's number, 0 or more.

    Returns
    -------
    Surface
        On the window ±5, with the start high up.

    Raises
    ------
    ValueError
        For a negative seed.
    """
    if seed < 0:
        raise ValueError(f"A hill's number must be 0 or more; got {seed}.")
    random = np.random.default_rng(seed)
    fields = _levelled(_dug(random), lowest=random.uniform(2.0, 20.0))
    return Surface(
        key=f"hill-{seed}",
        title=f"Hill {seed}",
        lesson="Nobody knows this shape before looking, as nobody knows the shape of a network's loss.",
        latex=r"\text{a bowl with hollows}",
        domain=WINDOW,
        start=_entrance(fields, random),
        learning_rate=LEARNING_RATE,
        fields=fields,
        tensorflow=(),
        search_grid=31,
    )


def _dug(random: np.random.Generator) -> Hollows:
    count = int(random.integers(4, 7)) + _HUMPS
    depths = random.uniform(20.0, 50.0, count)
    depths[:_HUMPS] *= -0.7
    return Hollows(random.uniform(-4.0, 4.0, (count, 2)), random.uniform(0.8, 1.6, count), depths, bowl=1.5)


def _levelled(rough: Hollows, *, lowest: float) -> Hollows:
    """The same shape between a lowest height and 100."""
    points = WINDOW.grid(101)
    heights = rough.value(*points.T)
    scale = (100.0 - lowest) / (heights.max() - heights.min())
    floor = lowest - scale * heights.min()
    return Hollows(rough.centres, rough.widths, rough.depths, rough.bowl, float(floor), float(scale))


def _entrance(fields: Hollows, random: np.random.Generator) -> tuple[float, float]:
    """A start that is high up: the highest of a few points drawn from the middle of the window."""
    points = random.uniform(-4.0, 4.0, (6, 2)).round(2)
    x, y = points[int(np.argmax(fields.value(*points.T)))]
    return float(x), float(y)
