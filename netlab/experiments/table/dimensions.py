"""Settings and outcomes of runs as axes: where each run lies on one, and what is written beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netlab.formatting import percent, plain
from netlab.nets.naming import data_title
from netlab.nn.activations import ACTIVATIONS
from netlab.nn.losses import LOSSES
from netlab.nn.optimizers import ON_TRAIN
from netlab.runs.summary import Setting, Summary

OUTCOMES = {
    "test": "test accuracy", "best": "best validation", "last": "last validation", "seconds": "seconds", "size": "megabytes",
}  # fmt: skip
"""What may come of a run, by the name of its field in a summary."""
SHARES = ("test", "best", "last")
TITLES = {
    "units": "hidden units", "train_examples": "training images", "l1": "L1", "l2": "L2", "clip_norm": "gradients clipped at",
    "augment": "varied digits", "shuffled_labels": "labels shuffled", "normalisation": "batch normalisation",
}  # fmt: skip
MOST_RUNS = 2000
"""So many are drawn, the newest."""
MOST_AXES = 7
"""Settings that stand beside an outcome at first."""
MOST_TICKS, FEW_TICKS = 9, 5
WIDE = 20.0  # a setting whose largest value is so many times the smallest is drawn on a logarithmic axis
MISSING = "none"


@dataclass(frozen=True)
class Dimension:
    """An axis and the place of each run on it.

    Attributes
    ----------
    name, title : str
    places : tuple of float
        One a run, all finite.
    ticks : tuple of (place, words)
    words : tuple of str
        What each run's value is called.
    log : bool
        Whether places are logarithms to base 10.
    """

    name: str
    title: str
    places: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]
    words: tuple[str, ...]
    log: bool = False


def title(name: str) -> str:
    """What a setting or an outcome is called.

    Parameters
    ----------
    name : str

    Returns
    -------
    str

    Examples
    --------
    >>> title("learning_rate"), title("test")
    ('learning rate', 'test accuracy')
    """
    return OUTCOMES.get(name) or TITLES.get(name) or name.replace("_", " ")


def varying(rows: Sequence[Summary]) -> list[str]:
    """Settings in which these runs differ, in the order in which runs list them.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    list of str
    """
    names = dict.fromkeys(name for row in rows for name in row.settings)
    return [name for name in names if len({row.settings.get(name) for row in rows}) > 1]


def usual_axes(rows: Sequence[Summary]) -> list[str]:
    """Settings that stand beside an outcome at first: those in which the runs differ and that all of them have.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    list of str
        At most ``MOST_AXES``; the number of parameters only where the layers' units do not tell it.
    """
    names = [name for name in varying(rows) if all(name in row.settings for row in rows)]
    if "units" in names and "convolutions" not in names:
        names = [name for name in names if name != "parameters"]
    return names[:MOST_AXES]


def known_outcomes(rows: Sequence[Summary]) -> list[str]:
    """Outcomes that at least two of these runs have.

    Parameters
    ----------
    rows : sequence of Summary

    Returns
    -------
    list of str
        Keys of ``OUTCOMES``.
    """
    return [name for name in OUTCOMES if sum(_outcome(row, name) is not None for row in rows) > 1]


def with_outcome(rows: Sequence[Summary], name: str) -> list[Summary]:
    """The runs that have an outcome, at most ``MOST_RUNS``.

    Parameters
    ----------
    rows : sequence of Summary
        Newest first.
    name : str
        A key of ``OUTCOMES``.

    Returns
    -------
    list of Summary
    """
    return [row for row in rows if _outcome(row, name) is not None][:MOST_RUNS]


def dimension(rows: Sequence[Summary], name: str) -> Dimension:
    """A setting or an outcome of these runs as an axis.

    Numbers lie where they are, or at their logarithms if all are above 0 and the largest is ``WIDE`` times the
    smallest; words lie one above the other in the alphabet's order. A run that has no such setting lies below all
    others, and the axis says "none" there.

    Parameters
    ----------
    rows : sequence of Summary
        At least one; of an outcome, each has it.
    name : str

    Returns
    -------
    Dimension
    """
    if name in OUTCOMES:
        return _of_numbers(name, [_outcome(row, name) for row in rows], _written(name))
    found = [row.settings.get(name) for row in rows]
    if any(isinstance(value, str) for value in found):
        return _of_words(name, [_word(name, value) for value in found])
    return _of_numbers(name, found, _written(name))  # type: ignore[arg-type]  # no word is among them


def _outcome(row: Summary, name: str) -> float | None:
    value = getattr(row, name)
    return value / 1e6 if name == "size" else value


def _written(name: str) -> Callable[[float], str]:
    if name in SHARES:
        return lambda value: percent(value, 2)
    if name in ("seed", "train_examples", "parameters"):
        return lambda value: f"{value:,.0f}"
    return lambda value: plain(value, 3)


_CALLED: Mapping[str, Mapping[str, str]] = {
    "activation": {key: row.title for key, row in ACTIVATIONS.items()},
    "loss": {key: row.title for key, row in LOSSES.items()},
    "optimizer": {key: row.training_title for key, row in ON_TRAIN.items()},
}


def _word(name: str, value: Setting | None) -> str:
    if value is None:
        return MISSING
    if not isinstance(value, str):
        return plain(value, 3)
    return data_title(value) if name == "data" else _CALLED.get(name, {}).get(value, value.replace("_", " "))


def _of_words(name: str, words: Sequence[str]) -> Dimension:
    known = {word: float(place) for place, word in enumerate(sorted(set(words)))}
    ticks = tuple((place, word) for word, place in known.items())
    return Dimension(name, title(name), tuple(known[word] for word in words), ticks, tuple(words))


def _of_numbers(name: str, values: Sequence[float | None], written: Callable[[float], str]) -> Dimension:
    numbers = np.array([math.nan if value is None else value for value in values], np.float64)
    there = np.isfinite(numbers)
    distinct = np.unique(numbers[there])
    log = len(distinct) > 1 and distinct[0] > 0 and distinct[-1] >= WIDE * distinct[0]
    scale = np.log10 if log else np.asarray
    places = np.where(there, scale(np.where(there, numbers, 1.0)), math.nan)
    ticks = [(float(scale(value)), written(float(value))) for value in _marks(distinct, log=log)]
    if not there.all():
        low, high = (float(np.nanmin(places)), float(np.nanmax(places))) if there.any() else (0.0, 0.0)
        below = low - 0.15 * ((high - low) or 1.0)
        places, ticks = np.where(there, places, below), [(below, MISSING), *ticks]
    words = tuple(
        written(float(value)) if known else MISSING for value, known in zip(numbers, there, strict=True)
    )
    return Dimension(name, title(name), tuple(places.tolist()), tuple(ticks), words, log)


def _marks(distinct: np.ndarray, *, log: bool) -> list[float]:
    """Where an axis is marked: at every value if they are few and far enough apart, else at even steps."""
    if not len(distinct):
        return []
    places = np.log10(distinct) if log else distinct
    span = float(places[-1] - places[0])
    if len(distinct) <= MOST_TICKS and (
        len(distinct) <= 2 or float(np.diff(places).min()) > span / (2 * MOST_TICKS)
    ):
        return [float(value) for value in distinct]
    marks = _even(places[0], places[-1])
    return [float(value) for value in (10.0**marks if log else marks)]


def _even(low: float, high: float) -> np.ndarray:
    """Round numbers between two others, at steps of 1, 2 or 5 times a power of ten; at most ``MOST_TICKS``."""
    rough = (high - low) / FEW_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= rough)
    return np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
