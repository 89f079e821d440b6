"""The map with its walks as a film: an animated GIF, drawn with Pillow from the numbers that the figure is drawn from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from netlab.arrays import Array
from netlab.formatting import word
from netlab.landscape.height_map import HeightMap

WIDTH, HEIGHT = 560, 440
LEFT, TOP, RIGHT, BOTTOM = 56, 14, 14, 62
"""Margins of the map in the picture, in pixels; a line a walk is added below."""
LINE = 18
FRAMES = 60
PAUSE, LAST = 90, 1800
"""Milliseconds that a frame stands, and that the last one does."""
LEVELS = 22
COLOURS = (
    "#081d58", "#253494", "#225ea8", "#1d91c0", "#41b6c4", "#7fcdbb", "#c7e9b4", "#edf8b1", "#ffffd9",
)  # fmt: skip
"""YlGnBu of ColorBrewer (2003), dark in the depths, as the figure has it."""
PAPER, INK, HOLE = (255, 255, 255), (34, 34, 34), (225, 225, 225)


@dataclass(frozen=True, eq=False)
class Line:
    """A walk as it is drawn: what it is called, its colour, and where it stood, (n, 2), none of it missing."""

    title: str
    colour: str
    places: Array


def film(ground: HeightMap, lines: Sequence[Line], parameters: tuple[str, str]) -> bytes:
    """An animated GIF of walks on a map, from the start to the last step of the longest.

    Parameters
    ----------
    ground
        The heights.
    lines
        The walks, the first on top.
    parameters
        What the two weights are called.

    Returns
    -------
    bytes
        A GIF that repeats for ever, of at most ``FRAMES`` pictures.
    """
    paper = _paper(ground, lines, parameters)
    frames = [_frame(paper, ground, lines, step) for step in steps_shown(lines)]
    palette = frames[-1].quantize(128, method=Image.Quantize.MEDIANCUT)
    drawn = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    file = io.BytesIO()
    pauses = [PAUSE] * (len(drawn) - 1) + [LAST]
    drawn[0].save(
        file, "GIF", save_all=True, append_images=drawn[1:], duration=pauses, loop=0, optimize=False
    )
    return file.getvalue()


def steps_shown(lines: Sequence[Line]) -> list[int]:
    """Which steps get a picture: all of a short walk, else some, evenly, with the first and the last.

    Parameters
    ----------
    lines
        The walks.

    Returns
    -------
    list
        Rising, from 0.
    """
    last = max(len(line.places) for line in lines) - 1
    return [int(step) for step in np.unique(np.linspace(0, last, min(FRAMES, last + 1)).round())]


def coloured(ground: HeightMap, size: tuple[int, int]) -> NDArray[np.uint8]:
    """The map's heights in the figure's colours, in bands as between lines of equal loss.

    Parameters
    ----------
    ground
        The heights.
    size
        Columns and rows of pixels, (w, h).

    Returns
    -------
    array
        uint8, (h, w, 3), the highest y first; grey where there is no height.
    """
    heights = ground.height(ground.losses).astype(np.float64)[::-1]
    known = np.isfinite(heights)
    if not known.any():
        return np.full((size[1], size[0], 3), HOLE, np.uint8)
    low, high = heights[known].min(), heights[known].max()
    share = np.where(known, (heights - low) / (high - low if high > low else 1.0), 0.0).astype(np.float32)
    fine = np.asarray(Image.fromarray(share).resize(size, Image.Resampling.BILINEAR), np.float64)
    there = np.asarray(Image.fromarray(known.astype(np.uint8)).resize(size, Image.Resampling.NEAREST), bool)
    banded = np.minimum(np.floor(fine * LEVELS), LEVELS - 1) / (LEVELS - 1)
    stops = np.array([[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in COLOURS])
    at = np.linspace(0.0, 1.0, len(stops))
    rgb = np.stack([np.interp(banded, at, stops[:, channel]) for channel in range(3)], axis=-1)
    return np.where(there[..., None], rgb.round(), HOLE).astype(np.uint8)


def placed(ground: HeightMap, places: Array) -> Array:
    """Where points (n, 2) of the map lie in the picture.

    Parameters
    ----------
    ground
        Its window.
    places
        (x, y) each.

    Returns
    -------
    array
        float64, (n, 2): pixels from the left and from the top; what lies far outside is brought near.
    """
    points = np.asarray(places, np.float64)
    x = (points[:, 0] - ground.x[0]) / (ground.x[-1] - ground.x[0])
    y = (ground.y[-1] - points[:, 1]) / (ground.y[-1] - ground.y[0])
    shares = np.clip(np.stack([x, y], axis=1), -20.0, 20.0)
    return shares * (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM) + (LEFT, TOP)


def _paper(ground: HeightMap, lines: Sequence[Line], parameters: tuple[str, str]) -> Image.Image:
    """What no step changes: the map, its axes, and what each line is."""
    inner = (WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM)
    paper = Image.new("RGB", (WIDTH, HEIGHT + LINE * len(lines)), PAPER)
    paper.paste(Image.fromarray(coloured(ground, inner)), (LEFT, TOP))
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(13)
    pen.rectangle((LEFT, TOP, LEFT + inner[0], TOP + inner[1]), outline=INK)
    below, left = TOP + inner[1] + 5, LEFT - 6
    ends = [(ground.x[0], "la", LEFT), (ground.x[-1], "ra", LEFT + inner[0])]
    for value, anchor, x in ends:
        _number(pen, (x, below), value, font, anchor)
    pen.text((LEFT + inner[0] / 2, below), parameters[0], INK, font, anchor="ma")
    for value, anchor, y in ((ground.y[-1], "ra", TOP), (ground.y[0], "rs", TOP + inner[1])):
        _number(pen, (left, y), value, font, anchor)
    pen.text((left, TOP + inner[1] / 2), parameters[1], INK, font, anchor="rm")
    for place, line in enumerate(lines):
        y = HEIGHT - BOTTOM + 50 + place * LINE
        pen.line((LEFT, y, LEFT + 26, y), line.colour, 4)
        pen.text((LEFT + 34, y), line.title, INK, font, anchor="lm")
    return paper


def _number(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], value: float, font: Any, anchor: str
) -> None:
    """A number at the end of an axis; its minus is drawn, since Pillow's own font has none."""
    digits = word(float(f"{abs(value):.4g}"))
    left, top, right, bottom = pen.textbbox(place, ("0" if value < 0 else "") + digits, font, anchor=anchor)
    pen.text((right, top), digits, INK, font, anchor="rt")
    if value < 0:
        high = (top + bottom) / 2
        pen.line((left, high, left + 5, high), INK, 1)


def _frame(paper: Image.Image, ground: HeightMap, lines: Sequence[Line], step: int) -> Image.Image:
    """The picture after a step."""
    picture = paper.copy()
    box = (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)
    map_ = picture.crop(box)
    pen = ImageDraw.Draw(map_)
    for line in reversed(lines):
        points = placed(ground, line.places[: step + 1]) - (LEFT, TOP)
        way = [(float(x), float(y)) for x, y in points]
        if len(way) > 1:
            pen.line(way, (255, 255, 255), 5, joint="curve")
            pen.line(way, line.colour, 3, joint="curve")
        x, y = way[-1]
        pen.ellipse((x - 6, y - 6, x + 6, y + 6), (255, 255, 255), line.colour, 3)
    picture.paste(map_, box[:2])
    ImageDraw.Draw(picture).text(
        (WIDTH - RIGHT, HEIGHT - BOTTOM + 50), f"step {step}", INK, ImageFont.load_default(14), anchor="rm"
    )
    return picture
