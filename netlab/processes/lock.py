"""A file that one process holds at a time, as long as it lives: who trains a run is asked, never guessed.

The system takes the lock back when the process ends, however it ends. On a disk that has no locks (some
network shares) nobody holds anything, and ``take`` gives a handle all the same.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from netlab.files import open_plain

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ASKING_SECONDS = 1.0  # whoever only asks holds the lock for a moment


class Held(RuntimeError):
    """Another process, or another training of this one, holds the file."""


def take(path: Path) -> int:
    """Hold the file until the handle given back is closed or this process ends.

    Parameters
    ----------
    path : Path
        The lock's file, made if it is not there.

    Returns
    -------
    int
        A file descriptor; close it to let go.

    Raises
    ------
    Held
        If it is held already.
    OSError
        If the file cannot be made.
    """
    handle = open_plain(path, os.O_RDWR | os.O_CREAT)
    end = time.monotonic() + ASKING_SECONDS
    while not _locked(handle):
        if time.monotonic() > end:
            os.close(handle)
            raise Held(str(path))
        time.sleep(0.02)
    return handle


def held(path: Path) -> bool:
    """Whether a process holds the file now.

    Parameters
    ----------
    path : Path
        The lock's file.

    Returns
    -------
    bool
        False also if it is not there or cannot be opened.
    """
    try:
        handle = open_plain(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    except OSError:  # no process of ours ever held it
        return False
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _locked(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a disk without locks
            return True
        return True
