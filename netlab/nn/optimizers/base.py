"""An optimizer is a pure pair: ``init`` makes its state, ``update`` takes a gradient and gives new weights and state.

``update`` does what one ``keras.optimizers.Optimizer.apply`` does in eager mode on float32 variables, operation by
operation in Keras's order: unscale, accumulate, clip, decay the weights, take the rule's step, average the weights.
All rules act on the last axis, so weights may be one point (2,) or many (n, 2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, NoReturn

import numpy as np

from netlab.arrays import Array
from netlab.nn.optimizers.clipping import clip_global_norm, clip_norm
from netlab.nn.optimizers.places import StartingRate, Training
from netlab.nn.optimizers.rule import NoTheory, Rule, Theory, Told, Walked
from netlab.nn.place import Place
from netlab.nn.schedules import Constant, Schedule, schedule_from
from netlab.nn.setting import COMMON, LEARNING_RATE, Rate, Setting, SettingValue, Slots

_CLIPPERS = ("clipnorm", "global_clipnorm", "clipvalue")
_OFF_AT_ZERO = (*_CLIPPERS, "ema_overwrite_frequency", "loss_scale_factor", "weight_decay")


class State(NamedTuple):
    """What an optimizer remembers: how often it was called, and its slots, each of the weights' shape."""

    step: int
    slots: Slots


