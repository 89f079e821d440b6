"""Landscapes worth walking on: textbook surfaces and the losses of real two-parameter models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from netlab.landscape.double_well import double_well
from netlab.landscape.formula import surface_from
from netlab.landscape.neuron_surface import LINE_FIT, NEURONS
from netlab.landscape.surface import CriticalPoint, Domain, Surface, find_critical_points

__all__ = ["SURFACES", "CriticalPoint", "Domain", "Surface", "find_critical_points"]

_HIMMELBLAU = surface_from(
    "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    key="himmelblau",
    title="Himmelblau",
    lesson="Four equally good minima: where you end is decided by where you start.",
    domain=Domain(-5, 5, -5, 5),
    start=(-0.5, -1.5),
    learning_rate=0.01,
    logarithmic=True,
)

_ROSENBROCK = surface_from(
    "(1 - x)^2 + 100*(y - x^2)^2",
    key="rosenbrock",
    title="Rosenbrock's banana",
    lesson="Finding the valley is easy; walking along its flat, bent floor is what takes the time.",
    domain=Domain(-2, 2, -1, 3),
    start=(-1.2, 1.0),
    learning_rate=0.001,
    logarithmic=True,
)

_BEALE = surface_from(
    "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
    key="beale",
    title="Beale",
    lesson="Flat in the middle and as steep as a wall at the corners: one learning rate must suit both.",
    domain=Domain(-4.5, 4.5, -4.5, 4.5),
    start=(1.0, 1.5),
    learning_rate=0.005,
    logarithmic=True,
)

_RASTRIGIN = surface_from(
    "20 + x^2 + y^2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
    key="rastrigin",
    title="Rastrigin",
    lesson="A bowl full of dents: the slope tells you about the nearest dent, not about the bowl.",
    domain=Domain(-5.12, 5.12, -5.12, 5.12),
    start=(-3.3, 2.4),
    learning_rate=0.002,
)

_THREE_HUMP_CAMEL = surface_from(
    "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
    key="three-hump-camel",
    title="Three-hump camel",
    lesson="A good minimum between two slightly worse ones: with luck, a little speed carries you past the worse.",
    domain=Domain(-3, 3, -3, 3),
    start=(-2.6, -1.5),
    learning_rate=0.02,
)

_SIX_HUMP_CAMEL = surface_from(
    "(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2",
    key="six-hump-camel",
    title="Six-hump camel",
    lesson="Six minima at three heights, in pairs that mirror each other.",
    domain=Domain(-2, 2, -2, 2),
    start=(-1.6, 1.3),
    learning_rate=0.01,
)

_STYBLINSKI_TANG = surface_from(
    "0.5*(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)",
    key="styblinski-tang",
    title="Styblinski-Tang",
    lesson="Four valleys at three depths, each steep to its own bottom: from where you stand the best one looks like the rest.",
    domain=Domain(-5, 5, -5, 5),
    start=(0.6, 0.4),
    learning_rate=0.01,
)

_BOOTH = surface_from(
    "(x + 2*y - 7)^2 + (2*x + y - 5)^2",
    key="booth",
    title="Booth",
    lesson="A tilted bowl, nine times as steep across as along: convex, and nothing can go wrong but the rate.",
    domain=Domain(-10, 10, -10, 10),
    start=(-8.0, -6.0),
    learning_rate=0.05,
    logarithmic=True,
)

_MATYAS = surface_from(
    "0.26*(x^2 + y^2) - 0.48*x*y",
    key="matyas",
    title="Matyas",
    lesson="A gentle bowl that is 25 times flatter along its diagonal: the last metres are the longest.",
    domain=Domain(-10, 10, -10, 10),
    start=(-8.0, 5.0),
    learning_rate=0.5,
    logarithmic=True,
)

_GOLDSTEIN_PRICE = surface_from(
    "(1 + (x + y + 1)^2*(19 - 14*x + 3*x^2 - 14*y + 6*x*y + 3*y^2))"
    "*(30 + (2*x - 3*y)^2*(18 - 32*x + 12*x^2 + 48*y - 36*x*y + 27*y^2))",
    key="goldstein-price",
    title="Goldstein-Price",
    lesson="Heights from 3 to a million: a rate that is right at the bottom explodes on the walls.",
    domain=Domain(-2, 2, -2, 2),
    start=(-1.0, 0.5),
    learning_rate=0.00002,
    logarithmic=True,
)

_SADDLE = surface_from(
    "x^2 - y^2",
    key="saddle",
    title="Saddle",
    lesson="At a saddle the slope is zero and yet it is no minimum: gradient descent lingers, then falls off.",
    domain=Domain(-3, 3, -3, 3),
    start=(-2.5, 0.001),
    learning_rate=0.05,
    known=(CriticalPoint((0.0, 0.0), "saddle", 0.0),),
)

_MONKEY_SADDLE = surface_from(
    "x^3 - 3*x*y^2",
    key="monkey-saddle",
    title="Monkey saddle",
    lesson="Three ways down and three ways up, and at the middle neither slope nor curvature shows any.",
    domain=Domain(-2, 2, -2, 2),
    start=(1.5, 0.01),
    learning_rate=0.02,
    known=(CriticalPoint((0.0, 0.0), "saddle", 0.0),),
)

_PLATEAU = surface_from(
    "1 - exp(-(x^2 + y^2)/2)",
    key="plateau",
    title="Plateau",
    lesson="Far from the hole the ground is flat: without slope there is nothing to follow, and steps vanish.",
    domain=Domain(-5, 5, -5, 5),
    start=(-2.5, 2.0),
    learning_rate=0.5,
    known=(CriticalPoint((0.0, 0.0), "minimum", 0.0),),
)

_RAVINE = surface_from(
    "0.5*x^2 + 50*y^2",
    key="ravine",
    title="Ravine",
    lesson="It is a hundred times steeper across than along: the steep way limits the rate, the flat way needs a larger one.",
    domain=Domain(-10, 4, -4.5, 4.5),
    start=(-9.0, 1.5),
    learning_rate=0.018,
    known=(CriticalPoint((0.0, 0.0), "minimum", 0.0),),
)


@dataclass(frozen=True)
class _Ackley:
    """−20 e^(−r/5) − e^c + 20 + e with r the root mean square and c the mean cosine of 2πx and 2πy.

    At 0 the surface has a tip like a cone's: no slope exists there, and 0 is given, so that a walker on the tip
    stays on it. The curvature there is not a number.
    """

    def value(self, x: Any, y: Any) -> Any:
        """f."""
        return 20.0 + np.e - 20.0 * np.exp(-0.2 * _rms(x, y)) - _waves(x, y)

    def gradient(self, x: Any, y: Any) -> tuple[Any, Any]:
        """∂f/∂x and ∂f/∂y."""
        radius = _rms(x, y)
        cone, waves = _cone(radius), np.pi * _waves(x, y)
        return cone * x + waves * np.sin(2 * np.pi * x), cone * y + waves * np.sin(2 * np.pi * y)

    def hessian(self, x: Any, y: Any) -> tuple[Any, Any, Any]:
        """∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y²."""
        radius, waves = _rms(x, y), np.pi**2 * _waves(x, y)
        first = 2.0 * np.exp(-0.2 * radius) / radius
        second = -first * (0.1 + 0.5 / radius) / radius
        sines = np.sin(2 * np.pi * x), np.sin(2 * np.pi * y)
        cosines = np.cos(2 * np.pi * x), np.cos(2 * np.pi * y)
        xx = first + second * x * x + waves * (2.0 * cosines[0] - sines[0] * sines[0])
        yy = first + second * y * y + waves * (2.0 * cosines[1] - sines[1] * sines[1])
        return xx, second * x * y - waves * sines[0] * sines[1], yy


def _rms(x: Any, y: Any) -> Any:
    return np.sqrt(0.5 * (x * x + y * y))


def _waves(x: Any, y: Any) -> Any:
    return np.exp(0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y)))


def _cone(radius: Any) -> Any:
    """2 e^(−r/5)/r, the cone's pull towards the middle; 0 at the tip."""
    return np.where(radius > 0.0, 2.0 * np.exp(-0.2 * radius) / np.where(radius > 0.0, radius, 1.0), 0.0)


