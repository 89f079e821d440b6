"""An initializer draws the first weights; what matters is their variance, which is written beside each draw.

Weights are (fan_in, fan_out), as Keras has them. Randomness arrives as a ``numpy.random.Generator``, so the
same seed gives the same weights; they follow Keras's distribution, but are not Keras's numbers for that seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from netlab.nn.place import Place

Weights = NDArray[np.float64]

CONSTANT = 0.1
SPREAD = 0.05  # standard deviation of Keras's random_normal, half-width of its random_uniform
TRUNCATED_DEVIATION = 0.87962566103423978  # of a standard normal cut off at ±2


@dataclass(frozen=True)
class Initializer:
    """One way to draw the first weights.

    Attributes
    ----------
    draw : callable
        (generator, fan_in, fan_out) → weights, float64.
    variance : callable
        (fan_in, fan_out) → the variance of one weight.
    limit : callable
        (fan_in, fan_out) → no weight is larger than this in size (infinite for an unbounded normal).
    description : str
        What Train says of it, where it is offered there.
    places : frozenset of Place
        Where it is offered.
    """

    key: str
    title: str
    draw: Callable[[Generator, int, int], Weights]
    variance: Callable[[int, int], float]
    limit: Callable[[int, int], float]
    latex: str
    suits: str
    keras_name: str
    source: str
    settings: tuple[tuple[str, float], ...] = ()
    description: str = ""

    @property
    def places(self) -> frozenset[Place]:
        """Lessons show them all; Train those that it has words for."""
        return frozenset({Place.LESSONS, Place.TRAIN} if self.description else {Place.LESSONS})

    def keras_config(self) -> dict[str, Any]:
        """Return what ``keras.initializers.deserialize`` takes (a name alone will not do for a constant)."""
        return {"class_name": self.keras_name, "config": dict(self.settings)}


def uniform(generator: Generator, fan_in: int, fan_out: int, variance: float) -> Weights:
    """Draw evenly from ±√(3 · variance).

    Parameters
    ----------
    generator : numpy.random.Generator
        Where the randomness comes from.
    fan_in, fan_out : int
        Units before and behind the weights.
    variance : float
        Of one weight.

    Returns
    -------
    float64 (fan_in, fan_out)
        Weights, at most √(3 · variance) in size.
    """
    limit = np.sqrt(3 * variance)
    return generator.uniform(-limit, limit, (fan_in, fan_out))


def normal(generator: Generator, fan_in: int, fan_out: int, variance: float) -> Weights:
    """Draw from a bell curve with no bound.

    Parameters
    ----------
    generator : numpy.random.Generator
        Where the randomness comes from.
    fan_in, fan_out : int
        Units before and behind the weights.
    variance : float
        Of one weight.

    Returns
    -------
    float64 (fan_in, fan_out)
        Weights of any size.
    """
    return generator.normal(0, np.sqrt(variance), (fan_in, fan_out))


def truncated_normal(generator: Generator, fan_in: int, fan_out: int, variance: float) -> Weights:
    """Draw from a bell curve cut off at two deviations, widened so that the variance is as asked.

    Parameters
    ----------
    generator : numpy.random.Generator
        Where the randomness comes from.
    fan_in, fan_out : int
        Units before and behind the weights.
    variance : float
        Of one weight, after the cut.

    Returns
    -------
    float64 (fan_in, fan_out)
        Weights, at most 2.28 · √variance in size.
    """
    from scipy.special import ndtr, ndtri  # loaded where it is used: it takes a while

    bell: Weights = ndtri(generator.uniform(ndtr(-2), ndtr(2), (fan_in, fan_out)))
    return bell * float(np.sqrt(variance) / TRUNCATED_DEVIATION)


def glorot_variance(fan_in: int, fan_out: int) -> float:
    """Return 2 / (fan_in + fan_out): a compromise that keeps signals and gradients alike.

    Parameters
    ----------
    fan_in, fan_out : int
        Units before and behind the weights.

    Returns
    -------
    float
        Variance of one weight.
    """
    return 2 / (fan_in + fan_out)


def he_variance(fan_in: int, fan_out: int) -> float:
    """Return 2 / fan_in: twice as much, since a ReLU throws half of the signal away.

    Parameters
    ----------
    fan_in, fan_out : int
        Units before and behind the weights; the second is not used.

    Returns
    -------
    float
        Variance of one weight.
    """
    return 2 / fan_in


def lecun_variance(fan_in: int, fan_out: int) -> float:
    """Return 1 / fan_in: a sum of fan_in unit signals keeps variance 1.

    Parameters
    ----------
    fan_in, fan_out : int
        Units before and behind the weights; the second is not used.

    Returns
    -------
    float
        Variance of one weight.
    """
    return 1 / fan_in


def _constant(key: str, title: str, value: float, suits: str, description: str = "") -> Initializer:
    return Initializer(
        key, title,
        draw=lambda _, fan_in, fan_out: np.full((fan_in, fan_out), value),
        variance=lambda fan_in, fan_out: 0.0,
        limit=lambda fan_in, fan_out: abs(value),
        latex="0", suits=suits, keras_name=key, source="A mistake that is worth watching",
        settings=(("value", value),) if value else (), description=description,
    )  # fmt: skip


def _fixed(
    key: str, title: str, bounded: bool, variance: float, latex: str, description: str = ""
) -> Initializer:
    draw = uniform if bounded else normal
    return Initializer(
        key, title,
        draw=lambda generator, fan_in, fan_out: draw(generator, fan_in, fan_out, variance),
        variance=lambda fan_in, fan_out: variance,
        limit=lambda fan_in, fan_out: float(np.sqrt(3 * variance)) if bounded else np.inf,
        latex=latex, suits="Shallow networks; it knows nothing of the layer's width.", keras_name=key,
        source="Keras's default spread", description=description,
    )  # fmt: skip


def _scaled(
    family: str,
    title: str,
    rule: Callable[[int, int], float],
    latex: str,
    suits: str,
    source: str,
    uniform_description: str,
    normal_description: str,
) -> tuple[Initializer, Initializer]:
    return (
        Initializer(
            f"{family}_uniform", f"{title} uniform",
            draw=lambda generator, fan_in, fan_out: uniform(
                generator, fan_in, fan_out, rule(fan_in, fan_out)
            ),
            variance=rule,
            limit=lambda fan_in, fan_out: float(np.sqrt(3 * rule(fan_in, fan_out))),
            latex=latex, suits=suits, keras_name=f"{family}_uniform", source=source,
            description=uniform_description,
        ),
        Initializer(
            f"{family}_normal", f"{title} normal",
            draw=lambda generator, fan_in, fan_out: truncated_normal(
                generator, fan_in, fan_out, rule(fan_in, fan_out)
            ),
            variance=rule,
            limit=lambda fan_in, fan_out: float(2 * np.sqrt(rule(fan_in, fan_out)) / TRUNCATED_DEVIATION),
            latex=latex, suits=suits, keras_name=f"{family}_normal", source=source,
            description=normal_description,
        ),
    )  # fmt: skip


_ALL = (
    *_scaled(
        "glorot", "Glorot", glorot_variance, r"\frac{2}{n_\text{in} + n_\text{out}}",
        "Tanh, sigmoid and linear layers; Keras's default.",
        "Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010",
        "Glorot uniform (Keras's default; Glorot & Bengio, 2010)",
        "Glorot normal (Glorot & Bengio, 2010)",
    ),
    *_scaled(
        "he", "He", he_variance, r"\frac{2}{n_\text{in}}", "ReLU and its kin.",
        "He, Zhang, Ren & Sun, Delving deep into rectifiers, 2015",
        "He uniform, made for ReLU (He et al., 2015)",
        "He normal, made for ReLU (He et al., 2015)",
    ),
    *_scaled(
        "lecun", "LeCun", lecun_variance, r"\frac{1}{n_\text{in}}", "SELU (the normal one), tanh.",
        "LeCun, Bottou, Orr & Müller, Efficient BackProp, 1998",
        "",
        "LeCun normal (LeCun et al., 1998), which SELU needs (Klambauer et al., 2017)",
    ),
    _fixed(
        "random_normal", "Normal 0.05", False, SPREAD**2, r"0.05^2",
        "normal with standard deviation 0.05, whatever the layer's size",
    ),
    _fixed("random_uniform", "Uniform ±0.05", True, SPREAD**2 / 3, r"0.05^2 / 3"),
    _constant("constant", "Constant 0.1", CONSTANT, "Nothing; it shows that equal units stay equal."),
    _constant(
        "zeros", "Zeros", 0.0, "Biases. As weights: every unit stays the twin of every other.",
        "all zeros: units stay copies of each other, unless dropout tells them apart; with ReLU only the last bias learns",
    ),
)  # fmt: skip

INITIALIZERS: dict[str, Initializer] = {initializer.key: initializer for initializer in _ALL}
