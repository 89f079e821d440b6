"""Describe how people write each digit, as curves through a few points.

A way of writing is a line of text: strokes are parted by ``;``, a stroke is a run of ``x,y`` points in
hundredths of the digit's box (x to the right, y down), and ``!`` after a point makes it a corner. Between
corners a Catmull-Rom spline (Catmull and Rom, 1974) passes through the points. A spline is linear in its
points, so a thousand people's versions of one way are a single matrix product.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from netlab.arrays import Array
from netlab.data.synthetic.pen import Cloud

SAMPLES = 72
"""Points along all strokes of one digit together: closer than a pen is wide."""


@dataclass(frozen=True)
class Way:
    """One way of writing a digit, and how common it is among the ways of that digit."""

    digit: int
    share: float
    strokes: str

    @cached_property
    def points(self) -> Array:
        """Control points of all strokes, (k, 2), with the digit's box from 0 to 1."""
        return np.concatenate([points for points, _ in map(_parse, self.strokes.split(";"))])

    @cached_property
    def curve(self) -> Array:
        """The matrix that turns (k, 2) control points into (SAMPLES, 2) points along the strokes."""
        parts = [_parse(text) for text in self.strokes.split(";")]
        return _curve_matrix([points for points, _ in parts], [corners for _, corners in parts])

    @cached_property
    def stroke_of_point(self) -> npt.NDArray[np.intp]:
        """Which stroke each control point belongs to, (k,)."""
        sizes = [len(text.split()) for text in self.strokes.split(";")]
        return np.repeat(np.arange(len(sizes)), sizes)

    @cached_property
    def stroke_of_sample(self) -> npt.NDArray[np.intp]:
        """Which stroke each sample along the strokes belongs to, (SAMPLES,)."""
        return np.asarray(self.stroke_of_point[np.argmax(self.curve, axis=1)])


WIDTH = {0: 0.90, 1: 0.70, 2: 0.98, 3: 0.84, 4: 0.74, 5: 0.90, 6: 0.66, 7: 0.74, 8: 0.74, 9: 0.64}
"""Usual width of each digit's box, for a height of 1."""

SLOPPINESS = 2.0
CARELESS = {0: 1.0, 1: 0.6, 2: 1.0, 3: 1.0, 4: 1.0, 5: 1.0, 6: 1.0, 7: 1.0, 8: 0.8, 9: 0.9}
"""How freely each digit is written: a 1 has no shape to lose, loops close up soonest."""

