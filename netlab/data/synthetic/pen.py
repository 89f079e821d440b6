"""Turn clouds of ink points into pictures that look like MNIST's.

A cloud is points with an amount of ink each, so bending, leaning and resizing a digit moves points and never
resamples pixels. A picture is a sum of round blots; a round blot is a product of a blot in x and one in y,
so a thousand pictures are one batched matrix product. Clouds are framed by the rule of ``netlab.data.framing``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from netlab.arrays import BOX, SIDE, Array
from netlab.data.framing import FIELD_MIDDLE, centred, scaled

Pictures = npt.NDArray[np.uint8]

BLOT = np.float32(0.7)
"""Standard deviation of a blot, in pixels: wide enough to join neighbouring points, narrower than a pen."""


@dataclass(frozen=True)
class Cloud:
    """Digits as ink points: ``points`` (n, p, 2) with x right and y down, ``ink`` (n, p) in length of path."""

    points: Array
    ink: Array


@dataclass(frozen=True)
class Hand:
    """How much handwriting varies: standard deviations in units of the digit's size, the pen's in pixels."""

    lean: float = 0.22
    mean_lean: float = 0.15
    turn: float = 0.13
    aspect: float = 0.18
    bend: float = 0.08
    radius: tuple[float, float] = (0.75, 2.1)
    rough: float = 0.25
    shift: float = 1.2


def draw(cloud: Cloud, random: np.random.Generator, hand: Hand) -> Pictures:
    """Bend, frame and draw a cloud as pictures (n, 28, 28), white ink on black.

    Parameters
    ----------
    cloud : Cloud
        n digits of any size.
    random : numpy.random.Generator
        Where the randomness comes from.
    hand : Hand
        How much handwriting varies.

    Returns
    -------
    uint8 (n, 28, 28)
        Pictures, 0 to 255.
    """
    n = len(cloud.points)
    radius = random.uniform(*hand.radius, n).astype(np.float32)
    edge = random.uniform(0.7, 1.4, n).astype(np.float32)
    framed = frame(bend(cloud, random, hand), radius)
    shift = random.uniform(-hand.shift, hand.shift, (n, 1, 2)).astype(np.float32)
    ink = blot(Cloud(framed.points + shift, framed.ink), radius, edge, _roughness(n, random, hand.rough))
    return (ink * 255).round().astype(np.uint8)


def bend(cloud: Cloud, random: np.random.Generator, hand: Hand) -> Cloud:
    """Lean, turn, stretch and bend every digit of a cloud its own way.

    Parameters
    ----------
    cloud : Cloud
        n digits of any size.
    random : numpy.random.Generator
        Where the randomness comes from.
    hand : Hand
        How much handwriting varies.

    Returns
    -------
    Cloud
        The digits, about 1 at their longest, around the origin.
    """
    low, high = _extent(cloud)
    size = np.maximum((high - low).max(axis=2, keepdims=True), 1e-6)
    points = (cloud.points - (low + high) / 2) / size
    bent = (points + _waves(points, random, hand.bend)) @ _affine(len(points), random, hand)
    return Cloud(bent, cloud.ink / size[..., 0])


def _waves(points: Array, random: np.random.Generator, size: float) -> Array:
    """A smooth displacement of every point: two slow waves for each axis."""
    n = len(points)
    moved = np.zeros_like(points)
    for _ in range(2):
        frequency = random.normal(0, 3.0, (n, 2, 2)).astype(np.float32)
        phase = random.uniform(0, 2 * np.pi, (n, 1, 2)).astype(np.float32)
        amount = random.normal(0, size, (n, 1, 2)).astype(np.float32)
        moved += amount * np.sin(points @ frequency + phase)
    return moved


def _affine(n: int, random: np.random.Generator, hand: Hand) -> Array:
    """Matrices (n, 2, 2) that stretch, lean and turn row vectors."""
    lean = random.normal(hand.mean_lean, hand.lean, n)
    turn = random.normal(0, hand.turn, n)
    width = np.exp(random.normal(0, hand.aspect, n))
    cos, sin = np.cos(turn), np.sin(turn)
    stretch_lean = np.stack([width, np.zeros(n), -lean, np.ones(n)], axis=1).reshape(n, 2, 2)
    rotate = np.stack([cos, sin, -sin, cos], axis=1).reshape(n, 2, 2)
    return np.asarray(stretch_lean @ rotate, np.float32)


def _extent(cloud: Cloud) -> tuple[Array, Array]:
    """Lowest and highest inked coordinates, each (n, 1, 2)."""
    blank = (cloud.ink <= 0)[..., None]
    low = np.where(blank, np.inf, cloud.points).min(axis=1, keepdims=True)
    high = np.where(blank, -np.inf, cloud.points).max(axis=1, keepdims=True)
    return low.astype(np.float32), high.astype(np.float32)


def frame(cloud: Cloud, radius: Array) -> Cloud:
    """Scale to pixels so that ink with pen ``radius`` (n,) is 20 pixels at its longest, and centre its mass.

    Parameters
    ----------
    cloud : Cloud
        n digits of any size.
    radius : float32 (n,)
        Half the width of each pen in pixels, below 10.

    Returns
    -------
    Cloud
        In pixels, counted from the middle of the first.
    """
    low, high = _extent(cloud)
    size = np.maximum((high - low).max(axis=2, keepdims=True), 1e-6)
    scale = scaled(1, size, BOX - 2 * radius[:, None, None])
    points, ink = cloud.points * scale, cloud.ink * scale[..., 0]
    mass = np.maximum(ink.sum(axis=1, keepdims=True), 1e-6)
    centre = np.einsum("np,npc->nc", ink / mass, points)[:, None]
    return Cloud(centred(points, centre, FIELD_MIDDLE), ink)


def _roughness(n: int, random: np.random.Generator, size: float) -> Array:
    """How far ink creeps at each pixel, (n, 28, 28): noise of standard deviation ``size``, two pixels coarse."""
    fine = random.standard_normal((n, SIDE, SIDE), np.float32) * np.float32(size / 2)
    rows = fine + np.roll(fine, 1, axis=1)
    return rows + np.roll(rows, 1, axis=2)


def blot(cloud: Cloud, radius: Array, edge: Array, roughness: Array) -> Array:
    """Draw a framed cloud, (n, 28, 28) in [0, 1], with pens of ``radius`` pixels and an ``edge`` pixels soft.

    Blots of standard deviation s along a line add up to exp(-d^2 / 2s^2) at distance d from it, so the
    logarithm of their sum is a distance to the nearest ink, whatever the pen.

    Parameters
    ----------
    cloud : Cloud
        n digits in pixels.
    radius, edge : float32 (n,)
        Half the width of each pen, and over how much its edge fades, in pixels.
    roughness : float32 (n, 28, 28)
        What is added to the distance from the ink at each pixel, in pixels.

    Returns
    -------
    float32 (n, 28, 28)
        Ink in [0, 1].
    """
    grid = np.arange(SIDE, dtype=np.float32)
    spread = np.exp(((cloud.points[..., None] - grid) / BLOT) ** 2 * np.float32(-0.5))
    weight = cloud.ink[..., None] / np.float32(BLOT * np.sqrt(2 * np.pi))
    total = np.matmul((spread[:, :, 1] * weight).transpose(0, 2, 1), spread[:, :, 0])
    distance = BLOT * np.sqrt(-2 * np.log(np.clip(total, 1e-12, 1))) + roughness
    return np.asarray(np.clip(0.5 + (radius[:, None, None] - distance) / edge[:, None, None], 0, 1))
