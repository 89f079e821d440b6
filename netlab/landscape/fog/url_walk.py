"""A walk as a few letters in the address, and a browser's wish for a look, doubted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from netlab.landscape.surface import Domain

LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
FINEST = 0.01
"""Looks lie on a grid this fine, so that two letters tell a coordinate."""

Point = tuple[float, float]


def packed(points: Sequence[Point], window: Domain) -> str:
    """Four letters for each point.

    Parameters
    ----------
    points
        Points on the grid of ``FINEST`` in the window, (x, y) each.
    window
        Where the coordinates count from.

    Returns
    -------
    str
        Digits and small letters, four for each point.
    """
    return "".join(_letters(x, window.x_min) + _letters(y, window.y_min) for x, y in points)


def unpacked(text: str, window: Domain) -> list[Point]:
    """The points in a text of ``packed``; none if anything in it is not.

    Parameters
    ----------
    text
        What stands in the address.
    window
        Where the coordinates count from, and where points must lie.

    Returns
    -------
    list
        (x, y) of each point; empty if the text or one of its points is not valid.
    """
    if len(text) % 4 or not set(text) <= set(LETTERS):
        return []
    numbers = [int(text[place : place + 2], 36) for place in range(0, len(text), 2)]
    points = [
        (round(window.x_min + x * FINEST, 2), round(window.y_min + y * FINEST, 2))
        for x, y in zip(numbers[::2], numbers[1::2], strict=True)
    ]
    return points if all(window.contains([point])[0] for point in points) else []


def wanted(look: Any, game: str, turn: int, window: Domain) -> Point | None:
    """Where a browser wants to look; None unless it is the next look of this game and lies in the window.

    Parameters
    ----------
    look
        What the browser sent: a dictionary with game, turn, x and y, or anything else.
    game, turn
        The game that is played, and the number of its next look.
    window
        Where the point must lie.

    Returns
    -------
    tuple or None
        (x, y), rounded to hundredths.
    """
    if not isinstance(look, dict) or look.get("game") != game or look.get("turn") != turn:
        return None
    numbers = look.get("x"), look.get("y")
    if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
        return None
    point = round(float(numbers[0]), 2), round(float(numbers[1]), 2)  # type: ignore[arg-type]
    return point if window.contains([point])[0] else None


def _letters(coordinate: float, lowest: float) -> str:
    high, low = divmod(round((coordinate - lowest) / FINEST), 36)
    return LETTERS[high] + LETTERS[low]
