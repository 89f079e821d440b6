"""Read digits out of npz and idx files that may be broken or hostile: every size is checked before it is read.

A small file cannot grow in memory beyond the digits it may hold: the idx headers are read first, and then exactly as
many bytes as they promise; npz files are read by ``netlab.npz`` in the same way.
"""

from __future__ import annotations

import gzip
import hashlib
import math
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
from netlab.files import reason_of
from netlab.npz import Limits, Npz, NpzError

Arrays = dict[str, npt.NDArray[Any]]

MOST_FILE_BYTES = 100_000_000
LIMITS = Limits(members=16, member_bytes=MOST_IMAGES * SIDE * SIDE + 10_000)
MEND = "Fetch it again, or name another with NETLAB_MNIST."
BROKEN = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, struct.error, NotImplementedError)

IDX_ENDINGS = {
    "x_train": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "y_train": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "x_test": ("test-images-idx3-ubyte", "test-images.idx3-ubyte", "t10k-images-idx3-ubyte"),
    "y_test": ("test-labels-idx1-ubyte", "test-labels.idx1-ubyte", "t10k-labels-idx1-ubyte"),
}
"""How the names of other makers' four files end: "emnist-digits-train-images-idx3-ubyte.gz"."""
IDX_NAMES = {
    "x_train": ("train-images-idx3-ubyte", "train-images.idx3-ubyte"),
    "y_train": ("train-labels-idx1-ubyte", "train-labels.idx1-ubyte"),
    "x_test": ("t10k-images-idx3-ubyte", "t10k-images.idx3-ubyte"),
    "y_test": ("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte"),
}


@contextmanager
def opened(path: Path, most_bytes: int = MOST_FILE_BYTES) -> Iterator[BinaryIO]:
    """Open a regular file of at most ``most_bytes``; what goes wrong while it is open is a ``DataError``.

    Parameters
    ----------
    path : Path
        The file.
    most_bytes : int
        A longer file is refused.

    Yields
    ------
    binary stream
        The file, open for reading at its start.

    Raises
    ------
    DataError
        If the file is missing, damaged, too long, no regular file, or cannot be read.
    """
    try:
        _check_file(path, most_bytes)
        with path.open("rb") as stream:
            yield stream
    except BROKEN as error:
        raise DataError(f"{path} is damaged ({reason_of(error)}). {MEND}") from error
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist. {MEND}") from error
    except OSError as error:
        reason = error.strerror or error
        raise DataError(f"{path} cannot be read ({reason}). Check its permissions and the disk.") from error


def _check_file(path: Path, most_bytes: int) -> None:
    about = path.stat()
    if not stat.S_ISREG(about.st_mode):
        raise DataError(f"{path} is not a file; expected an npz file. Name the file itself.")
    if about.st_size > most_bytes:
        raise DataError(
            f"{path} has {about.st_size:,} bytes; expected at most {most_bytes:,}: perhaps another data set. {MEND}"
        )


def sha256(stream: BinaryIO) -> str:
    """SHA-256 of a stream from its start, which is rewound: hash and content come from one opening.

    Parameters
    ----------
    stream : binary stream
        A file that can be rewound.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def read_npz(stream: BinaryIO, name: str, most: int = MOST_IMAGES) -> Arrays:
    """Read the four arrays of an npz file laid out like Keras's mnist.npz.

    Parameters
    ----------
    stream : binary stream
        The file.
    name : str
        What errors call it.
    most : int
        More pictures than this are refused.

    Returns
    -------
    dict
        The arrays by name, pictures (n, 28, 28) and labels (n,).

    Raises
    ------
    DataError
        If it is no whole zip archive, is built like a bomb, lacks an array, or an array cannot be digits.
    """
    try:
        archive = Npz(stream, name, Limits(LIMITS.members, most * SIDE * SIDE + 10_000))
        if missing := [part for part in PARTS if part not in archive.names]:
            raise DataError(
                f"{name} lacks {', '.join(missing)}; expected the arrays {', '.join(PARTS)}. {MEND}"
            )
        return {part: _member(archive, name, part, most) for part in PARTS}
    except NpzError as error:
        raise DataError(f"{error} {MEND}") from error


def _member(archive: Npz, name: str, part: str, most: int) -> npt.NDArray[Any]:
    header = archive.header(part)
    check_layout(name, part, header.shape, header.dtype, most)
    return archive.array(part)


def read_idx_folder(folder: Path, most: int = MOST_IMAGES) -> Arrays:
    """Read MNIST's four idx files, packed with gzip or not, from a folder.

    Parameters
    ----------
    folder : Path
        Where the four files are.
    most : int
        More pictures than this are refused.

    Returns
    -------
    dict
        The arrays by name, pictures uint8 (n, 28, 28) and labels uint8 (n,).

    Raises
    ------
    DataError
        If one is missing, or is not exactly what its header says.
    """
    return {part: _read_idx(_idx_path(folder, part), part, most) for part in PARTS}


def _idx_path(folder: Path, part: str) -> Path:
    candidates = [folder / (name + ending) for name in IDX_NAMES[part] for ending in ("", ".gz")]
    for path in candidates:
        if path.is_file():
            return path
    others = sorted(folder.glob("*-*")) if folder.is_dir() else []
    for path in others:
        if path.is_file() and path.name.removesuffix(".gz").endswith(IDX_ENDINGS[part]):
            return path
    raise DataError(
        f"{folder} lacks {IDX_NAMES[part][0]} (or .gz); expected MNIST's four idx files there. {MEND}"
    )


def _read_idx(path: Path, part: str, most: int) -> npt.NDArray[Any]:
    with opened(path) as stream:
        if path.suffix != ".gz":
            return _idx_array(stream, str(path), part, most)
        with gzip.GzipFile(fileobj=stream) as unpacked:
            return _idx_array(unpacked, str(path), part, most)


def _idx_array(
    stream: IO[bytes] | gzip.GzipFile, name: str, part: str, most: int = MOST_IMAGES
) -> npt.NDArray[Any]:
    """Read an idx header (magic, then big-endian sizes) and exactly the bytes it promises."""
    axes = 3 if part.startswith("x") else 1
    header = stream.read(4 + 4 * axes)
    if len(header) < 4 + 4 * axes or header[:4] != bytes([0, 0, 8, axes]):
        raise DataError(f"{name} does not start like an idx file of {axes} axes of bytes. {MEND}")
    shape = struct.unpack(f">{axes}I", header[4:])
    check_layout(name, part, shape, np.dtype(np.uint8), most)
    count = math.prod(shape)
    content = stream.read(count + 1)
    if len(content) != count:
        raise DataError(f"{name} is not as long as its header says ({count:,} bytes after it). {MEND}")
    return np.frombuffer(content, np.uint8).reshape(shape)
