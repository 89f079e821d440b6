"""Read a picture that anyone may have sent, and refuse what could do harm before it is decoded.

A file of 20 kB can ask for a gigabyte of pixels, and every further decoder is a further door. So a file's first bytes say
what it is, whatever its name ends in; one decoder is opened, the one for it; sizes are read from the header first, large
pictures are decoded one after another, an AVIF in a process of its own, and what is broken is said to be broken. What is no picture of pixels is told by
what it is, with the way to make one of it.
"""

from __future__ import annotations

import io
import struct
import threading
import zlib
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

KINDS = ("PNG", "JPEG", "WEBP", "HEIF", "AVIF", "GIF", "BMP", "TIFF")
"""What is read, by Pillow's names. Of a GIF it is the first frame, of a TIFF the first page."""
ENDINGS = ("png", "jpg", "jpeg", "webp", "heic", "heif", "avif", "gif", "bmp", "tif", "tiff")
"""How the names of such files end; ``read_picture`` asks no name."""
IN_WORDS = "PNG, JPEG, WebP, HEIC, AVIF, GIF, BMP or TIFF"
MOST_BYTES = 10 * 2**20  # the page takes as much for a picture, see view/upload.py
MOST_PIXELS = 16_000_000
MOST_HEIC_PIXELS = (
    26_000_000  # what telephones take unless they are asked for more; 190 MB while it is decoded
)
MOST_JPEG_PIXELS = 50_000_000  # a telephone's: a JPEG is decoded small, unless it was saved in passes
LARGE = 4_000_000  # pixels beyond which pictures are decoded one after another
LONGEST = 2000  # pixels of a side that are looked at
COLOURED = 4  # times as much contrast in colour as in grey: then colour is read
DEPTHS = (
    255,
    4095,
    65535,
)  # highest levels of pictures deeper than 8 bits, as scanners and cameras write them

Grey = NDArray[np.uint8]

HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
"""Brands of the container that hold HEVC, as Apple's and Samsung's telephones write it."""
BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"%PDF": "pdf",
    b"%!PS": "postscript",
    b"PK\x03\x04": "zip",
    b"Rar!": "zip",
    b"7z\xbc\xaf\x27\x1c": "zip",
    b"\x1f\x8b": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "word",
    b"{\\rtf": "word",
    b"8BPS": "other",
    b"\x1aE\xdf\xa3": "film",
}
"""How files begin, and what they then are: one of ``KINDS``, or a key of ``REFUSED``."""
MEND = "Save it as PNG or JPEG"
REFUSED = {
    "pdf": "This is a PDF, not a picture. Open it, take a screenshot of the digit and bring that.",
    "svg": "This is an SVG, a drawing described in words and not a picture made of pixels. Open it in a browser, take a screenshot "
    "and bring that.",
    "word": "This is a document of an office program, not a picture. Copy the picture in it and press Ctrl+V (⌘V) on the "
    "page Draw, or take a screenshot of it.",
    "zip": "This is a packed file (an archive such as zip), not a picture. Unpack it and bring the pictures in it.",
    "text": "This is text, not a picture. Write the digit by hand and photograph it, or draw it on the pad.",
    "film": "This is a film, not a picture. Take a photograph, or a screenshot of the film where it stands still.",
    "postscript": f"This is PostScript, a page described in words and not a picture made of pixels. {MEND}.",
    "other": f"This file is not a picture that can be read here, whatever its name ends in. {MEND}.",
}
"""What is not read, and how to make a picture of it."""

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
    MemoryError,
    struct.error,
    zlib.error,
)
"""What the decoders raise on files that are cut short or were tampered with."""

_one_at_a_time = threading.Lock()


class PictureError(ValueError):
    """A picture cannot be read; the message says what happened, what was expected and how to mend it."""


