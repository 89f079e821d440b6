"""What is taken for what: the confusion table, each class's recall and precision, the mistakes in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, Bytes, Floats

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class ClassScore:
    """How one class is read.

    Attributes
    ----------
    there, said, right : int
        How many pictures are of this class, how many were read as it, and how many of both.
    """

    there: int
    said: int
    right: int

    @property
    def recall(self) -> float | None:
        """Of the pictures of this class, the share that was found; None if there are none."""
        return self.right / self.there if self.there else None

    @property
    def precision(self) -> float | None:
        """Of the pictures read as this class, the share that is of it; None if nothing was read so."""
        return self.right / self.said if self.said else None


def count(labels: Bytes, said: NDArray[np.intp]) -> Counts:
    """Count what is read as what.

    Parameters
    ----------
    labels : uint8 (n,)
        What each picture is.
    said : int (n,)
        What it was read as.

    Returns
    -------
    int64 (10, 10)
        A row for each class that is, a column for each class that was said.
    """
    pairs = np.asarray(labels, np.int64) * CLASSES + np.asarray(said, np.int64)
    return np.asarray(np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES), np.int64)


def shares(counts: Counts) -> Shares:
    """Of the pictures of each class, the share that was read as each.

    Parameters
    ----------
    counts : int (10, 10)
        What ``count`` gives.

    Returns
    -------
    float64 (10, 10)
        Each row adds to 1; a class without pictures has zeros.
    """
    there = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.maximum(there, 1), np.float64)


def scores(counts: Counts) -> tuple[ClassScore, ...]:
    """How each class is read.

    Parameters
    ----------
    counts : int (10, 10)
        What ``count`` gives.

    Returns
    -------
    tuple of ClassScore
        One a class.
    """
    rows, columns, right = counts.sum(axis=1), counts.sum(axis=0), counts.diagonal()
    return tuple(ClassScore(int(rows[k]), int(columns[k]), int(right[k])) for k in range(len(counts)))


def pairs(counts: Counts) -> list[tuple[int, int, int]]:
    """Two classes and how often one of them was read as the other, either way; the most confused first.

    Parameters
    ----------
    counts : int (10, 10)
        What ``count`` gives.

    Returns
    -------
    list of (int, int, int)
        The smaller class, the larger, the mistakes; all 45 pairs.
    """
    both = counts + counts.T
    found = [(a, b, int(both[a, b])) for a in range(len(both)) for b in range(a + 1, len(both))]
    return sorted(found, key=lambda pair: -pair[2])


def taken_for(counts: Counts) -> list[int | None]:
    """What each class is most often taken for when it is not found.

    Parameters
    ----------
    counts : int (10, 10)
        What ``count`` gives.

    Returns
    -------
    list of int or None
        None for a class that is always found.
    """
    wrong = counts - np.diag(counts.diagonal())
    return [int(row.argmax()) if row.any() else None for row in wrong]


def in_cell(
    labels: Bytes, said: NDArray[np.intp], sureness: Floats, truth: int, taken: int
) -> NDArray[np.intp]:
    """The pictures of one cell of the table, the surest answer first.

    Parameters
    ----------
    labels : uint8 (n,)
        What each picture is.
    said : int (n,)
        What it was read as.
    sureness : float32 (n,)
        The probability of that.
    truth, taken : int
        The row and the column.

    Returns
    -------
    int (m,)
        Places of the pictures.
    """
    places = np.flatnonzero((labels == truth) & (said == taken))
    return places[np.argsort(-sureness[places], kind="stable")]


def worst_first(labels: Bytes, said: NDArray[np.intp], sureness: Floats) -> NDArray[np.intp]:
    """The mistakes, those first of which the network was surest.

    Parameters
    ----------
    labels : uint8 (n,)
        What each picture is.
    said : int (n,)
        What it was read as.
    sureness : float32 (n,)
        The probability of that.

    Returns
    -------
    int (m,)
        Places of the pictures; reversed, the least sure mistakes come first.
    """
    places = np.flatnonzero(labels != said)
    return places[np.argsort(-sureness[places], kind="stable")]


def by_a_hair(labels: Bytes, said: NDArray[np.intp], sureness: Floats) -> NDArray[np.intp]:
    """The right answers, those first of which the network was least sure.

    Parameters
    ----------
    labels : uint8 (n,)
        What each picture is.
    said : int (n,)
        What it was read as.
    sureness : float32 (n,)
        The probability of that.

    Returns
    -------
    int (m,)
        Places of the pictures.
    """
    places = np.flatnonzero(labels == said)
    return places[np.argsort(sureness[places], kind="stable")]
