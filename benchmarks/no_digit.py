"""How well Netlab tells that a picture shows no digit; and how the network that tells it was taught.

The pictures are made here: letters and symbols from fonts, scribbles, figures, faces, several digits on each other,
digits mirrored or turned, textures, shadows, photographs; and digits in many hands and on many papers. All of them
are framed as a drawing is. Rates of one network, or of what is shipped::

    python -m benchmarks.no_digit --fonts FOLDER [--count 200]

A data set to learn from (the fonts of its test pictures are others), the network taught with it, and its record::

    python -m benchmarks.no_digit --fonts FOLDER --make FILE
    python -m benchmarks.no_digit --learn FILE
    python -m benchmarks.no_digit --fonts FOLDER --count 1000 --record

``FOLDER`` holds TrueType or WOFF files; without it the machine's own fonts are used.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from scipy import ndimage

from benchmarks.reading import LOOKS, Picture, bent, drawn, photograph, shadowed
from netlab import data
from netlab.cli.progress import show_progress
from netlab.data import sets
from netlab.data.augment import augment
from netlab.drawing.doubt import doubt
from netlab.drawing.framing import stages
from netlab.drawing.kinds import KINDS
from netlab.nets import model_file, shipped
from netlab.nets.layers import Convolution
from netlab.nets.presets import PRESETS
from netlab.runs import store
from netlab.storage import atomic_write
from netlab.training import loop
from netlab.training.quiet import load_quietly
from netlab.training.worker import single_thread

SIDE = 160
"""Pixels of a side of what is drawn here."""

AT_ONCE = 200
"""Digits that are drawn anew at once: one by one it takes longer."""

LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhjkmnprtuvwxyΔΣΩψπλβж"
"""Letters that are not written like a digit; O, I, l, S, Z, B, b, g, q and the like are left out."""
SYMBOLS = "&%?@#+=*€$£§~<>^×÷"
TURNED = {"mirrored": (3, 4, 6, 7, 9), "upside down": (3, 4, 7), "on its side": (2, 3, 4, 5, 7)}
"""Digits that are none when they are turned so."""


@dataclass
class Source:
    """What pictures are made from: a generator, fonts, digits with their labels."""

    rng: np.random.Generator
    fonts: Sequence[Path]
    images: NDArray[np.uint8]
    labels: NDArray[np.integer]
    drawn: list[Picture] = field(default_factory=list)

    @classmethod
    def of(cls, seed: int, fonts: Sequence[Path], *, held_back: bool) -> Source:
        """With MNIST's training digits, or those that are held back."""
        digits = data.load("mnist")
        pair = (digits.x_test, digits.y_test) if held_back else (digits.x_train, digits.y_train)
        return cls(np.random.default_rng(seed), fonts, *pair)

    def digit(self, *among: int) -> Picture:
        """A digit's picture, (28, 28), of one of these labels or of any."""
        places = np.flatnonzero(np.isin(self.labels, among)) if among else np.arange(len(self.labels))
        return self.images[self.rng.choice(places)]

    def other_hand(self) -> Picture:
        """A digit as another hand would have drawn it."""
        if not self.drawn:
            places = self.rng.integers(len(self.images), size=AT_ONCE)
            self.drawn = list(augment(self.images[places], self.rng, labels=self.labels[places]))
        return self.drawn.pop()

    def pen(self, thin: float = 6, thick: float = 22) -> int:
        """Width of a stroke in pixels."""
        return int(self.rng.uniform(thin, thick))


MAKERS: dict[str, Callable[[Source], Picture]] = {}


def maker(name: str) -> Callable[[Callable[[Source], Picture]], Callable[[Source], Picture]]:
    """Enter a function that draws one picture of this kind."""

    def enter(function: Callable[[Source], Picture]) -> Callable[[Source], Picture]:
        MAKERS[name] = function
        return function

    return enter


# --- signs ----------------------------------------------------------------------------------------------------