def read_picture(data: bytes | str | Path, *, longest: int | None = None) -> Grey:
    """Read a picture file as grey levels.

    Parameters
    ----------
    data : bytes or path
        The content of a file of one of ``KINDS``, or where it lies; of several frames or pages the first is read.
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
        content = file.read(MOST_BYTES)
    if kind_of(content) == "AVIF":
        from netlab.drawing.decode_apart import read_apart

        with _one_at_a_time:
            picture = read_apart(content)
        _check_side(max(picture.shape), longest)
        return picture
    return read_here(content, longest=longest)


def read_here(content: bytes, *, longest: int | None = None) -> Grey:
    """Read a picture in this process, whatever it is.

    Parameters
    ----------
    content : bytes
        Of the file.
    longest : int, optional
        Pixels of the longer side beyond which the picture is refused.

    Returns
    -------
    uint8 (h, w)
        As ``read_picture`` returns it.

    Raises
    ------
    PictureError
        If it cannot be read.
    """
    kind = kind_of(content)
    if kind in REFUSED:
        raise PictureError(REFUSED[kind])
    if kind == "HEIF":
        _learn_heic()
    try:
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            _check_side(max(picture.size), longest)
            _check_size(*picture.size, most=_most_pixels(picture))
            with _turn(picture.size):
                picture.draft(None, (LONGEST, LONGEST))  # JPEG only: takes the size that is just larger
                picture.load()
                return _grey(ImageOps.exif_transpose(_reduced(picture)))
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_many_pixels("far more than a hundred million", MOST_PIXELS)) from None
    except UnidentifiedImageError:
        raise PictureError(
            f"The file begins like a picture ({_named(kind)}) but does not go on like one: it is damaged or cut short. "
            "Save or send it once more."
        ) from None
    except BROKEN as error:
        raise PictureError(
            f"The picture is damaged or cut short ({' '.join(str(error).split())}). Save or send it once more."
        ) from error


def kind_of(content: bytes) -> str:
    """What a file is, by what is in it.

    Parameters
    ----------
    content : bytes
        All of it, or its beginning.

    Returns
    -------
    str
        One of ``KINDS``, or a key of ``REFUSED``.

    Examples
    --------
    >>> kind_of(b"GIF89a..."), kind_of(b"%PDF-1.7"), kind_of(b"Dear reader")
    ('GIF', 'pdf', 'text')
    """
    found = next((kind for begin, kind in BEGINNINGS.items() if content.startswith(begin)), "")
    if content[:4] == b"RIFF":
        found = {b"WEBP": "WEBP", b"AVI ": "film"}.get(content[8:12], "other")
    if content[:2] == b"BM" and content[6:10] == bytes(4):  # two bytes alone may be text
        found = "BMP"
    if content[4:8] == b"ftyp":
        return _in_container(content)
    if found == "zip" and any(part in content for part in (b"word/", b"ppt/", b"xl/", b"opendocument")):
        return "word"
    return found or _in_text(content)


def _in_container(content: bytes) -> str:
    """HEIC, AVIF and films are one container; its brands, at most a hundred, tell which."""
    length = min(max(struct.unpack(">I", content[:4])[0], 16), 416)
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, min(length, len(content)), 4))]
    if brands[0] in (b"avif", b"avis"):
        return "AVIF"
    if brands[0] in HEIC:
        return "HEIF"
    if brands[0] in (b"mif1", b"msf1"):
        return "AVIF" if {b"avif", b"avis"} & set(brands) else "HEIF"
    return "film"


def _in_text(content: bytes) -> str:
    """Whether a file is text, and which; "other" if it is none."""
    begin = content[:4096]
    try:
        text = begin.decode("utf-16" if begin[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(begin) - 4 or not begin:  # else a letter was cut in two
            return "other"
        text = begin[: error.start].decode("utf-8-sig", "replace")
    if "<svg" in text.lower():
        return "svg"
    return "text" if all(letter.isprintable() or letter.isspace() for letter in text) else "other"


def _named(kind: str) -> str:
    return {"HEIF": "HEIC", "WEBP": "WebP"}.get(kind, kind)


def _learn_heic() -> None:
    """Let Pillow open HEIC from now on; what opens it is loaded when the first such picture comes."""
    try:
        import pi_heif
    except ImportError:
        raise PictureError(
            "This is a HEIC picture, as phones take them, and pi-heif, which reads them, is not installed here. Install it "
            "(pip install pi-heif), or have the phone save JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)."
        ) from None
    if "HEIF" not in Image.OPEN:
        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)


def _turn(size: tuple[int, int]) -> AbstractContextManager[object]:
    """Wait for one's turn with a large picture: many at once would take more memory than a server has."""
    return _one_at_a_time if size[0] * size[1] > LARGE else nullcontext()


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


def _most_pixels(picture: Image.Image) -> int:
    if picture.format in ("JPEG", "MPO") and not picture.info.get(
        "progressive"
    ):  # MPO: a JPEG with more behind it
        return MOST_JPEG_PIXELS
    return MOST_HEIC_PIXELS if picture.format == "HEIF" else MOST_PIXELS


def _check_side(side: int, longest: int | None) -> None:
    if longest is not None and side > longest:
        raise PictureError(f"The picture's longer side has {side} pixels; here it may have {longest}.")


def _check_size(width: int, height: int, *, most: int) -> None:
    if width < 1 or height < 1:
        raise PictureError(f"The picture has no pixels ({width}×{height}). Save or send it once more.")
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
    if picture.mode[0] in "IF":
        picture = Image.fromarray(_from_deep(np.asarray(picture)))
    elif picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    smaller = picture.reduce(factor)
    smaller.getexif().update(exif)  # how the camera was held
    return smaller


def _grey(picture: Image.Image) -> Grey:
    if picture.mode[0] in "IF":
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
    """Bring grey levels of 12, 16 or 32 bits, or fractions, to 8 bits; levels that no depth explains are stretched."""
    deep = np.nan_to_num(levels.astype(np.float64), posinf=0.0, neginf=0.0)
    low, high = float(deep.min()), float(deep.max())
    depths = DEPTHS if levels.dtype.kind in "iu" else (1, *DEPTHS)
    top = next((depth for depth in depths if high <= depth), 0)
    if low < 0 or not top:
        return np.round(255 * ((deep - low) / max(high - low, 1.0))).astype(np.uint8)
    return np.round(255 * (deep / top)).astype(np.uint8)


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
