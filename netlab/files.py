"""Open and read files that may have been changed by anybody: plain ones only, never waiting, never too many bytes.

A pipe, a device, a link or a folder in a file's place is refused before anything is read from it.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_AS_IT_IS = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
MOST_LISTS = 200  # the largest description of a network has about fifty
READABLE = 200  # letters of a foreign text that a sentence quotes


class FileError(ValueError):
    """A file that is not what it should be; the text says what it is instead."""


def reason_of(error: BaseException) -> str:
    """What an error says, at a readable length: some quote the file's own bytes."""
    text = (error.strerror or "") if isinstance(error, OSError) else str(error)
    return text[:READABLE] or type(error).__name__


def open_plain(path: Path, flags: int) -> int:
    """A handle of a plain file, opened as ``os.open`` does; the caller closes it.

    Raises
    ------
    OSError
        If it cannot be opened, or is a link, a pipe, a device or a folder.
    """
    opened = os.open(path, flags | _NEVER_WAIT | _NO_LINK | _AS_IT_IS, 0o666)
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        os.close(opened)
        raise OSError(errno.EINVAL, "It is not a plain file", str(path))
    return opened


@contextmanager
def reading(path: Path, most_bytes: int, folder: Path | None = None) -> Iterator[BinaryIO]:
    """Open a plain file of at most ``most_bytes`` to read.

    Parameters
    ----------
    folder : Path, optional
        No link between it and the file is followed, so that what is read lies in it.

    Raises
    ------
    FileError
        If it is a link, a pipe, a device or a folder, or larger.
    OSError
        If it is not there or cannot be read.
    """
    _check_links(path, folder or path.parent)
    if not stat.S_ISREG(path.lstat().st_mode):  # before it is opened: opening a device may do something
        raise FileError("it is not a plain file")
    with os.fdopen(open_plain(path, os.O_RDONLY), "rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > most_bytes:
            raise FileError(f"it has {size:,} bytes, and at most {most_bytes:,} are read")
        yield stream


def content(path: Path, most_bytes: int, folder: Path | None = None) -> bytes:
    """All bytes of a plain file, opened as ``reading`` does; a file that grows meanwhile is refused."""
    with reading(path, most_bytes, folder) as stream:
        size = os.fstat(stream.fileno()).st_size
        found = stream.read(size + 1)
    if len(found) > size:
        raise FileError("it grew while it was read")
    return found


def _check_links(path: Path, folder: Path) -> None:
    for part in (path, *path.parents):
        if part == folder:
            return
        if part.is_symlink():
            raise FileError(f"{part.name} is a link to elsewhere, and none is followed")


def _refuse(constant: str) -> NoReturn:
    raise FileError(f"{constant} is no number of JSON")


_JSON = json.JSONDecoder(parse_constant=_refuse)


def parse(text: str, most_lists: int = MOST_LISTS) -> Any:
    """The value that a JSON text tells, read strictly: no NaN, and no more lists and objects than ours have.

    So few (``most_lists``) cannot be nested too deeply for whoever walks through them.

    Raises
    ------
    ValueError
        If it is not JSON.
    """
    if text.count("[") + text.count("{") > most_lists:
        raise FileError(f"it holds more than {most_lists} lists and objects, perhaps nested without end")
    return _JSON.decode(text)


def json_object(path: Path, most_bytes: int, folder: Path | None = None) -> dict[str, Any]:
    """The object that a small JSON file holds.

    Raises
    ------
    FileError
        If it is not there, is not such a file, or does not hold an object.
    """
    try:
        value = parse(content(path, most_bytes, folder).decode("utf-8"))
    except FileNotFoundError:
        raise FileError("it is not there") from None
    except (OSError, ValueError) as error:
        raise FileError(reason_of(error)) from error
    if not isinstance(value, dict):
        raise FileError("it does not hold an object")
    return value
