"""Make any drawn digit look like the ones a network learnt from.

MNIST's makers scaled every digit to one size and moved it to the middle; ``netlab.data.framing`` has their rule,
which is applied to pixels here. A dense network has no other way to know that a 3 in the corner is the 3 it learnt
in the middle, so a drawing must go the same way before it is read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from netlab.arrays import BOX, SIDE
from netlab.data.framing import centred, scaled
from netlab.drawing.ink import Grey, Ink, find_ink

FINE = 4  # working pixels for one of those: enough for a pen's edge
LIGHTEST, HEAVIEST = 1.5, 3.8  # nearly all of MNIST lies between; a pen within is left alone


@dataclass(frozen=True)
class Framing:
    """A drawing on its way to the network, stage by stage.

    Attributes
    ----------
    ink : float32 (h, w), in [0, 1]
        The whole picture with paper, specks and ruled lines gone; ink is 1.
    cropped : float32 (h', w')
        Cut to the ink; (0, 0) if nothing was drawn.
    weighted : float32
        At 80 pixels along the longer side, strokes thickened or thinned towards MNIST's.
    scaled : float32
        The same with the longer side at 20 pixels.
    centred : float32 (28, 28), in [0, 1]
        With the centre of mass in the middle: what the network sees.
    dark_on_light : bool
        Whether the picture was turned into its negative.
    stroke_width, framed_width : float
        Width of a typical stroke before and after, in pixels of the final picture.
    """

    ink: Grey
    cropped: Grey
    weighted: Grey
    scaled: Grey
    centred: Grey
    dark_on_light: bool
    stroke_width: float
    framed_width: float


def frame(image: NDArray[np.generic]) -> Grey:
    """Frame a picture of one digit as MNIST's are.

    Parameters
    ----------
    image : (h, w), integers 0 to 255 or floats 0 to 1
        Grey levels, dark on light or light on dark, of any size from 1×1.

    Returns
    -------
    float32 (28, 28), in [0, 1]
        Light ink on 0; all zeros if there is nothing to read.

    Raises
    ------
    ValueError
        If the array has another number of axes, no pixels, no numbers, or numbers out of range.

    Examples
    --------
    >>> drawn = np.zeros((100, 60))
    >>> drawn[10:90, 28:34] = 1.0
    >>> framed = frame(drawn)
    >>> framed.shape, int((framed.max(axis=1) > 0.5).sum())
    ((28, 28), 20)
    """
    return stages(image).centred


def stages(image: NDArray[np.generic]) -> Framing:
    """Frame a picture as ``frame`` does and keep every stage, for showing.

    Parameters
    ----------
    image : (h, w)
        As ``frame`` takes it.

    Returns
    -------
    Framing
        Its last stage, ``centred``, is what ``frame`` returns.
    """
    return framed(find_ink(as_grey(image)))


def framed(found: Ink) -> Framing:
    """Frame ink that was told from its paper before.

    Parameters
    ----------
    found : Ink
        Of one digit.

    Returns
    -------
    Framing
        Its last stage, ``centred``, is what the network receives.
    """
    cropped = _cropped(found.strength)
    if cropped.size == 0:
        blank = np.zeros((SIDE, SIDE), np.float32)
        return Framing(found.strength, cropped, cropped, cropped, blank, found.dark_on_light, 0.0, 0.0)
    fine = _resized(cropped, BOX * FINE)
    weighted, width, wanted = with_usual_pen(fine)
    untouched = wanted == width and max(cropped.shape) == BOX
    small = cropped if untouched else _resized(weighted, BOX)
    return Framing(
        found.strength, cropped, weighted, small, _placed(small), found.dark_on_light, width, wanted
    )


def as_grey(image: NDArray[np.generic]) -> Grey:
    """Check a picture and return it as float32 (h, w) in [0, 1].

    Parameters
    ----------
    image : (h, w), integers 0 to 255 or floats 0 to 1

    Returns
    -------
    float32 (h, w), in [0, 1]

    Raises
    ------
    ValueError
        As ``frame`` does.
    """
    image = np.asarray(image)
    if image.ndim != 2 or image.size == 0:
        raise ValueError(
            f"A picture of a digit has shape (height, width), both at least 1; got {image.shape}. "
            "Turn colours to grey first, and frame pictures one by one."
        )
    if image.dtype.kind not in "biuf":
        raise ValueError(f"Grey levels are numbers; got dtype {image.dtype}. Convert the picture to uint8.")
    grey = image.astype(np.float32)
    low, high = float(grey.min()), float(grey.max())
    if not 0 <= low <= high <= 255:  # false for NaN too
        raise ValueError(
            f"Grey levels are integers from 0 to 255 or floats from 0 to 1; got {low:g} to {high:g}. "
            "Rescale the picture and replace what is not a number."
        )
    eight_bit = image.dtype.kind in "iu" or high > 1
    return grey / np.float32(255) if eight_bit else grey


def stroke_width(shape: Grey) -> float:
    """Measure the typical stroke of a digit drawn at 80 pixels, in pixels of the final picture.

    The ridge of the distance to the edge runs along the middle of every stroke; its height is half of the
    stroke's width.

    Parameters
    ----------
    shape : (h, w), in [0, 1]
        The digit, its longer side 80 pixels.

    Returns
    -------
    float
        The width, 0 where there is no ink.
    """
    half = _depth(shape)
    ridge = half[(half > 0) & (half >= ndimage.maximum_filter(half, size=3))]
    return 2 * float(np.median(ridge)) / FINE if ridge.size else 0.0


def _depth(shape: Grey) -> Grey:
    """Distance of every ink pixel's middle to the edge of the ink."""
    padded = np.pad(shape > 0.5, 1)
    return np.maximum(ndimage.distance_transform_edt(padded)[1:-1, 1:-1] - 0.5, 0).astype(np.float32)


