"""Where Netlab keeps what it keeps, and how it writes: whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import platformdirs

from netlab.files import open_plain

if sys.platform != "win32":
    import fcntl

FIXED_WHILE_OPEN = os.name != "posix"
"""Whether a file that anybody has open can be neither renamed nor removed, as on Windows."""
_TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")
YOUNG_SECONDS = 2.0  # a temporary file so young may be about to be locked
READ_SECONDS = 2.0  # for so long the end of reading is waited for where an open file is fixed
OLD_SECONDS = 3600.0  # where there are no locks, a save so old is over


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


def atomic_write(path: Path, content: bytes, *, lasting: bool = True) -> None:
    """Write a file so that its name shows the old content or the new, never a part.

    A temporary file in the same folder, flushed to the disk, then renamed; the folder is flushed too. What can be made
    anew need not be ``lasting``: it is not flushed, and a power cut may leave it empty.

    Raises
    ------
    OSError
        If it cannot be written; an older file of that name is as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _lock(handle)
            file.write(content)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
            if not FIXED_WHILE_OPEN:  # while it is locked
                Path(temporary).replace(path)
        if FIXED_WHILE_OPEN:
            insist(lambda: Path(temporary).replace(path))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if lasting:
        _flush_folder(path.parent)


def insist(change: Callable[[], object]) -> None:
    """Change a name on the disk, again and again for a moment while it is refused.

    Windows refuses as long as anybody reads the file, or a virus scanner looks at it; elsewhere a refusal is for good.

    Raises
    ------
    PermissionError
        If it is still refused after ``READ_SECONDS``.
    """
    end = time.monotonic() + READ_SECONDS
    while True:
        try:
            change()
            return
        except PermissionError:
            if not FIXED_WHILE_OPEN or time.monotonic() > end:
                raise
        time.sleep(0.02)


def sweep(folder: Path) -> None:
    """Remove the temporary files that killed writers left in a folder and below; those in use stay."""
    for place, _, names in os.walk(folder):
        for name in filter(_TEMPORARY.fullmatch, names):
            with suppress(OSError):  # it is in use, another process was faster, or it stays for the next time
                _remove_if_left(Path(place, name))


def _remove_if_left(path: Path) -> None:
    age = time.time() - path.lstat().st_mtime
    handle = open_plain(path, os.O_RDWR)
    try:
        left = age > YOUNG_SECONDS and (_lock(handle) or age > OLD_SECONDS)
        if left and not FIXED_WHILE_OPEN:  # while it is locked
            path.unlink()
    finally:
        os.close(handle)
    if left and FIXED_WHILE_OPEN:
        path.unlink()


def _lock(handle: int) -> bool:
    """Lock a file until it is closed or its process ends; False where there are no locks.

    Raises
    ------
    BlockingIOError
        If another process has it.
    """
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # a disk without locks
        return False
    return True


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows has no handle for a folder
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
