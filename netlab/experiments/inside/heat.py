"""What each cell of a confusion table shows: a text, and a tone from −1 (wrong) over 0 (nothing) to 1 (right).

Mistakes are few beside right answers, so each is toned by its logarithm, and the right ones have a scale of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlab.experiments.inside.confusion import Counts, shares
from netlab.formatting import difference, fixed, percent

FAINT = 0.35
"""The tone of a class that is always read rightly: the diagonal is not to drown the rest."""
FINE = 1000


@dataclass(frozen=True)
class Cells:
    """A table as it is drawn.

    Attributes
    ----------
    texts : list of list of str
        Rows of what stands in the cells; a 0 off the diagonal is left out.
    tones : float64 (10, 10)
        From −1 to 1.
    """

    texts: list[list[str]]
    tones: NDArray[np.float64]


def of_counts(counts: Counts) -> Cells:
    """How many pictures are in each cell.

    Parameters
    ----------
    counts : int (10, 10)
        A row for each class that is, a column for each that was said.

    Returns
    -------
    Cells
    """
    return Cells([[f"{one:,}" if one else "" for one in row] for row in counts.tolist()], _tones(counts))


def of_shares(counts: Counts) -> Cells:
    """Of the pictures of each class, the share in each cell, in percent.

    Parameters
    ----------
    counts : int (10, 10)
        A row for each class that is, a column for each that was said.

    Returns
    -------
    Cells
    """
    texts = [[fixed(100 * one, 1) if one else "" for one in row] for row in shares(counts).tolist()]
    return Cells(texts, _tones(counts))


def of_difference(counts: Counts, before: Counts) -> Cells:
    """By how much two tables of the same pictures differ; toned right where that is for the better.

    Parameters
    ----------
    counts, before : int (10, 10)
        The table that is looked at, and the one that it is compared with.

    Returns
    -------
    Cells
    """
    change = counts - before
    better = np.where(np.eye(len(change), dtype=bool), change, -change)
    sizes = np.log1p(np.abs(change))
    tones = np.sign(better) * sizes / max(float(sizes.max()), 1e-9)
    return Cells([[difference(one, 0) if one else "" for one in row] for row in change.tolist()], tones)


def labels(counts: Counts, before: Counts | None, classes: tuple[str, ...]) -> list[list[str]]:
    """What each cell says when it is read aloud.

    Parameters
    ----------
    counts : int (10, 10)
        The table that is looked at.
    before : int (10, 10) or None
        The one that it is compared with.
    classes : tuple of str
        What the classes are called.

    Returns
    -------
    list of list of str
    """
    part = shares(counts)

    def words(truth: int, said: int) -> str:
        number = int(counts[truth, said])
        told = f"{classes[truth]} read as {classes[said]}: {number:,}"
        if before is None:
            return f"{told}, {percent(part[truth, said])}"
        return f"{told}, before {int(before[truth, said]):,}"

    return [[words(truth, said) for said in range(len(counts))] for truth in range(len(counts))]


def _tones(counts: Counts) -> NDArray[np.float64]:
    part = shares(counts)
    off = np.log1p(FINE * np.where(np.eye(len(counts), dtype=bool), 0, part))
    return np.where(np.eye(len(counts), dtype=bool), FAINT * part, -off / max(float(off.max()), 1e-9))
