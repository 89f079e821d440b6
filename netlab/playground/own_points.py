"""Points of a reader's own, as text: short in an address, a table of x, y and class where they are pasted or uploaded."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from netlab.formatting import counted, plain
from netlab.playground.points import FINE, LARGEST, MOST_CLASSES, REACH, PointsError

MOST_IN_ADDRESS = 200
MOST_BYTES = 200_000
CLASSES = "ABC"

Own = tuple[tuple[float, float, int], ...]


def read_table(text: str) -> tuple[Own, str]:
    """Read a table of x, y and class.

    Commas, semicolons or tabs between columns; a first line of names may be there. Classes are any words or numbers, at
    most three of them, taken in order. A table that reaches beyond the plane is scaled to fit, each axis by itself.

    Parameters
    ----------
    text : str
        As it was pasted or uploaded.

    Returns
    -------
    points : tuple of (float, float, int)
        Places in the plane, and classes from 0.
    note : str
        What was done to them, in a sentence; empty if nothing was.

    Raises
    ------
    PointsError
        Naming the line, what is wrong with it and what was expected.
    """
    if len(text) > MOST_BYTES:
        raise PointsError(f"This is too long: at most {LARGEST:,} lines of x, y, class, please.")
    rows = _rows(text)
    places, words = [], []
    for number, row in rows:
        if len(row) != 3:
            raise PointsError(
                f"Line {number} has {counted(len(row), 'value')}; expected three: x, y, class, such as 0.5, −1, A."
            )
        values = [_number(part) for part in row[:2]]
        if None in values:
            if number == rows[0][0]:
                continue  # the names of the columns
            raise PointsError(f"Line {number}: x and y must be numbers, such as 0.5 and −1.")
        places.append((float(values[0] or 0), float(values[1] or 0)))
        words.append(row[2])
    return _taken(places, words)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    lines = text.replace("−", "-").splitlines()
    busiest = max(",;\t", key=text.count)
    try:
        read = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=busiest, skipinitialspace=True))
    except csv.Error as error:
        raise PointsError(f"This is no table of x, y, class: {error}.") from error
    rows = [
        (at, [part.strip() for part in row]) for at, row in enumerate(read, 1) if any(map(str.strip, row))
    ]
    if not rows:
        raise PointsError("There is nothing in it. Each line is one point: x, y, class.")
    if len(rows) > LARGEST + 1:
        raise PointsError(f"At most {LARGEST:,} points, please; there are {len(rows):,} lines.")
    return rows


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _taken(places: Sequence[tuple[float, float]], words: Sequence[str]) -> tuple[Own, str]:
    if not places:
        raise PointsError("There are no points in it. Each line is one point: x, y, class.")
    if len(places) > LARGEST:
        raise PointsError(f"At most {LARGEST:,} points, please; there are {len(places):,}.")
    known = sorted(set(words)) if set(words) <= set(CLASSES) else list(dict.fromkeys(words))
    if len(known) > MOST_CLASSES:
        raise PointsError(f"At most {MOST_CLASSES} classes, please; there are {len(known)}.")
    scaled = [_fit([place[axis] for place in places]) for axis in (0, 1)]
    columns = [column for column, _ in scaled]
    taken = tuple(
        (round(x, 3) + 0.0, round(y, 3) + 0.0, known.index(label)) for x, y, label in zip(*columns, words)
    )
    moved = [axis for axis, (_, note) in zip("xy", scaled) if note]
    note = f"{' and '.join(moved)} scaled to fit the plane, which reaches from −3 to 3." if moved else ""
    return taken, note


def _fit(values: Sequence[float]) -> tuple[list[float], bool]:
    low, high = min(values), max(values)
    if low >= -REACH and high <= REACH:
        return list(values), False
    middle, half = low / 2 + high / 2, max(high / 2 - low / 2, 1e-300)
    return [(value - middle) / half * (REACH - 0.3) for value in values], True


def packed(own: Own) -> str:
    """Points as a word for the address: A−500.1200 for (−0.5, 1.2) of class A, in thousandths.

    Parameters
    ----------
    own : tuple of (float, float, int)
        At most 200 are written; the address holds no more.

    Returns
    -------
    str
        Empty if there are none, or too many.

    Examples
    --------
    >>> packed(((-0.5, 1.2, 0), (0.25, 0.0, 1)))
    'A-500.1200B250.0'
    """
    if len(own) > MOST_IN_ADDRESS:
        return ""
    return "".join(f"{CLASSES[label]}{round(x * FINE)}.{round(y * FINE)}" for x, y, label in own)


def unpacked(word: str) -> Own:
    """Points from the address; what is no point is left out.

    Parameters
    ----------
    word : str
        As ``packed`` writes it; it may come from anybody.

    Returns
    -------
    tuple of (float, float, int)
        At most 200.

    Examples
    --------
    >>> unpacked("A-500.1200Bx.yB250.0")
    ((-0.5, 1.2, 0), (0.25, 0.0, 1))
    """
    found: list[tuple[float, float, int]] = []
    for at, letter in enumerate(word[: 14 * MOST_IN_ADDRESS]):
        if letter not in CLASSES:
            continue
        end = next((end for end in range(at + 1, len(word)) if word[end] in CLASSES), len(word))
        point = as_point([*word[at + 1 : end].split("."), CLASSES.index(letter)], 1 / FINE)
        found.extend([point] if point else [])
    return tuple(found[:MOST_IN_ADDRESS])


def from_browser(told: Any) -> Own:
    """Points as a browser told them, [x, y, class] each; what is none is left out.

    Parameters
    ----------
    told : object
        Anything at all.

    Returns
    -------
    tuple of (float, float, int)
        At most 2,000.
    """
    found = [as_point(one) for one in told[:LARGEST]] if isinstance(told, list) else []
    return tuple(point for point in found if point)


def as_point(parts: Any, unit: float = 1.0) -> tuple[float, float, int] | None:
    """x, y and class, checked and rounded to thousandths.

    Parameters
    ----------
    parts : object
        Two numbers, or texts of such, and a class.
    unit : float
        What the numbers are multiplied by.

    Returns
    -------
    tuple of (float, float, int) or None
        None if it is no point of the plane.
    """
    if not isinstance(parts, list) or len(parts) != 3:
        return None
    *coordinates, label = parts
    if type(label) is not int or not 0 <= label < MOST_CLASSES:
        return None
    numbers = [_number(str(part)) for part in coordinates if type(part) in (int, float, str)]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    x, y = (round(number * unit, 3) + 0.0 for number in (numbers[0], numbers[1]))
    return (x, y, label) if max(abs(x), abs(y)) <= REACH else None


def written(own: Own) -> str:
    """Points as lines of x, y, class, as ``read_table`` reads them.

    Parameters
    ----------
    own : tuple of (float, float, int)
        Places and classes.

    Returns
    -------
    str
        A line each.
    """
    return "\n".join(f"{plain(x)}, {plain(y)}, {CLASSES[label]}" for x, y, label in own)
