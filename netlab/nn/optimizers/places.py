"""Where an optimizer appears, and what each place needs to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netlab.nn.setting import SettingValue


@dataclass(frozen=True)
class StartingRate:
    """The learning rate that a landscape begins with, so that something shows at once: one of three measures.

    Attributes
    ----------
    of_surface
        Times the rate at which plain gradient descent works on the surface: for steps that follow the gradient.
    of_diagonal
        Times the window's diagonal: for steps that are about as long as the rate.
    fixed
        The rate itself: for rules that measure steps by other means.
    """

    of_surface: float = 0.0
    of_diagonal: float = 0.0
    fixed: float = 0.0

    def on(self, learning_rate: float, diagonal: float) -> float:
        """The rate on a surface with this rate for gradient descent and a window with this diagonal."""
        return self.of_surface * learning_rate + self.of_diagonal * diagonal + self.fixed


@dataclass(frozen=True)
class Training:
    """How an optimizer appears on Train, in addresses and at the command line.

    Attributes
    ----------
    settings
        Keys of the settings that a reader can turn there, in order; all others keep their defaults.
    title, note
        Its name where it differs from the landscape's, and a sentence that only a training needs.
    arguments
        What its Keras class must be told beside the settings.
    fused
        Name of its update in ``netlab.training.fused_updates``; None trains with the Keras class itself.
    """

    settings: tuple[str, ...] = ()
    title: str = ""
    note: str = ""
    arguments: Mapping[str, SettingValue] = field(default_factory=dict)
    fused: str | None = None
