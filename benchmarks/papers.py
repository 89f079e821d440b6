"""Papers on which a drawn sign is hard to see, as cameras find them: shadows, glare, print, and what lies beside.

Each takes ink, float (h, w) in [0, 1], and a generator, and gives a grey picture, uint8 (h, w), as a file would hold
it. The paper alone is the same with no ink. Light comes from a side drawn at random.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Ink = NDArray[np.floating]
Picture = NDArray[np.uint8]
Paper = Callable[[Ink, np.random.Generator], Picture]

SIDES = ("top", "right", "bottom", "left")


def as_file(
    shades: Ink, rng: np.random.Generator, quality: int | None = None, grain: float = 0.01
) -> Picture:
    """Blur a picture in [0, 1] a little, add a camera's grain, save it as JPEG and read it again."""
    blurred = ndimage.gaussian_filter(shades, rng.uniform(0.4, 1.0)) + rng.normal(0, grain, shades.shape)
    file = io.BytesIO()
    Image.fromarray(np.clip(255 * blurred, 0, 255).astype(np.uint8)).save(
        file, "JPEG", quality=quality or int(rng.integers(50, 95))
    )
    return np.asarray(Image.open(file))


def across(shape: tuple[int, ...], side: str, turn: float = 0.0) -> Ink:
    """How far each pixel lies from the middle towards a side, from -1 to 1 in its direction."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, length) for length in shape), indexing="ij")
    angle = {"right": 0.0, "bottom": np.pi / 2, "left": np.pi, "top": -np.pi / 2}[side] + turn
    return np.asarray(np.cos(angle) * x + np.sin(angle) * y)


def on(ink: Ink, rng: np.random.Generator, light: bool) -> Ink:
    """Dark ink on light paper, or light ink on dark paper, in even light."""
    if light:
        board, chalk = rng.uniform(0.1, 0.3), rng.uniform(0.75, 0.95)
        return board + (chalk - board) * ink
    paper, pen = rng.uniform(0.7, 0.95), rng.uniform(0.05, 0.35)
    return paper + (pen - paper) * ink


def shadow_edge(
    ink: Ink,
    rng: np.random.Generator,
    *,
    light: bool = False,
    hard: bool = True,
    side: str | None = None,
    quality: int | None = None,
) -> Picture:
    """A shadow lies over the part of the page towards a side, and its edge runs anywhere, through the sign too."""
    side = side or SIDES[rng.integers(4)]
    place, width = rng.uniform(-0.6, 0.6), rng.uniform(0.005, 0.03) if hard else rng.uniform(0.06, 0.25)
    covered = 1 / (1 + np.exp(-(across(ink.shape, side, rng.normal(0, 0.15)) - place) / width))
    slope = 1 + rng.uniform(-0.15, 0.15) * across(ink.shape, SIDES[rng.integers(4)])
    return as_file(on(ink, rng, light) * slope * (1 - rng.uniform(0.3, 0.6) * covered), rng, quality)


def glare_spot(ink: Ink, rng: np.random.Generator, *, light: bool = False) -> Picture:
    """A lamp is mirrored as a soft bright spot, on a whiteboard or on a blackboard."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, length) for length in ink.shape), indexing="ij")
    (top, left), (tall, wide) = rng.uniform(-0.8, 0.8, 2), rng.uniform(0.2, 0.6, 2)
    spot = np.exp(-(((y - top) / tall) ** 2) - ((x - left) / wide) ** 2)
    shades = on(ink, rng, light) * (1.0 if light else 0.75)
    return as_file(shades + rng.uniform(0.15, 0.35) * spot, rng)


def glare_band(ink: Ink, rng: np.random.Generator, *, light: bool = False) -> Picture:
    """A window is mirrored as a soft bright band from edge to edge."""
    place, width = rng.uniform(-0.8, 0.8), rng.uniform(0.1, 0.3)
    band = np.exp(-(((across(ink.shape, SIDES[rng.integers(4)], rng.normal(0, 0.4)) - place) / width) ** 2))
    shades = on(ink, rng, light) * (1.0 if light else 0.75)
    return as_file(shades + rng.uniform(0.15, 0.35) * band, rng)


