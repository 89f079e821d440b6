"""If you had drawn it further over, turned, or with another pen: the framed drawing is changed and not framed again.

Framing undoes a shift and most of a pen's width before any network sees the drawing; here the network itself is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from netlab.arrays import SIDE, Array, Floats
from netlab.drawing.why.case import Weights
from netlab.nets.numpy_model import predict
from netlab.nets.spec import NetworkSpec
from netlab.nn.arithmetic import one_thread

FURTHEST = 8
"""Pixels to each side that a drawing is shifted by at most."""
ANGLES = tuple(range(-45, 46, 5))
"""Degrees, clockwise above 0."""
FINE = 4
"""Working pixels for one of the picture when the pen's width is changed."""
PENS = tuple(step / 2 for step in range(-4, 7))
"""By how many pixels a stroke gets wider, thinner below 0."""
LEFT = 0.1
"""Share of the ink below which a thinned drawing is no drawing any more."""
WHOLE = 0.999
"""Share of the ink from which a shifted drawing counts as wholly inside."""


@dataclass(frozen=True)
class Asked:
    """What a network says to a drawing and its changed copies.

    Attributes
    ----------
    answer : int
        What it says to the drawing as it is.
    said : int (...)
        What it says to each copy.
    probability : float32 (...)
        What it gives the first answer for each copy.
    """

    answer: int
    said: NDArray[np.intp]
    probability: Floats

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Where it keeps its answer, (...)."""
        return self.said == self.answer

    @property
    def share(self) -> float:
        """Of all copies, the share for which it keeps its answer."""
        return float(self.kept.mean())


@one_thread()
def ask(spec: NetworkSpec, weights: Weights, picture: Floats, copies: Floats) -> Asked:
    """Let a network read a drawing and its changed copies, all in one batch.

    Parameters
    ----------
    spec : NetworkSpec
        The network.
    weights : mapping of str to arrays
        Its kernels and biases by Keras's names.
    picture : float32 (28, 28)
        The drawing as it is, in [0, 1].
    copies : float32 (..., 28, 28)
        Its copies.

    Returns
    -------
    Asked
    """
    batch = np.concatenate([picture[None], copies.reshape(-1, SIDE, SIDE)])
    given = predict(spec, weights, batch)
    answer = int(given[0].argmax())
    shape = copies.shape[:-2]
    return Asked(answer, given[1:].argmax(axis=1).reshape(shape), given[1:, answer].reshape(shape))


def shifted(picture: Floats, furthest: int = FURTHEST) -> Floats:
    """A drawing moved by whole pixels; what leaves the picture is lost, and paper comes in.

    Parameters
    ----------
    picture : float32 (28, 28)
        In [0, 1].
    furthest : int, default=8
        Pixels to each side.

    Returns
    -------
    float32 (2 furthest + 1, 2 furthest + 1, 28, 28)
        First by how far down, then by how far to the right, each from −furthest on.
    """
    padded = np.pad(picture, furthest)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (SIDE, SIDE))
    return np.ascontiguousarray(windows[::-1, ::-1])


def inside(picture: Floats, copies: Floats) -> NDArray[np.bool_]:
    """Which copies have all of the drawing's ink.

    Parameters
    ----------
    picture : float32 (28, 28)
        The drawing.
    copies : float32 (..., 28, 28)
        Shifted.

    Returns
    -------
    bool (...)
    """
    ink = copies.sum(axis=(-2, -1), dtype=np.float64)
    return np.asarray(ink >= WHOLE * picture.sum(dtype=np.float64))


def turned(picture: Floats, angles: tuple[int, ...] = ANGLES) -> Floats:
    """A drawing turned about the middle of the picture, read between its pixels.

    Parameters
    ----------
    picture : float32 (28, 28)
        In [0, 1].
    angles : tuple of int
        Degrees, clockwise above 0.

    Returns
    -------
    float32 (n, 28, 28)
    """
    copies = [ndimage.rotate(picture, -angle, reshape=False, order=1) if angle else picture for angle in angles]  # fmt: skip
    return np.asarray(np.clip(np.stack(copies), 0, 1), np.float32)


def penned(picture: Floats, pens: tuple[float, ...] = PENS) -> tuple[tuple[float, ...], Floats]:
    """A drawing with wider and thinner strokes: at four times its size the lightest (darkest) within a disc is taken.

    Parameters
    ----------
    picture : float32 (28, 28)
        In [0, 1].
    pens : tuple of float
        By how many pixels a stroke gets wider, thinner below 0; multiples of a half.

    Returns
    -------
    (tuple of float, float32 (n, 28, 28))
        Those widths that leave a drawing, and the copies.
    """
    large = np.asarray(Image.fromarray(picture).resize((SIDE * FINE,) * 2, Image.Resampling.BICUBIC))
    large = np.clip(large, 0, 1)
    kept, copies = [], []
    for pen in pens:
        copy = _penned(picture, large, pen)
        if pen >= 0 or copy.sum() >= LEFT * picture.sum():
            kept.append(pen)
            copies.append(copy)
    return tuple(kept), np.stack(copies)


def _penned(picture: Floats, large: Array, pen: float) -> Floats:
    reach = round(abs(pen) * FINE / 2)
    if reach == 0:
        return picture
    across = np.arange(-reach, reach + 1)
    disc = across[:, None] ** 2 + across[None, :] ** 2 <= (reach + 0.3) ** 2
    extreme = ndimage.maximum_filter if pen > 0 else ndimage.minimum_filter
    other = extreme(large, footprint=disc, mode="constant")
    return np.asarray(other.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3)), np.float32)
