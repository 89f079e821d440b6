"""Read arrays out of npz files that may be broken or hostile: every size is checked before it is read.

Nothing is unpickled. A small file cannot grow in memory beyond what its reader allows: the zip directory and the
array headers are read first, and then exactly as many bytes as they promise.
"""

from __future__ import annotations

import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from netlab.files import reason_of

MOST_RATIO = 100
"""Digits and weights shrink to about a fifth; only a bomb of 1 MB and more shrinks to a hundredth."""

MOST_ENTRY = 300
"""Bytes of the zip's directory that one array may take: its name takes fewer than a hundred."""

NPY_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>\|[OS]\d{0,4}|\|b1|[<>|][iu][1248]|[<>](f[248]|c8|c16|U\d{1,4}))', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(\d{1,12}(, ?\d{1,12}){0,7})?,?)\), \}\s*"
)
"""The header that numpy.save writes before a plain array (NEP 1, version 1.0)."""

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    ValueError,
    RuntimeError,
)


class NpzError(ValueError):
    """A file whose arrays cannot be read; the sentence names the file and what is wrong."""


@dataclass(frozen=True)
class Limits:
    """How many arrays a file may hold, and how many bytes one of them, and all together, may unpack to.

    Whoever reads a few by name need not bound them all.
    """

    members: int
    member_bytes: int
    all_bytes: int | None = None


@dataclass(frozen=True)
class Header:
    """What an array says of itself before its numbers."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool

    @property
    def bytes(self) -> int:
        """How long its numbers are."""
        return math.prod(self.shape) * self.dtype.itemsize


class Npz:
    """An npz file whose directory was checked; its arrays are read one at a time, by name."""

    def __init__(self, stream: BinaryIO, name: str, limits: Limits) -> None:
        self.name = name
        with self._broken():
            _check_zip_end(stream, name, limits)
            self._archive = zipfile.ZipFile(stream)
            self._members = _directory(self._archive, name, limits)
            _check_sum(self._members.values(), name, limits.all_bytes)

    @property
    def names(self) -> list[str]:
        """The arrays' names, in the file's order."""
        return list(self._members)

    def header(self, part: str) -> Header:
        """Shape and dtype of one array, before any of its numbers is read."""
        with self._broken(), self._archive.open(self._members[part]) as file:
            return _npy_header(file, self.name, part)

    def array(self, part: str) -> npt.NDArray[Any]:
        """One array: its header, then exactly the bytes that it promises."""
        with self._broken(), self._archive.open(self._members[part]) as file:
            header = _npy_header(file, self.name, part)
            if header.bytes > self._members[part].file_size:
                raise NpzError(f"{self.name}: {part} is not as long as its header says.")
            content = file.read(header.bytes)
            if len(content) != header.bytes or file.read(1):
                raise NpzError(f"{self.name}: {part} is not as long as its header says.")
            order = "F" if header.fortran else "C"
            return np.frombuffer(content, header.dtype).reshape(header.shape, order=order)  # type: ignore[call-overload]

    @contextmanager
    def _broken(self) -> Iterator[None]:
        try:
            yield
        except NpzError:
            raise
        except _BROKEN as error:
            raise NpzError(f"{self.name} is damaged ({reason_of(error)}).") from error


def _check_zip_end(stream: BinaryIO, name: str, limits: Limits) -> None:
    """Refuse what is no zip, what is cut short, and directories too long to list."""
    start = stream.read(4)
    if start.lstrip()[:1] == b"<":
        raise NpzError(f"{name} is a web page, not an npz file: perhaps an error page was saved.")
    if start[:2] != b"PK":
        raise NpzError(f"{name} does not start like an npz file (a zip archive).")
    size = stream.seek(0, 2)
    stream.seek(max(size - 42, 0))
    tail = stream.read()
    if tail[-22:-18] != b"PK\5\6":
        raise NpzError(f"{name} ends before its zip directory does: it is cut short.")
    entries, length = struct.unpack("<HL", tail[-12:-6])  # zipfile believes the length and not the number
    if tail[:4] == b"PK\6\7" or entries > limits.members or length > MOST_ENTRY * limits.members:
        raise NpzError(f"{name} lists too many members; expected at most {limits.members}.")


def _directory(archive: zipfile.ZipFile, name: str, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """All members by the name of their array; doubled names and sizes beyond the limits are refused."""
    found = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    if len(found) < len(archive.infolist()):
        raise NpzError(f"{name} holds two members of one name.")
    for info in found.values():
        _check_member(info, name, limits.member_bytes)
    return found


def _check_member(info: zipfile.ZipInfo, name: str, most: int) -> None:
    if info.file_size > most:
        raise NpzError(
            f"{name}: {info.filename} unpacks to {info.file_size:,} bytes; at most {most:,} are read."
        )
    if info.file_size > 1_000_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise NpzError(
            f"{name}: {info.filename} unpacks to over {MOST_RATIO} times its size, as no such array does."
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise NpzError(f"{name}: {info.filename} is encrypted or packed unusually; save it with numpy.savez.")


def _check_sum(members: Iterable[zipfile.ZipInfo], name: str, most: int | None) -> None:
    total = sum(info.file_size for info in members)
    if most is not None and total > most:
        raise NpzError(f"{name} unpacks to {total:,} bytes in all; at most {most:,} are read.")


def _npy_header(file: IO[bytes], name: str, part: str) -> Header:
    """Shape, order and dtype of an npy member; object arrays, which would need pickle, are refused.

    Only the form that NumPy writes is read: NumPy's own reader passes other headers to Python's parser, and
    broken ones end in half a dozen kinds of error.
    """
    start = file.read(10)
    length = struct.unpack("<H", start[8:])[0] if start[:8] == b"\x93NUMPY\1\0" else 0
    header = NPY_HEADER.fullmatch(file.read(length))
    if header is None:
        raise NpzError(f"{name}: {part} has no npy header of a plain array. Save it again with numpy.savez.")
    if header["dtype"].startswith(b"|O"):
        raise NpzError(
            f"{name}: {part} holds Python objects, which are never loaded; expected plain numbers. "
            "Save it again with numpy.savez."
        )
    shape = tuple(int(size) for size in header["shape"].split(b",") if size.strip())
    return Header(shape, np.dtype(header["dtype"].decode()), header["fortran"] == b"True")
