"""What handwritten digits are here: 28 x 28 pictures with a label each, checked before anyone uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from netlab.arrays import CLASSES, SIDE, Bytes

MOST_IMAGES = 100_000
"""More pictures than this in one set are refused: MNIST has 60,000, and 100,000 already take 78 MB."""

PARTS = ("x_train", "y_train", "x_test", "y_test")


DIGIT_NAMES = tuple(map(str, range(CLASSES)))
STAND_IN = "stand-in"
"""The source of digits that Netlab made by itself."""


class DataError(ValueError):
    """Digits that cannot be used; the message names the file, what was expected and how to mend it."""


@dataclass(frozen=True)
class Digits:
    """Digits to learn from and digits to be tested on.

    Attributes
    ----------
    x_train, x_test : uint8 (n, 28, 28)
        Pictures, 0 for paper and 255 for ink.
    y_train, y_test : uint8 (n,)
        Which digit each picture shows, 0 to 9.
    source : str
        "mnist", "stand-in", "file" (a file that the user named) or "set" (one of ``netlab.data.sets``).
    note : str
        Sentences for people: where the digits came from and what was tried first.
    warnings : tuple of str
        What is odd about a file that a reader named, a sentence each; it may be used all the same.
    classes : tuple of str
        What the ten labels mean.
    """

    x_train: Bytes
    y_train: Bytes
    x_test: Bytes
    y_test: Bytes
    source: str
    note: str
    warnings: tuple[str, ...] = ()
    classes: tuple[str, ...] = DIGIT_NAMES


def check_layout(
    name: str, part: str, shape: tuple[int, ...], dtype: np.dtype[Any], most: int = MOST_IMAGES
) -> None:
    """Refuse a shape or dtype that cannot be digits, before a byte of them is read.

    Parameters
    ----------
    name : str
        What errors call the file.
    part : str
        One of ``PARTS``.
    shape : tuple of int
        As the file's header has it.
    dtype : dtype
        As the file's header has it.
    most : int
        More pictures than this are refused.

    Raises
    ------
    DataError
        Naming the file, the part, what was found and what was expected.
    """
    images = part.startswith("x")
    wanted = f"(n, {SIDE}, {SIDE})" if images else "(n,)"
    if shape[1:] != ((SIDE, SIDE) if images else ()) or len(shape) != (3 if images else 1):
        raise DataError(
            f"{name}: {part} has shape {shape}; expected {wanted}. Reshape it, as in {part}.reshape(-1{', 28, 28' if images else ''}), and save it again."
        )
    if not 1 <= shape[0] <= most:
        raise DataError(
            f"{name}: {part} holds {shape[0]:,} entries; expected 1 to {most:,}. Save fewer, or name another file with NETLAB_MNIST."
        )
    if images and dtype != np.uint8:
        raise DataError(
            f"{name}: {part} holds {dtype}; expected uint8, 0 for paper to 255 for ink. "
            f"Save it again with {part}.astype('uint8')."
        )
    if dtype.kind not in "iu":
        raise DataError(
            f"{name}: {part} holds {dtype}; expected whole numbers from 0 to 9. Save it again with {part}.astype('uint8')."
        )


def checked(name: str, arrays: Mapping[str, npt.NDArray[Any]], source: str, note: str) -> Digits:
    """Make ``Digits`` of four arrays whose layout was checked: labels are 0 to 9, one for each picture.

    Parameters
    ----------
    name : str
        What errors call the file.
    arrays : mapping of str to integers
        x_train and x_test (n, 28, 28), y_train and y_test (n,).
    source, note : str
        For ``Digits``.

    Returns
    -------
    Digits
        All of it uint8.

    Raises
    ------
    DataError
        If labels and pictures do not match, or a label is no digit.
    """
    for images, labels in (("x_train", "y_train"), ("x_test", "y_test")):
        _check_labels(name, labels, arrays[labels], len(arrays[images]))
    x_train, y_train, x_test, y_test = (np.ascontiguousarray(arrays[part], np.uint8) for part in PARTS)
    return Digits(x_train, y_train, x_test, y_test, source, note)


def _check_labels(name: str, part: str, labels: npt.NDArray[Any], pictures: int) -> None:
    if len(labels) != pictures:
        raise DataError(
            f"{name}: {part} has {len(labels):,} labels for {pictures:,} pictures; expected one each. Save both again from one source."
        )
    if labels.min() < 0 or labels.max() > 9:
        raise DataError(
            f"{name}: {part} runs from {labels.min()} to {labels.max()}; expected digits 0 to 9. Keep the pictures of digits only, and save again."
        )
