"""Show a network every digit as other hands would have written it: slanted, turned, thicker, a little off.

The 60,000 training digits come from some hundreds of writers; a stranger's drawing differs from all of them
mostly in ways that can be imitated (Simard, Steinkraus & Platt, 2003). Every imitation is put back into
MNIST's frame, because a drawing will be framed so before it is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import BOX, SIDE, Bytes, Floats
from netlab.data.crossings import with_bars, with_slashes
from netlab.data.framing import MIDDLE, scaled
from netlab.data.pointed import with_points
from netlab.data.serifs import with_serifs
from netlab.data.tails import with_tails

CHUNK = 500  # images at a time: their coordinates stay in the processor's cache


@dataclass(frozen=True)
class Hand:
    """How far other hands stray, at strength 1; most values are standard deviations.

    Attributes
    ----------
    turn : float
        Rotation in degrees.
    slant : float
        Shear, in columns per row.
    stretch : float
        Logarithm of width against height.
    size : float
        Logarithm of the longer side against MNIST's 20 pixels.
    shift : float
        Largest shift of the centre of mass in pixels, beyond the rounding that framing leaves.
    warp : float
        Displacement of single strokes in pixels.
    bold, light : float
        Largest thickening and thinning of the pen, in pixels on each side of a stroke.
    serifs : float
        Share of single strokes that get a flag, as many Europeans write their 1.
    tails, points, slashes, bars : float
        Shares of the digits 9 that get a hook or a foot, 4 a pointed top, 0 a slash and 7 a bar, where labels are given.
    """

    turn: float = 8.0
    slant: float = 0.18
    stretch: float = 0.14
    size: float = 0.04
    shift: float = 0.7
    warp: float = 0.8
    bold: float = 0.8
    light: float = 0.6
    serifs: float = 0.35
    tails: float = 0.35
    points: float = 0.2
    slashes: float = 0.1
    bars: float = 0.15


HAND = Hand()


def augment(
    images: Bytes,
    rng: np.random.Generator,
    *,
    labels: NDArray[np.integer] | None = None,
    strength: float = 1.0,
    hand: Hand = HAND,
) -> Bytes:
    """Redraw every digit as another hand might have drawn it.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Light ink on 0, framed as MNIST's are.
    rng : numpy.random.Generator
        Where the randomness comes from; equal generators give equal pictures.
    labels : integers (n,) or None
        Which digits they are. Without, strokes that only one digit has are left out.
    strength : float
        0 leaves the digits as they are, 1 is a room full of strangers.
    hand : Hand
        How far they stray at strength 1.

    Returns
    -------
    uint8 (n, 28, 28)
        New pictures in the same order.

    Raises
    ------
    ValueError
        If the images have another shape or dtype, there are more or fewer labels than images, or the strength lies
        outside 0 to 2.
    """
    _check(images, strength)
    if labels is not None and labels.shape != images.shape[:1]:
        raise ValueError(f"Each digit has one label; got {labels.shape} labels for {len(images)} digits.")
    if strength == 0:
        return images.copy()
    chunks = (slice(start, start + CHUNK) for start in range(0, len(images), CHUNK))
    redrawn = [
        _redrawn(images[chunk], None if labels is None else labels[chunk], rng, strength, hand)
        for chunk in chunks
    ]
    return np.concatenate(redrawn) if redrawn else images.copy()


def _check(images: Bytes, strength: float) -> None:
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
        raise ValueError(
            f"Digits to augment are uint8 of shape (n, 28, 28); got {images.dtype} {images.shape}. "
            "Augment before scaling to 0..1 and before flattening."
        )
    if not 0 <= strength <= 2:
        raise ValueError(f"The strength of augmentation lies between 0 and 2; got {strength}. 1 is usual.")


def _redrawn(
    images: Bytes, labels: NDArray[np.integer] | None, rng: np.random.Generator, strength: float, hand: Hand
) -> Bytes:
    ones = None if labels is None else labels == 1
    images = with_serifs(images, rng, min(1.0, strength * hand.serifs), ones=ones)
    if labels is not None:
        images = _with_strokes(images, labels, rng, strength, hand)
    pen = _pen(len(images), rng, strength, hand)
    maps = _maps(len(images), rng, strength, hand)
    centres, points = _measured(images)
    size = BOX * np.exp(strength * hand.size * _normal(rng, len(images))) - 2 * pen
    # the maps lead back to the old picture, so the box is scaled to the digit
    maps *= scaled(1, longer_side=np.maximum(size, 8), box=_longest_side(maps, points))[:, None, None]
    coordinates = _coordinates(maps, centres, _jitter(len(images), rng, strength, hand))
    coordinates += strength * hand.warp * _warps(len(images), rng)
    return _with_pen(_sampled(images, coordinates), pen)


def _with_strokes(
    images: Bytes, labels: NDArray[np.integer], rng: np.random.Generator, strength: float, hand: Hand
) -> Bytes:
    """Give some digits the strokes that only their kind has: images is changed and returned."""
    for digit, add, share in (
        (9, with_tails, hand.tails),
        (4, with_points, hand.points),
        (0, with_slashes, hand.slashes),
        (7, with_bars, hand.bars),
    ):
        (index,) = np.nonzero(labels == digit)
        if not index.size:
            continue
        images[index] = add(images[index], rng, min(1.0, strength * share))
    return images


def _normal(rng: np.random.Generator, *shape: int) -> Floats:
    return rng.standard_normal(shape, dtype=np.float32).clip(-2.5, 2.5)


def _pen(count: int, rng: np.random.Generator, strength: float, hand: Hand) -> Floats:
    return rng.uniform(-hand.light * strength, hand.bold * strength, count).astype(np.float32).clip(-1, 1)


def _maps(count: int, rng: np.random.Generator, strength: float, hand: Hand) -> Floats:
    """Random maps from offsets in the new picture to offsets in the old, (row, column), (n, 2, 2)."""
    turn, slant, stretch = strength * _normal(rng, 3, count)
    turn, slant, wide = np.radians(hand.turn * turn), hand.slant * slant, np.exp(hand.stretch / 2 * stretch)
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = np.array([[cosine, -sine], [sine, cosine]])
    slanted = np.array([[1 / wide, 0 * slant], [slant, wide]])
    return np.einsum("ijn,jkn->nik", turned, slanted).astype(np.float32)


def _jitter(count: int, rng: np.random.Generator, strength: float, hand: Hand) -> Floats:
    """Offsets of the centre of mass from the middle: half a pixel is the rounding of every framing."""
    reach = 0.5 + strength * hand.shift
    return rng.uniform(-reach, reach, (count, 2)).astype(np.float32)


def _measured(images: Bytes) -> tuple[Floats, Floats]:
    """Return centres of mass (n, 2) and the offsets of each row's first and last ink from them, (n, 56, 2)."""
    line = np.arange(SIDE, dtype=np.float32)
    flat = images.reshape(len(images), -1).astype(np.float32)
    moments = (
        flat @ np.stack([np.repeat(line, SIDE), np.tile(line, SIDE), np.ones(SIDE * SIDE, np.float32)]).T
    )
    centres = np.where(moments[:, 2:] > 0, moments[:, :2] / np.maximum(moments[:, 2:], 1), MIDDLE)
    inked = images > 40
    first, last = inked.argmax(axis=2), SIDE - 1 - inked[:, :, ::-1].argmax(axis=2)
    columns = np.concatenate([first, last], axis=1)
    rows = np.broadcast_to(np.tile(line, 2), columns.shape)
    offsets = np.stack([rows, columns], axis=2).astype(np.float32) - centres[:, None]
    empty = np.tile(~inked.any(axis=2), 2)
    return centres, np.where(empty[:, :, None], np.float32(0), offsets)


