"""Make digits for a machine that has neither MNIST nor a network: people's handwriting, and strokes like it.

Half are strokes drawn from descriptions of how people write, half pen paths recovered from scikit-learn's
small pictures. All are bent, leaned and inked anew, and framed as MNIST frames its digits. As
many as in MNIST: 60,000 to learn from and 10,000 to be tested on, by other writers and from another seed.
"""

from __future__ import annotations

import functools
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from netlab.data import archives
from netlab.data.digits import PARTS, DataError, Digits, checked
from netlab.data.synthetic.handwriting import pen_paths
from netlab.data.synthetic.pen import Cloud, Hand, Pictures, draw
from netlab.data.synthetic.strokes import WAYS, write
from netlab.storage import atomic_write, home

Labels = npt.NDArray[np.uint8]

TRAIN, TEST = 60_000, 10_000
TEST_WRITINGS = 180
"""The last of scikit-learn's pictures, by its last writers, are kept for the test digits."""

HAND = Hand()
COPIED = (0.5, 0.2, 0.5, 0.5, 0.0, 0.5, 0.5, 0.5, 0.5, 0.5)
"""Share of each digit's pictures copied from handwriting; 8 x 8 pictures say little about 1 and mislead about 4."""
TREMBLE = 0.008
BATCH = 1000

NOTE = "Stand-in digits, not MNIST: drawn by Netlab from strokes and from scikit-learn's small handwritten digits."


@dataclass(frozen=True)
class Made:
    """Stand-in digits, with the file that keeps them (None if nothing can be kept) and its SHA-256."""

    digits: Digits
    path: Path | None
    sha256: str | None


def load() -> Made:
    """Stand-in digits from the cache, or made now and cached if the home can be written."""
    path = cache_path()
    try:
        return _cached(path)
    except DataError:  # not there yet, or damaged: make it again
        return _kept(make(), path)


def cache_path() -> Path:
    """Where the digits are kept; another recipe (an edit of what makes them) has another name."""
    return home() / "data" / f"stand-in-{_recipe()}.npz"


@functools.cache
def _recipe() -> str:
    folder = Path(__file__).parent
    sources = [(folder / f"{name}.py").read_bytes() for name in ("handwriting", "pen", "standin", "strokes")]
    return hashlib.sha256(b"".join(sources)).hexdigest()[:12]


def _cached(path: Path) -> Made:
    with archives.opened(path) as stream:
        digest = archives.sha256(stream)
        return Made(checked(str(path), archives.read_npz(stream, str(path)), "stand-in", NOTE), path, digest)


def _kept(arrays: Mapping[str, npt.NDArray[np.uint8]], path: Path) -> Made:
    """Keep new digits in the cache, or say that they could not be kept."""
    content = pack(arrays)
    try:
        atomic_write(path, content)
    except OSError as error:
        note = f"{NOTE} They are made anew each time, because {path} cannot be written ({error.strerror or error})."
        return Made(checked("stand-in", arrays, "stand-in", note), None, None)
    return Made(checked("stand-in", arrays, "stand-in", NOTE), path, hashlib.sha256(content).hexdigest())


def pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Write arrays as the bytes of an npz file, packed lightly: half a second instead of four.

    Parameters
    ----------
    arrays : mapping of str to arrays
        What to write, by name.

    Returns
    -------
    bytes
        The file, the same for the same arrays.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def make(train: int = TRAIN, test: int = TEST, seed: int = 0) -> dict[str, npt.NDArray[np.uint8]]:
    """Make digits, the same for the same seed.

    Parameters
    ----------
    train, test : int
        How many of each, about a tenth of them of every digit.
    seed : int
        Where the randomness starts.

    Returns
    -------
    dict
        x_train and x_test uint8 (n, 28, 28), y_train and y_test uint8 (n,).
    """
    for_train, for_test = np.random.default_rng(seed).spawn(2)
    writings, labels = pen_paths()
    x_train, y_train = _part(
        train, for_train, _select(writings, slice(None, -TEST_WRITINGS)), labels[:-TEST_WRITINGS]
    )
    x_test, y_test = _part(
        test, for_test, _select(writings, slice(-TEST_WRITINGS, None)), labels[-TEST_WRITINGS:]
    )
    return dict(zip(PARTS, (x_train, y_train, x_test, y_test), strict=True))


def _part(
    count: int, random: np.random.Generator, writings: Cloud, labels: Labels
) -> tuple[Pictures, Labels]:
    """Draw ``count`` digits, part of them from handwriting, in random order."""
    pieces, answers = [], []
    for cloud, digits in _clouds(count, random, writings, labels):
        pieces.append(draw(cloud, random, HAND))
        answers.append(digits)
    order = random.permutation(count)
    return np.concatenate(pieces)[order], np.concatenate(answers)[order]


def _clouds(
    count: int, random: np.random.Generator, writings: Cloud, labels: Labels
) -> Iterator[tuple[Cloud, Labels]]:
    """Clouds of at most ``BATCH`` digits with their labels, until there are ``count``."""
    for digit, share in enumerate(_split(count, [1.0] * 10)):
        copied = round(share * COPIED[digit])
        mine = np.flatnonzero(labels == digit)
        for size in _batches(copied):
            yield _copy(writings, random.choice(mine, size), random), np.full(size, digit, np.uint8)
        ways = [way for way in WAYS if way.digit == digit]
        for way, written in zip(ways, _split(share - copied, [way.share for way in ways]), strict=True):
            for size in _batches(written):
                yield write(way, size, random), np.full(size, digit, np.uint8)


def _copy(writings: Cloud, which: npt.NDArray[np.intp], random: np.random.Generator) -> Cloud:
    """Copy pen paths with a slight tremble, which hides the grid that they were recovered from."""
    points = writings.points[which]
    tremble = random.standard_normal(points.shape, np.float32) * np.float32(TREMBLE)
    return Cloud(points + tremble, writings.ink[which])


def _select(cloud: Cloud, rows: slice) -> Cloud:
    return Cloud(cloud.points[rows], cloud.ink[rows])


def _batches(count: int) -> list[int]:
    """Split a count into batches of at most ``BATCH``."""
    return [min(BATCH, count - done) for done in range(0, count, BATCH)]


def _split(count: int, shares: list[float]) -> list[int]:
    """Split a count in proportion to shares, to the last one."""
    edges = np.round(np.cumsum([0.0, *shares]) / sum(shares) * count)
    return [int(size) for size in np.diff(edges)]
