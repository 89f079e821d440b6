"""An optimizer is a pure pair: `init` makes its state, `update` takes a gradient and gives new weights and state.

`update` does what one `keras.optimizers.Optimizer.apply` does in eager mode on float32 variables, operation by
operation in Keras's order: unscale, accumulate, clip, decay the weights, take the rule's step, average the weights.
All rules act on the last axis, so weights may be one point (2,) or many (n, 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np

from netlab.arrays import Array
from netlab.nn.schedules import Constant, Schedule, schedule_from
from netlab.nn.setting import COMMON, LEARNING_RATE, Rate, Setting, SettingValue, Slots

_CLIPPERS = ("clipnorm", "global_clipnorm", "clipvalue")
_OFF_AT_ZERO = (*_CLIPPERS, "ema_overwrite_frequency", "loss_scale_factor", "weight_decay")


class Rule(Protocol):
    """What makes one optimizer different from another."""

    def init(self, weights: Array) -> Slots:
        """The slots before the first step."""

    def change(
        self, gradient: Array, weights: Array, slots: Slots, step: int, rate: Rate
    ) -> tuple[Array, Slots]:
        """What is added to the weights at a step (from 1), and the new slots."""


class State(NamedTuple):
    """What an optimizer remembers: how often it was called, and its slots, each of the weights' shape."""

    step: int
    slots: Slots