WAYS: tuple[Way, ...] = (
    Way(0, 5, "50,0 22,12 6,50 20,88 50,100 80,88 94,50 78,12 50,0"),
    Way(0, 3, "72,8 40,1 10,32 8,70 40,100 80,85 95,45 72,8 45,3 30,14"),
    Way(0, 2, "60,2 25,25 12,60 25,95 55,97 82,65 90,25 65,0 40,12"),
    Way(0, 2.5, "62,22 48,2 14,24 6,64 30,98 70,92 94,54 82,16 52,6"),
    Way(0, 2, "74,20 44,4 14,30 8,66 32,98 72,92 92,50 84,22"),
    Way(0, 1.5, "40,10 12,40 14,84 46,100 86,72 90,24 62,2 34,14 20,34"),
    Way(1, 12, "60,0 50,50 40,100"),
    Way(1, 2, "54,0 54,50 40,100"),
    Way(1, 1.0, "22,24 52,0! 50,100"),
    Way(1, 1.0, "24,22 50,0! 50,100; 18,100 82,99"),
    Way(2, 4, "8,25 28,4 58,0 85,20 74,46 40,76 6,100! 50,98 96,97"),
    Way(2, 4, "10,22 35,2 70,4 82,30 58,65 22,95 5,88 18,76 45,86 72,98 98,92"),
    Way(2, 2, "14,20 40,0 76,14 70,44 36,78 8,94 4,78 26,72 60,92 100,94"),
    Way(2, 2, "10,20 45,0 82,20 55,60 10,99 50,92 100,100"),
    Way(2, 2, "6,14 40,6 86,4! 55,50 8,96! 50,94 98,90"),
    Way(2, 1.5, "20,20 45,0 70,12 66,45 40,80 12,98 10,84 30,82 60,96 98,84"),
    Way(3, 4, "12,12 45,0 84,14 76,38 42,48! 84,58 90,82 50,100 8,90"),
    Way(3, 3, "10,10 50,0 85,18 65,42 35,48 70,55 90,78 55,100 10,92"),
    Way(3, 1.5, "10,5 50,2 88,3! 45,40! 85,58 85,85 45,100 8,88"),
    Way(3, 1.5, "18,14 50,0 76,14 62,38 38,46! 66,50 80,70 55,98 4,94"),
    Way(4, 5, "18,2 10,50! 50,54 92,50; 82,4 78,50 74,100"),
    Way(4, 4, "26,0 12,30 14,54! 50,56 90,46; 84,6 70,50 58,100"),
    Way(4, 2, "62,0 34,34 6,62! 50,62 98,60; 66,4 66,50 66,100"),
    Way(4, 3, "18,2 8,34 20,54 52,54 78,36 86,0! 82,50 76,100"),
    Way(4, 2, "70,0 40,20 10,52! 50,54 80,50! 84,0! 76,50 70,100"),
    Way(5, 4, "26,4 18,42! 52,36 90,58 80,90 42,100 6,88; 26,4 58,4 94,0"),
    Way(5, 3, "92,0 30,5! 20,42! 55,38 88,60 76,90 40,100 6,90"),
    Way(5, 2, "90,2 42,5 22,40 62,50 82,74 52,100 8,94"),
    Way(5, 3, "38,22 26,50! 52,46 68,66 50,92 6,96; 38,22 64,16 98,2"),
    Way(5, 1.5, "30,14 26,48! 56,42 76,64 62,92 30,100 8,88; 32,16 60,10 92,0"),
    Way(6, 4, "70,0 36,22 8,62 20,94 54,100 86,80 76,56 46,50 14,72"),
    Way(6, 3, "58,0 20,42 8,78 38,100 74,86 70,62 36,62 14,82"),
    Way(6, 2, "64,0 34,24 12,70 26,98 62,96 88,70 62,54 30,68 20,84"),
    Way(6, 2, "44,0 16,40 8,84 40,100 84,86 90,68 56,62 22,80 18,92"),
    Way(6, 1.5, "30,0 10,45 14,88 50,100 90,80 84,58 50,62 24,88"),
    Way(6, 1, "20,0 6,50 30,96 70,90 94,66 70,52 40,74 34,96"),
    Way(6, 0.5, "82,0 30,20 6,60 24,96 70,98 94,72 66,52 34,62 26,80"),
    Way(7, 6, "6,6 50,4 92,3! 64,45 38,100"),
    Way(7, 2, "5,22 8,4! 90,4! 58,45 38,100"),
    Way(7, 2, "6,14 40,2 86,6 74,44 48,100"),
    Way(7, 2, "4,16 20,2 50,10 92,2! 70,48 60,100"),
    Way(7, 1.5, "10,34 8,6! 50,2 90,0! 70,46 58,100"),
    Way(7, 1, "8,40 14,12 46,2 80,10 86,34 74,66 62,100"),
    Way(7, 1.6, "6,6 50,4 92,3! 64,45 38,100; 30,52 80,47"),
    Way(8, 3, "80,15 50,0 20,15 26,38 74,60 85,84 50,100 15,84 26,60 74,38 80,15"),
    Way(8, 4, "90,10 45,1 15,20 50,48 85,75 50,100 12,80 45,50 90,6"),
    Way(8, 3, "84,16 50,2 22,18 34,42 64,62 66,86 38,100 14,86 34,60 72,30 94,6"),
    Way(8, 1, "50,0 20,20 50,47 80,20 50,0; 50,47 12,74 50,100 88,74 50,47"),
    Way(8, 1.5, "60,14 30,4 12,20 40,42 84,66 70,96 34,98 24,74 56,44 92,16 70,2 40,8"),
    Way(8, 2.5, "96,10 60,0 30,18 52,48 56,84 24,100 8,80 40,52 80,30 92,6"),
    Way(8, 2.5, "88,20 60,0 24,14 20,36 60,52 62,86 30,100 14,80 44,50 84,30 88,12"),
    Way(8, 1, "80,24 48,0 12,20 18,44 60,44 80,24; 30,48 10,78 46,100 86,80 62,48"),
    Way(9, 1.5, "76,16 40,0 6,26 20,52 60,44 82,8! 80,50 86,100"),
    Way(9, 1.5, "80,12 30,2 4,30 30,54 74,32 86,4! 82,50 84,100"),
    Way(9, 4, "84,14 50,0 12,22 16,45 50,50 84,18! 80,60 76,100"),
    Way(9, 3, "80,14 45,0 10,26 35,48 82,18! 66,60 52,100"),
    Way(9, 2, "82,18 45,0 10,25 35,50 82,22 86,60 60,95 20,98"),
    Way(9, 2, "78,8 40,2 10,30 30,50 70,38 84,6! 74,50 60,100"),
    Way(9, 1.5, "70,10 36,2 10,22 24,42 60,34 80,8! 78,44 40,100"),
)
"""The ways of writing, with shares that need not add up to anything."""


def _parse(stroke: str) -> tuple[Array, list[int]]:
    """Read one stroke: its points in the unit box and the indices of its corners."""
    words = stroke.split()
    points = [[float(part) / 100 for part in word.rstrip("!").split(",")] for word in words]
    corners = [i for i, word in enumerate(words) if word.endswith("!")]
    return np.array(points, np.float32), corners


