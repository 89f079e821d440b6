"""Read digits out of npz and idx files that may be broken or hostile: every size is checked before it is read.

Nothing is unpickled. A small file cannot grow in memory beyond the digits it may hold: the zip directory,
the array headers and the idx headers are read first, and then exactly as many bytes as they promise.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from netlab.arrays import SIDE
from netlab.data.digits import MOST_IMAGES, PARTS, DataError, check_layout

Arrays = dict[str, npt.NDArray[Any]]

MOST_FILE_BYTES = 100_000_000
MOST_MEMBERS = 16
MOST_RATIO = 100
"""Digits shrink to about a fifth; only a bomb of 1 MB and more shrinks to a hundredth."""

NPY_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>\|[OS]\d{0,4}|\|b1|[<>|][iu][1248]|[<>](f[248]|c8|c16|U\d{1,4}))', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(\d{1,12}(, ?\d{1,12}){0,7})?,?)\), \}\s*"
)
"""The header that numpy.save writes before a plain array (NEP 1, version 1.0)."""

MEND = "Fetch it again, or name another with NETLAB_MNIST."
BROKEN = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, struct.error, NotImplementedError)

IDX_NAMES = {
    "x_train": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "y_train": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "x_test": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "y_test": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}


@contextmanager
def opened(path: Path, most_bytes: int = MOST_FILE_BYTES) -> Iterator[BinaryIO]:
    """Open a regular file of at most `most_bytes`; what goes wrong while it is open is a `DataError`."""
    try:
        _check_file(path, most_bytes)
        with path.open("rb") as stream:
            yield stream
    except BROKEN as error:
        raise DataError(f"{path} is damaged ({_words(error)}). {MEND}") from error
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist. {MEND}") from error
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path} cannot be read ({reason}). Check its permissions and the disk.") from error


def _words(error: Exception) -> str:
    """What an error says, at a readable length: some quote the file's own bytes."""
    return str(error)[:200] or type(error).__name__


def _check_file(path: Path, most_bytes: int) -> None:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise DataError(f"{path} is not a file; expected an npz file. Name the file itself.")
    if about.st_size > most_bytes:
        raise DataError(
            f"{path} has {about.st_size:,} bytes; expected at most {most_bytes:,}: perhaps another data set. {MEND}"
        )


