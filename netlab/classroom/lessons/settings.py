"""The controls that a lesson may set, lock or hide: those of the page Train, by the keys of their addresses."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any

from netlab.formatting import plain
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.nn.optimizers import ON_TRAIN, Setting
from netlab.training import run_words
from netlab.training.controls import CONTROLS, Control, from_controls, rate_key, setting_key, to_controls

EACH = "each"
"""The switch that sets each hidden layer by itself, and the controls that it would go around."""
ROUND = ("width", "activation", "dropout")

_RATES = {rate_key(row.key): row for row in ON_TRAIN.values()}
_SETTINGS = {
    setting_key(row.key, setting.key): setting
    for row in ON_TRAIN.values()
    for setting in row.training_settings
}


class SettingError(ValueError):
    """A control or a value that there is not; the sentence says so."""


def keys() -> tuple[str, ...]:
    """The keys of all controls that a lesson may name, in the order of the page."""
    return (*(key for key in CONTROLS if key != "rate"), *_RATES, *_SETTINGS)


def known(key: Any) -> Control | Setting:
    """The row of a control.

    Parameters
    ----------
    key : object
        Anything.

    Returns
    -------
    Control or Setting

    Raises
    ------
    SettingError
        If it is no control of the page.
    """
    if isinstance(key, str):
        found = CONTROLS["rate"] if key in _RATES else CONTROLS.get(key) or _SETTINGS.get(key)
        if found is not None and key != "rate":
            return found
    raise SettingError(
        f"“{str(key)[:40]}” is no control of the page Train. A lesson sets, locks and hides controls by the keys that the page's "
        "address has (depth, width, adam_rate), never what the page shows."
    )


def label(key: str) -> str:
    """What the page calls a control.

    Parameters
    ----------
    key : str
        One of ``keys()``.

    Returns
    -------
    str
    """
    row = known(key)
    if isinstance(row, Setting):
        return f"{row.key} of {key.removesuffix(f'_{row.key}')}"
    return f"{row.label} of {_RATES[key].key}" if key in _RATES else row.label


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
    row = known(key)
    if isinstance(row, Setting):
        check_number(key, value, row.minimum, row.maximum, whole=row.kind == "count")
    elif row.kind == "menu":
        check_choice(key, value, row.options)
    else:
        last = row.options[-1 if row.kind == "marks" else 1]
        check_number(key, value, row.options[0], last, whole=isinstance(row.options[0], int))


def start_of(key: str) -> Any:
    """What a control begins at where no lesson says otherwise.

    Parameters
    ----------
    key : str
        One of ``keys()``.

    Returns
    -------
    object
    """
    row = known(key)
    if isinstance(row, Setting):
        return row.default
    return _RATES[key].default_learning_rate if key in _RATES else row.start


def fixed_value(key: str, controls: Mapping[str, Any]) -> Any:
    """What a control is that is locked or hidden: what the lesson sets, or what it begins at."""
    return controls.get(key, start_of(key))


def spec_of(controls: Mapping[str, Any]) -> NetworkSpec:
    """The network that some controls describe, the others being as they begin.

    Parameters
    ----------
    controls : mapping of str to object
        Checked values by key.

    Returns
    -------
    NetworkSpec

    Raises
    ------
    SpecError
        If no network can be so.
    """
    return from_controls({**{key: start_of(key) for key in keys()}, EACH: False, **controls})


def broken(spec: NetworkSpec, fixed: Mapping[str, Any]) -> str:
    """Which fixed control a network does not have as a lesson set it.

    Parameters
    ----------
    spec : NetworkSpec
        A network that was trained.
    fixed : mapping of str to object
        What the lesson fixed, by key.

    Returns
    -------
    str
        A sentence on the first; empty if it has them all. What has no effect on this network is not asked.
    """
    values = to_controls(spec)
    asked = _in_effect(values, fixed)
    for key in fixed:
        if key in values and not _same(values[key], asked[key]):
            return f"“{label(key)}” is {written(key, values[key])} here; the lesson sets {written(key, fixed[key])}."
    if values[EACH] and set(ROUND) & set(fixed):
        return "Each hidden layer is set by itself here; the lesson sets all of them alike."
    return ""


def written(key: str, value: Any) -> str:
    """How the value of a control is said.

    Parameters
    ----------
    key : str
        One of ``keys()``.
    value : object
        One that it can have.

    Returns
    -------
    str
    """
    row = known(key)
    return plain(value, 6) if isinstance(row, Setting) else run_words.written(row, value)


def _in_effect(values: Mapping[str, Any], fixed: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a network has that is as fixed: dropout, say, is nothing where there is no hidden layer."""
    try:
        made = from_controls({**{key: start_of(key) for key in keys()}, **values, **fixed})
    except SpecError:  # no network can be so, hence this one is not as fixed
        return fixed
    return {**fixed, **to_controls(made)}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return bool(one == other)
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def check_choice(key: str, value: Any, options: Collection[str]) -> None:
    """Refuse a value that is none of a control's choices.

    Parameters
    ----------
    key : str
        The control's.
    value : object
        Anything.
    options : collection of str
        What it has.

    Raises
    ------
    SettingError
        In a sentence.
    """
    if not isinstance(value, str) or value not in options:
        raise SettingError(f"The control “{key}” has no {str(value)[:40]!r}; it has {', '.join(options)}.")


def check_number(key: str, value: Any, low: float, high: float, *, whole: bool) -> None:
    """Refuse a value that is no number of a control's range.

    Parameters
    ----------
    key : str
        The control's.
    value : object
        Anything.
    low, high : float
        The least and the most that it can be.
    whole : bool
        Whether it is a whole number.

    Raises
    ------
    SettingError
        In a sentence.
    """
    right = type(value) is int or (not whole and isinstance(value, float) and math.isfinite(value))
    if not right or not low <= value <= high:
        said, least, most = str(value)[:40], plain(low, 6), plain(high, 6)
        if whole:
            raise SettingError(
                f"The control “{key}” is a whole number from {least} to {most}; the lesson says {said!r}."
            )
        raise SettingError(
            f"The control “{key}” is a number from {least} to {most}; the lesson says {said!r}."
        )
