"""The controls that a lesson on the page Loss landscape may set and lock, and one walk as such a lesson looks at it.

A walk follows from its settings alone: whoever has them walks it again to the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from netlab.classroom.lessons.settings import SettingError, check_choice, check_number
from netlab.formatting import plain
from netlab.landscape.descent import Path, descend
from netlab.landscape.neuron_surface import LINE_FIT, NEURONS
from netlab.landscape.surface import Surface
from netlab.landscape.surfaces import SURFACES
from netlab.nn.optimizers import OPTIMIZERS

MOST_STEPS = 1000
FARTHEST = 1e6
LABELS = {
    "surface": "Landscape", "optimizer": "Optimizer", "rate": "Learning rate", "x": "Start: x", "y": "Start: y", "steps": "Steps",
}  # fmt: skip
"""What a lesson may name, and what the page calls it."""
_OF_DATA = {surface.key for surface in (*NEURONS, LINE_FIT)}
PLACES: dict[str, Surface] = {key: surface for key, surface in SURFACES.items() if key not in _OF_DATA}
"""The landscapes of a lesson, by key: not those of data, for which the page has more controls."""
START: dict[str, Any] = {
    "surface": "ravine", "optimizer": "sgd", "rate": 0.018, "x": -9.0, "y": 1.5, "steps": 100,
}  # fmt: skip


@dataclass(frozen=True)
class Walk:
    """One walk by its settings; the optimizer's other settings are as they begin.

    Attributes
    ----------
    surface, optimizer : str
        Keys of ``PLACES`` and ``OPTIMIZERS``.
    rate, x, y : float
        Learning rate and start.
    steps : int
        How many steps it takes.
    """

    surface: str
    optimizer: str
    rate: float
    x: float
    y: float
    steps: int

    @cached_property
    def path(self) -> Path:
        """The walk itself."""
        optimizer = OPTIMIZERS[self.optimizer].with_settings(learning_rate=self.rate)
        return descend(PLACES[self.surface], optimizer, (self.x, self.y), steps=self.steps)

    def to_json(self) -> dict[str, Any]:
        """Its settings by name; ``walk_of`` gives it back."""
        return {key: getattr(self, key) for key in LABELS}


def known(key: Any) -> str:
    """What a control is called.

    Parameters
    ----------
    key : object
        Anything.

    Returns
    -------
    str

    Raises
    ------
    SettingError
        If it is no control of the page that a lesson may name.
    """
    if isinstance(key, str) and key in LABELS:
        return LABELS[key]
    raise SettingError(
        f"“{str(key)[:40]}” is no control of the page Loss landscape that a lesson sets; it sets {', '.join(LABELS)}."
    )


def check_value(key: Any, value: Any) -> None:
    """Refuse a control that there is not, or a value that it cannot have.

    Parameters
    ----------
    key, value : object
        Anything.

    Raises
    ------
    SettingError
        In a sentence.
    """
    known(key)
    tables: dict[str, Mapping[str, Any]] = {"surface": PLACES, "optimizer": OPTIMIZERS}
    if key in tables:
        check_choice(key, value, tables[key])
        return
    low, high = {"rate": (1e-5, 100.0), "steps": (1, MOST_STEPS)}.get(key, (-FARTHEST, FARTHEST))
    check_number(key, value, low, high, whole=key == "steps")


def walk_of(controls: Mapping[str, Any]) -> Walk:
    """The walk that some controls describe, the others being as a lesson begins.

    Parameters
    ----------
    controls : mapping of str to object
        Checked values by key.

    Returns
    -------
    Walk
    """
    return Walk(**{**START, **controls})


def set_by(walk: Walk) -> dict[str, Any]:
    """What a lesson says of the controls so that its pupils begin with a walk; ``walk_of`` gives the walk back.

    Parameters
    ----------
    walk : Walk

    Returns
    -------
    dict of str to object
        The controls that are not as a lesson begins, by key.
    """
    return {key: value for key, value in walk.to_json().items() if value != START[key]}


def broken(walk: Walk, fixed: Mapping[str, Any]) -> str:
    """Which fixed control a walk does not have as a lesson set it.

    Parameters
    ----------
    walk : Walk
    fixed : mapping of str to object
        What the lesson fixed, by key.

    Returns
    -------
    str
        A sentence on the first; empty if it has them all.
    """
    for key, wanted in fixed.items():
        found = getattr(walk, key)
        same = found == wanted if isinstance(wanted, str) else math.isclose(found, wanted, rel_tol=1e-9)
        if not same:
            return f"“{known(key)}” is {written(key, found)} here; the lesson sets {written(key, wanted)}."
    return ""


def written(key: str, value: Any) -> str:
    """How the value of a control is said.

    Parameters
    ----------
    key : str
    value : object

    Returns
    -------
    str
    """
    if key == "surface":
        return PLACES[value].title
    return OPTIMIZERS[value].title if key == "optimizer" else plain(value, 6)