def printed_through(ink: Ink, rng: np.random.Generator) -> Picture:
    """The back of the sheet shows: lines of letters, mirrored and faint."""
    height, width = ink.shape
    back = np.zeros(ink.shape)
    letter = int(rng.integers(9, 18))
    for top in range(int(rng.integers(4, 20)), height - letter, int(letter * rng.uniform(1.6, 2.4))):
        left = int(rng.integers(4, 20))
        while left < width - letter:
            cell = ndimage.gaussian_filter(rng.normal(0, 1, (letter, letter)), 1.6)
            back[top : top + letter, left : left + letter] = cell > 0.12
            left += letter + (letter if rng.random() < 0.2 else 3)
    back = ndimage.gaussian_filter(back, rng.uniform(0.8, 1.6))
    shades = np.minimum(on(ink, rng, light=False), 0.93 - rng.uniform(0.05, 0.13) * back)
    return as_file(shades, rng)


def ruled_photograph(ink: Ink, rng: np.random.Generator) -> Picture:
    """Ruled or squared paper, photographed a little askew in uneven light."""
    step, strength = int(rng.integers(20, 50)), rng.uniform(0.1, 0.35)
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(float)
    askew = np.tan(np.radians(rng.uniform(-2, 2)))
    rows, columns = (y + askew * x) % step, (x - askew * y) % step
    lines = (rows < 1.6) | ((columns < 1.6) if rng.random() < 0.5 else np.zeros(ink.shape, bool))
    light = 1 + rng.uniform(-0.2, 0.2) * across(ink.shape, SIDES[rng.integers(4)])
    return as_file(np.minimum(on(ink, rng, light=False), 0.92 - strength * lines) * light, rng)


def jpeg_of_a_pen(ink: Ink, rng: np.random.Generator) -> Picture:
    """One shade on another, saved as JPEG with a quality of 20 to 95."""
    file = io.BytesIO()
    shades = on(ink, rng, light=bool(rng.integers(2)))
    Image.fromarray(np.round(255 * shades).astype(np.uint8)).save(
        file, "JPEG", quality=int(rng.integers(20, 96))
    )
    return np.asarray(Image.open(file))


def beside(ink: Ink, rng: np.random.Generator, *, kind: str) -> Picture:
    """Something lies along an edge of the picture: a table, a patterned cloth, a finger, or another sheet's border."""
    shades, side = on(ink, rng, light=False), SIDES[rng.integers(4)]
    depth = 1 - rng.uniform(0.06, 0.2)  # from which it begins, towards the side
    reach = across(ink.shape, side, rng.normal(0, 0.03))
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(float)
    if kind == "table":
        wood = rng.uniform(0.15, 0.5) + 0.05 * np.sin((y if side in ("top", "bottom") else x) / 2.5)
        return as_file(np.where(reach > depth, wood, shades), rng)
    if kind == "cloth":
        period = rng.uniform(5, 14)
        weave = (
            0.45 + 0.2 * np.sin(2 * np.pi * (x + y) / period) + 0.15 * np.sin(2 * np.pi * (x - y) / period)
        )
        return as_file(np.where(reach > depth, weave, shades), rng)
    if kind == "finger":
        along = across(ink.shape, SIDES[(SIDES.index(side) + 1) % 4])
        finger = (reach > depth - 0.12) & (
            np.hypot((along - rng.uniform(-0.7, 0.7)) / 0.16, np.minimum(reach - depth, 0) / 0.12) < 1
        )
        skin = rng.uniform(0.35, 0.65) + 0 * reach
        return as_file(np.where(finger, skin, shades), rng)
    border = (
        np.abs(reach - depth) < 0.008
    )  # the edge of a sheet on another, which is a little darker or lighter
    lower = np.where(reach > depth, shades * rng.uniform(0.85, 1.05), shades)
    return as_file(np.where(border, lower - 0.3, lower), rng)


THIN, THICK = (0.03, 0.06), (0.16, 0.22)  # pens, as a share of the digit's height

PAPERS: dict[str, Paper] = {
    **{
        f"{'hard' if hard else 'soft'} shadow, {'light' if light else 'dark'} ink": partial(
            shadow_edge, light=light, hard=hard
        )
        for hard in (True, False)
        for light in (False, True)
    },
    "glare spot, whiteboard": glare_spot,
    "glare spot, blackboard": partial(glare_spot, light=True),
    "glare band, whiteboard": glare_band,
    "glare band, blackboard": partial(glare_band, light=True),
    "printed through": printed_through,
    "ruled, photographed": ruled_photograph,
    "JPEG 20 to 95": jpeg_of_a_pen,
    **{
        f"{kind} along an edge": partial(beside, kind=kind) for kind in ("table", "cloth", "finger", "border")
    },
}
"""Each paper's name, and how it is made."""
