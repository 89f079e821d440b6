"""Read a picture that anyone may have sent, and refuse what could do harm before it is decoded.

A file of 20 kB can ask for a gigabyte of pixels, and every further decoder is a further door. So three
formats are opened, sizes are read from the header first, and what is broken is said to be broken.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 10 * 2**20  # the page takes as much for a picture, see view/upload.py
MOST_PIXELS = 16_000_000
MOST_JPEG_PIXELS = 50_000_000  # a telephone's: a JPEG is decoded small, unless it was saved in passes
LONGEST = 2000  # pixels of a side that are looked at
COLOURED = 4  # times as much contrast in colour as in grey: then colour is read

Grey = NDArray[np.uint8]

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)
"""What Pillow's three decoders raise on files that are cut short or were tampered with."""


class PictureError(ValueError):
    """A picture cannot be read; the message says what happened, what was expected and how to mend it."""


def read_picture(data: bytes | str | Path, *, longest: int | None = None) -> Grey:
    """Read a picture file as grey levels.

    Parameters
    ----------
    data : bytes or path
        The content of a PNG, JPEG or WebP file, or where it lies.
    longest : int, optional
        Pixels of the longer side beyond which the picture is refused, for the price of reading its header.

    Returns
    -------
    uint8 (h, w)
        0 is black. Turned as the camera was held; transparent parts become paper.

    Raises
    ------
    PictureError
        If the file is missing, too large, of another format, cut short or without pixels.
    """
    with _opened(data) as file:
        try:
            with Image.open(file, formats=FORMATS) as picture:
                _check_side(max(picture.size), longest)
                _check_size(*picture.size, small=_decodes_small(picture))
                picture.draft(None, (LONGEST, LONGEST))  # JPEG only: takes the size that is just larger
                picture.load()
                return _grey(ImageOps.exif_transpose(_reduced(picture)))
        except PictureError:
            raise
        except UnidentifiedImageError:
            raise PictureError(
                "This file is not a picture that can be read here, whatever its name ends in. "
                "Save it as PNG, JPEG or WebP."
            ) from None
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PictureError(_too_many_pixels("far more than a hundred million", MOST_PIXELS)) from None
        except BROKEN as error:
            raise PictureError(
                f"The picture is damaged or cut short ({error}). Save or send it once more."
            ) from error


def _opened(data: bytes | str | Path) -> BinaryIO:
    if isinstance(data, bytes | bytearray | memoryview):
        _check_bytes(len(data))
        return io.BytesIO(data)
    path = Path(data)
    try:
        if path.is_dir():
            raise PictureError(f"{path} is a folder. Name the pictures in it, as in {path / '*.png'}.")
        if not path.is_file():
            raise PictureError(f"There is no picture file at {path}. Check the name and the folder.")
        _check_bytes(path.stat().st_size)
        return path.open("rb")
    except OSError as error:
        raise PictureError(
            f"{path} cannot be opened: {error.strerror}. Check that you may read it."
        ) from error


def _check_bytes(size: int) -> None:
    if size == 0:
        raise PictureError("The file is empty. Save or send the picture once more.")
    if size > MOST_BYTES:
        raise PictureError(
            f"The file has {size / 2**20:.1f} MB; at most {MOST_BYTES // 2**20} MB are read. "
            "Cut it to the digit or save it smaller."
        )


def _decodes_small(picture: Image.Image) -> bool:
    return picture.format == "JPEG" and not picture.info.get("progressive")


def _check_side(side: int, longest: int | None) -> None:
    if longest is not None and side > longest:
        raise PictureError(f"The picture's longer side has {side} pixels; here it may have {longest}.")


def _check_size(width: int, height: int, *, small: bool) -> None:
    if width < 1 or height < 1:
        raise PictureError(f"The picture has no pixels ({width}×{height}). Save or send it once more.")
    most = MOST_JPEG_PIXELS if small else MOST_PIXELS
    if width * height > most:
        raise PictureError(_too_many_pixels(f"{width}×{height}", most))


def _too_many_pixels(size: str, most: int) -> str:
    return (
        f"The picture has {size} pixels; at most {most // 10**6} million are read. "
        "Cut it to the digit or save it smaller."
    )


def _reduced(picture: Image.Image) -> Image.Image:
    """Average a large picture down, so that what follows needs little memory."""
    factor = round(max(picture.size) / LONGEST)
    if factor < 2:
        return picture
    exif = picture.getexif()
    if picture.mode.startswith("I"):
        picture = Image.fromarray(_from_deep(np.asarray(picture)))
    elif picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    smaller = picture.reduce(factor)
    smaller.getexif().update(exif)  # how the camera was held
    return smaller


def _grey(picture: Image.Image) -> Grey:
    if picture.mode.startswith("I"):
        return _from_deep(np.asarray(picture))
    if picture.has_transparency_data:
        layers = picture.convert("RGBA")
        if (
            np.asarray(layers)[..., 3].min() < 255
        ):  # an opaque picture, as of a screen, has its own paper all over
            return _on_paper(np.asarray(layers.convert("LA")))
    plain = picture if picture.mode in ("1", "L", "RGB") else picture.convert("RGB")
    grey = np.asarray(plain.convert("L"))
    return grey if plain.mode != "RGB" else _told_apart(np.asarray(plain), grey)


def _told_apart(colours: NDArray[np.uint8], grey: Grey) -> Grey:
    """Keep the grey levels unless colour parts ink from paper far better, as red on green of one lightness does."""
    pixels = colours.reshape(-1, 3).astype(np.float32)
    pixels -= pixels.mean(axis=0)
    spreads, axes = np.linalg.eigh(pixels.T @ pixels / len(pixels))
    if spreads[-1] <= COLOURED**2 * max(float(grey.var()), 1.0):
        return grey
    return np.round(128 + pixels @ axes[:, -1]).clip(0, 255).astype(np.uint8).reshape(grey.shape)


def _from_deep(levels: NDArray[np.generic]) -> Grey:
    """Bring 16-bit grey levels to 8 bits."""
    return np.round(levels.astype(np.float64).clip(0, 65535) / 257).astype(np.uint8)


def _on_paper(levels: NDArray[np.uint8]) -> Grey:
    """Lay a transparent picture, (h, w, 2), on paper that its ink stands out from.

    Ink on nothing gets white paper, or black if the ink is light. A mostly opaque picture brings its own
    paper; transparent corners get the same shade.
    """
    grey, alpha = levels[..., 0].astype(np.float64), levels[..., 1] / 255.0
    if not alpha.any():
        return np.full(grey.shape, 255, np.uint8)
    if alpha.mean() > 0.6:
        paper = float(np.median(grey[alpha > 0.5]))
    else:
        paper = 255.0 if np.average(grey, weights=alpha) < 128 else 0.0
    return np.round(grey * alpha + paper * (1 - alpha)).astype(np.uint8)
