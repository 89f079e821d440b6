"""How well a network reads digits that were not drawn for it.

Strangers' drawings cannot be shipped, so this imitates what makes them hard: other writers (scikit-learn's
8×8 digits), MNIST's test digits drawn anew with other pens, on other paper, in other places, and strokes of
a mouse in shapes that MNIST hardly has (a 7 with a bar, a 1 with serifs). Everything passes through
``frame``, as a drawing on the page does. Name shipped networks or runs to compare::

    python benchmarks/reading.py article convolutional [RUN ...] [--count 500]
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter
from scipy import ndimage

from benchmarks.papers import PAPERS, THICK, THIN
from netlab import data
from netlab.drawing import page, recognize
from netlab.drawing.doubt import doubt
from netlab.drawing.framing import frame, stages
from netlab.drawing.picture_file import read_picture
from netlab.nets.numpy_model import predict

Picture = NDArray[np.uint8]
Predict = Callable[[NDArray[np.float32]], NDArray[np.floating]]  # (n, 28, 28) in [0, 1] -> (n, 10)


@dataclass(frozen=True)
class Look:
    """How one condition draws: sizes in pixels, pens as a share of the digit's height."""

    digit: tuple[int, int] = (100, 220)
    paper: tuple[int, int] = (280, 280)
    pen: tuple[float, float] | None = None
    turn: float = 0.0
    tilt: float = 0.0
    anywhere: bool = False
    finish: Callable[[NDArray[np.floating], np.random.Generator], Picture] | None = None
    close: float | None = None  # paper kept on each side of the ink, as a share of its longer side


# --- pens ---------------------------------------------------------------------------------------------


def with_pen(shape: NDArray[np.bool_], width: float) -> NDArray[np.float32]:
    """Move the edge of a shape so that its median stroke is ``width`` pixels; thin parts are not cut."""
    shape = np.pad(shape, int(width) + 2)
    inside = ndimage.distance_transform_edt(shape)
    ridge = inside[(inside > 0) & (inside == ndimage.maximum_filter(inside, 3))]
    growth = max(width / 2 - np.median(ridge), -0.75 * np.percentile(ridge, 10))
    signed = inside - ndimage.distance_transform_edt(~shape)
    return np.clip(0.5 + signed + growth, 0, 1).astype(np.float32)


def enlarged(digit: Picture, side: int) -> NDArray[np.bool_]:
    """Draw a small digit large with smooth edges."""
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    cut = np.pad(digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 2)
    size = tuple(max(4, round(length * side / max(cut.shape))) for length in cut.shape[::-1])
    return np.asarray(Image.fromarray(cut).resize(size, Image.Resampling.BICUBIC)) > 127


# --- paper, light and camera --------------------------------------------------------------------------


