"""Where Netlab keeps what it keeps, and how it writes: whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder for runs and caches: ``NETLAB_HOME``, or the platform's place for user data."""
    asked = os.environ.get("NETLAB_HOME")
    return Path(asked).expanduser() if asked else Path(platformdirs.user_data_dir("netlab", appauthor=False))


def writable() -> str | None:
    """None if the home can be written, else a sentence that says why not and what is lost."""
    try:
        atomic_write(home() / ".writable", b"")
        (home() / ".writable").unlink(missing_ok=True)
    except OSError as error:
        return (
            f"{home()} cannot be written ({error.strerror or error}), so runs are not saved. "
            "Free some space, or set NETLAB_HOME to a folder of your own."
        )
    return None


def free_bytes(path: Path) -> int:
    """Free space on the disk that holds ``path``, whose parents may not exist yet."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return shutil.disk_usage(path).free


def in_words(size: int) -> str:
    """A number of bytes for people: ``850 kB``, ``22.9 MB``, ``3.1 GB``."""
    for unit, bytes_each in (("GB", 1e9), ("MB", 1e6)):
        if size >= bytes_each:
            return f"{size / bytes_each:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file so that its name shows the old content or the new, never a part.

    A temporary file in the same folder, flushed to the disk, then renamed; the folder is flushed too.

    Raises
    ------
    OSError
        If it cannot be written; an older file of that name is as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
