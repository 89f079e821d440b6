"""Points in a plane, each of a class: drawn from a seed, computed from digits, or brought by the reader.

The plane reaches from −3 to 3 both ways. Places are rounded to a thousandth, so that two bytes hold a coordinate
exactly and every reader of them has the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from netlab.arrays import Bytes, Floats
from netlab.landscape.formula import FormulaError
from netlab.landscape.formula.parse import parse
from netlab.landscape.formula.program import program

REACH = 3.0
FINE = 1000
"""A coordinate is a whole number of thousandths."""
SMALLEST, LARGEST = 10, 2000
MOST_CLASSES = 3
OWN, CURVE, DIGITS = "own", "curve", "digits"
FIRST_CURVE = "2*sin(1.5*x)"
FIRST_OWN = ((-1.5, 1.5, 0), (1.5, -1.5, 0), (-1.0, 1.0, 0), (1.5, 1.5, 1), (-1.5, -1.5, 1), (1.0, 1.0, 1))

Places = NDArray[np.float64]
Labels = NDArray[np.int64]
Drawn = tuple[Places, Labels]


class PointsError(ValueError):
    """Why there are no points, in a sentence that says how to mend it."""


@dataclass(frozen=True)
class Choice:
    """Which points are wanted.

    Attributes
    ----------
    kind : str
        A key of ``KINDS``.
    size : int
        How many, where they are drawn.
    noise : float
        From 0 to 1: how far points stray, as a share of the pattern's own size.
    held : float
        Share that is held back from training, from 0 to 0.9.
    seed : int
        Which draw.
    shuffled : bool
        Whether the labels are dealt out anew at random, so that there is nothing to learn.
    curve : str
        f of y > f(x), as it was typed.
    own : tuple of (float, float, int)
        Points of the reader's own: x, y and class.
    """

    kind: str = "circle"
    size: int = 300
    noise: float = 0.1
    held: float = 0.3
    seed: int = 1
    shuffled: bool = False
    curve: str = FIRST_CURVE
    own: tuple[tuple[float, float, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Points:
    """Points with their classes, and which of them are held back.

    Attributes
    ----------
    places : float32 (n, 2)
        x and y, from −3 to 3, whole thousandths.
    labels : int64 (n,)
        From 0 to ``classes`` − 1.
    held : bool (n,)
        Held back: never trained on, only judged.
    classes : int
        2 or 3.
    axes : tuple of str
        What x and y are.
    names : tuple of str
        What the classes are called.
    """

    places: Floats
    labels: Labels
    held: NDArray[np.bool_]
    classes: int
    axes: tuple[str, str] = ("x", "y")
    names: tuple[str, ...] = ("A", "B", "C")


@dataclass(frozen=True)
class Kind:
    """One kind of points: its name in menus, a sentence on it, how it is drawn (None where it is not)."""

    key: str
    title: str
    idea: str
    classes: int
    draw: Callable[[Generator, int, float], Drawn] | None = None


def points(choice: Choice, digits: tuple[Bytes, Bytes] | None = None) -> Points:
    """The points of a choice; the same choice always has the same.

    Parameters
    ----------
    choice : Choice
        What is wanted.
    digits : pair of uint8 (n, 28, 28) and (n,), optional
        Pictures and labels, which only ``digits`` needs.

    Returns
    -------
    Points
        At least two classes of them, in random order; a reader's own in theirs.

    Raises
    ------
    PointsError
        Where there are none, or a formula leaves all on one side, or one that cannot be read.
    """
    generator = np.random.default_rng([choice.seed, 1])
    kind = KINDS[choice.kind]
    classes, axes = kind.classes, ("x", "y")
    names: tuple[str, ...] = ("A", "B", "C")
    if choice.kind == OWN:
        places, labels = _own(choice.own)
        classes = max(int(labels.max()) + 1, 2)
    elif choice.kind == CURVE:
        places, labels = _above(choice, generator)
    elif choice.kind == DIGITS:
        if digits is None:
            raise PointsError("The digits are still being fetched. Try again in a moment.")
        places, labels = ink_and_slant(*digits, generator, choice.size)
        axes, names = ("ink", "slant"), ("3", "8")
    else:
        assert kind.draw is not None
        places, labels = kind.draw(generator, choice.size, choice.noise)
    if choice.shuffled:
        labels = generator.permutation(labels)
    own = choice.kind == OWN  # a reader's points stay in their order, so that one that moves is the same one
    order = np.arange(len(labels)) if own else generator.permutation(len(labels))
    held = np.zeros(len(labels), bool)
    first = np.argsort(generator.random(len(labels))) if own else np.arange(len(labels))
    held[first[: round(choice.held * len(labels))]] = True
    rounded = np.rint(np.clip(places, -REACH, REACH) * FINE) / FINE
    found = Points(rounded[order].astype(np.float32), labels[order], held, classes, axes, names)
    return _checked(found, choice.kind)


def _checked(found: Points, kind: str) -> Points:
    if found.held.all():
        return _checked(replace(found, held=np.zeros(len(found.held), bool)), kind)
    if kind != OWN and len(np.unique(found.labels)) < 2:
        raise PointsError("All points are of one class: there is nothing to part. Add some of another class.")
    return found


def _circle(generator: Generator, size: int, noise: float) -> Drawn:
    labels = np.arange(size) % 2
    far = np.where(labels == 0, generator.uniform(0, 1.25, size), generator.uniform(1.75, 2.7, size))
    angle = generator.uniform(0, 2 * np.pi, size)
    places = np.stack([far * np.sin(angle), far * np.cos(angle)], axis=1)
    return places + generator.normal(0, 0.9 * noise, places.shape), labels


def _xor(generator: Generator, size: int, noise: float) -> Drawn:
    clean = generator.uniform(-2.7, 2.7, (size, 2))
    clean += 0.15 * np.sign(clean)
    labels = (clean[:, 0] * clean[:, 1] > 0).astype(np.int64)
    return clean + generator.normal(0, 0.9 * noise, clean.shape), labels


def _clouds(generator: Generator, size: int, noise: float) -> Drawn:
    labels = np.arange(size) % 2
    middle = np.where(labels[:, None] == 0, (-1.2, -1.2), (1.2, 1.2))
    return middle + generator.normal(0, 0.35 + 1.2 * noise, (size, 2)), labels


def _spiral(generator: Generator, size: int, noise: float) -> Drawn:
    labels = np.arange(size) % 2
    along = (np.arange(size) // 2 + 0.5) / max((size + 1) // 2, 1)
    angle = 1.75 * 2 * np.pi * along + np.pi * labels
    far = 2.7 * along
    places = np.stack([far * np.sin(angle), far * np.cos(angle)], axis=1)
    return places + generator.uniform(-noise, noise, places.shape) * 0.9, labels


def _three(generator: Generator, size: int, noise: float) -> Drawn:
    labels = np.arange(size) % 3
    angle = np.pi / 2 + labels * 2 * np.pi / 3
    middle = 1.5 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return middle + generator.normal(0, 0.3 + 1.2 * noise, (size, 2)), labels


def _checkerboard(generator: Generator, size: int, noise: float) -> Drawn:
    clean = generator.uniform(-REACH, REACH, (size, 2))
    labels = np.floor((clean + REACH) / 1.5).sum(axis=1).astype(np.int64) % 2
    return clean + generator.normal(0, 0.6 * noise, clean.shape), labels


def _above(choice: Choice, generator: Generator) -> Drawn:
    """Points above and below f; noise lifts and lowers them after they have got their class."""
    try:
        graph, whole = parse(choice.curve)
    except FormulaError as error:
        raise PointsError(f"The curve cannot be read: {error}") from error
    places = generator.uniform(-REACH, REACH, (choice.size, 2))
    with np.errstate(all="ignore"):
        value = program(graph, (whole,))(places[:, 0], places[:, 1])[0]
        above = places[:, 1] > np.broadcast_to(value, len(places))
    if above.all() or not above.any():
        raise PointsError(
            f"f(x) = {choice.curve} leaves all points on one side. Choose a curve that crosses the plane, "
            "where y goes from −3 to 3."
        )
    places[:, 1] += generator.normal(0, 0.9 * choice.noise, len(places))
    return places, above.astype(np.int64)


def ink_and_slant(images: Bytes, labels: Bytes, generator: Generator, size: int) -> Drawn:
    """Threes and eights as two numbers each: how much ink, and how far the strokes lean.

    Ink is the mean brightness; slant is by how many pixels the ink moves sideways for each pixel up, the least-squares
    line of its columns over its rows. Each is brought to mean 0 and standard deviation 1.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Pictures, 255 for ink.
    labels : uint8 (n,)
        Which digits they show.
    generator : numpy.random.Generator
        Which of them are taken.
    size : int
        How many, half of each digit.

    Returns
    -------
    places : float64 (size, 2)
        Ink and slant.
    labels : int64 (size,)
        0 for a 3, 1 for an 8.

    Raises
    ------
    PointsError
        Where there are no threes or no eights.
    """
    chosen = []
    for digit, count in ((3, size - size // 2), (8, size // 2)):
        at = np.flatnonzero(labels == digit)
        if not len(at):
            raise PointsError(f"There is no {digit} among these digits.")
        chosen.append(generator.permutation(at)[:count])
    both = np.concatenate(chosen)
    ink = images[both].astype(np.float64) / 255
    total = np.maximum(ink.sum(axis=(1, 2)), 1e-9)
    rows, columns = np.arange(ink.shape[1]), np.arange(ink.shape[2])
    middle_row = (ink.sum(axis=2) * rows).sum(axis=1) / total
    middle_column = (ink.sum(axis=1) * columns).sum(axis=1) / total
    up = middle_row[:, None] - rows  # rows are counted downwards
    along = columns - middle_column[:, None]
    together = np.einsum("nrc,nr,nc->n", ink, up, along)
    tall = np.maximum(np.einsum("nrc,nr->n", ink, up**2), 1e-9)
    numbers = np.stack([ink.mean(axis=(1, 2)), together / tall], axis=1)
    numbers = (numbers - numbers.mean(axis=0)) / np.maximum(numbers.std(axis=0), 1e-9)
    return numbers, np.repeat([0, 1], [len(part) for part in chosen])


def _own(own: Sequence[tuple[float, float, int]]) -> Drawn:
    if not own:
        raise PointsError("There are no points of your own yet. Press on the picture, or paste some below.")
    table = np.array(own, np.float64)
    return table[:, :2], table[:, 2].astype(np.int64)


_ALL = (
    Kind("circle", "Circle", "One class inside, the other around it.", 2, _circle),
    Kind("xor", "XOR", "Opposite corners belong together: no straight line parts them. Press Play.", 2, _xor),
    Kind("clouds", "Two clouds", "One straight line is enough.", 2, _clouds),
    Kind(
        "spiral",
        "Spiral",
        "Two arms wound around each other: hard with x and y alone. Press sin 2x and sin 2y under Inputs too, and press Play.",
        2,
        _spiral,
    ),
    Kind("three", "Three classes", "Three clouds; each class asks for an output of its own.", 3, _three),
    Kind("checkerboard", "Checkerboard", "XOR, again and again.", 2, _checkerboard),
    Kind(CURVE, "y > f(x)", "Above or below a curve of your own.", 2),
    Kind(DIGITS, "3 against 8", "Handwritten digits as two numbers: how much ink, how slanted.", 2),
    Kind(OWN, "Own points", "Yours: press on the picture, or bring a table.", 2),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _ALL}
