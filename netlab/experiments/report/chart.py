"""A line chart as SVG, for a file that is read without a program: no script, no outside address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from netlab.arrays import Array
from netlab.formatting import plain
from netlab.training.axes import Axis

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 30, 40
TICKS = 5


@dataclass(frozen=True)
class Line:
    """One line: its name, colour, dashes ("" for none), points, and whether each point is marked."""

    name: str
    colour: str
    dashes: str
    x: Array
    y: Array
    marked: bool = False


def chart(lines: Sequence[Line], across: Axis, upwards: Axis, x_title: str, y_title: str) -> str:
    """Draw lines over two linear axes; what lies outside of them is cut off.

    Parameters
    ----------
    lines : sequence of Line
        From the back to the front; points that are no numbers leave a gap.
    across, upwards : Axis
        The limits; not logarithmic.
    x_title, y_title : str
        What the axes say.

    Returns
    -------
    str
        An ``svg`` element; every text in it is escaped.
    """
    inner = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)

    def place(x: Array, y: Array) -> tuple[Array, Array]:
        return (
            LEFT + inner[0] * (np.asarray(x, float) - across.low) / (across.high - across.low),
            TOP + inner[1] * (upwards.high - np.asarray(y, float)) / (upwards.high - upwards.low),
        )

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(f"{y_title} against {x_title}")}" xmlns="http://www.w3.org/2000/svg">',
        f'<clipPath id="{_name(y_title)}"><rect x="{LEFT}" y="{TOP}" width="{inner[0]}" height="{inner[1]}"/></clipPath>',
    ]
    for value in ticks(across.low, across.high):
        x, _ = place(np.array([value]), np.array([upwards.low]))
        parts += [
            f'<line class="grid" x1="{x[0]:.1f}" x2="{x[0]:.1f}" y1="{TOP}" y2="{TOP + inner[1]}"/>',
            f'<text x="{x[0]:.1f}" y="{TOP + inner[1] + 16}" text-anchor="middle">{plain(value)}</text>',
        ]
    for value in ticks(upwards.low, upwards.high):
        _, y = place(np.array([across.low]), np.array([value]))
        parts += [
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y[0]:.1f}" y2="{y[0]:.1f}"/>',
            f'<text x="{LEFT - 6}" y="{y[0] + 4:.1f}" text-anchor="end">{plain(value)}</text>',
        ]
    at = LEFT
    for line in lines:
        dashes = f' stroke-dasharray="{line.dashes}"' if line.dashes else ""
        x, y = place(line.x, line.y)
        parts += [
            f'<g clip-path="url(#{_name(y_title)})" stroke="{line.colour}" fill="none" stroke-width="2"{dashes}>{_path(x, y)}</g>'
        ]
        if line.marked:
            dots = "".join(
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5"/>'
                for a, b in zip(x, y, strict=True)
                if np.isfinite(b)
            )
            parts.append(f'<g clip-path="url(#{_name(y_title)})" fill="{line.colour}">{dots}</g>')
        parts += [
            f'<line x1="{at}" x2="{at + 22}" y1="14" y2="14" stroke="{line.colour}" stroke-width="2"{dashes}/>',
            f'<text x="{at + 27}" y="18">{escape(line.name)}</text>',
        ]
        at += 48 + 7 * len(line.name)
    middle = TOP + inner[1] / 2
    parts += [
        f'<text x="{LEFT + inner[0] / 2}" y="{HEIGHT - 6}" text-anchor="middle">{escape(x_title)}</text>',
        f'<text transform="rotate(-90 14 {middle})" x="14" y="{middle}" text-anchor="middle">{escape(y_title)}</text>',
        "</svg>",
    ]
    return "".join(parts)


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between two limits, about five of them.

    Parameters
    ----------
    low, high : float
        The limits, low below high.

    Returns
    -------
    list of float
        Multiples of 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> ticks(0.0, 5.0), ticks(0.94, 1.0)
    ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0])
    """
    rough = (high - low) / TICKS
    power = 10.0 ** np.floor(np.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [round(count * step, 10) for count in range(first, last + 1)]


def _path(x: Array, y: Array) -> str:
    words, drawn = [], False
    for a, b in zip(x.tolist(), y.tolist(), strict=True):
        if np.isfinite(b):
            words.append(f"{'L' if drawn else 'M'}{a:.1f} {b:.1f}")
        drawn = bool(np.isfinite(b))
    return f'<path d="{"".join(words)}"/>'


def _name(title: str) -> str:
    return "cut-" + "".join(letter for letter in title if letter.isalnum())