def _longest_side(maps: Floats, points: Floats) -> Floats:
    """Return the longer side of the digit's box after its map, in pixels, (n,)."""
    moved = points @ np.linalg.inv(maps).swapaxes(1, 2)
    return np.ptp(moved, axis=1).max(axis=1) + 1


def _coordinates(maps: Floats, centres: Floats, jitter: Floats) -> Floats:
    """Where in the old picture each new pixel comes from, rows then columns, (n, 2, 784)."""
    grid = np.indices((SIDE, SIDE), dtype=np.float32).reshape(2, -1) - MIDDLE
    return maps @ grid + (centres - (maps @ jitter[:, :, None])[:, :, 0])[:, :, None]


def _bumps() -> Floats:
    """Smooth bumps centred on a 5×5 grid, (25, 784): sums of them are gentle warps."""
    peaks = np.linspace(2, SIDE - 3, 5)
    line = np.exp(-0.5 * ((np.arange(SIDE) - peaks[:, None]) / 4.5) ** 2)
    bumps = np.einsum("iy,jx->ijyx", line, line).reshape(25, -1)
    return (bumps / np.sqrt((bumps**2).sum(axis=0).mean())).astype(np.float32)


BUMPS = _bumps()  # with standard normal weights they displace by about 1 pixel


def _warps(count: int, rng: np.random.Generator) -> Floats:
    return (_normal(rng, 2 * count, len(BUMPS)) @ BUMPS).reshape(count, 2, -1)


def _sampled(images: Bytes, coordinates: Floats) -> Bytes:
    """Read the old pictures between their pixels, linearly; outside of them is paper."""
    side = SIDE + 2
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1))).reshape(-1)
    np.clip(coordinates + 1, 0, side - 1.001, out=coordinates)
    whole = coordinates.astype(np.int32)
    down, right = (coordinates - whole).swapaxes(0, 1)
    corner = (
        whole[:, 0] * side + whole[:, 1] + (np.arange(len(images), dtype=np.int32) * side * side)[:, None]
    )
    top = _between(padded[corner], padded[corner + 1], right)
    bottom = _between(padded[corner + side], padded[corner + side + 1], right)
    return (top + (bottom - top) * down + 0.5).astype(np.uint8).reshape(images.shape)


def _between(first: Bytes, second: Bytes, share: Floats) -> Floats:
    start = first.astype(np.float32)
    return start + (second - start) * share


def _with_pen(images: Bytes, pen: Floats) -> Bytes:
    """Thicken (pen > 0) or thin (pen < 0) the strokes by up to one pixel on each side, at full contrast."""
    bold = (pen > 0)[:, None, None]
    other = np.where(bold, _spread(images, np.maximum), _spread(images, np.minimum))
    mixed = images + (other - images.astype(np.float32)) * np.abs(pen)[:, None, None]
    mixed *= 255 / np.maximum(mixed.max(axis=(1, 2), keepdims=True), 90)
    return (mixed + 0.5).astype(np.uint8)


def _spread(images: Bytes, extreme: np.ufunc) -> Bytes:
    """Give every pixel the extreme of itself and its eight neighbours."""
    rows = np.pad(images, ((0, 0), (1, 1), (0, 0)))
    rows = extreme(extreme(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])
    columns = np.pad(rows, ((0, 0), (0, 0), (1, 1)))
    return np.asarray(extreme(extreme(columns[:, :, :-2], columns[:, :, 1:-1]), columns[:, :, 2:]))
