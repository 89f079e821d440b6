"""Which server has a run that nobody trains at this moment: one that waits for its turn, or was paused for long.

A worker holds the folder of the run that it trains, and nobody else touches it. A run that waits has no worker, so its server
writes its own name beside it. Each server holds a file of that name under ``NETLAB_HOME`` as long as it lives, so that others
that share the home believe the name, and know when it says nothing any more.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path

from netlab.files import FileError, json_object
from netlab.processes import lock
from netlab.storage import atomic_write, home

FILE = "server.json"
MOST_BYTES = 200
FOLDER = "servers"
OLD_SECONDS = 3600.0
"""A server's file that nobody holds goes after so long: a younger one may be about to be held."""
_NAME = re.compile(r"[0-9a-f]{32}")


class Here:
    """This server, as the others that share its home see it; it takes a name when it first has a run."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self._lock = threading.Lock()
        self._handle: int | None = None
        self._path: Path | None = None

    def has(self, folder: Path) -> None:
        """Write down that a run is under way here.

        Parameters
        ----------
        folder : Path
            The run's; made if it is not there.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._appear()
        atomic_write(folder / FILE, json.dumps({"server": self.name}).encode(), lasting=False)

    def over(self, folder: Path) -> None:
        """The run is not under way here any more, however it ended.

        Parameters
        ----------
        folder : Path
            The run's; it may be gone.
        """
        if said(folder) == self.name:
            with suppress(OSError):  # then it is believed until this server ends
                (folder / FILE).unlink(missing_ok=True)

    def close(self) -> None:
        """Be gone for the others."""
        with self._lock:
            if self._handle is not None and self._path is not None:
                os.close(self._handle)
                with suppress(OSError):  # it goes later, as that of a server that was killed
                    self._path.unlink(missing_ok=True)
            self._handle = None

    def _appear(self) -> None:
        with self._lock:
            if self._handle is None:
                _sweep()
                self._path = _place(self.name)
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                self._handle = lock.take(self._path)


def said(folder: Path) -> str:
    """The server that is written beside a run, read as a stranger's.

    Parameters
    ----------
    folder : Path
        The run's.

    Returns
    -------
    str
        Its name; empty if there is none that can be read.
    """
    if not os.path.lexists(folder / FILE):
        return ""
    try:
        name = json_object(folder / FILE, MOST_BYTES, folder).get("server")
    except FileError:
        return ""
    return name if isinstance(name, str) and _NAME.fullmatch(name) else ""


def living(folder: Path) -> str:
    """The server at which a run is under way, if that server lives.

    Parameters
    ----------
    folder : Path
        The run's.

    Returns
    -------
    str
        Its name; empty if there is none, it has ended, or the disk has no locks.
    """
    name = said(folder)
    return name if name and lock.held(_place(name)) else ""


def look(folder: Path) -> None:
    """Somebody watches a run from another server than its own.

    Parameters
    ----------
    folder : Path
        The run's.
    """
    with suppress(OSError, NotImplementedError):  # it is over, or the home cannot be written
        os.utime(folder / FILE, follow_symlinks=False)


def looked(folder: Path) -> float:
    """Seconds since somebody at another server watched a run, or it came to its server.

    Parameters
    ----------
    folder : Path
        The run's.

    Returns
    -------
    float
        Infinite if that is not known.
    """
    try:
        return max(0.0, time.time() - (folder / FILE).lstat().st_mtime)
    except OSError:
        return float("inf")


def _place(name: str) -> Path:
    return home() / FOLDER / f"{name}.lock"


def _sweep() -> None:
    """Remove what servers left that were killed."""
    for path in (home() / FOLDER).glob("*.lock"):
        with suppress(OSError):  # another server was faster
            if time.time() - path.lstat().st_mtime > OLD_SECONDS and not lock.held(path):
                path.unlink()
