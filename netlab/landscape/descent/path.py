"""Walk an optimizer down a surface and keep every footprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.landscape.surface import Fields, Surface
from netlab.nn.optimizers import Optimizer, State

FAR = 1e12
"""A weight beyond this has diverged: no window shows it and nothing useful comes back from there."""


End = Literal["not started", "no height", "fell", "diverged"]
"""How a walk can end before its time: no first step was possible; it came to where the surface has no height or no
slope; it fell without end; or its steps carried it out of all bounds."""


@dataclass(frozen=True, eq=False)
class Path:
    """All that happened on one walk.

    Attributes
    ----------
    weights
        float32, (steps + 1, 2): where the walk stood, start first. NaN after it diverged.
    losses
        float64, (steps + 1,): the height there.
    diverged
        None, or a sentence that says at which step the walk ended before its time, and why.
    gradients
        float32, (steps, 2): the slope that each step was given, before any clipping.
    slots
        What the optimizer remembered (velocity, average square, …) before each step, each (steps + 1, 2), or
        (steps + 1,) where it is one number for both weights.
    learning_rates
        float32, (steps,): the rate in force at each step.
    end
        What kind of end ``diverged`` tells of; None if the walk took all its steps.
    sampled
        Whether each slope was that of a batch, rather than of the surface.
    """

    weights: Array
    losses: Array
    diverged: str | None
    gradients: Array
    slots: Mapping[str, Array]
    learning_rates: Array
    end: End | None = None
    sampled: bool = False

    @property
    def steps(self) -> int:
        """How many steps were asked for."""
        return len(self.weights) - 1

    @property
    def steps_taken(self) -> int:
        """How many steps led to finite weights."""
        return int(np.isfinite(self.weights).all(axis=1).sum()) - 1

    @property
    def moves(self) -> Array:
        """How far each step went, (steps, 2)."""
        return np.diff(self.weights, axis=0)

    def footstep(self, step: int) -> Footstep:
        """Everything about one step, counted from 0.

        Raises
        ------
        IndexError
            If the walk never took that step.
        """
        if not 0 <= step < self.steps_taken:
            raise IndexError(f"The walk took steps 0 to {self.steps_taken - 1}; got {step}.")
        return Footstep(
            before=self.weights[step],
            gradient=self.gradients[step],
            remembered={name: slot[step] for name, slot in self.slots.items()},
            remembers={name: slot[step + 1] for name, slot in self.slots.items()},
            learning_rate=float(self.learning_rates[step]),
            after=self.weights[step + 1],
        )

    @property
    def falls(self) -> bool:
        """Whether it ended because it fell without end, rather than swung out or met a place without height."""
        return self.end == "fell"

    def rests_from(self, step: int) -> bool:
        """Whether it never moves again after a step (and had steps left to move)."""
        rest = self.weights[step:]
        return len(rest) > 1 and bool((rest == rest[0]).all())

    def state(self, step: int) -> State:
        """What the optimizer remembered after a step."""
        return State(step, {name: slot[step] for name, slot in self.slots.items()})

    @property
    def best(self) -> int:
        """The step at which the walk stood lowest."""
        return int(np.nanargmin(self.losses)) if np.isfinite(self.losses).any() else 0


@dataclass(frozen=True, eq=False)
class Footstep:
    """One step with all its numbers, to be put into the formula: weights, slope, memory before and after."""

    before: Array
    gradient: Array
    remembered: Mapping[str, Array]
    remembers: Mapping[str, Array]
    learning_rate: float
    after: Array

    @property
    def move(self) -> Array:
        """How far the step went, (2,)."""
        return self.after - self.before

    @property
    def effective_rate(self) -> Array:
        """Step length per unit of slope in each direction, (2,); NaN where there is no slope."""
        with np.errstate(all="ignore"):
            return np.abs(self.move / np.where(self.gradient == 0.0, np.nan, self.gradient))


def descend(
    surface: Surface,
    optimizer: Optimizer,
    start: ArrayLike,
    *,
    steps: int,
    seen: Sequence[Fields] | None = None,
) -> Path:
    """Walk from a start.

    Weights are float32, as in Keras. The slope is computed in float64 at these very weights and rounded once, so
    it is the true slope as well as float32 can hold it.

    Parameters
    ----------
    surface, optimizer, start, steps
        The loss, the rule, two finite numbers (x, y), and how many updates, at least 1.
    seen
        What each step takes its slope from in place of the surface, one for each step: the loss on a batch. Heights
        are the surface's all the same.

    Returns
    -------
    Path
        All positions, (steps + 1, 2), with heights, slopes and what the rule remembered.

    Raises
    ------
    ValueError
        If steps is below 1, the start is no finite point, or there is not something to see for every step. A walk that diverges raises nothing: ``Path.diverged``.

    Examples
    --------
    >>> from netlab.landscape.surfaces import SURFACES
    >>> from netlab.nn.optimizers import OPTIMIZERS
    >>> path = descend(SURFACES["booth"], OPTIMIZERS["sgd"].with_settings(learning_rate=0.05), (0.0, 0.0), steps=200)
    >>> path.weights[-1].round(2).tolist()
    [1.0, 3.0]
    """
    require_steps(steps)
    if seen is not None and len(seen) != steps:
        raise ValueError(f"seen must have one loss for each of {steps} steps; got {len(seen)}.")
    walk = Walk(surface, optimizer, starting_point(start), steps, seen)
    with np.errstate(all="ignore"):  # overflow is how a divergence shows; it is reported as a value
        walk.run()
        walk.end_without_height()
    return walk.path()


class Walk:
    """Footprints while they are made; ``Path`` is what is kept of them."""

    def __init__(
        self,
        surface: Surface,
        optimizer: Optimizer,
        start: Array,
        steps: int,
        seen: Sequence[Fields] | None = None,
    ) -> None:
        self.surface, self.optimizer, self.steps, self.seen = surface, optimizer, steps, seen
        self.weights = [start]
        self.states: list[State] = [optimizer.init(start)]
        self.gradients: list[Array] = []
        self.diverged: str | None = None
        self.end: End | None = None

    def run(self) -> None:
        """Look at the gradient, update, and keep where that led, until the steps are over or the walk is."""
        scale = self.optimizer.loss_scale
        weights, state = self.weights[-1], self.states[-1]
        x, y = weights.tolist()
        for step in range(self.steps):
            fields = self.surface.fields if self.seen is None else self.seen[step]
            slope = fields.gradient(np.float64(x), np.float64(y))
            gradient = (
                np.array(slope, np.float32) if scale == 1.0 else np.multiply(slope, scale).astype(np.float32)
            )
            weights, state = self.optimizer.update(gradient, weights, state)
            self.gradients.append(gradient)
            x, y = weights.tolist()
            if not (-FAR < x < FAR and -FAR < y < FAR):
                self.end, self.diverged = self._ending(step + 1, gradient, weights)
                return
            self.weights.append(weights)
            self.states.append(state)

    def _ending(self, step: int, gradient: Array, weights: Array) -> tuple[End, str]:
        """The kind of end, and the sentence for it."""
        if not np.isfinite(gradient).all():
            return _unusable(step, gradient)
        first, last = self.surface.value(np.array([self.weights[0], self.weights[-1]], np.float64))
        if _fell(first, last):
            return (
                "fell",
                f"{_passed(step)}: the walk falls without end, since the surface has no floor there.",
            )
        return "diverged", _reason(step, weights)

    def end_without_height(self) -> None:
        """End the walk where the surface has no height, though it may have a slope there (as log x left of 0)."""
        losses = self.surface.value(np.array(self.weights, np.float64))
        if not np.isfinite(losses).all():
            step = int(np.argmin(np.isfinite(losses)))
            self.end, self.diverged = _no_height(step, float(losses[step]))
            self.weights, self.states = self.weights[: step + 1], self.states[: step + 1]
            self.gradients = self.gradients[:step]

    def path(self) -> Path:
        """What is kept of the walk."""
        weights = _padded(self.weights, self.steps + 1)
        slots = {
            name: _padded([state.slots[name] for state in self.states], self.steps + 1)
            for name in self.states[0].slots
        }
        return Path(
            weights=weights,
            losses=self.surface.value(weights.astype(np.float64)),
            diverged=self.diverged,
            gradients=_padded(np.reshape(self.gradients, (-1, 2)), self.steps),
            slots=slots,
            learning_rates=_padded(
                [self.optimizer.rate_at(k) for k in range(len(self.gradients))], self.steps
            ),
            end=self.end,
            sampled=self.seen is not None,
        )


def _fell(first: float, last: float) -> bool:
    return bool(last < first - 1e3 * max(abs(first), 1.0))


def _padded(rows: Any, length: int) -> Array:
    found = np.array(rows, np.float32)
    missing = np.full((length - len(found), *found.shape[1:]), np.nan, np.float32)
    return np.concatenate([found, missing])


def _passed(step: int) -> str:
    return f"At step {step} a weight passed {plain(FAR)}"


def _unusable(step: int, gradient: Array) -> tuple[End, str]:
    """The end of a walk that came to (or began at) a place whose slope cannot be used."""
    lost: End = "not started" if step == 1 else "no height"
    if np.isnan(gradient).any() and step == 1:
        return (
            lost,
            "The surface has no slope at the start: its formula gives no number there. Start elsewhere.",
        )
    if np.isnan(gradient).any():
        return (
            lost,
            f"At step {step} the surface has no slope here: its formula gives no number. Start elsewhere.",
        )
    if step == 1:
        return (
            lost,
            "The slope at the start is larger than float32 can hold, so no step can be taken. Start where it is flatter.",
        )
    return (
        "diverged",
        f"At step {step} the slope is larger than float32 can hold. Lower the learning rate or start lower.",
    )


def _reason(step: int, weights: Array) -> str:
    """Why a step with a usable slope led out of all bounds."""
    if np.isfinite(weights).all():
        return f"{_passed(step)}: the steps carry the walk away. Lower the learning rate."
    if np.isnan(weights).any():
        return f"At step {step} the update is not a number: it divided zero by zero or cancelled infinities."
    return f"At step {step} a weight grew beyond what float32 can hold. Lower the learning rate."


def _no_height(step: int, loss: float) -> tuple[End, str]:
    nowhere = np.isnan(loss)
    if step == 0:
        begins = "The loss at the start is not a number" if nowhere else "The loss at the start is infinite"
        return "not started", f"{begins}: the surface has no height there. Start elsewhere."
    if loss == -np.inf:
        return (
            "fell",
            f"At step {step} the loss has fallen below what float64 can hold: the surface has no floor there.",
        )
    advice = "the surface has no height here. Start elsewhere or go slower."
    told = f"At step {step} the loss is not a number" if nowhere else f"At step {step} the loss is infinite"
    return "no height", f"{told}: {advice}"


def require_steps(steps: int) -> None:
    """Refuse a walk without steps.

    Parameters
    ----------
    steps
        What was given as a number of steps.

    Raises
    ------
    ValueError
        If it is no whole number or below 1.
    """
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer):
        raise ValueError(f"steps must be a whole number; got {steps!r}. Use 1 to see a single step.")
    if steps < 1:
        raise ValueError(f"steps must be at least 1; got {steps}. Use 1 to see a single step.")


def starting_point(start: ArrayLike) -> Array:
    """A start as float32 (2,).

    Parameters
    ----------
    start
        What was given as a start.

    Returns
    -------
    array
        float32, (2,).

    Raises
    ------
    ValueError
        If it is not two numbers that are finite in float32.
    """
    try:
        point = np.asarray(start, np.float32)
    except (TypeError, ValueError):
        point = np.empty(0, np.float32)
    if point.shape != (2,) or not np.isfinite(point).all():
        raise ValueError(f"start must be two finite numbers (x, y); got {start!r}.")
    return point
