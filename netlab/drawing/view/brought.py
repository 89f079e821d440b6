"""Pictures that visitors brought, each decoded and framed once: a stroke on the pad beside them costs nothing more.

What is kept is small and bounded in bytes; what was forgotten is decoded again. Files that cannot be read are
remembered too, with the reason.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from netlab.app.png import png_url
from netlab.drawing.framing import Framing, stages
from netlab.drawing.ink import Grey
from netlab.drawing.page import ONE, Parted, part
from netlab.drawing.picture_file import PictureError, read_picture

MOST_BYTES = 64 * 2**20
SHOWN = 400
KEPT = 280
"""Pixels of the longer side to which the whole picture and its crop are kept."""


@dataclass(frozen=True)
class Brought:
    """A picture as the page needs it: a small copy as an address, its way to the network, and its digits if it has several."""

    url: str
    framing: Framing
    parted: Parted = ONE

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        framing = self.framing
        arrays = (framing.ink, framing.cropped, framing.weighted, framing.scaled, framing.centred)
        return len(self.url) + sum(array.nbytes for array in arrays) + self.parted.size


class Shelf:
    """What was brought last, by content, in at most so many bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[bytes, Brought | PictureError] = OrderedDict()
        self._lock = threading.Lock()

    def bring(self, content: bytes) -> Brought:
        """The picture in a file.

        Raises
        ------
        PictureError
            If there is none that can be read.
        """
        name = hashlib.sha256(content).digest()
        with self._lock:
            found = self._kept.get(name)
            if found is not None:
                self._kept.move_to_end(name)
        if found is None:
            found = _read(content)
            self._keep(name, found)
        if isinstance(found, PictureError):
            raise PictureError(str(found))
        return found

    def _keep(self, name: bytes, found: Brought | PictureError) -> None:
        with self._lock:
            if name not in self._kept:
                self._kept[name] = found
                self._size += _size(found)
            while self._size > self._most:
                self._size -= _size(self._kept.popitem(last=False)[1])


shelf = Shelf()
"""The shelf of this process."""


def _read(content: bytes) -> Brought | PictureError:
    try:
        picture = read_picture(content)
    except PictureError as error:
        return PictureError(str(error))
    framing = stages(picture)
    small = replace(framing, ink=_small(framing.ink), cropped=_small(framing.cropped))
    return Brought(png_url(picture, most=SHOWN), small, part(picture))


def _small(levels: Grey) -> Grey:
    """The same at no more than ``KEPT`` pixels a side; each is the mean of a square."""
    factor = -(-max(levels.shape) // KEPT)
    return levels if factor < 2 else np.asarray(Image.fromarray(levels).reduce(factor))


def _size(found: Brought | PictureError) -> int:
    return found.size if isinstance(found, Brought) else 1000