def _curve_matrix(strokes: list[Array], corners: list[list[int]]) -> Array:
    """Stack the spline matrices of all segments, each with samples in proportion to its length."""
    lengths = [np.linalg.norm(np.diff(points, axis=0), axis=1) for points in strokes]
    counts = _share_out(np.concatenate(lengths), SAMPLES)
    total, start, segment, rows = sum(map(len, strokes)), 0, 0, []
    for points, stroke_corners in zip(strokes, corners):
        ends = {0, len(points) - 1, *stroke_corners}
        for i in range(len(points) - 1):
            rows.append(_segment(i, counts[segment], ends, start, total))
            segment += 1
        start += len(points)
    return np.concatenate(rows)


def _segment(i: int, count: int, ends: set[int], start: int, total: int) -> Array:
    """Catmull-Rom weights of ``count`` samples between points i and i+1 of the stroke at ``start``.

    Where a stroke ends or turns a corner, the segment is continued straight to a neighbour that is not there.
    """
    t = ((np.arange(count) + 0.5) / count)[:, None]
    point = np.eye(total)[start:]
    before = 2 * point[i] - point[i + 1] if i in ends else point[i - 1]
    after = 2 * point[i + 1] - point[i] if i + 1 in ends else point[i + 2]
    weights = (
        (-t / 2 + t**2 - t**3 / 2) * before
        + (1 - 2.5 * t**2 + 1.5 * t**3) * point[i]
        + (t / 2 + 2 * t**2 - 1.5 * t**3) * point[i + 1]
        + (t**3 - t**2) / 2 * after
    )
    return np.asarray(weights, np.float32)


def _share_out(lengths: Array, total: int) -> list[int]:
    """Split ``total`` samples among segments in proportion to length, at least one each."""
    edges = np.round(np.cumsum(np.concatenate([[0], lengths / lengths.sum()])) * (total - len(lengths)))
    return [int(count) + 1 for count in np.diff(edges)]


def write(way: Way, count: int, random: np.random.Generator) -> Cloud:
    """Write one way ``count`` times, each time a little differently.

    Every point trembles together with its neighbours, every stroke is moved, turned and resized on its own,
    and strokes start late or stop early.

    Parameters
    ----------
    way : Way
        How the digit is written.
    count : int
        How many are written.
    random : numpy.random.Generator
        Where the randomness comes from.

    Returns
    -------
    Cloud
        points (count, SAMPLES, 2), about 1 high; ink (count, SAMPLES).
    """
    care = SLOPPINESS * CARELESS[way.digit]
    tremble = _smooth(random.normal(0, 0.035 * care, (count, len(way.points), 2)))
    points = _move_strokes(way, way.points + tremble.astype(np.float32), random, care)
    along = way.curve @ points * np.array([WIDTH[way.digit], 1], np.float32)
    return Cloud(along, _ink(way, along, random))


def _smooth(tremble: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Share each point's tremble with its neighbours (weights 1:2:1), as strong as before."""
    padded = np.pad(tremble, ((0, 0), (1, 1), (0, 0)), mode="edge")
    return np.asarray((padded[:, :-2] / 2 + tremble + padded[:, 2:] / 2) / np.sqrt(1.5))


def _move_strokes(way: Way, points: Array, random: np.random.Generator, care: float) -> Array:
    """Move, turn and resize each stroke about its own middle."""
    moved = points.copy()
    for stroke in range(int(way.stroke_of_point[-1]) + 1):
        mine = way.stroke_of_point == stroke
        middle = points[:, mine].mean(axis=1, keepdims=True)
        change = np.eye(2) + random.normal(0, 0.07 * care, (len(points), 2, 2))
        shift = random.normal(0, 0.03 * care, (len(points), 1, 2))
        moved[:, mine] = (points[:, mine] - middle) @ change + middle + shift
    return moved


def _ink(way: Way, along: Array, random: np.random.Generator) -> Array:
    """Ink at each sample: the length of path it stands for, none where a stroke starts late or stops early."""
    steps = np.linalg.norm(np.diff(along, axis=1), axis=2)
    joined = np.diff(way.stroke_of_sample) == 0
    steps *= joined
    ink = np.pad(steps, ((0, 0), (1, 0))) / 2 + np.pad(steps, ((0, 0), (0, 1))) / 2
    return (ink * _trim(way, len(along), random)).astype(np.float32)


def _trim(way: Way, count: int, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which samples are written, (count, SAMPLES): up to a tenth of a stroke is missing at either end."""
    kept = np.ones((count, SAMPLES), np.bool_)
    for stroke in range(int(way.stroke_of_sample[-1]) + 1):
        mine = np.flatnonzero(way.stroke_of_sample == stroke)
        position = np.linspace(0, 1, len(mine))
        first, last = np.abs(random.normal(0, 0.04, (2, count, 1)))
        kept[:, mine] = (position >= first) & (position <= 1 - last)
    return kept