def light_on_dark(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """White ink on black."""
    return np.round(255 * ink).astype(np.uint8)


def dark_on_light(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Black ink on white."""
    return 255 - light_on_dark(ink, rng)


def photograph(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Grey paper under uneven light, a coloured pen, a little blur and grain, saved as JPEG."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in ink.shape), indexing="ij")
    light = rng.uniform(0.6, 0.95) * (
        1 + rng.uniform(-0.3, 0.3) * x + rng.uniform(-0.3, 0.3) * y - 0.1 * x * y
    )
    colour = rng.uniform(0.05, 0.6)
    paper = light * (1 - ink * (1 - colour)) + rng.normal(0, 0.02, ink.shape)
    blurred = ndimage.gaussian_filter(paper, rng.uniform(0.3, 1.5))
    return jpeg(np.clip(255 * blurred, 0, 255).astype(np.uint8), int(rng.integers(30, 80)))


def pencil(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Faint, grainy lines on rough paper."""
    grain = ndimage.gaussian_filter(rng.normal(0, 1, ink.shape), 1.0) * 0.6
    line = ink * np.clip(0.8 + grain, 0.2, 1) * rng.uniform(0.2, 0.4)
    return np.clip(255 * (0.9 - line + rng.normal(0, 0.015, ink.shape)), 0, 255).astype(np.uint8)


def specked(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Black on white with crumbs all over."""
    crumbs = ndimage.binary_dilation(rng.random(ink.shape) < 3e-4, np.ones((2, 2)))
    return dark_on_light(np.maximum(ink, crumbs), rng)


def ruled(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """On a notebook's blue-grey lines."""
    lines = np.zeros(ink.shape)
    lines[int(rng.integers(10, 40)) :: 48] = 0.45
    return dark_on_light(np.maximum(ink, lines), rng)


def squared(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """On squared paper, whose lines are as grey as a printer likes."""
    lines, step = np.zeros(ink.shape), int(rng.integers(24, 60))
    lines[int(rng.integers(0, step)) :: step] = lines[:, int(rng.integers(0, step)) :: step] = 0.3
    return dark_on_light(np.maximum(ink, lines), rng)


def shadowed(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Under a lamp that leaves the corners dark, with the shadow of a hand across."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in ink.shape), indexing="ij")
    angle, place = rng.uniform(0, 2 * np.pi), rng.uniform(-0.6, 0.6)
    shadow = 1 / (1 + np.exp(-(np.cos(angle) * x + np.sin(angle) * y - place) / rng.uniform(0.02, 0.2)))
    light = (1 - rng.uniform(0.2, 0.5) * (x * x + y * y) / 2) * (1 - rng.uniform(0.15, 0.4) * shadow)
    paper = 0.9 * light * (1 - rng.uniform(0.6, 0.9) * ink) + rng.normal(0, 0.015, ink.shape)
    return jpeg(np.clip(255 * paper, 0, 255).astype(np.uint8), 70)


def coloured(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Two colours at random, as long as they differ clearly, read as a picture file is."""
    paper, pen = rng.uniform(0, 255, (2, 3))
    while np.linalg.norm(paper - pen) < 120:
        paper, pen = rng.uniform(0, 255, (2, 3))
    colours = paper + ink[..., None] * (pen - paper)
    return read_as_file(np.round(colours).astype(np.uint8))


def transparent(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """One shade of ink on nothing, read as a picture file is."""
    layers = np.stack([np.full(ink.shape, rng.uniform(0, 255))] * 3 + [255 * ink], axis=-1)
    return read_as_file(np.round(layers).astype(np.uint8))


def read_as_file(colours: NDArray[np.uint8]) -> Picture:
    """Save as PNG and read as the page does."""
    file = io.BytesIO()
    Image.fromarray(colours).save(file, "PNG")
    return read_picture(file.getvalue())


def bordered(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Black on white within a frame of ink, close to the picture's edge or on it."""
    side = min(ink.shape)
    width, apart = int(rng.integers(1, 2 + side // 60)), int(rng.integers(0, 1 + side // 20))
    framed = np.pad(np.zeros(np.subtract(ink.shape, 2 * (width + apart))), width, constant_values=1)
    return dark_on_light(np.maximum(ink, np.pad(framed, apart)), rng)


def one_bit(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Black and white alone, either way round."""
    return (255 * ((ink > 0.5) ^ bool(rng.integers(2)))).astype(np.uint8)


def blocky(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Saved with far too little quality."""
    return jpeg(dark_on_light(ink, rng), int(rng.integers(5, 15)))


def noisy(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """White on black with strong grain."""
    return np.clip(255 * (0.1 + 0.7 * ink + rng.normal(0, 0.1, ink.shape)), 0, 255).astype(np.uint8)


def either_way(ink: NDArray[np.floating], rng: np.random.Generator) -> Picture:
    """Black on white or white on black."""
    return dark_on_light(ink, rng) if rng.integers(2) else light_on_dark(ink, rng)


def jpeg(picture: Picture, quality: int) -> Picture:
    """Save and read again."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def placed(shape: NDArray[np.float32], look: Look, rng: np.random.Generator) -> NDArray[np.float32]:
    """Lay a shape on paper, in the middle or anywhere, turned and seen at an angle."""
    picture = Image.fromarray(shape)
    if look.turn:
        picture = picture.rotate(rng.uniform(-look.turn, look.turn), Image.Resampling.BICUBIC, expand=True)
    if look.tilt:
        picture = tilted(picture, look.tilt, rng)
    turned = np.clip(np.asarray(picture), 0, 1)
    if look.close is not None:
        rows, columns = (np.flatnonzero((turned > 0.2).any(axis=axis)) for axis in (1, 0))
        turned = turned[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        return np.pad(turned, round(look.close * max(turned.shape)))
    paper = np.zeros(np.maximum(look.paper, turned.shape), np.float32)
    room = np.subtract(paper.shape, turned.shape)
    top, left = rng.integers(0, room + 1) if look.anywhere else room // 2
    paper[top : top + turned.shape[0], left : left + turned.shape[1]] = turned
    return paper


def tilted(picture: Image.Image, tilt: float, rng: np.random.Generator) -> Image.Image:
    """Move the four corners at random: a camera held askew."""
    width, height = picture.size
    corners = np.array([[0, 0], [0, height], [width, height], [width, 0]], float)
    corners += rng.uniform(-tilt, tilt, (4, 2)) * [width, height]
    return picture.transform(
        picture.size, Image.Transform.QUAD, corners.ravel().tolist(), Image.Resampling.BICUBIC
    )


def drawn(digit: Picture, look: Look, rng: np.random.Generator) -> Picture:
    """Draw one of MNIST's digits anew."""
    side = int(rng.integers(look.digit[0], look.digit[1] + 1))
    big = enlarged(digit, max(side, 80))
    shape = with_pen(big, rng.uniform(*look.pen) * max(side, 80)) if look.pen else big.astype(np.float32)
    if side < 80:
        size = tuple(max(1, round(length * side / max(shape.shape))) for length in shape.shape[::-1])
        shape = np.asarray(Image.fromarray(shape).resize(size, Image.Resampling.BOX))
    return (look.finish or light_on_dark)(placed(shape, look, rng), rng)


LOOKS = {
    "280 px, own pen": Look(),
    "thin pen": Look(pen=(0.03, 0.05)),
    "thick pen": Look(pen=(0.16, 0.22)),
    "dark on light, anywhere": Look((60, 160), anywhere=True, finish=dark_on_light),
    "turned up to 15 degrees": Look(turn=15),
    "seen askew": Look(tilt=0.12, finish=dark_on_light),
    "photograph": Look((80, 240), (300, 400), turn=8, anywhere=True, finish=photograph),
    "faint pencil": Look(pen=(0.04, 0.07), finish=pencil),
    "crumbs on paper": Look(anywhere=True, finish=specked),
    "ruled paper": Look(finish=ruled),
    "28 px, thin, anywhere": Look((14, 24), (28, 28), pen=(0.06, 0.09), anywhere=True, finish=dark_on_light),
    "28 px, thick, anywhere": Look((16, 26), (28, 28), pen=(0.15, 0.22), anywhere=True),
    "large, thin, small on page": Look(
        (150, 250), (1000, 800), pen=(0.03, 0.06), anywhere=True, finish=photograph
    ),
    "28 px, own pen, anywhere": Look((18, 24), (28, 28), anywhere=True, finish=either_way),
    "56 px, one-pixel pen": Look((36, 50), (56, 56), pen=(0.02, 0.03), finish=either_way),
    "280 px, one-pixel pen": Look(pen=(0.006, 0.01), finish=one_bit),
    "1000 px, very thick pen": Look((600, 950), (1000, 1000), pen=(0.2, 0.28), finish=either_way),
    "black and white only": Look((20, 220), finish=one_bit, anywhere=True),
    "coloured ink and paper": Look(finish=coloured),
    "ink on nothing": Look(anywhere=True, finish=transparent),
    "lamp and shadow": Look((100, 240), (300, 400), finish=shadowed),
    "squared paper": Look(finish=squared),
    "a frame around": Look((100, 200), finish=bordered),
    "a frame around, 56 px": Look((24, 40), (56, 56), finish=bordered),
    "poor JPEG": Look(finish=blocky),
    "strong grain": Look((60, 200), finish=noisy),
    "tiny on a large page": Look((30, 60), (1000, 1000), anywhere=True, finish=dark_on_light),
    "long strip": Look((60, 95), (100, 1000), anywhere=True, finish=either_way),
    "tall strip": Look((60, 95), (1000, 100), anywhere=True, finish=either_way),
    "cut out close": Look(close=0, finish=either_way),
    "cut out close, thick pen": Look(pen=(0.16, 0.22), close=0, finish=either_way),
    "cut out close, thin pen": Look(pen=(0.03, 0.05), close=0, finish=either_way),
    "cut out close, 20 px": Look((20, 20), close=0, finish=either_way),
    "cut out close, photograph": Look(close=0, finish=photograph),
    "cut out at 4 %": Look(close=0.04, finish=either_way),
    "cut out at 4 %, photograph": Look(close=0.04, finish=photograph),
    "cut out at 10 %, photograph": Look(close=0.1, finish=photograph),
}

HARD = {
    f"{name}, {pen}": Look((110, 230), (300, 360), width, anywhere="along" not in name, finish=paper)
    for name, paper in PAPERS.items()
    for pen, width in (("thin", THIN), ("thick", THICK))
}
"""Papers that are hard to tell from ink, each with a thin and a thick pen."""

# --- strokes of a mouse -------------------------------------------------------------------------------
# Points (x, y) in a unit box, y downward; a 'c' stroke is bent smoothly through its points.

SHAPES: list[tuple[int, str, list[list[tuple[float, float]]]]] = [
    (0, "round", [[(0.5, 0), (0.05, 0.35), (0.12, 0.85), (0.5, 1), (0.9, 0.75), (0.9, 0.25), (0.48, 0)]]),
    (
        0,
        "not quite closed",
        [[(0.6, 0.03), (0.15, 0.2), (0.1, 0.75), (0.5, 1), (0.9, 0.7), (0.85, 0.25), (0.5, 0.08)]],
    ),
    (1, "stick", [[(0.5, 0), (0.5, 0.5), (0.5, 1)]]),
    (1, "flag", [[(0.25, 0.25), (0.4, 0.15), (0.55, 0)], [(0.55, 0), (0.55, 0.5), (0.55, 1)]]),
    (1, "long flag", [[(0.15, 0.42), (0.35, 0.25), (0.55, 0)], [(0.55, 0), (0.55, 0.5), (0.55, 1)]]),
    (1, "flag and foot", [[(0.25, 0.22), (0.5, 0)], [(0.5, 0), (0.5, 1)], [(0.22, 1), (0.78, 1)]]),
    (
        2,
        "swan",
        [[(0.1, 0.25), (0.45, 0), (0.85, 0.25), (0.5, 0.65), (0.08, 1)], [(0.08, 1), (0.5, 0.98), (0.9, 1)]],
    ),
    (
        2,
        "loop",
        [
            [
                (0.1, 0.2),
                (0.5, 0),
                (0.8, 0.3),
                (0.35, 0.85),
                (0.1, 0.95),
                (0.2, 0.78),
                (0.5, 0.95),
                (0.95, 0.95),
            ]
        ],
    ),
    (
        3,
        "round",
        [
            [(0.1, 0.12), (0.5, 0), (0.85, 0.22), (0.4, 0.47)],
            [(0.4, 0.47), (0.9, 0.7), (0.5, 1), (0.05, 0.88)],
        ],
    ),
    (
        3,
        "flat top",
        [
            [(0.1, 0), (0.85, 0)],
            [(0.85, 0), (0.42, 0.42)],
            [(0.42, 0.42), (0.92, 0.65), (0.5, 1), (0.05, 0.9)],
        ],
    ),
    (4, "open", [[(0.2, 0), (0.1, 0.6)], [(0.1, 0.6), (0.9, 0.6)], [(0.72, 0.1), (0.68, 1)]]),
    (4, "closed", [[(0.65, 1), (0.65, 0)], [(0.65, 0), (0.05, 0.68)], [(0.05, 0.68), (0.95, 0.68)]]),
    (
        5,
        "cap apart",
        [
            [(0.25, 0.05), (0.9, 0)],
            [(0.25, 0.05), (0.2, 0.45)],
            [(0.2, 0.45), (0.6, 0.38), (0.9, 0.68), (0.5, 1), (0.08, 0.88)],
        ],
    ),
    (
        5,
        "gap under the bar",
        [
            [(0.4, 0), (0.95, 0)],
            [(0.22, 0.08), (0.18, 0.45)],
            [(0.18, 0.45), (0.6, 0.4), (0.88, 0.7), (0.5, 1), (0.05, 0.92)],
        ],
    ),
    (6, "hook", [[(0.7, 0), (0.25, 0.35), (0.1, 0.75), (0.45, 1), (0.85, 0.78), (0.5, 0.52), (0.14, 0.75)]]),
    (
        6,
        "straight",
        [[(0.55, 0), (0.12, 0.68)], [(0.12, 0.68), (0.4, 1), (0.85, 0.8), (0.6, 0.52), (0.12, 0.7)]],
    ),
    (7, "plain", [[(0.08, 0), (0.9, 0)], [(0.9, 0), (0.4, 1)]]),
    (7, "barred", [[(0.08, 0), (0.9, 0)], [(0.9, 0), (0.4, 1)], [(0.3, 0.5), (0.88, 0.5)]]),
    (
        7,
        "serif and bar",
        [
            [(0.1, 0.15), (0.1, 0)],
            [(0.1, 0), (0.88, 0.02)],
            [(0.88, 0.02), (0.6, 0.45), (0.45, 1)],
            [(0.32, 0.52), (0.85, 0.48)],
        ],
    ),
    (
        8,
        "one line",
        [
            [
                (0.8, 0.15),
                (0.4, 0),
                (0.2, 0.25),
                (0.55, 0.48),
                (0.85, 0.75),
                (0.5, 1),
                (0.15, 0.78),
                (0.5, 0.45),
                (0.8, 0.15),
            ]
        ],
    ),
    (
        8,
        "two rings",
        [
            [(0.5, 0), (0.2, 0.22), (0.5, 0.46), (0.8, 0.22), (0.5, 0)],
            [(0.5, 0.46), (0.1, 0.75), (0.5, 1), (0.9, 0.75), (0.5, 0.46)],
        ],
    ),
    (
        9,
        "straight leg",
        [[(0.8, 0.2), (0.45, 0), (0.12, 0.25), (0.4, 0.5), (0.8, 0.22)], [(0.8, 0.15), (0.76, 1)]],
    ),
    (
        9,
        "curved leg",
        [
            [(0.82, 0.25), (0.5, 0), (0.15, 0.25), (0.45, 0.5), (0.82, 0.25)],
            [(0.82, 0.25), (0.8, 0.75), (0.5, 1), (0.15, 0.9)],
        ],
    ),
]


STRANGERS: list[tuple[int, str, list[list[tuple[float, float]]]]] = [
    (
        9,
        "hooked 9",
        [
            [
                (0.8, 0.2),
                (0.45, 0),
                (0.2, 0.22),
                (0.45, 0.45),
                (0.8, 0.2),
                (0.78, 0.75),
                (0.45, 1),
                (0.1, 0.75),
            ]
        ],
    ),
    (
        9,
        "footed 9",
        [
            [(0.75, 0.2), (0.45, 0), (0.2, 0.22), (0.45, 0.45), (0.75, 0.2)],
            [(0.75, 0.1), (0.72, 1)],
            [(0.72, 1), (0.2, 0.98)],
        ],
    ),
    (1, "1 with a long flag", [[(0.1, 0.7), (0.58, 0)], [(0.58, 0), (0.58, 1)]]),
    (4, "pointed 4", [[(0.75, 1), (0.68, 0)], [(0.68, 0), (0.1, 0.38)], [(0.1, 0.38), (0.8, 0.45)]]),
    (
        0,
        "slashed 0",
        [
            [(0.5, 0), (0.05, 0.35), (0.12, 0.85), (0.5, 1), (0.9, 0.75), (0.9, 0.25), (0.48, 0)],
            [(0.15, 0.85), (0.85, 0.12)],
        ],
    ),
    (7, "barred 7", [[(0.08, 0), (0.9, 0)], [(0.9, 0), (0.4, 1)], [(0.3, 0.5), (0.88, 0.5)]]),
]
"""Digits as strangers write them and MNIST's writers hardly do, each a row of the table."""


def bent(points: NDArray[np.floating], steps: int = 12) -> NDArray[np.floating]:
    """Pass a smooth curve through points (Catmull & Rom, 1974)."""
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.concatenate([curve.reshape(-1, 2), points[-1:]])


def scribbled(
    strokes: list[list[tuple[float, float]]], pen: tuple[int, int], rng: np.random.Generator
) -> Picture:
    """Draw strokes as an unsteady hand moves a mouse over a 280×280 canvas with a round brush."""
    turn, slant, wide = rng.normal(0, 0.08), rng.normal(0, 0.12), rng.uniform(0.45, 0.85)
    size, width = rng.uniform(90, 200), int(rng.integers(pen[0], pen[1] + 1))
    wobble = rng.normal(0, 0.035, (3, 2))
    matrix = np.array([[wide * np.cos(turn), np.sin(turn)], [-slant - np.sin(turn), np.cos(turn)]])
    corner = rng.uniform([40, 15], [130, 260 - size])
    canvas = Image.new("L", (280, 280))
    for stroke in strokes:
        points = np.array(stroke) + rng.normal(0, 0.025, (len(stroke), 2))
        path = bent(points) + wobble[0] * np.sin(3 * bent(points)[:, ::-1] + wobble[1])
        path = (path - [0.5, 0]) @ matrix * size + corner + [size / 4, 0]
        path += ndimage.gaussian_filter1d(rng.normal(0, 2.0, path.shape), 1.0, axis=0)
        brush(ImageDraw.Draw(canvas), path, width)
    return np.asarray(canvas.filter(ImageFilter.GaussianBlur(0.6)))


def brush(draw: ImageDraw.ImageDraw, path: NDArray[np.floating], width: int) -> None:
    """Pull a round brush along a path."""
    draw.line([tuple(point) for point in path.tolist()], 255, width, joint="curve")
    for x, y in path.tolist():
        draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), 255)


MICE = {"mouse, thin": (4, 9), "mouse, usual": (12, 20), "mouse, thick": (24, 32)}

# --- the conditions -----------------------------------------------------------------------------------


def conditions(x: Picture, y: Picture, count: int) -> Iterator[tuple[str, list[Picture], NDArray[np.int64]]]:
    """Yield each condition's name, its pictures and their digits."""
    labels = y.astype(np.int64)
    yield "MNIST test, framed", list(x), labels
    several = slice(0, 4 * count)
    yield "the negative", list(255 - x[several]), labels[several]
    yield (
        "moved to a corner",
        [into_a_corner(picture, i) for i, picture in enumerate(x[several])],
        labels[several],
    )
    yield (
        "cut out, as they are",
        [cut_out(picture, i) for i, picture in enumerate(x[several])],
        labels[several],
    )
    yield (
        "touching one edge",
        [cut_out(picture, i, edge=True) for i, picture in enumerate(x[several])],
        labels[several],
    )
    yield from other_writers(2 * count)
    for name, look in (LOOKS | HARD).items():
        rng = np.random.default_rng(7)
        chosen = rng.choice(len(x), count, replace=False)
        yield name, [drawn(x[i], look, rng) for i in chosen], labels[chosen]
    for name, pen in MICE.items():
        rng = np.random.default_rng(11)
        chosen = np.arange(count) % len(SHAPES)
        yield (
            name,
            [scribbled(SHAPES[i][2], pen, rng) for i in chosen],
            np.array([SHAPES[i][0] for i in chosen]),
        )

    for digit, name, strokes in STRANGERS:
        rng = np.random.default_rng(23)
        yield name, [scribbled(strokes, (5, 22), rng) for _ in range(count)], np.full(count, digit)


def cut_out(digit: Picture, i: int, *, edge: bool = False) -> Picture:
    """Cut a digit out along its ink, or let it touch one edge; every other one as its negative."""
    rows, columns = (np.flatnonzero((digit > 40).any(axis=axis)) for axis in (1, 0))
    close = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if edge:
        close = np.rot90(np.pad(np.rot90(close, i % 4), ((4, 4), (0, 4))), -(i % 4))
    return np.asarray(255 - close if i // 4 % 2 else close)


def into_a_corner(digit: Picture, i: int) -> Picture:
    """Move a digit as far as its ink lets it go."""
    rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
    down = -rows[0] if i & 1 else len(digit) - 1 - rows[-1]
    right = -columns[0] if i & 2 else len(digit) - 1 - columns[-1]
    return np.roll(digit, (down, right), (0, 1))


def other_writers(count: int) -> Iterator[tuple[str, list[Picture], NDArray[np.int64]]]:
    """scikit-learn's digits: 43 writers, 8×8 pixels (Alpaydin & Kaynak, 1998)."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    chosen = np.random.default_rng(3).permutation(len(digits.target))[:count]
    small = [np.round(image * 255 / 16).astype(np.uint8) for image in digits.images[chosen]]
    yield "8x8, other writers", small, digits.target[chosen]
    large = [
        Image.fromarray(np.pad(image, 2)).resize((180, 180), Image.Resampling.BICUBIC) for image in small
    ]
    yield "the same at 180 px", [np.asarray(image) for image in large], digits.target[chosen]
    half = [np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BICUBIC)) for image in small]
    yield "the same at 28 px, no margin", half, digits.target[chosen]


# --- several digits -----------------------------------------------------------------------------------


def row_of(digits: Sequence[Picture], look: Look, rng: np.random.Generator) -> Picture:
    """Draw digits beside each other with one pen, at a hand's distance, and finish the page as a look does."""
    height = int(rng.integers(50, 110))
    pen = rng.uniform(0.05, 0.16) if rng.random() < 0.7 else None
    shapes = []
    for digit in digits:
        side = max(80, int(height * rng.uniform(0.85, 1.15)))
        big = enlarged(digit, side)
        shape = with_pen(big, pen * side) if pen else big.astype(np.float32)
        rows, columns = (np.flatnonzero(shape.max(axis=axis) > 0.3) for axis in (1, 0))
        shapes.append(shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    tall = max(len(shape) for shape in shapes)
    gaps = [int(rng.uniform(0.06, 0.5) * tall) for _ in shapes]
    margin = int(rng.uniform(0.15, 0.6) * tall)
    across = sum(shape.shape[1] for shape in shapes) + sum(gaps)
    page, left = np.zeros((tall + 2 * margin + 20, across + 2 * margin), np.float32), margin
    for shape, gap in zip(shapes, gaps, strict=True):
        top = margin + int(rng.integers(0, 20)) + (tall - len(shape)) // 2
        page[top : top + len(shape), left : left + shape.shape[1]] = shape
        left += shape.shape[1] + gap
    return (look.finish or light_on_dark)(page, rng)


def several(x: Picture, y: Picture, count: int) -> Iterator[tuple[str, float, float]]:
    """Each look's name, the share of its rows of 2 to 6 digits that are parted and read wholly right, and of its single
    digits the share that is taken for several; read by the convolutional network.
    """
    spec, weights = recognize.network("convolutional")
    for name, look in LOOKS.items():
        rng = np.random.default_rng(13)
        right = alarms = 0
        for _ in range(count):
            chosen = rng.choice(len(x), int(rng.integers(2, 7)))
            read = page.read_parted(spec, weights, page.part(row_of(list(x[chosen]), look, rng)))
            right += page.number(read) == "".join(map(str, y[chosen]))
            alarms += bool(page.part(drawn(x[rng.integers(len(x))], look, rng)).rows)
        yield name, right / count, alarms / count


# --- the table ----------------------------------------------------------------------------------------


def main() -> None:
    """Print the share of pictures read rightly, in per cent: a condition a row, a network a column."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "networks", nargs="*", default=["article"], help="article, convolutional, or a run's id"
    )
    parser.add_argument("--count", type=int, default=500, help="pictures in each condition")
    parser.add_argument("--data", default="auto", help="where MNIST lies")
    options = parser.parse_args()

    readers: list[Predict] = [partial(predict, *recognize.network(name)) for name in options.networks]
    digits = data.load(options.data)
    print(digits.note)
    print(f"{'per cent read rightly':30s}" + "".join(f"{name:>16s}" for name in options.networks))
    print_row(
        "test digits as they are", digits.x_test.astype(np.float32) / np.float32(255), digits.y_test, readers
    )
    for name, pictures, labels in conditions(digits.x_test, digits.y_test, options.count):
        print_row(name, np.stack([frame(picture) for picture in pictures]), labels, readers)
    print("paper without ink: per cent that is found blank, and that is said to show no digit")
    for name, blank, none in blanks(max(1, options.count // 5)):
        print(f"{name:30s}{100 * blank:16.1f}{100 * none:16.1f}", flush=True)
    print(
        "several digits: rows wholly right (target 80 %), single digits taken for several (target at most 0.5 %)"
    )
    found = list(several(digits.x_test, digits.y_test, max(1, options.count // 5)))
    for name, right, alarms in found:
        print(f"{name:30s}{100 * right:16.1f}{100 * alarms:16.2f}", flush=True)
    means = np.mean([(right, alarms) for _, right, alarms in found], axis=0)
    print(f"{'all':30s}{100 * means[0]:16.1f}{100 * means[1]:16.2f}")


def blanks(count: int) -> Iterator[tuple[str, float, float]]:
    """Each paper's name, and of its pages without any ink the shares that are framed as blank, and said to show no digit."""
    for name, paper in PAPERS.items():
        rng = np.random.default_rng(19)
        found = [stages(paper(np.zeros((300, 360)), rng)) for _ in range(count)]
        blank = [not one.centred.any() for one in found]
        none = [one or doubt(page) is not None for one, page in zip(blank, found, strict=True)]
        yield name, float(np.mean(blank)), float(np.mean(none))


def print_row(
    name: str, framed: NDArray[np.float32], labels: NDArray[np.integer], readers: list[Predict]
) -> None:
    """Print one condition, every network's share in it."""
    shares = [100 * np.mean(read(framed).argmax(axis=1) == labels) for read in readers]
    print(f"{name:30s}" + "".join(f"{share:16.2f}" for share in shares), flush=True)


if __name__ == "__main__":
    main()
