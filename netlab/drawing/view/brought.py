"""Pictures that visitors brought, each decoded and framed once: a stroke on the pad beside them costs nothing more.

What is kept is small and bounded in bytes, and lies in the visitor's session: it goes with it. What was forgotten is decoded
again. Files that cannot be read are remembered too, with the reason.
"""

from __future__ import annotations

import base64
import hashlib
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import streamlit as st
from PIL import Image

from netlab.arrays import Bytes
from netlab.drawing.crop import WHOLE, Crop, cut
from netlab.drawing.framing import Framing, stages
from netlab.drawing.ink import Grey
from netlab.drawing.page import Parted, part
from netlab.drawing.picture_file import PictureError, read_picture

MOST_BYTES = 16 * 2**20
"""Of one session: as many pictures as a visitor may have on the server at once."""
KEPT = 280
"""Pixels of the longer side to which the ink of the whole picture and its crop are kept."""
CUT_FROM = 1000
"""Pixels of the longer side to which a picture is kept so that rectangles can be cut out of it: a fifth is enough to read."""
PREVIEW_BYTES = 13_000
"""Of a picture in which a rectangle is dragged: a message to a component stays under 20 kB, a third of it for base64."""
PREVIEWS = ((480, 70), (480, 50), (480, 30), (400, 20), (320, 15), (200, 10), (100, 5))
"""Pixels of the longer side and quality with which such a picture is tried; the last is under 13 kB whatever it shows."""


@dataclass(frozen=True)
class Brought:
    """A picture as the page needs it.

    ``framing`` is its way to the network, ``parted`` its digits if it has several, and
    ``grey`` what rectangles are cut from.
    """

    framing: Framing
    parted: Parted
    grey: Bytes

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        framing = self.framing
        arrays = (framing.ink, framing.cropped, framing.weighted, framing.scaled, framing.centred, self.grey)
        return sum(array.nbytes for array in arrays) + self.parted.size + PREVIEW_BYTES * 4 // 3

    @cached_property
    def preview(self) -> str:
        """A small WebP as an address, at most 18 kB, in which a rectangle can be dragged."""
        for side, quality in PREVIEWS:
            small = Image.fromarray(self.grey)
            small.thumbnail((side, side))
            file = io.BytesIO()
            small.save(file, "WEBP", quality=quality)
            if file.tell() <= PREVIEW_BYTES:
                break
        return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


class Shelf:
    """What was brought last, by content, in at most so many bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[tuple[str, Crop], Brought | PictureError] = OrderedDict()
        self._lock = threading.Lock()

    def bring(self, content: bytes, crop: Crop = WHOLE) -> Brought:
        """The picture in a file, or what a rectangle cuts out of it.

        Raises
        ------
        PictureError
            If there is none that can be read.
        """
        name = (digest(content), crop)
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
        if found is None:
            found = _read(content) if crop == WHOLE else _framed(cut(self.bring(content).grey, crop))
            self._keep(name, found)
        if isinstance(found, PictureError):
            raise PictureError(str(found))
        return found

    def _keep(self, name: tuple[str, Crop], found: Brought | PictureError) -> None:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = found
                self._size += _size(found)
            while self._size > self._most:
                self._size -= _size(self._kept.popitem(last=False)[1])


def shelf() -> Shelf:
    """The shelf of this session."""
    found: Shelf = st.session_state.setdefault("_pictures_shelf", Shelf())
    return found


def digest(content: bytes) -> str:
    """A name of a file by its content alone."""
    return hashlib.sha256(content).hexdigest()


def _read(content: bytes) -> Brought | PictureError:
    try:
        return _framed(read_picture(content))
    except PictureError as error:
        return PictureError(str(error))


def _framed(picture: Bytes) -> Brought:
    framing = stages(picture)
    small = replace(framing, ink=_small(framing.ink), cropped=_small(framing.cropped))
    kept = np.asarray(_thumbnail(picture, CUT_FROM))
    return Brought(small, part(picture), kept)


def _thumbnail(picture: Bytes, most: int) -> Image.Image:
    small = Image.fromarray(picture)
    small.thumbnail((most, most), Image.Resampling.BOX)
    return small


def _small(levels: Grey) -> Grey:
    """The same at no more than ``KEPT`` pixels a side; each is the mean of a square."""
    factor = -(-max(levels.shape) // KEPT)
    return levels if factor < 2 else np.asarray(Image.fromarray(levels).reduce(factor))


def _size(found: Brought | PictureError) -> int:
    return found.size if isinstance(found, Brought) else 1000
