"""The files of a run on their way from a node to the server: what has changed there, and what is taken here.

A node's word is not trusted: a piece names one of the files that a training writes, or it is refused, and so is what
is larger than such a file can be. Nothing a node says decides where a file goes but by such a name.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from netlab.runs import journal, parcel
from netlab.runs.run import STATES_KEPT, Run
from netlab.storage import atomic_write

MOST_PIECE = 8_000_000
"""Bytes of what is appended that go at once; the rest goes with the next line."""
MOST_BOARD = 500_000_000
HISTORY = "history.jsonl"
LAST = ("weights.npz", "end.json")
"""In this order, when all else is there: the end says that the run is whole."""
_NUMBERED = re.compile(r"(snapshots|resume)/[0-9]{9}\.npz")
_BOARD = re.compile(
    r"tensorboard/[a-z0-9-]{1,120}/(train|validation)/events\.out\.tfevents\.[A-Za-z0-9._-]{1,200}"
)


class Refused(ValueError):
    """A node sent what no training writes."""


class Piece(NamedTuple):
    """A file, or what was added to it.

    Attributes
    ----------
    name : str
        In the run's folder, with "/".
    offset : int or None
        Where the content goes, counted from the training's beginning; None if it is the whole file.
    content : bytes
    """

    name: str
    offset: int | None
    content: bytes


def grows(name: str) -> bool:
    """Whether a file is appended to, and not written anew."""
    return name == HISTORY or _BOARD.fullmatch(name) is not None


def most_bytes(name: str) -> int:
    """How large a file that a training writes can be.

    Parameters
    ----------
    name : str
        In the run's folder, with "/".

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    Refused
        If no training writes a file of that name.
    """
    if name == HISTORY:
        return journal.MOST_BYTES
    if name in ("spec.json", *LAST):
        return parcel.PLAIN[name]
    if found := _NUMBERED.fullmatch(name):
        return parcel.NUMBERED[found[1]]
    if _BOARD.fullmatch(name):
        return MOST_BOARD
    raise Refused(f"A node sent a file called {name[:80]!r}, which no training writes. It was not taken.")


@dataclass
class Watched:
    """A run's folder on a node.

    Attributes
    ----------
    folder : Path
    """

    folder: Path
    _seen: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    def changed(self) -> list[Piece]:
        """What is new since the last time, weights before the history that tells of them, the end last."""
        found = sorted(self._files(), key=_order)
        return [piece for name in found if (piece := self._piece(name)) is not None]

    def know(self) -> None:
        """Take what is there for known."""
        for name in self._files():
            stamp = _stamp(self.folder / name)
            if stamp is not None:
                self._seen[name] = stamp

    def _files(self) -> list[str]:
        found = []
        for place, _, names in os.walk(self.folder):
            inner = Path(place).relative_to(self.folder)
            found += [(inner / name).as_posix() for name in names]
        return [name for name in found if _is_ours(name)]

    def _piece(self, name: str) -> Piece | None:
        path, before = self.folder / name, self._seen.get(name)
        stamp = _stamp(path)
        if stamp is None or stamp == before:
            return None
        try:
            if not grows(name):
                content = path.read_bytes()
                self._seen[name] = stamp
                return Piece(name, None, content)
            offset = 0 if before is None else before[1]
            with path.open("rb") as file:
                file.seek(offset)
                content = file.read(MOST_PIECE)
        except FileNotFoundError:  # an older state has made room for a newer one
            return None
        whole = offset + len(content) >= stamp[1]
        self._seen[name] = (stamp[0] if whole else 0, offset + len(content), stamp[2])
        return Piece(name, offset, content) if content else None


@dataclass
class Mirror:
    """A run's folder on the server, into which a node's pieces go; made when the training begins.

    Attributes
    ----------
    run : Run
    """

    run: Run
    _bases: dict[str, int] = field(default_factory=dict)

    def take(self, piece: Piece) -> None:
        """Write a piece.

        Parameters
        ----------
        piece : Piece
            As a node sent it.

        Raises
        ------
        Refused
            If it is none that a training writes; nothing is written then.
        OSError
            If it cannot be written.
        """
        name, offset, content = piece
        most = most_bytes(name)
        if not isinstance(content, bytes) or len(content) > most:
            raise Refused(f"A node sent {name} with more bytes than the {most:,} that such a file can have.")
        if (offset is not None) != grows(name):
            raise Refused(f"A node sent {name} in a way in which it is not written.")
        folder, _, last = name.rpartition("/")
        path = self.run.own_folder(*filter(None, folder.split("/"))) / last
        if offset is not None:
            self._append(name, path, offset, content)
        elif name != "spec.json" or not os.path.lexists(path):  # the reader's is older and stays
            atomic_write(path, content)
        if name.startswith("resume/"):
            self._prune()

    def _append(self, name: str, path: Path, offset: int, content: bytes) -> None:
        there = path.lstat().st_size if os.path.lexists(path) else 0
        place = self._bases.setdefault(name, there) + offset
        if not 0 <= place <= there or place + len(content) > most_bytes(name):
            raise Refused(f"A node sent a part of {name} that does not follow what is there.")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(
            path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0), 0o666
        )
        with os.fdopen(handle, "wb") as file:
            file.seek(place)
            file.write(content)

    def _prune(self) -> None:
        for step in self.run.exact_steps()[:-STATES_KEPT]:
            (self.run.folder / "resume" / f"{step:09d}.npz").unlink(missing_ok=True)


def to_begin_with(run: Run | None, origin: tuple[Run, int] | None) -> dict[str, bytes]:
    """The files that a training needs where it runs: what is known of the run, its last states, the moment it begins at.

    Parameters
    ----------
    run : Run or None
        The run as the server has it; None if it could not be written down.
    origin : (Run, int) or None
        The run at whose moment it begins, and the step.

    Returns
    -------
    dict of str to bytes
        By their names below the folder of all runs.
    """
    wanted: list[tuple[Run, str]] = []
    if run is not None:
        states = [f"resume/{step:09d}.npz" for step in run.exact_steps()]
        wanted += [(run, name) for name in ("spec.json", "name.json", "origin.json", *states)]
    if origin is not None:
        wanted += [(origin[0], "spec.json"), (origin[0], f"snapshots/{origin[1]:09d}.npz")]
    files = {}
    for one, name in wanted:
        try:
            files[f"{one.id}/{name}"] = (one.folder / name).read_bytes()
        except OSError:  # its worker says what it lacks
            continue
    return files


def _order(name: str) -> tuple[int, str]:
    return LAST.index(name) + 2 if name in LAST else int(grows(name)), name


def _is_ours(name: str) -> bool:
    try:
        most_bytes(name)
    except Refused:
        return False
    return True


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
