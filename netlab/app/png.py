"""Pictures that travel inside the page, so that a slow browser never asks for one that a later run replaced."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from netlab.plots.palette import BLUE, VERMILION


def png_url(grey: NDArray[Any], *, times: int = 1, most: int = 1024) -> str:
    """Return grey levels as the address of a PNG that carries its own bytes.

    Parameters
    ----------
    grey : (h, w)
        0 (black) to 255 (white); rounded.
    times : int, default=1
        The side, in pixels of the picture, of the sharp square that shows one number.
    most : int, default=1024
        Pixels of the longer side; a larger picture, such as a photo, is averaged down to it.
    """
    levels = np.rint(np.asarray(grey)).clip(0, 255).astype(np.uint8)
    picture = Image.fromarray(levels.repeat(times, 0).repeat(times, 1))
    picture.thumbnail((most, most))
    return _url(picture)


def signed_url(values: NDArray[Any]) -> str:
    """Return numbers as the address of a PNG: blue above zero, vermilion below, and nothing at zero, on any paper.

    Parameters
    ----------
    values : (h, w)
        Finite; the largest in size has the full colour.
    """
    wide = np.asarray(values, np.float64)
    colours = np.array(
        [[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in (VERMILION, BLUE)], np.uint8
    )
    seen = np.empty((*wide.shape, 4), np.uint8)
    seen[..., :3] = colours[(wide > 0).astype(int)]
    seen[..., 3] = np.rint(255 * np.abs(wide) / (np.abs(wide).max() or 1))
    return _url(Image.fromarray(seen))


def _url(picture: Image.Image) -> str:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
