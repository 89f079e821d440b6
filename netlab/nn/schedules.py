"""Learning rates that change while the walk goes on: Keras's schedules, evaluated at the 0-based step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from netlab.nn.setting import Rate, Setting, switch

Steps: TypeAlias = Any
"""A step counted from 0; where a schedule neither cycles, restarts nor warms up, also an array of steps."""
_PI = np.float32(math.pi)
ONE = np.float32(1.0)


def _rounded_once(function: Callable[..., float], *numbers: Any) -> np.float32:
    """A function of float32 numbers computed in float64: nearer to TensorFlow's scalars than NumPy's float32 is."""
    return np.float32(function(*(np.float64(number) for number in numbers)))


def _single(value: Any) -> Rate:
    return np.float32(value) if isinstance(value, float) else np.asarray(value, np.float32)[()]


_DECAY_STEPS = Setting("decay_steps", "Decay steps", 100, 1, 1_000_000, "Over how many steps the rate falls.")


@dataclass(frozen=True)
class Constant:
    """The same rate at every step."""

    key: ClassVar[str] = "constant"
    title: ClassVar[str] = "Constant"
    keras_class: ClassVar[str | None] = None
    latex: ClassVar[str] = r"\eta_t = \eta"
    settings: ClassVar[tuple[Setting, ...]] = ()

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        return _single(learning_rate)

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        return {}


@dataclass(frozen=True)
class ExponentialDecay:
    """η · decay_rate^(t / decay_steps); as a staircase, with whole powers only."""

    decay_steps: int = 100
    decay_rate: float = 0.5
    staircase: bool = False

    key: ClassVar[str] = "exponential"
    title: ClassVar[str] = "Exponential decay"
    keras_class: ClassVar[str | None] = "ExponentialDecay"
    latex: ClassVar[str] = r"\eta_t = \eta \, r^{t/T}"
    settings: ClassVar[tuple[Setting, ...]] = (
        _DECAY_STEPS,
        Setting("decay_rate", "Factor", 0.5, 1e-6, 2.0, "What is left of the rate after the decay steps."),
        switch("staircase", "Staircase", "Fall in jumps rather than gradually."),
    )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        periods = np.float32(step) / np.float32(self.decay_steps)
        periods = np.floor(periods) if self.staircase else periods
        return _single(learning_rate) * np.float32(self.decay_rate) ** periods

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        return {"initial_learning_rate": learning_rate, **asdict(self)}


@dataclass(frozen=True)
class InverseTimeDecay:
    """η / (1 + decay_rate · t / decay_steps)."""

    decay_steps: int = 100
    decay_rate: float = 1.0
    staircase: bool = False

    key: ClassVar[str] = "inverse-time"
    title: ClassVar[str] = "Inverse time decay"
    keras_class: ClassVar[str | None] = "InverseTimeDecay"
    latex: ClassVar[str] = r"\eta_t = \frac{\eta}{1 + r \, t/T}"
    settings: ClassVar[tuple[Setting, ...]] = (
        _DECAY_STEPS,
        Setting("decay_rate", "Factor", 1.0, 0.0, 1000.0, "How strongly time divides the rate."),
        switch("staircase", "Staircase", "Fall in jumps rather than gradually."),
    )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        periods = np.float32(step) / np.float32(self.decay_steps)
        periods = np.floor(periods) if self.staircase else periods
        return _single(learning_rate) / (ONE + np.float32(self.decay_rate) * periods)

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        return {"initial_learning_rate": learning_rate, **asdict(self)}


@dataclass(frozen=True)
class PolynomialDecay:
    """From η down to an end rate along (1 − t/T)^power; with ``cycle`` it jumps up and falls again."""

    decay_steps: int = 100
    end_learning_rate: float = 0.0001
    power: float = 1.0
    cycle: bool = False

    key: ClassVar[str] = "polynomial"
    title: ClassVar[str] = "Polynomial decay"
    keras_class: ClassVar[str | None] = "PolynomialDecay"
    latex: ClassVar[str] = r"\eta_t = (\eta - \eta_T)(1 - t/T)^p + \eta_T"
    settings: ClassVar[tuple[Setting, ...]] = (
        _DECAY_STEPS,
        Setting(
            "end_learning_rate",
            "End rate",
            0.0001,
            0.0,
            1e4,
            "Where the rate stops falling.",
            logarithmic=True,
        ),
        Setting("power", "Power", 1.0, 0.1, 10.0, "1 is a straight line; more falls faster at first."),
        switch("cycle", "Cycle", "Start again from above when the decay steps are over."),
    )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        now, length, end = np.float32(step), np.float32(self.decay_steps), np.float32(self.end_learning_rate)
        if self.cycle:
            length = length * (np.ceil(now / length) if step else ONE)
        else:
            now = np.minimum(now, length)
        return (_single(learning_rate) - end) * (ONE - now / length) ** np.float32(self.power) + end

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        return {"initial_learning_rate": learning_rate, **asdict(self)}


@dataclass(frozen=True)
class CosineDecay:
    """Half a cosine from η down to α η (Loshchilov and Hutter, 2017), after a straight warm-up from 0."""

    decay_steps: int = 100
    alpha: float = 0.0
    warmup_steps: int = 0

    key: ClassVar[str] = "cosine"
    title: ClassVar[str] = "Cosine decay"
    keras_class: ClassVar[str | None] = "CosineDecay"
    latex: ClassVar[str] = r"\eta_t = \eta \left[(1-\alpha) \tfrac{1 + \cos(\pi t/T)}{2} + \alpha\right]"
    settings: ClassVar[tuple[Setting, ...]] = (
        _DECAY_STEPS,
        Setting("alpha", "Floor", 0.0, 0.0, 1.0, "The share of the rate that is left at the end."),
        Setting("warmup_steps", "Warm-up", 0, 0, 1_000_000, "Steps over which the rate first rises from 0."),
    )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        if self.warmup_steps and step < self.warmup_steps:
            return _single(learning_rate) * (np.float32(step) / np.float32(self.warmup_steps))
        done = np.minimum(np.float32(step - self.warmup_steps), np.float32(self.decay_steps))
        wave = np.float32(0.5) * (ONE + _rounded_once(np.cos, _PI * (done / np.float32(self.decay_steps))))
        return _single(learning_rate) * (np.float32(1 - self.alpha) * wave + np.float32(self.alpha))

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        shape = {"decay_steps": self.decay_steps, "alpha": self.alpha}
        if not self.warmup_steps:
            return {"initial_learning_rate": learning_rate, **shape}
        warm = {"warmup_target": learning_rate, "warmup_steps": self.warmup_steps}
        return {"initial_learning_rate": 0.0, **shape, **warm}


@dataclass(frozen=True)
class CosineDecayRestarts:
    """Cosine after cosine (Loshchilov and Hutter, 2017): each t_mul times as long and m_mul times as high."""

    first_decay_steps: int = 50
    t_mul: float = 2.0
    m_mul: float = 1.0
    alpha: float = 0.0

    key: ClassVar[str] = "cosine-restarts"
    title: ClassVar[str] = "Cosine decay with restarts"
    keras_class: ClassVar[str | None] = "CosineDecayRestarts"
    latex: ClassVar[str] = (
        r"\eta_t = \eta \left[(1-\alpha) \, m^i \, \tfrac{1 + \cos(\pi \tau)}{2} + \alpha\right]"
    )
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("first_decay_steps", "First period", 50, 1, 1_000_000, "Steps until the first restart."),
        Setting("t_mul", "Longer by", 2.0, 1.0, 10.0, "Each period is this many times as long as the last."),
        Setting(
            "m_mul", "Higher by", 1.0, 0.0, 2.0, "Each restart is at this many times the rate of the last."
        ),
        Setting("alpha", "Floor", 0.0, 0.0, 1.0, "The share of the rate that is left before a restart."),
    )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        restarts, done = self._period(step)
        alpha, height = np.float32(self.alpha), _rounded_once(np.power, np.float32(self.m_mul), restarts)
        wave = np.float32(0.5) * height * (ONE + _rounded_once(np.cos, _PI * done))
        return _single(learning_rate) * ((ONE - alpha) * wave + alpha)

    def _period(self, step: int) -> tuple[np.float32, np.float32]:
        """How many restarts there were, and the share of the present period that is over."""
        done, longer = np.float32(step) / np.float32(self.first_decay_steps), np.float32(self.t_mul)
        if longer == ONE:
            restarts = np.floor(done)
            return restarts, done - restarts
        logarithms = _rounded_once(np.log, ONE - done * (ONE - longer)), _rounded_once(np.log, longer)
        restarts = np.floor(logarithms[0] / logarithms[1])
        length = _rounded_once(np.power, longer, restarts)
        return restarts, (done - (ONE - length) / (ONE - longer)) / length

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        return {"initial_learning_rate": learning_rate, **asdict(self)}


@dataclass(frozen=True)
class PiecewiseConstantDecay:
    """η until the first boundary, η · factor until the second, η · factor² after it."""

    first_boundary: int = 100
    second_boundary: int = 200
    factor: float = 0.1

    key: ClassVar[str] = "piecewise"
    title: ClassVar[str] = "Piecewise constant"
    keras_class: ClassVar[str | None] = "PiecewiseConstantDecay"
    latex: ClassVar[str] = r"\eta_t = \eta \cdot r^{[t > t_1] + [t > t_2]}"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("first_boundary", "First boundary", 100, 1, 1_000_000, "The last step at the full rate."),
        Setting("second_boundary", "Second boundary", 200, 1, 1_000_000, "The last step at the second rate."),
        Setting("factor", "Factor", 0.1, 0.0, 10.0, "What each boundary multiplies the rate by."),
    )

    def __post_init__(self) -> None:
        if self.second_boundary <= self.first_boundary:
            raise ValueError(
                f"second_boundary must come after first_boundary ({self.first_boundary}); "
                f"got {self.second_boundary}. Raise it."
            )

    def rate(self, learning_rate: Any, step: Steps) -> Rate:
        """The rate at a step (from 0)."""
        passed = (step > self.first_boundary) + (step > self.second_boundary)
        return _single(self._value(learning_rate, passed))

    def arguments(self, learning_rate: float) -> dict[str, Any]:
        """What the Keras schedule is made with."""
        values = [float(self._value(learning_rate, passed)) for passed in range(3)]
        return {"boundaries": [self.first_boundary, self.second_boundary], "values": values}

    def _value(self, learning_rate: Any, passed: int) -> Any:
        return np.asarray(learning_rate, np.float64) * self.factor**passed


Schedule = (
    Constant
    | ExponentialDecay
    | InverseTimeDecay
    | PolynomialDecay
    | CosineDecay
    | CosineDecayRestarts
    | PiecewiseConstantDecay
)

SCHEDULES: dict[str, Schedule] = {
    schedule.key: schedule
    for schedule in (
        Constant(),
        ExponentialDecay(),
        InverseTimeDecay(),
        PolynomialDecay(),
        CosineDecay(),
        CosineDecayRestarts(),
        PiecewiseConstantDecay(),
    )
}


@dataclass(frozen=True)
class Spanning:
    """A schedule that lasts as long as a training does.

    Attributes
    ----------
    key, description : str
        Its word in networks, addresses and flags, and what becomes of the rate.
    over : callable
        Batches of the whole training → the schedule.
    """

    key: str
    description: str
    over: Callable[[int], Schedule]

    def factors(self, first: int, count: int, total: int) -> NDArray[np.float32]:
        """What the rate of each of ``count`` batches after ``first`` updates is multiplied with, (count,).

        Examples
        --------
        >>> SPANNING["linear"].factors(0, 3, 4).tolist()
        [1.0, 0.75, 0.5]
        """
        rates = self.over(total).rate(1.0, np.arange(first, first + count))
        return np.broadcast_to(np.asarray(rates, np.float32), (count,))


_SPANNING = (
    Spanning("constant", "the same rate from start to end", lambda total: Constant()),
    Spanning(
        "linear",
        "falls in a straight line to zero at the end",
        lambda total: PolynomialDecay(decay_steps=total, end_learning_rate=0.0),
    ),
    Spanning(
        "cosine",
        "falls to zero at the end, slowly at first and at last (Loshchilov & Hutter, 2017)",
        lambda total: CosineDecay(decay_steps=total),
    ),
)

SPANNING: dict[str, Spanning] = {row.key: row for row in _SPANNING}
"""Those that Train offers."""


def schedule_from(key: str, **settings: Any) -> Schedule:
    """A schedule by its key, its settings checked.

    Parameters
    ----------
    key : str
        A key of ``SCHEDULES``.
    **settings : float, int or bool
        Settings by name; the others keep their defaults.

    Returns
    -------
    Schedule
        Ready to give rates.

    Raises
    ------
    ValueError
        For an unknown key or setting, or a value out of range.
    """
    if key not in SCHEDULES:
        raise ValueError(f"{key!r} is not a schedule. The schedules are {', '.join(SCHEDULES)}.")
    declared = {setting.key: setting for setting in SCHEDULES[key].settings}
    unknown = settings.keys() - declared.keys()
    if unknown:
        raise ValueError(
            f"{key} has no setting {sorted(unknown)[0]!r}. Its settings are {', '.join(declared)}."
        )
    checked: dict[str, Any] = {name: declared[name].check(value) for name, value in settings.items()}
    return type(SCHEDULES[key])(**checked)
