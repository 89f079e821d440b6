"""A step of its own for each weight, from the squares of the gradients it has seen."""

from dataclasses import dataclass

import numpy as np

from netlab.arrays import Array
from netlab.nn.setting import Rate, Slots


@dataclass(frozen=True)
class Adagrad:
    """a ← a + g²; w ← w − η g / √(a + ε) (Duchi, Hazan and Singer, 2011).

    The sum only grows, so steps only shrink. Keras starts it at 0.1, not at 0.
    """

    initial_accumulator_value: float = 0.1
    epsilon: float = 1e-7

    def init(self, weights: Array) -> Slots:
        """The sum of squares, at its start value."""
        return {"accumulator": np.full_like(weights, self.initial_accumulator_value)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        accumulator = slots["accumulator"] + gradient * gradient
        return -rate * gradient / np.sqrt(accumulator + self.epsilon), {"accumulator": accumulator}


@dataclass(frozen=True)
class Adadelta:
    """The step is √(D + ε)/√(G + ε) · g, D and G being averages of squared steps and gradients (Zeiler, 2012).

    The learning rate multiplies the step after D has seen it.
    """

    rho: float = 0.95
    epsilon: float = 1e-7

    def init(self, weights: Array) -> Slots:
        """Both averages, at zero."""
        return {"accumulated_gradient": np.zeros_like(weights), "accumulated_change": np.zeros_like(weights)}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        fresh = 1 - self.rho
        gradients = self.rho * slots["accumulated_gradient"] + fresh * (gradient * gradient)
        changes = slots["accumulated_change"]
        delta = -(np.sqrt(changes + self.epsilon) * gradient / np.sqrt(gradients + self.epsilon))
        changes = self.rho * changes + fresh * (delta * delta)
        return rate * delta, {"accumulated_gradient": gradients, "accumulated_change": changes}


@dataclass(frozen=True)
class RMSprop:
    """v ← ρ v + (1 − ρ) g²; w ← w − η g / √(v + ε) (Hinton, 2012).

    Keras has ε inside the root (PyTorch outside) and corrects no bias: the first step is 1/√(1 − ρ) times η long.
    Centred, the average gradient's square is taken off v; with momentum the steps are gathered in a velocity.
    """

    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    def init(self, weights: Array) -> Slots:
        """The averages and the velocity that the settings call for, at zero."""
        names = ["square"] + ["average_gradient"] * self.centered + ["velocity"] * (self.momentum > 0)
        return {name: np.zeros_like(weights) for name in names}

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights, and the new slots."""
        fresh = 1 - self.rho
        new = {"square": self.rho * slots["square"] + fresh * (gradient * gradient)}
        spread = new["square"]
        if self.centered:
            average = new["average_gradient"] = self.rho * slots["average_gradient"] + fresh * gradient
            spread = spread - average * average
        increment = rate * gradient / np.sqrt(spread + self.epsilon)
        if self.momentum > 0:
            increment = new["velocity"] = self.momentum * slots["velocity"] + increment
        return -increment, new