def _reweighted(shape: Grey, width: float, wanted: float) -> Grey:
    """Move the edge of the ink in or out until strokes have the wanted width once the box is 20 again."""
    side = BOX * FINE
    growth = side * FINE * (wanted - width) / (2 * (side - FINE * wanted))
    margin = int(np.ceil(max(growth, 0))) + 1
    shape = np.pad(shape, margin)
    if growth < 0:
        growth = max(growth, -0.7 * _thin_part(shape))
    outside = np.maximum(ndimage.distance_transform_edt(shape <= 0.5) - 0.5, 0)
    return np.clip(0.5 + _depth(shape) - outside + growth, 0, 1).astype(np.float32)


def _thin_part(shape: Grey) -> float:
    """Half the width of the digit's thinner strokes, which thinning must not cut through."""
    half = _depth(shape)
    ridge = half[(half > 0) & (half >= ndimage.maximum_filter(half, size=3))]
    return float(np.percentile(ridge, 20)) if ridge.size else 0.0


def _cropped(shape: Grey) -> Grey:
    rows, columns = (np.flatnonzero((shape > 0.15).any(axis=axis)) for axis in (1, 0))
    if rows.size == 0:
        return np.zeros((0, 0), np.float32)
    return shape[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _resized(shape: Grey, longest: int) -> Grey:
    """Resize until the longer side is ``longest``: averaging areas on the way down, smoothly on the way up."""
    height, width = (max(1, round(scaled(length, max(shape.shape), longest))) for length in shape.shape)
    way = Image.Resampling.BOX if longest <= max(shape.shape) else Image.Resampling.BICUBIC
    return np.clip(np.asarray(Image.fromarray(shape).resize((width, height), way)), 0, 1)


def _placed(shape: Grey) -> Grey:
    """Put the centre of mass on pixel (14, 14), to the nearest pixel, and keep all ink inside."""
    centre = ndimage.center_of_mass(shape)
    top, left = (
        int(np.clip(round(centred(0, mass)), 0, SIDE - length)) for mass, length in zip(centre, shape.shape)
    )
    picture = np.zeros((SIDE, SIDE), np.float32)
    picture[top : top + shape.shape[0], left : left + shape.shape[1]] = shape
    return picture


def with_usual_pen(fine: Grey) -> tuple[Grey, float, float]:
    """Thicken or thin the strokes of a digit towards those of MNIST, and leave them where they are as wide.

    Parameters
    ----------
    fine : (h, w), in [0, 1]
        The digit, its longer side 80 pixels.

    Returns
    -------
    (float32 (h', w'), float, float)
        The digit, and the width of a typical stroke before and after, in pixels of the final picture.
    """
    width = stroke_width(fine)
    wanted = float(np.clip(width, LIGHTEST, HEAVIEST)) if width else width  # ink too faint to have an edge
    return (fine if wanted == width else _cropped(_reweighted(fine, width, wanted))), width, wanted


def cropped(shape: Grey) -> Grey:
    """Cut a picture to its ink.

    Parameters
    ----------
    shape : (h, w), in [0, 1]
        1 is ink.

    Returns
    -------
    (h', w')
        (0, 0) if there is none.
    """
    return _cropped(shape)


def resized(shape: Grey, longest: int) -> Grey:
    """Resize a picture, edges softened, until its longer side has so many pixels.

    Parameters
    ----------
    shape : (h, w), in [0, 1]
        Of any size from 1×1.
    longest : int
        Pixels of the longer side.

    Returns
    -------
    float32 (h', w'), in [0, 1]
        Of the same proportions.
    """
    return _resized(shape, longest)


def placed(shape: Grey) -> Grey:
    """Put the centre of mass of a digit in the middle of the field, as far as all of it stays inside.

    Parameters
    ----------
    shape : (h, w), in [0, 1]
        At most 28×28, with ink.

    Returns
    -------
    float32 (28, 28), in [0, 1]
    """
    return _placed(shape)