@dataclass(frozen=True)
class Optimizer:
    """One way down: all that is known of it, with its settings.

    Attributes
    ----------
    key, title, idea
        Name in addresses, name in menus, one sentence for a newcomer.
    latex, letters
        The update as lines of LaTeX, and what their letters mean.
    trap, source
        What goes wrong if one does not know it; where it was published.
    keras_class
        Its class in ``keras.optimizers``; None if Keras has none.
    default_learning_rate
        The rate that Keras gives it; without a Keras class, a usual one.
    rule
        The step, its lines in numbers and its theory (``netlab.nn.optimizers.rule.Rule``).
    starting_rate
        The learning rate that a landscape begins with.
    training
        How it appears on Train; None if it belongs to the landscape only.
    own
        The settings that only this rule has. ``settings`` are all of them.
    fixed, defaults
        Arguments of the rule that nobody can change here; common settings whose default is another.
    keras_fixed
        Arguments that only the Keras class has.
    for_matrices
        Whether the rule is one for matrices: then the two weights of a landscape are a matrix of one row, and equal
        Keras's to float32's accuracy rather than to the last bit, since TensorFlow multiplies matrices in its own order.
    of_array
        (the optimizer as it is set, shape of one array of a network) → the optimizer of that array, for rules that
        look at a whole array; None for those that treat each number by itself.
    values
        Every setting's value now; change them with ``with_settings``.
    schedule
        How the learning rate changes over the steps.
    """

    key: str
    title: str
    idea: str
    latex: tuple[str, ...]
    letters: tuple[str, ...]
    trap: str
    source: str
    keras_class: str | None
    default_learning_rate: float
    rule: type[Rule]
    starting_rate: StartingRate
    training: Training | None = None
    own: tuple[Setting, ...] = ()
    fixed: Mapping[str, SettingValue] = field(default_factory=dict)
    keras_fixed: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, SettingValue] = field(default_factory=dict)
    changed: Mapping[str, SettingValue] = field(default_factory=dict)
    schedule: Schedule = field(default_factory=Constant)
    for_matrices: bool = False
    of_array: Callable[[Optimizer, tuple[int, ...]], Optimizer] | None = None

    @cached_property
    def settings(self) -> tuple[Setting, ...]:
        """All settings as data: learning rate, the rule's own, and those every Keras optimizer has."""
        start = {"learning_rate": self.default_learning_rate, **self.defaults}
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

    def with_settings(self, *, schedule: Schedule | str | None = None, **changes: Any) -> Optimizer:
        """The same optimizer, set differently.

        Raises
        ------
        ValueError
            For a setting that it does not have, a value out of range, or two clippings at once.

        Examples
        --------
        >>> from netlab.nn.optimizers import OPTIMIZERS
        >>> OPTIMIZERS["sgd"].with_settings(momentum=0.9)
        Traceback (most recent call last):
            ...
        ValueError: Gradient descent has no setting 'momentum'. Its settings are learning_rate, weight_decay, clipnorm, global_clipnorm, clipvalue, use_ema, ema_momentum, ema_overwrite_frequency, loss_scale_factor, gradient_accumulation_steps.
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
        """The state before the first step at weights (..., 2).

        Examples
        --------
        >>> import numpy as np
        >>> from netlab.nn.optimizers import OPTIMIZERS
        >>> state = OPTIMIZERS["adam"].init(np.zeros(2, np.float32))
        >>> state.step, sorted(state.slots)
        (0, ['square', 'velocity'])
        """
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

        Returns
        -------
        weights, state
            Both new; what was given is left alone.

        Examples
        --------
        Adam's first step is one learning rate long, however gentle the slope:

        >>> import numpy as np
        >>> from netlab.nn.optimizers import OPTIMIZERS
        >>> adam = OPTIMIZERS["adam"].with_settings(learning_rate=0.1)
        >>> weights = np.array([1.0, -2.0], np.float32)
        >>> weights, state = adam.update(np.array([0.01, -5.0], np.float32), weights, adam.init(weights))
        >>> [round(float(weight), 4) for weight in weights], state.step
        ([0.9, -1.9], 1)
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
            return clip_norm(gradient, float(self.values["clipnorm"]))
        if self.values["global_clipnorm"]:
            return clip_global_norm(gradient, float(self.values["global_clipnorm"]))
        if self.values["clipvalue"]:
            return np.clip(gradient, -self.values["clipvalue"], self.values["clipvalue"])
        return gradient

    @property
    def keras_learning_rate(self) -> float | None:
        """The learning rate that Keras gives it; None if Keras does not have it."""
        return None if self.keras_class is None else self.default_learning_rate

    def keras_config(self) -> dict[str, Any] | None:
        """The twin in Keras, as ``keras.optimizers.deserialize`` takes it; None if Keras does not have it."""
        if self.keras_class is None:
            return None
        return {
            "class_name": self.keras_class,
            "config": {"learning_rate": self._keras_rate(), **self.keras_settings()},
        }

    def keras_settings(self) -> dict[str, Any]:
        """The arguments of the Keras class, all but the learning rate, with None for what is off."""
        settings: dict[str, Any] = {
            key: value for key, value in self.values.items() if key != "learning_rate"
        } | {**self.fixed, **self.keras_fixed}
        for key in _OFF_AT_ZERO:
            if not settings[key] and not (key == "weight_decay" and key in self.defaults):
                settings[key] = None
        settings["gradient_accumulation_steps"] = self.gathers if self.gathers > 1 else None
        return settings

    def lines(self, numbers: Told) -> list[str]:
        """The rule's formulas with the numbers of one step, as LaTeX."""
        return self._bound.lines(numbers)

    def carried(self, walk: Walked) -> Array | None:
        """What the velocity before each step adds to it, (steps, 2); None where a step cannot be split so."""
        return self._bound.carried(walk)

    @cached_property
    def theory(self) -> Theory | NoTheory:
        """The largest learning rate that theory allows with these settings, or why it sets none."""
        return self._bound.theory()

    @property
    def places(self) -> frozenset[Place]:
        """Where it appears: on every landscape, and on Train if it says how."""
        return frozenset({Place.LANDSCAPE} | ({Place.TRAIN} if self.training else set()))

    @property
    def grows(self) -> bool:
        """Whether its steps grow with the gradient, so that beyond its limit a walk diverges."""
        return isinstance(self.theory, Theory) and self.theory.divisor is None

    @property
    def sees_the_origin(self) -> bool:
        """Whether a step depends on where the weights are, and not on gradients alone."""
        return self.rule.measures_by_weights or bool(self.values["weight_decay"])

    @property
    def training_settings(self) -> tuple[Setting, ...]:
        """The settings that a reader can turn on Train, in order."""
        declared = {setting.key: setting for setting in self.settings}
        return tuple(declared[key] for key in self.training.settings) if self.training else ()

    @property
    def training_arguments(self) -> Mapping[str, SettingValue]:
        """What its Keras class must be told beside these settings."""
        return self.training.arguments if self.training else {}

    @property
    def training_title(self) -> str:
        """Its name on Train."""
        return (self.training and self.training.title) or self.title

    @property
    def training_idea(self) -> str:
        """One sentence for a newcomer, and one more that only a training needs."""
        return f"{self.idea} {self.training.note}".strip() if self.training else self.idea

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
        return self.rule(**{setting.key: self.values[setting.key] for setting in self.own}, **self.fixed)

    @property
    def gathers(self) -> int:
        """How many gradients are gathered for one update of the weights; 1 if each has its own."""
        return max(int(self.values["gradient_accumulation_steps"]), 1)

    @property
    def loss_scale(self) -> float:
        """What the loss, and so every gradient given to ``update``, is multiplied by; 1 if it is not."""
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


class Catalogue(dict[str, Optimizer]):
    """Optimizers by key; an unknown key is told with those that there are."""

    def __missing__(self, key: object) -> NoReturn:
        raise UnknownOptimizer(f"{key!r} is not an optimizer. The optimizers are {', '.join(self)}.")


class UnknownOptimizer(KeyError):
    """A key that no optimizer has."""

    def __str__(self) -> str:
        return str(self.args[0])
