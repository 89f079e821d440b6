"""A setting is data: its name, default, range and meaning, so that a page can make a control of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from netlab.arrays import Array

Slots: TypeAlias = Mapping[str, Array]
Rate: TypeAlias = Any  # a float32 number, or float32 numbers that broadcast against the weights

SettingValue: TypeAlias = float | int | bool


@dataclass(frozen=True)
class Setting:
    """One number or switch that a reader can turn.

    Attributes
    ----------
    key
        Keras's own name for it.
    minimum, maximum
        The closed range that is accepted. Ranges are wide; a page may show a narrower slider.
    logarithmic
        Whether a control should move in powers of ten.
    """

    key: str
    title: str
    default: SettingValue
    minimum: float
    maximum: float
    help: str
    logarithmic: bool = False

    @property
    def kind(self) -> Literal["switch", "count", "number"]:
        """What control fits: a switch, a whole number or a number."""
        if isinstance(self.default, bool):
            return "switch"
        return "count" if isinstance(self.default, int) else "number"

    def check(self, value: object) -> SettingValue:
        """The value in this setting's own type.

        Raises
        ------
        ValueError
            When the value is no number or out of range.
        """
        if not isinstance(value, bool | int | float | np.number | np.bool_) or not np.isfinite(value):
            raise ValueError(f"{self.key} must be a number; got {value!r}. Its default is {self.default}.")
        if not self.minimum <= value <= self.maximum:
            raise ValueError(
                f"{self.key} must be between {self.minimum:g} and {self.maximum:g}; got {value}. "
                f"Its default is {self.default}."
            )
        return type(self.default)(value)


def switch(key: str, title: str, help: str, default: bool = False) -> Setting:
    """A setting that is on or off.

    Parameters
    ----------
    key, title : str
        Keras's name for it, and what a control is called.
    help : str
        A sentence beside the control.
    default : bool
        Whether it is on at first.

    Returns
    -------
    Setting
        Of kind "switch".
    """
    return Setting(key, title, default, 0, 1, help)


LEARNING_RATE = Setting(
    "learning_rate", "Learning rate", 0.01, 0.0, 1e4, "How far a step goes.", logarithmic=True
)

COMMON = (
    Setting(
        "weight_decay",
        "Weight decay",
        0.0,
        0.0,
        10.0,
        "Before each step every weight shrinks by this share of the learning rate; 0 is off.",
    ),
    Setting(
        "clipnorm", "Clip the norm", 0.0, 0.0, 1e6, "A longer gradient is shortened to this length; 0 is off."
    ),
    Setting(
        "global_clipnorm",
        "Clip the global norm",
        0.0,
        0.0,
        1e6,
        "As clipnorm, but over all variables of a model together; 0 is off.",
    ),
    Setting(
        "clipvalue",
        "Clip each value",
        0.0,
        0.0,
        1e6,
        "Each partial derivative is cut to ± this, which turns the gradient; 0 is off.",
    ),
    switch("use_ema", "Average the weights", "Keep a moving average of the weights beside them."),
    Setting("ema_momentum", "Memory of the average", 0.99, 0.0, 1.0, "Share of the old average that stays."),
    Setting(
        "ema_overwrite_frequency",
        "Overwrite every",
        0,
        0,
        10_000,
        "After every this many steps the weights become their average; 0: only after training.",
    ),
    Setting(
        "loss_scale_factor",
        "Loss scale",
        0.0,
        0.0,
        1e6,
        "The loss is multiplied by this and the gradient divided by it again; 0 is off.",
        logarithmic=True,
    ),
    Setting(
        "gradient_accumulation_steps",
        "Accumulate",
        0,
        0,
        1000,
        "The gradients of this many steps are averaged into one update; 0 and 1 are off.",
    ),
)
"""The settings that every Keras optimizer has."""


def epsilon(help: str) -> Setting:
    """The small number that keeps a division finite.

    Parameters
    ----------
    help : str
        A sentence beside the control.

    Returns
    -------
    Setting
        From 1e-10 to 1, by default Keras's 1e-7.
    """
    return Setting("epsilon", "ε", 1e-7, 1e-10, 1.0, help, logarithmic=True)


def share(
    key: str, title: str, default: float, help: str, minimum: float = 0.0, maximum: float = 0.9999
) -> Setting:
    """A number from 0 to (almost) 1: how much of the past is kept.

    Parameters
    ----------
    key, title : str
        Keras's name for it, and what a control is called.
    default : float
        Where the control stands at first.
    help : str
        A sentence beside the control.
    minimum, maximum : float
        The closed range that is accepted.

    Returns
    -------
    Setting
        Of kind "number".
    """
    return Setting(key, title, default, minimum, maximum, help)