def sha256(stream: BinaryIO) -> str:
    """SHA-256 of a stream from its start, which is rewound: hash and content come from one opening."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def read_npz(stream: BinaryIO, name: str) -> Arrays:
    """Read the four arrays of an npz file laid out like Keras's mnist.npz.

    Raises
    ------
    DataError
        If it is no whole zip archive, is built like a bomb, lacks an array, or an array cannot be digits.
    """
    _check_zip_end(stream, name)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = _directory(archive, name)
            return {part: _member(archive, members[part], name, part) for part in PARTS}
    except (*BROKEN, ValueError, RuntimeError) as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{name} is damaged ({_words(error)}). {MEND}") from error


def _check_zip_end(stream: BinaryIO, name: str) -> None:
    """Refuse what is no zip, what is cut short, and directories too long to list."""
    start = stream.read(4)
    if start.lstrip()[:1] == b"<":
        raise DataError(f"{name} is a web page, not an npz file: perhaps an error page was saved. {MEND}")
    if start[:2] != b"PK":
        raise DataError(f"{name} does not start like an npz file (a zip archive). {MEND}")
    size = stream.seek(0, 2)
    stream.seek(max(size - 42, 0))
    tail = stream.read()
    if tail[-22:-18] != b"PK\5\6":
        raise DataError(f"{name} ends before its zip directory does: it is cut short. {MEND}")
    if tail[:4] == b"PK\6\7" or struct.unpack("<H", tail[-12:-10])[0] > MOST_MEMBERS:
        raise DataError(f"{name} lists too many members; expected {', '.join(PARTS)}. {MEND}")


def _directory(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """Find the four members; refuse doubled names and sizes that no digits have."""
    found = [info.filename.removesuffix(".npy") for info in archive.infolist()]
    if missing := [part for part in PARTS if part not in found]:
        raise DataError(f"{name} lacks {', '.join(missing)}; expected the arrays {', '.join(PARTS)}. {MEND}")
    if len(set(found)) < len(found):
        raise DataError(f"{name} holds two members of one name. {MEND}")
    for info in archive.infolist():
        _check_member(info, name)
    return dict(zip(found, archive.infolist(), strict=True))


def _check_member(info: zipfile.ZipInfo, name: str) -> None:
    most = MOST_IMAGES * SIDE * SIDE + 10_000
    if info.file_size > most:
        raise DataError(
            f"{name}: {info.filename} unpacks to {info.file_size:,} bytes; at most {most:,} are read. {MEND}"
        )
    if info.file_size > 1_000_000 and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise DataError(
            f"{name}: {info.filename} unpacks to over {MOST_RATIO} times its size, as no digits do. {MEND}"
        )
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or info.flag_bits & 1:
        raise DataError(
            f"{name}: {info.filename} is encrypted or packed unusually; save it with numpy.savez."
        )


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, part: str) -> npt.NDArray[Any]:
    """Read one array: its header first, then exactly what the header promises."""
    with archive.open(info) as file:
        shape, fortran, dtype = _npy_header(file, name, part)
        check_layout(name, part, shape, dtype)
        count = math.prod(shape) * dtype.itemsize
        content = file.read(count)
        if len(content) != count or file.read(1):
            raise DataError(f"{name}: {part} is not as long as its header says. {MEND}")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _npy_header(file: IO[bytes], name: str, part: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and dtype of an npy member; object arrays, which would need pickle, are refused.

    Only the form that NumPy writes is read: NumPy's own reader passes other headers to Python's parser, and
    broken ones end in half a dozen kinds of error.
    """
    start = file.read(10)
    length = struct.unpack("<H", start[8:])[0] if start[:8] == b"\x93NUMPY\1\0" else 0
    header = NPY_HEADER.fullmatch(file.read(length))
    if header is None:
        raise DataError(f"{name}: {part} has no npy header of a plain array. Save it again with numpy.savez.")
    if header["dtype"].startswith(b"|O"):
        raise DataError(
            f"{name}: {part} holds Python objects, which are never loaded; expected whole numbers. "
            "Save it again as uint8 with numpy.savez, or name another with NETLAB_MNIST."
        )
    shape = tuple(int(size) for size in header["shape"].split(b",") if size.strip())
    return shape, header["fortran"] == b"True", np.dtype(header["dtype"].decode())


def read_idx_folder(folder: Path) -> Arrays:
    """Read MNIST's four idx files, packed with gzip or not, from a folder.

    Raises
    ------
    DataError
        If one is missing, or is not exactly what its header says.
    """
    return {part: _read_idx(_idx_path(folder, part), part) for part in PARTS}


def _idx_path(folder: Path, part: str) -> Path:
    candidates = [folder / (name + ending) for name in IDX_NAMES[part] for ending in ("", ".gz")]
    for path in candidates:
        if path.is_file():
            return path
    raise DataError(
        f"{folder} lacks {IDX_NAMES[part][0]} (or .gz); expected MNIST's four idx files there. {MEND}"
    )


def _read_idx(path: Path, part: str) -> npt.NDArray[Any]:
    with opened(path) as stream:
        if path.suffix != ".gz":
            return _idx_array(stream, str(path), part)
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _idx_array(unpacked, str(path), part)


def _idx_array(stream: IO[bytes] | gzip.GzipFile, name: str, part: str) -> npt.NDArray[Any]:
    """Read an idx header (magic, then big-endian sizes) and exactly the bytes it promises."""
    axes = 3 if part.startswith("x") else 1
    header = stream.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes([0, 0, 8, axes]):
        raise DataError(f"{name} does not start like an idx file of {axes} axes of bytes. {MEND}")
    shape = struct.unpack(f">{axes}I", header[4:])
    check_layout(name, part, shape, np.dtype(np.uint8))
    count = math.prod(shape)
    content = stream.read(count + 1)
    if len(content) != count:
        raise DataError(f"{name} is not as long as its header says ({count:,} bytes after it). {MEND}")
    return np.frombuffer(content, np.uint8).reshape(shape)
