"""A small data set in a reader's own hand: drawings with the digit that each is meant to be.

A drawing is kept as the network receives it, framed and rounded to 256 grey levels as MNIST's digits are. Of every digit
the 2nd, 5th, 8th, … drawing is held back: a score on drawings that were learnt from would say nothing of the hand.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.arrays import CLASSES, SIDE, Bytes
from netlab.data.digits import DataError, check_layout
from netlab.formatting import counted
from netlab.npz import Limits, Npz, NpzError

MOST = 200
"""Drawings that are kept at most."""
EVERY, FIRST = 3, 1
"""Of every three drawings of a digit one is held back, and of the first three the second."""
IMAGES, LABELS = "x_own", "y_own"
"""The arrays of a file: pictures uint8 (n, 28, 28), and which digits they are, (n,)."""
MOST_FILE_BYTES = 400_000
_LIMITS = Limits(members=4, member_bytes=MOST * SIDE * SIDE + 10_000)


class OwnDigitsError(ValueError):
    """A drawing or a file that is not taken; the sentence says why, and nothing that was there is lost."""


def _none() -> Bytes:
    return np.zeros((0, SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class OwnDigits:
    """Drawings in the order in which they came.

    Attributes
    ----------
    images : uint8 (n, 28, 28)
        As a network receives them, 0 for paper and 255 for ink.
    labels : uint8 (n,)
        Which digit each is meant to be.
    """

    images: Bytes = field(default_factory=_none)
    labels: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def held_back(self) -> NDArray[np.bool_]:
        """Which drawings are held back to score on, (n,)."""
        place = np.array(
            [int((self.labels[:at] == label).sum()) for at, label in enumerate(self.labels)], int
        )
        return np.asarray(place % EVERY == FIRST, bool)

    def with_drawing(self, framed: NDArray[np.floating[Any]], digit: int) -> OwnDigits:
        """The same and one drawing more.

        Parameters
        ----------
        framed : floats (28, 28) in [0, 1]
            A framed drawing (``netlab.drawing.framing``).
        digit : int
            What it is meant to be, 0 to 9.

        Returns
        -------
        OwnDigits
            One longer.

        Raises
        ------
        OwnDigitsError
            If nothing is drawn, or as many are kept as can be.
        """
        image = np.rint(np.clip(framed, 0, 1) * 255).astype(np.uint8)
        if not image.any():
            raise OwnDigitsError("The pad is empty. Draw a digit first, then say which one it is.")
        return self._joined(image[None], np.array([digit], np.uint8))

    def without(self, place: int) -> OwnDigits:
        """The same without the drawing at a place; a place that is not there takes none away.

        Parameters
        ----------
        place : int
            From 0.

        Returns
        -------
        OwnDigits
            At most one shorter.
        """
        kept = np.arange(len(self)) != place
        return OwnDigits(self.images[kept], self.labels[kept])

    def with_all(self, others: OwnDigits) -> tuple[OwnDigits, int]:
        """The same and what others has that is not here yet.

        Parameters
        ----------
        others : OwnDigits
            Such as those of a file.

        Returns
        -------
        (OwnDigits, int)
            All of them, and how many are new.

        Raises
        ------
        OwnDigitsError
            If they are too many together.
        """
        known = {(image.tobytes(), int(label)) for image, label in zip(self.images, self.labels)}
        new = []
        for place, (image, label) in enumerate(zip(others.images, others.labels)):
            one = (image.tobytes(), int(label))
            if one not in known:
                known.add(one)
                new.append(place)
        return self._joined(others.images[new], others.labels[new]), len(new)

    def _joined(self, images: Bytes, labels: Bytes) -> OwnDigits:
        if len(self) + len(labels) > MOST:
            raise OwnDigitsError(
                f"At most {MOST} drawings are kept, and that would make {len(self) + len(labels)}. "
                "Take some away, or save them and begin anew."
            )
        return OwnDigits(np.concatenate([self.images, images]), np.concatenate([self.labels, labels]))


def lacking(own: OwnDigits) -> str:
    """What is still needed before a network can be taught, in a sentence; empty if there is enough.

    Parameters
    ----------
    own : OwnDigits
        The drawings so far.

    Returns
    -------
    str
        A sentence for the page.
    """
    if own.held_back.any():
        return ""
    if not len(own):
        return "Draw a 7, say that it is a 7, and do it again: two drawings of one digit are enough to begin."
    return (
        "Draw one of these digits once more: of two drawings of a digit, one is learnt from and the other is held back to "
        "score on."
    )


def to_bytes(own: OwnDigits) -> bytes:
    """The drawings as a file's content.

    Parameters
    ----------
    own : OwnDigits
        The drawings.

    Returns
    -------
    bytes
        An npz file with the arrays ``x_own`` and ``y_own``.
    """
    buffer = io.BytesIO()
    np.savez_compressed(buffer, x_own=own.images, y_own=own.labels)
    return buffer.getvalue()


def from_bytes(content: bytes, name: str) -> OwnDigits:
    """Drawings out of a file that ``to_bytes`` made, or that may be anything.

    Parameters
    ----------
    content : bytes
        The file.
    name : str
        What errors call it.

    Returns
    -------
    OwnDigits
        At least one drawing.

    Raises
    ------
    OwnDigitsError
        If it is too long or no whole npz file, lacks an array, or an array cannot be drawings of digits.
    """
    if len(content) > MOST_FILE_BYTES:
        raise OwnDigitsError(
            f"{name} has {len(content):,} bytes; a file of {MOST} drawings has at most {MOST_FILE_BYTES:,}."
        )
    try:
        archive = Npz(io.BytesIO(content), name, _LIMITS)
        images, labels = (_array(archive, part) for part in (IMAGES, LABELS))
    except (NpzError, DataError) as error:
        raise OwnDigitsError(f"{error} Take the file that “Save my drawings” made.") from error
    return _checked(name, images, labels)


def _array(archive: Npz, part: str) -> NDArray[Any]:
    kind = part[0] + "_train"
    if part not in archive.names:
        raise NpzError(f"{archive.name} lacks {part}; expected the arrays {IMAGES} and {LABELS}.")
    header = archive.header(part)
    if header.shape and not 1 <= header.shape[0] <= MOST:
        raise NpzError(f"{archive.name}: {part} holds {header.shape[0]:,} entries; expected 1 to {MOST}.")
    check_layout(archive.name, kind, header.shape, header.dtype, MOST)
    return archive.array(part)


def _checked(name: str, images: NDArray[Any], labels: NDArray[Any]) -> OwnDigits:
    if len(images) != len(labels):
        raise OwnDigitsError(f"{name} has {counted(len(labels), 'label')} for {counted(len(images), 'picture')}; expected one each.")  # fmt: skip
    if labels.min() < 0 or labels.max() >= CLASSES:
        raise OwnDigitsError(f"{name}: the labels run from {labels.min()} to {labels.max()}; expected 0 to 9.")  # fmt: skip
    blank = ~images.reshape(len(images), -1).any(axis=1)
    if blank.any():
        raise OwnDigitsError(f"{name}: picture {int(blank.argmax()) + 1} is blank. Leave blank pictures out.")
    return OwnDigits(np.ascontiguousarray(images, np.uint8), labels.astype(np.uint8))