def typed(source: Source, characters: str) -> Picture:
    """One of these characters in one of the fonts that has it, light on dark."""
    rng = source.rng
    for _ in range(50):
        font = ImageFont.truetype(str(rng.choice(np.array(source.fonts, object))), int(rng.uniform(60, 110)))
        sign = str(rng.choice(list(characters)))
        mask, missing = font.getmask(sign), font.getmask("\uffff")
        if mask.size != (0, 0) and (mask.size != missing.size or bytes(mask) != bytes(missing)):
            break
    canvas = Image.new("L", (2 * SIDE, 2 * SIDE))
    ImageDraw.Draw(canvas).text((SIDE, SIDE), sign, fill=255, font=font, anchor="mm")
    if rng.random() < 0.5:  # another pen
        size = 2 * int(rng.integers(1, 4)) + 1
        canvas = canvas.filter(ImageFilter.MaxFilter(size))
    canvas = canvas.rotate(rng.normal(0, 6), Image.Resampling.BICUBIC)
    return trimmed(np.asarray(canvas), source)


def trimmed(canvas: Picture, source: Source) -> Picture:
    """Cut to the ink with some paper around."""
    rows, columns = (np.flatnonzero((canvas > 60).any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return canvas
    cut = canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(cut, int(source.rng.uniform(0.15, 0.5) * max(cut.shape)))


def stroke(points: NDArray[np.floating], width: int, canvas: Image.Image) -> None:
    """Draw through points with a round pen."""
    pencil = ImageDraw.Draw(canvas)
    line = [(float(x), float(y)) for x, y in points]
    pencil.line(line, 255, width, joint="curve")
    for x, y in line:
        pencil.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=255)


@maker("letter")
def letter(source: Source) -> Picture:
    """A letter in a font."""
    return typed(source, LETTERS)


@maker("symbol")
def symbol(source: Source) -> Picture:
    """A symbol in a font."""
    return typed(source, SYMBOLS)


@maker("several")
def several(source: Source) -> Picture:
    """Two signs that touch or lie on each other, so that they cannot be parted."""
    rng = source.rng
    first = source.digit()
    second = (
        source.digit() if rng.random() < 0.7 else np.asarray(Image.fromarray(letter(source)).resize((28, 28)))
    )
    pair = np.zeros((40, 60), np.uint8)
    apart = int(rng.integers(9, 20))
    down = int(rng.integers(0, 12))
    pair[6:34, 2:30] = first
    pair[down : down + 28, 2 + apart : 30 + apart] = np.maximum(
        pair[down : down + 28, 2 + apart : 30 + apart], second
    )
    return np.asarray(Image.fromarray(pair).resize((240, 160), Image.Resampling.BICUBIC))


@maker("turned digit")
def turned(source: Source) -> Picture:
    """A digit that is none as it is turned."""
    way = str(source.rng.choice(list(TURNED)))
    digit = source.digit(*TURNED[way])
    picture = {
        "mirrored": digit[:, ::-1],
        "upside down": digit[::-1, ::-1],
        "on its side": np.rot90(digit, source.rng.choice([1, 3])),
    }[way]
    return np.asarray(
        Image.fromarray(np.ascontiguousarray(picture)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    )


@maker("scribble")
def scribble(source: Source) -> Picture:
    """A pen that wanders, hatches or winds."""
    rng, canvas = source.rng, Image.new("L", (SIDE, SIDE))
    kind, width = int(rng.integers(4)), source.pen(4, 14)
    if kind == 0:
        stroke(rng.uniform(15, 145, (int(rng.integers(5, 12)), 2)), width, canvas)
    elif kind == 1:
        stroke(bent(rng.uniform(15, 145, (int(rng.integers(6, 14)), 2))), width, canvas)
    elif kind == 2:
        count = int(rng.integers(4, 9))
        across = np.linspace(20, 140, 2 * count)
        line = np.stack(
            [across, np.where(np.arange(2 * count) % 2, 30, 130) + rng.normal(0, 8, 2 * count)], axis=1
        )
        stroke(line if rng.random() < 0.5 else line[:, ::-1], width, canvas)
    else:
        turns = np.linspace(0, 2 * np.pi * rng.uniform(2, 4.5), 120)
        radius = turns / turns[-1] * 62 * (1 + 0.1 * np.sin(3 * turns + rng.uniform(0, 6)))
        stroke(
            80 + np.stack([radius * np.cos(turns), rng.uniform(0.6, 1) * radius * np.sin(turns)], axis=1),
            width,
            canvas,
        )
    return np.asarray(canvas)


FIGURES: dict[str, list[list[tuple[float, float]]]] = {
    "square": [[(0.1, 0.1), (0.9, 0.12), (0.88, 0.9), (0.12, 0.88), (0.1, 0.1)]],
    "triangle": [[(0.5, 0.05), (0.95, 0.9), (0.05, 0.9), (0.5, 0.05)]],
    "cross": [[(0.1, 0.1), (0.9, 0.9)], [(0.9, 0.1), (0.1, 0.9)]],
    "plus": [[(0.5, 0.05), (0.5, 0.95)], [(0.05, 0.5), (0.95, 0.5)]],
    "diamond": [[(0.5, 0), (0.95, 0.5), (0.5, 1), (0.05, 0.5), (0.5, 0)]],
    "star": [[(0.5, 0), (0.8, 0.95), (0.02, 0.36), (0.98, 0.36), (0.2, 0.95), (0.5, 0)]],
    "arrow": [[(0.05, 0.5), (0.95, 0.5)], [(0.65, 0.2), (0.95, 0.5), (0.65, 0.8)]],
    "arrow up": [[(0.5, 0.98), (0.5, 0.05)], [(0.15, 0.4), (0.5, 0.05), (0.85, 0.4)]],
    "house": [[(0.1, 1), (0.1, 0.45), (0.5, 0.05), (0.9, 0.45), (0.9, 1), (0.1, 1)]],
    "tick": [[(0.05, 0.55), (0.35, 0.95), (0.95, 0.05)]],
    "flash": [[(0.6, 0), (0.2, 0.55), (0.75, 0.5), (0.3, 1)]],
    "stick man": [[(0.5, 0.3), (0.5, 0.65)], [(0.2, 0.45), (0.8, 0.45)], [(0.5, 0.65), (0.25, 1)], [(0.5, 0.65), (0.75, 1)], [(0.5, 0.02), (0.62, 0.15), (0.5, 0.3), (0.38, 0.15), (0.5, 0.02)]],
    "heart": [[(0.5, 0.95), (0.05, 0.4), (0.2, 0.08), (0.5, 0.28), (0.8, 0.08), (0.95, 0.4), (0.5, 0.95)]],
    "infinity": [[(0.5, 0.5), (0.8, 0.25), (0.98, 0.5), (0.8, 0.75), (0.5, 0.5), (0.2, 0.25), (0.02, 0.5), (0.2, 0.75), (0.5, 0.5)]],
    "wave": [[(0, 0.5), (0.15, 0.25), (0.35, 0.7), (0.55, 0.25), (0.75, 0.7), (1, 0.4)]],
    "cup": [[(0.1, 0.1), (0.15, 0.9), (0.75, 0.9), (0.8, 0.1), (0.1, 0.1)], [(0.8, 0.3), (1, 0.45), (0.78, 0.65)]],
    "fish": [[(0.95, 0.2), (0.3, 0.75), (0.02, 0.5), (0.3, 0.25), (0.95, 0.8), (0.95, 0.2)]],
    "moon": [[(0.6, 0.02), (0.15, 0.3), (0.15, 0.7), (0.6, 0.98), (0.4, 0.7), (0.4, 0.3), (0.6, 0.02)]],
    "tree": [[(0.5, 1), (0.5, 0.55)], [(0.5, 0.05), (0.15, 0.55), (0.85, 0.55), (0.5, 0.05)]],
    "grid": [[(0.33, 0), (0.33, 1)], [(0.66, 0), (0.66, 1)], [(0, 0.33), (1, 0.33)], [(0, 0.66), (1, 0.66)]],
}  # fmt: skip
BENT = ("heart", "infinity", "wave", "moon", "fish")


@maker("figure")
def figure(source: Source) -> Picture:
    """A drawn figure."""
    rng, canvas = source.rng, Image.new("L", (SIDE, SIDE))
    name = str(rng.choice(list(FIGURES)))
    width, turn = source.pen(5, 16), rng.normal(0, 0.12)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * rng.uniform(
        0.7, 1.1, 2
    )
    for line in FIGURES[name]:
        points = np.array(line) + rng.normal(0, 0.025, (len(line), 2))
        stroke(80 + 110 * ((bent(points) if name in BENT else points) - 0.5) @ matrix, width, canvas)
    return np.asarray(canvas)


@maker("face")
def face(source: Source) -> Picture:
    """A drawn face: a round, two eyes, a mouth, at times a nose, ears or hair."""
    rng, canvas = source.rng, Image.new("L", (SIDE, SIDE))
    pencil, width = ImageDraw.Draw(canvas), source.pen(3, 10)
    wide, high = rng.uniform(48, 68, 2)
    pencil.ellipse([80 - wide, 80 - high, 80 + wide, 80 + high], outline=255, width=width)
    apart, up, size = rng.uniform(0.3, 0.5) * wide, rng.uniform(0.15, 0.4) * high, rng.uniform(3, 11)
    for x in (80 - apart, 80 + apart):
        box = [x - size, 80 - up - size, x + size, 80 - up + size]
        pencil.ellipse(box, fill=255) if rng.random() < 0.6 else pencil.ellipse(
            box, outline=255, width=max(2, width // 2)
        )
    mouth = [80 - 0.6 * wide, 80 - 0.1 * high, 80 + 0.6 * wide, 80 + rng.uniform(0.4, 0.75) * high]
    if rng.random() < 0.7:
        pencil.arc(mouth, *((20, 160) if rng.random() < 0.75 else (200, 340)), fill=255, width=width)
    else:
        pencil.line([80 - 0.4 * wide, 80 + 0.45 * high, 80 + 0.4 * wide, 80 + 0.45 * high], 255, width)
    if rng.random() < 0.5:
        pencil.line(
            [80, 80 - 0.1 * high, 80 - 5, 80 + 0.2 * high, 80 + 5, 80 + 0.2 * high], 255, max(2, width // 2)
        )
    if rng.random() < 0.4:
        for x in np.linspace(-0.6, 0.6, int(rng.integers(3, 9))):
            pencil.line([80 + x * wide, 80 - 0.8 * high, 80 + 1.3 * x * wide, 80 - 1.15 * high], 255, width)
    return np.asarray(canvas)


@maker("dash or dots")
def dash(source: Source) -> Picture:
    """Level strokes, dots, dot beside dot, three dots, a colon."""
    rng, canvas = source.rng, Image.new("L", (SIDE, SIDE))
    width = source.pen(8, 24)
    kind = int(rng.integers(5))
    if kind == 0:
        stroke(np.array([[20, 80 + rng.normal(0, 8)], [140, 80 + rng.normal(0, 8)]]), width, canvas)
    elif kind == 1:
        for y in (60, 60 + 2 * width):
            stroke(np.array([[25, y + rng.normal(0, 4)], [135, y + rng.normal(0, 4)]]), width, canvas)
    elif kind == 2:
        stroke(np.array([[80, 80], rng.normal(80, 2, 2)]), width, canvas)
    else:
        for place in range(kind - 1):
            offset = 2.2 * width * place
            stroke(
                np.array([[40 + (offset if kind == 4 else 0), 40 + (0 if kind == 4 else offset)]] * 2),
                width,
                canvas,
            )
    return np.asarray(canvas)


# --- pictures without any sign -----------------------------------------------------------------------------------


def grey(values: NDArray[np.floating]) -> Picture:
    """Stretch to 0 to 255."""
    return ((values - values.min()) * (255 / max(float(np.ptp(values)), 1e-9))).astype(np.uint8)


@maker("noise")
def noise(source: Source) -> Picture:
    """Grains without any form."""
    rng = source.rng
    side, kind = int(rng.integers(28, 160)), int(rng.integers(3))
    if kind == 0:
        return rng.integers(0, 256, (side, side), np.uint8)
    if kind == 1:
        return (255 * (rng.random((side, side)) < rng.uniform(0.02, 0.5))).astype(np.uint8)
    return np.clip(rng.normal(rng.uniform(60, 200), rng.uniform(2, 60), (side, side)), 0, 255).astype(
        np.uint8
    )


@maker("texture")
def texture(source: Source) -> Picture:
    """Clouds, cloth, planks, bricks, gravel."""
    rng = source.rng
    y, x = np.mgrid[0:180.0, 0:220.0]
    cloud = ndimage.gaussian_filter(rng.normal(size=x.shape), rng.uniform(1, 16))
    kind = int(rng.integers(6))
    if kind == 0:
        return grey(cloud)
    if kind == 1:
        octaves = sum(ndimage.gaussian_filter(rng.normal(size=x.shape), 2.0**k) * 2.0**k for k in range(5))
        return grey(np.asarray(octaves))
    if kind == 2:
        angle, step = rng.uniform(0, np.pi), rng.uniform(4, 40)
        weave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / step)
        weave += rng.uniform(0, 1) * np.sin(2 * np.pi * (x * np.sin(angle) - y * np.cos(angle)) / step)
        return grey(weave + rng.uniform(0, 1) * cloud / cloud.std() + rng.normal(0, 0.2, x.shape))
    if kind == 3:
        along = np.array([rng.uniform(15, 40), rng.uniform(0.5, 3)])
        grain = ndimage.gaussian_filter(
            rng.normal(size=x.shape), along if rng.random() < 0.5 else along[::-1]
        )
        return grey(grain)
    if kind == 4:
        high, long = rng.uniform(18, 50), rng.uniform(40, 100)
        shifted = x + (np.floor(y / high) % 2) * long / 2
        joint = np.maximum(np.mod(y, high) < 4, np.mod(shifted, long) < 4)
        return grey(joint * rng.choice([-1.0, 1.0]) + 0.3 * cloud / cloud.std() + rng.normal(0, 0.1, x.shape))
    pebbles = ndimage.distance_transform_edt(rng.random(x.shape) > rng.uniform(0.002, 0.02))
    return grey(pebbles + rng.normal(0, 0.5, x.shape))


@maker("empty paper")
def paper(source: Source) -> Picture:
    """Blank paper: a lamp, a shadow's edge, a fold, a corner, a table beside it."""
    rng = source.rng
    empty = np.zeros((200, 160))
    kind = int(rng.integers(4))
    if kind == 0:
        return photograph(empty, rng)
    if kind == 1:
        return shadowed(empty, rng)
    y, x = np.mgrid[0:200.0, 0:160.0]
    angle = rng.uniform(0, 2 * np.pi)
    across = (x - 80) * np.cos(angle) + (y - 100) * np.sin(angle) - rng.uniform(-40, 40)
    light = (
        200
        + rng.uniform(-30, 30) * np.sin(x / rng.uniform(60, 300) + rng.uniform(0, 6))
        + rng.uniform(-0.3, 0.3) * y
    )
    if kind == 2:
        light -= rng.uniform(15, 70) * np.exp(-((across / rng.uniform(2, 30)) ** 2)) * rng.choice([-1, 1])
    else:
        light -= rng.uniform(20, 140) * (across > rng.uniform(0, 50))
    light += rng.normal(0, rng.uniform(0.5, 4), light.shape)
    return np.clip(ndimage.gaussian_filter(light, rng.uniform(0, 2)), 0, 255).astype(np.uint8)


@maker("photograph")
def scene(source: Source) -> Picture:
    """A cut of one of scikit-learn's two photographs."""
    from sklearn.datasets import load_sample_images

    rng = source.rng
    picture = load_sample_images().images[int(rng.integers(2))].mean(axis=2)
    side = int(rng.integers(60, 400))
    top, left = (int(rng.integers(0, length - side)) for length in picture.shape)
    cut = picture[top : top + side, left : left + side]
    return np.asarray(
        Image.fromarray(cut.astype(np.uint8)[::1, :: int(rng.choice([-1, 1]))]).resize((160, 160))
    )


@maker("forms")
def forms(source: Source) -> Picture:
    """Things in front of others, as a camera sees them: soft-edged polygons, rounds and bars, each shaded."""
    rng = source.rng
    y, x = np.mgrid[0:160.0, 0:160.0]
    picture = rng.uniform(0, 255) + rng.uniform(-0.5, 0.5) * x + rng.uniform(-0.5, 0.5) * y
    for _ in range(int(rng.integers(1, 6))):
        canvas = Image.new("L", (SIDE, SIDE))
        pencil, kind = ImageDraw.Draw(canvas), int(rng.integers(3))
        points = rng.uniform(-30, 190, (int(rng.integers(3, 8)), 2))
        if kind == 0:
            pencil.polygon([(float(a), float(b)) for a, b in points], fill=255)
        elif kind == 1:
            low, high = np.sort(points[:2], axis=0)
            pencil.ellipse([*map(float, low), *map(float, high + 4)], fill=255)
        else:
            stroke(bent(points), source.pen(8, 60), canvas)
        mask = ndimage.gaussian_filter(np.asarray(canvas) / 255, rng.uniform(0.3, 8))
        shade = rng.uniform(0, 255) + rng.uniform(-0.6, 0.6) * x + rng.uniform(-0.6, 0.6) * y
        picture = picture * (1 - mask) + shade * mask
    grain = ndimage.gaussian_filter(rng.normal(size=picture.shape), rng.uniform(0.5, 4))
    return np.clip(picture + rng.uniform(0, 12) * grain / grain.std(), 0, 255).astype(np.uint8)


# --- digits --------------------------------------------------------------------------------------------------------


def typed_digit(source: Source) -> Picture:
    """A digit in a font."""
    return typed(source, "0123456789")


def redrawn_digit(source: Source) -> Picture:
    """One of MNIST's digits in one of the looks of ``benchmarks.reading``."""
    look = LOOKS[str(source.rng.choice(list(LOOKS)))]
    return drawn(source.digit(), look, source.rng)


# --- a data set to learn from -------------------------------------------------------------------------------------

EMPTY = ("noise", "texture", "empty paper", "photograph")
NO_SIGN = (*EMPTY, "forms")
"""A form may look like a 1 or a 0 by chance, so it is learnt from and not measured with."""
SHARES = {
    "letter": 0.24, "symbol": 0.05, "several": 0.055, "turned digit": 0.035, "scribble": 0.035, "figure": 0.035,
    "face": 0.015, "dash or dots": 0.01, "noise": 0.01, "texture": 0.03, "empty paper": 0.015, "photograph": 0.025,
    "forms": 0.035, "typed digit": 0.05, "redrawn digit": 0.14, "other hand": 0.15,
}  # fmt: skip
"""Shares of the pictures to learn from; the rest are MNIST's digits as they are."""
DIGITS = {"typed digit": typed_digit, "redrawn digit": redrawn_digit}
PAPERED = 0.3
"""Share of signs that are photographed on paper; the others are plain."""
PART = 1_000


def framed(kind: str, source: Source) -> NDArray[np.uint8] | None:
    """One picture of a kind as the network receives it, uint8 (28, 28); None if the framing finds no ink."""
    if kind == "digit":
        digit = source.digit()  # as it is, or framed anew, as an uploaded one would be
        return digit if source.rng.random() < 0.5 else np.rint(255 * stages(digit).centred).astype(np.uint8)
    if kind == "other hand":
        return source.other_hand()
    picture = {**MAKERS, **DIGITS}[kind](source)
    if kind not in NO_SIGN and kind != "redrawn digit" and source.rng.random() < PAPERED:
        picture = photograph(picture / 255.0, source.rng)
    image = stages(picture).centred
    return np.rint(255 * image).astype(np.uint8) if image.any() else None


def label(kind: str) -> int:
    """Its place among ``KINDS``."""
    if kind in NO_SIGN:
        kind = "no sign"
    return list(KINDS).index(kind) if kind in KINDS else 0


def part(seed: int, fonts: Sequence[Path], *, held_back: bool) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """So many pictures and their labels; equal seeds and fonts give equal ones."""
    source = Source.of(seed, fonts, held_back=held_back)
    kinds = {**SHARES, "digit": 1 - sum(SHARES.values())}
    made: list[NDArray[np.uint8]] = []
    labels = []
    while len(made) < PART:
        kind = str(source.rng.choice(list(kinds), p=list(kinds.values())))
        image = framed(kind, source)
        if image is not None:
            made.append(image)
            labels.append(label(kind))
    return np.stack(made), np.array(labels, np.uint8)


def make(file: Path, fonts: Sequence[Path], parts: int, tests: int) -> None:
    """Write a data set laid out like MNIST's; a fifth of the font families are in its test pictures alone."""
    learnt, held = parted(fonts)
    jobs = [(seed, learnt, False) for seed in range(parts)] + [
        (10_000 + seed, held, True) for seed in range(tests)
    ]
    with ProcessPoolExecutor() as pool:
        pairs = list(pool.map(_part, jobs))
    x, y = (np.concatenate([pair[place] for pair in pairs]) for place in (0, 1))
    cut = parts * PART
    np.savez_compressed(file, x_train=x[:cut], y_train=y[:cut], x_test=x[cut:], y_test=y[cut:])
    file.with_suffix(".txt").write_text("\n".join(KINDS) + "\n", "utf-8")
    print(f"{file}: {cut:,} pictures to learn from, {len(x) - cut:,} to be tested on; {len(fonts)} fonts")


def _part(job: tuple[int, Sequence[Path], bool]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    seed, fonts, held_back = job
    return part(seed, fonts, held_back=held_back)


def parted(fonts: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Fonts to learn from and fonts held back, by family."""
    held = [font for font in fonts if _is_held_back(font)]
    return [font for font in fonts if font not in held], held


def _is_held_back(font: Path) -> bool:
    family = font.name.partition("-")[0]
    return hashlib.sha256(family.encode()).digest()[0] % 5 == 0


NETWORK = replace(
    PRESETS["convolutional"].spec, convolutions=(Convolution(32, 5, 2), Convolution(64, 5, 2)), data="kinds",
    augment=0.4, epochs=14, batch_size=64, learning_rate=0.002, schedule="linear", validation="test",
)  # fmt: skip


def learn(file: Path, weights: Path) -> None:
    """Teach the network these pictures, and keep its weights with a record."""
    single_thread()
    load_quietly()
    run_id = store.new_id()
    if not show_progress(loop.train(NETWORK, sets.load_file(file, "kinds"), run_id=run_id), NETWORK):
        raise SystemExit(f"The training did not come to its end; run {run_id} is kept.")
    spec, found = store.find(run_id).weights()
    atomic_write(weights, model_file.to_bytes(weights, spec, found))
    told = {
        "command": "python -m benchmarks.no_digit --fonts FOLDER --make FILE; python -m benchmarks.no_digit --learn FILE",
        "seed": spec.seed,
        "pictures": len(sets.load_file(file, "kinds").x_train),
        "parameters": spec.parameter_count,
        "stored_as": "float16",
    }
    weights.with_suffix(".json").write_text(json.dumps(told, indent=1), "utf-8")


# --- rates --------------------------------------------------------------------------------------------------------


def told(picture: Picture) -> bool:
    """Whether it is said to be no digit, or nothing at all."""
    found = stages(picture)
    return not found.centred.any() or doubt(found) is not None


def rates(fonts: Sequence[Path], count: int) -> dict[str, float]:
    """Share of each kind that is said to be no digit, of pictures and fonts that it never saw."""
    source = Source.of(77, parted(fonts)[1], held_back=True)
    asked = [kind for kind in MAKERS if kind != "forms"]
    made = {kind: [told(MAKERS[kind](source)) for _ in range(count)] for kind in asked}
    found = {kind: float(np.mean(answers)) for kind, answers in made.items()}
    found["digit"] = float(np.mean([told(image) for image in source.images]))
    found["digit, redrawn"] = float(np.mean([told(redrawn_digit(source)) for _ in range(10 * count)]))
    found["digit, typed"] = float(np.mean([told(typed_digit(source)) for _ in range(count)]))
    found["no sign"] = float(np.mean([found[kind] for kind in EMPTY]))
    return found


def main() -> None:
    """Make pictures, or measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"), help="a folder with fonts")
    parser.add_argument("--make", type=Path, metavar="FILE", help="write a data set to learn from")
    parser.add_argument("--parts", type=int, default=80, help="thousands of pictures to learn from")
    parser.add_argument("--count", type=int, default=200, help="pictures of each kind to measure with")
    parser.add_argument("--learn", type=Path, metavar="FILE", help="teach the network what was made")
    parser.add_argument(
        "--weights", type=Path, default=shipped.FOLDER / "kinds.npz", help="where its weights go"
    )
    parser.add_argument(
        "--record", action="store_true", help="enter the rates in the record beside the weights"
    )
    options = parser.parse_args()
    fonts = sorted(path for path in options.fonts.rglob("*") if path.suffix in (".ttf", ".otf", ".woff"))
    if not fonts:
        parser.error(
            f"There is no font in {options.fonts}; name a folder with TrueType, OpenType or WOFF files."
        )
    if options.make or options.learn:
        if options.make:
            make(options.make, fonts, options.parts, 8)
        else:
            learn(options.learn, options.weights)
        return
    found = rates(fonts, options.count)
    for kind, share in found.items():
        print(f"{kind:16} {share:7.1%} said to be no digit")
    if options.record:
        file = options.weights.with_suffix(".json")
        record = json.loads(file.read_text("utf-8"))
        record["rates"] = {kind: round(share, 4) for kind, share in found.items()}
        file.write_text(json.dumps(record, indent=1), "utf-8")


if __name__ == "__main__":
    main()