@dataclass(frozen=True)
class Optimizer:
    """One way down, with its settings.

    Attributes
    ----------
    key, title, idea
        Name in addresses, name in menus, one sentence for a newcomer.
    latex, trap, source
        The update as lines of LaTeX; what goes wrong if one does not know it; where it was published.
    keras_class, keras_learning_rate
        Its class in `keras.optimizers`, and the learning rate Keras gives it.
    own
        The settings that only this rule has. `settings` are all of them.
    values
        Every setting's value now; change them with `with_settings`.
    schedule
        How the learning rate changes over the steps.
    """

    key: str
    title: str
    idea: str
    latex: tuple[str, ...]
    trap: str
    source: str
    keras_class: str
    keras_learning_rate: float
    rule: type[Any]
    own: tuple[Setting, ...] = ()
    fixed: Mapping[str, SettingValue] = field(default_factory=dict)
    defaults: Mapping[str, SettingValue] = field(default_factory=dict)
    changed: Mapping[str, SettingValue] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=Constant)

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """All settings as data: learning rate, the rule's own, and those every Keras optimizer has."""
        start = {"learning_rate": self.keras_learning_rate, **self.defaults}
        return tuple(
            replace(setting, default=start.get(setting.key, setting.default))
            for setting in (LEARNING_RATE, *self.own, *COMMON)
        )

    @cached_property
    def values(self) -> Mapping[str, SettingValue]:
        """Every setting's value."""
        return {setting.key: self.changed.get(setting.key, setting.default) for setting in self.settings}

    @property
    def learning_rate(self) -> float:
        """The learning rate before any schedule."""
        return float(self.values["learning_rate"])

    def with_settings(self, *, schedule: Schedule | str | None = None, **changes: Any) -> "Optimizer":
        """The same optimizer, set differently.

        Raises
        ------
        ValueError
            For a setting that it does not have, a value out of range, or two clippings at once.
        """
        declared = {setting.key: setting for setting in self.settings}
        unknown = changes.keys() - declared.keys()
        if unknown:
            raise ValueError(
                f"{self.title} has no setting {sorted(unknown)[0]!r}. Its settings are {', '.join(declared)}."
            )
        checked = {key: declared[key].check(value) for key, value in changes.items()}
        plan = schedule_from(schedule) if isinstance(schedule, str) else schedule
        new = replace(self, changed={**self.changed, **checked}, schedule=plan or self.schedule)
        clipping = [key for key in _CLIPPERS if new.values[key]]
        if len(clipping) > 1:
            raise ValueError(
                f"Only one kind of clipping can be on; got {' and '.join(clipping)}. Set one to 0."
            )
        return new

    def init(self, weights: Array) -> State:
        """The state before the first step at weights (..., 2)."""
        slots = dict(self._bound.init(weights))
        if self.values["use_ema"]:
            slots["average"] = np.zeros_like(weights)
        if self.gathers > 1:
            slots["gathered_gradient"] = np.zeros_like(weights)
        return State(0, slots)

    def update(
        self, gradient: Array, weights: Array, state: State, *, learning_rate: Any = None
    ) -> tuple[Array, State]:
        """New weights and state after one gradient.

        Parameters
        ----------
        gradient, weights
            float32, (..., 2).
        learning_rate
            In place of the setting; an array (n, 1) gives each of n points its own.
        """
        rate = self.rate_at(state.step, learning_rate)
        if self._plain:
            change, slots = self._bound.change(gradient, weights, state.slots, state.step + 1, rate)
            return weights + change, State(state.step + 1, slots)
        return self._full_update(gradient, weights, state, rate)

    def rate_at(self, step: int, learning_rate: Any = None) -> Rate:
        """The learning rate in force at a step (from 0), in float32."""
        if learning_rate is None and self._steady is not None:
            return self._steady
        return self.schedule.rate(
            self.values["learning_rate"] if learning_rate is None else learning_rate, step
        )

    def clip(self, gradient: Array) -> Array:
        """The gradient as the rule will see it, after the clipping that is set (if any)."""
        if self.values["clipnorm"]:
            return _clip_norm(gradient, float(self.values["clipnorm"]))
        if self.values["global_clipnorm"]:
            return _clip_global_norm(gradient, float(self.values["global_clipnorm"]))
        if self.values["clipvalue"]:
            return np.clip(gradient, -self.values["clipvalue"], self.values["clipvalue"])
        return gradient

    def keras_config(self) -> dict[str, Any]:
        """The twin in Keras, as `keras.optimizers.deserialize` takes it."""
        return {
            "class_name": self.keras_class,
            "config": {"learning_rate": self._keras_rate(), **self.keras_settings()},
        }

    def keras_settings(self) -> dict[str, Any]:
        """The arguments of the Keras class, all but the learning rate, with None for what is off."""
        settings: dict[str, Any] = {
            key: value for key, value in self.values.items() if key != "learning_rate"
        } | dict(self.fixed)
        for key in _OFF_AT_ZERO:
            if not settings[key] and not (key == "weight_decay" and self.keras_class == "AdamW"):
                settings[key] = None
        settings["gradient_accumulation_steps"] = self.gathers if self.gathers > 1 else None
        return settings

    def _keras_rate(self) -> Any:
        if self.schedule.keras_class is None:
            return self.learning_rate
        config = self.schedule.arguments(self.learning_rate)
        module = "keras.optimizers.schedules"
        return {
            "module": module,
            "class_name": self.schedule.keras_class,
            "config": config,
            "registered_name": None,
        }

    @cached_property
    def _steady(self) -> Rate | None:
        """The rate of all steps, if it is one."""
        return self.schedule.rate(self.learning_rate, 0) if isinstance(self.schedule, Constant) else None

    @cached_property
    def _bound(self) -> Rule:
        rule: Rule = self.rule(
            **{setting.key: self.values[setting.key] for setting in self.own}, **self.fixed
        )
        return rule

    @property
    def gathers(self) -> int:
        """How many gradients are gathered for one update of the weights; 1 if each has its own."""
        return max(int(self.values["gradient_accumulation_steps"]), 1)

    @property
    def loss_scale(self) -> float:
        """What the loss, and so every gradient given to `update`, is multiplied by; 1 if it is not."""
        return float(self.values["loss_scale_factor"]) or 1.0

    def overwrites(self, step: int) -> bool:
        """Whether a step (from 0) ends with the average of the weights in the weights' place."""
        every = int(self.values["ema_overwrite_frequency"]) if self.values["use_ema"] else 0
        return bool(every) and (step // self.gathers + 1) % every == 0

    @cached_property
    def _plain(self) -> bool:
        return not any(self.values[key] for key in (*_OFF_AT_ZERO, "use_ema")) and self.gathers == 1

    def _full_update(self, gradient: Array, weights: Array, state: State, rate: Rate) -> tuple[Array, State]:
        if self.values["loss_scale_factor"]:
            gradient = gradient / np.float32(self.loss_scale)
        slots, iteration = dict(state.slots), state.step // self.gathers
        if self.gathers > 1 and (state.step + 1) % self.gathers:
            slots["gathered_gradient"] = gradient + slots["gathered_gradient"]
        else:
            weights, slots = self._step(gradient, weights, slots, iteration, rate)
        if self.values["use_ema"]:
            slots["average"] = self._average(weights, slots["average"], iteration)
            weights = slots["average"] if self.overwrites(state.step) else weights
        return weights, State(state.step + 1, slots)

    def _step(
        self, gradient: Array, weights: Array, slots: dict[str, Array], iteration: int, rate: Rate
    ) -> tuple[Array, dict[str, Array]]:
        if self.gathers > 1:
            gradient = (gradient + slots["gathered_gradient"]) / np.float32(self.gathers)
            slots = slots | {"gathered_gradient": np.zeros_like(weights)}
        if self.values["weight_decay"]:
            weights = weights - weights * np.float32(self.values["weight_decay"]) * rate
        change, new = self._bound.change(self.clip(gradient), weights, slots, iteration + 1, rate)
        return weights + change, slots | dict(new)

    def _average(self, weights: Array, average: Array, iteration: int) -> Array:
        kept = np.float32(self.values["ema_momentum"] if iteration else 0.0)
        mixed: Array = kept * average + (np.float32(1.0) - kept) * weights
        return mixed


def _squared_length(vectors: Array) -> Array:
    squares = vectors * vectors
    total: Array = squares[..., :1] + squares[..., 1:]
    return total


def _clip_norm(gradient: Array, longest: float) -> Array:
    clipped: Array = gradient * longest / np.maximum(np.sqrt(_squared_length(gradient)), np.float32(longest))
    return clipped


def _clip_global_norm(gradient: Array, longest: float) -> Array:
    length = np.sqrt(_squared_length(gradient))
    with np.errstate(divide="ignore"):  # no slope at all: 1/0 is infinite and the other bound is taken
        scale = np.float32(longest) * np.minimum(np.float32(1.0) / length, np.float32(1.0 / longest))
    clipped: Array = gradient * (scale + (length - length))
    return clipped