_ACKLEY = Surface(
    key="ackley",
    title="Ackley",
    lesson="Almost flat and full of dents, with one deep hole: near its tip the slope never fades, so steps overshoot.",
    latex=r"-20\, e^{-\frac{1}{5}\sqrt{(x^2+y^2)/2}} - e^{(\cos 2\pi x + \cos 2\pi y)/2} + 20 + e",
    domain=Domain(-5, 5, -5, 5),
    start=(-2.3, 1.6),
    learning_rate=0.02,
    fields=_Ackley(),
    kinks=(CriticalPoint((0.0, 0.0), "minimum", 0.0),),
    tensorflow=(
        "cone = 20 * tf.exp(-0.2 * tf.sqrt(0.5 * (x**2 + y**2)))",
        "waves = tf.exp(0.5 * (tf.cos(2 * math.pi * x) + tf.cos(2 * math.pi * y)))",
        "return 20 + math.e - cone - waves",
    ),
)

SURFACES: dict[str, Surface] = {
    surface.key: surface
    for surface in (
        _RAVINE,
        _ROSENBROCK,
        _HIMMELBLAU,
        _BEALE,
        _SADDLE,
        _MONKEY_SADDLE,
        _PLATEAU,
        double_well(),
        _BOOTH,
        _MATYAS,
        _THREE_HUMP_CAMEL,
        _SIX_HUMP_CAMEL,
        _STYBLINSKI_TANG,
        _RASTRIGIN,
        _ACKLEY,
        _GOLDSTEIN_PRICE,
        *NEURONS,
        LINE_FIT,
    )
}
"""Every surface by its key, simplest first."""
