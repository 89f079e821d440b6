"""What makes one optimizer different from another: its step, its story in numbers, and what theory says of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import Array
from netlab.formatting import column, digits
from netlab.nn.setting import Rate, Slots

Steps: TypeAlias = int | NDArray[np.intp]


class Rule(ABC):
    """A rule with its settings; frozen, so that all state goes in and comes out.

    Attributes
    ----------
    remembers
        What a reader calls the slots that are worth showing, by their names.
    measures_by_weights
        Whether a step's length depends on the weights themselves.
    """

    remembers: ClassVar[Mapping[str, str]] = {}
    measures_by_weights: ClassVar[bool] = False

    def init(self, weights: Array) -> Slots:
        """The slots before the first step at weights (..., 2): what it remembers, at zero, if it says nothing else."""
        return {name: np.zeros_like(weights) for name in self.remembers}

    @abstractmethod
    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights at a step (from 1), and the new slots; float32 (..., 2) as the gradient."""

    @abstractmethod
    def lines(self, numbers: Told) -> list[str]:
        """The rule's formulas with the numbers of one step, as LaTeX; they end with Δ, what is added to the weights."""

    @abstractmethod
    def theory(self) -> Theory | NoTheory:
        """The largest learning rate that theory allows, or why it sets none."""

    def carried(self, walk: Walked) -> Array | None:
        """What the velocity before each step adds to it, (steps, 2); None where a step cannot be split so."""
        return None


@dataclass(frozen=True)
class Theory:
    """What is known about the stability of one rule near a minimum.

    Attributes
    ----------
    limit
        The largest stable rate × curvature, once the start is forgotten.
    latex
        The limit of the learning rate itself, L being the curvature.
    divisor
        By what each weight's gradient is divided at a step, from the slots and the step's number (from 1); None for 1.
    opening
        By what the limit is multiplied at a step, from the same: below 1 while averages are still filling.
    used_before
        Slots that a step uses before it renews them.
    cycle
        Over how many steps the rule is one linear map: 1 but for rules that do something every so many steps.
    decay, decay_latex
        A decay λ of the weights adds λ/decay to the reciprocal of the limit.
    """

    limit: float
    latex: str
    divisor: Callable[[Slots, Steps], Array] | None = None
    opening: Callable[[Slots, Steps], Array] | None = None
    used_before: frozenset[str] = frozenset()
    cycle: int = 1
    decay: float = 2.0
    decay_latex: str = "2"


@dataclass(frozen=True)
class NoTheory:
    """Why curvature sets a rule no limit, in one sentence."""

    why: str


@dataclass(frozen=True, eq=False)
class Walked:
    """Every step of a walk at once: slots before and after each, (steps, 2); rates and numbers (from 1), (steps, 1)."""

    before: Slots
    after: Slots
    rates: Array
    times: Array


@dataclass(frozen=True, eq=False)
class Told:
    """The numbers of one step, from which its lines are written: slots before and after, gradient, weights, rate."""

    old: Slots
    new: Slots
    gradient: Array
    weights: Array
    rate: float
    time: int

    @property
    def g(self) -> str:
        """The gradient as a column."""
        return column(self.gradient)

    @property
    def eta(self) -> str:
        """The learning rate."""
        return digits(self.rate)

    def average(self, symbol: str, slot: str, kept: float, *, squared: bool) -> str:
        """A line for slot ← β slot + (1 − β) g (or g²)."""
        what = rf"{self.g}^{{2}}" if squared else self.g
        return (
            rf"{symbol} = {digits(kept)} \, {column(self.old[slot])} + {digits(1.0 - float(kept))} \, {what}"
            rf" = {column(self.new[slot])}"
        )
