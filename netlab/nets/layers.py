"""The layers a reader may stack, each with its own width, activation and dropout rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


class SpecError(ValueError):
    """A setting that no network can have; the sentence names the setting and the mend."""


def whole(name: str, value: object, low: int, high: int) -> int:
    """``value`` as an integer between ``low`` and ``high``, or a sentence that names the setting.

    Parameters
    ----------
    name : str
        What the sentence calls the setting.
    value : object
        What was given.
    low, high : int
        The closed range.

    Returns
    -------
    int
        The value.

    Raises
    ------
    SpecError
        If it is no integer (a bool is none) or out of range.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise SpecError(f"{name} must be a whole number from {low:,} to {high:,}; got {value!r}.")
    return value


def number(name: str, value: object, low: float, high: float, *, above: bool = False) -> float:
    """``value`` as a float from ``low`` (or above it) to ``high``, or a sentence that names the setting.

    Parameters
    ----------
    name : str
        What the sentence calls the setting.
    value : object
        What was given.
    low, high : float
        The closed range.
    above : bool
        Whether ``low`` itself is refused.

    Returns
    -------
    float
        The value.

    Raises
    ------
    SpecError
        If it is neither integer nor float (a bool is neither) or out of range.
    """
    inside = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not inside or (above and value == low):
        bound = "above" if above else "from"
        raise SpecError(f"{name} must be a number {bound} {low:g} to {high:g}; got {value!r}.")
    return float(value)  # type: ignore[arg-type]


def one_of(name: str, value: object, choices: tuple[str, ...]) -> str:
    """``value`` if it is among ``choices``, or a sentence that lists them.

    Parameters
    ----------
    name : str
        What the sentence calls the setting.
    value : object
        What was given.
    choices : tuple of str
        What is accepted.

    Returns
    -------
    str
        The value.

    Raises
    ------
    SpecError
        If it is none of them.
    """
    if not isinstance(value, str) or value not in choices:
        raise SpecError(f"{name} must be one of {', '.join(choices)}; got {value!r}.")
    return value


def chosen(name: str, value: object, table: Mapping[str, T]) -> T:
    """What ``table`` has under ``value``, or a sentence that lists what it knows: nothing falls through to a default.

    Parameters
    ----------
    name : str
        What the sentence calls the setting.
    value : object
        What was given.
    table : mapping of str
        What there is, by key.

    Returns
    -------
    object
        The table's entry.

    Raises
    ------
    SpecError
        If the table has no such key.
    """
    return table[one_of(name, value, tuple(table))]


@dataclass(frozen=True)
class Dense:
    """A fully connected hidden layer, followed by dropout if its rate is above 0.

    ``activation`` and ``dropout`` left at None take the network's own.
    """

    units: int = 512
    activation: str | None = None
    dropout: float | None = None


@dataclass(frozen=True)
class Convolution:
    """A convolution without padding (stride 1) and, if ``pool`` is above 1, max pooling by that factor.

    Source: LeCun, Bottou, Bengio & Haffner (1998), Gradient-based learning applied to document recognition.
    """

    filters: int = 16
    kernel_size: int = 5
    pool: int = 2
    activation: str | None = None
