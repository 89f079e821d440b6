"""Whether pictures of digits lie on their side or in a mirror: a network that reads upright ones is the judge."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from netlab.formatting import percent
from netlab.nets import shipped
from netlab.nets.numpy_model import predict

Pictures = npt.NDArray[np.uint8]

ASKED = 300
READABLE, BETTER = 0.6, 0.2
"""Share read correctly from which an orientation is the right one, and by how much it must beat the file's own."""

TURNS: dict[str, tuple[Callable[[Pictures], Pictures], str]] = {
    "transposed (rows and columns changed places)": (lambda x: x.transpose(0, 2, 1), "x.transpose(0, 2, 1)"),
    "mirrored, left to right": (lambda x: x[:, :, ::-1], "x[:, :, ::-1]"),
    "upside down": (lambda x: x[:, ::-1], "x[:, ::-1]"),
    "turned by 180 degrees": (lambda x: x[:, ::-1, ::-1], "x[:, ::-1, ::-1]"),
    "turned by 90 degrees to the left": (lambda x: np.rot90(x, -1, (1, 2)), "numpy.rot90(x, -1, (1, 2))"),
    "turned by 90 degrees to the right": (lambda x: np.rot90(x, 1, (1, 2)), "numpy.rot90(x, 1, (1, 2))"),
}


def turned(images: Pictures, labels: npt.NDArray[np.uint8]) -> Iterator[str]:
    """A sentence if the article's network reads the pictures far better another way round.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Pictures, 0 to 255.
    labels : uint8 (n,)
        0 to 9.

    Yields
    ------
    str
        At most one sentence.
    """
    chosen = np.linspace(0, len(images) - 1, min(ASKED, len(images))).astype(int)
    pictures, digits = images[chosen], labels[chosen]
    as_saved = _read(pictures, digits)
    if as_saved >= READABLE:
        return
    shares = {name: _read(turn(pictures), digits) for name, (turn, _) in TURNS.items()}
    best = max(shares, key=shares.__getitem__)
    if shares[best] >= READABLE and shares[best] >= as_saved + BETTER:
        yield (
            f"The pictures seem to be {best}: the article's network reads {percent(shares[best], 0)} of them the other "
            f"way round and {percent(as_saved, 0)} as they are. They can be learnt so, but your drawings come upright: "
            f"save {TURNS[best][1]}."
        )


def lies_transposed(images: Pictures, labels: npt.NDArray[np.uint8]) -> bool:
    """Whether rows and columns of upright digits changed places, as in EMNIST's files.

    Parameters
    ----------
    images : uint8 (n, 28, 28)
        Pictures, 0 to 255.
    labels : uint8 (n,)
        0 to 9.

    Returns
    -------
    bool
        True where the article's network reads far more of them with rows and columns exchanged.
    """
    chosen = np.linspace(0, len(images) - 1, min(ASKED, len(images))).astype(int)
    pictures, digits = images[chosen], labels[chosen]
    return _read(pictures.transpose(0, 2, 1), digits) >= max(READABLE, _read(pictures, digits) + BETTER)


def _read(pictures: Pictures, digits: npt.NDArray[np.uint8]) -> float:
    spec, weights = shipped.load("article")
    ink = np.ascontiguousarray(pictures, np.float32) / np.float32(max(int(pictures.max()), 1))
    return float((predict(spec, weights, ink).argmax(axis=1) == digits).mean())
