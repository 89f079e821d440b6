"""One run as one file: a zip of what its folder holds, to copy, to move and to share.

What comes in is a stranger's. Only files that a run has are taken, each within its bounds and unpacked by its own
length; nothing in the archive says where a file goes. Then every file is read by its own reader, in a hidden folder,
before the run is there for anybody.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from netlab.files import FileError, json_object, parse, reading, reason_of
from netlab.nets import weight_file
from netlab.nets.spec import NetworkSpec
from netlab.runs import journal, marks, origin, states, store
from netlab.runs.export import file_name
from netlab.runs.reading import read as read_run
from netlab.runs.run import MOST_JSON_BYTES, MOST_NAME_BYTES, Run, RunError, remove

VERSION = 1
ABOUT = "netlab-run.json"
MOST_ABOUT = 2000
MOST_MEMBERS = 1500
MOST_DIRECTORY = 200 * MOST_MEMBERS
"""Bytes of the zip's directory: a name of ours takes under a hundred."""
MOST_BYTES = 4_000_000_000
MOST_RATIO = 200
"""Text of a history shrinks to about a fifth; only a bomb of 10 MB and more shrinks to so small a part."""
FREE = 10_000_000
CHUNK = 2**20

PLAIN = {
    "spec.json": MOST_JSON_BYTES,
    "end.json": MOST_JSON_BYTES,
    "name.json": MOST_NAME_BYTES,
    marks.FILE: marks.MOST_BYTES,
    "prediction.json": 20_000,
    origin.FILE: origin.MOST_BYTES,
    "history.jsonl": journal.MOST_BYTES,
    "weights.npz": weight_file.MOST_BYTES,
}
"""The files of a run that lie in its folder, and how many bytes each may have."""
NUMBERED = {"snapshots": weight_file.MOST_BYTES, "resume": states.MOST_BYTES}
"""The folders in it, whose files are named by a step."""
_NUMBERED = re.compile(r"(snapshots|resume)/([0-9]{9}\.npz)")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, ValueError, RuntimeError, OSError,
)  # fmt: skip


class ParcelError(ValueError):
    """A file that holds no run which could be taken in; the sentence says why."""


@dataclass(frozen=True)
class Arrived:
    """What came of taking a run in.

    Attributes
    ----------
    run : Run
    new : bool
        False if the very run was here already.
    left_out : tuple of str
        Moments of it that could not be read, each a sentence.
    """

    run: Run
    new: bool
    left_out: tuple[str, ...] = ()


def parcel_name(run: Run) -> str:
    """What the file of a run is called.

    Parameters
    ----------
    run : Run

    Returns
    -------
    str
        For every system: small letters, digits and hyphens, then ``.netlab.zip``.
    """
    try:
        name = run.name()
    except RunError:
        name = ""
    return f"{file_name(name, run.id)}.netlab.zip"


def write(run: Run, stream: BinaryIO) -> None:
    """Write a run as one file; TensorBoard's files stay, since they can be made from the others.

    Parameters
    ----------
    run : Run
        A run whose folder is there; of one that is under way, what is written so far.
    stream : binary file
        Open to be written.

    Raises
    ------
    RunError
        If its description is not there, or a file of it cannot be read or is too large to be one of ours.
    OSError
        If the stream cannot be written.
    """
    about = {"netlab_run": VERSION, "id": run.id}
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(_info(ABOUT), json.dumps(about))
        for name, most in _files_of(run):
            try:
                with (
                    reading(run.folder / name, most, run.folder) as file,
                    archive.open(_info(name), "w") as out,
                ):
                    shutil.copyfileobj(file, out, CHUNK)
            except FileNotFoundError:
                if name == "spec.json":
                    raise RunError(f"Run {run.id} is gone.") from None
            except FileError as error:
                raise RunError(f"{name} of run {run.id} cannot be sent: {reason_of(error)}.") from error


def read(stream: BinaryIO, most_bytes: int = MOST_BYTES) -> Arrived:
    """Take a run in from a file that ``write`` made, or that somebody else did.

    It keeps its id, unless another run has it: then it gets a new one.

    Parameters
    ----------
    stream : binary file
        Open to be read, at its start; it can be wound.
    most_bytes : int
        What it may unpack to.

    Returns
    -------
    Arrived

    Raises
    ------
    ParcelError
        If it holds no run that could be taken in.
    OSError
        If the run cannot be written here.
    """
    archive, members = _opened(stream, most_bytes)
    run_id = _about(archive, members.pop(ABOUT))
    place = store.root() / f".{store.new_id()}{store.ARRIVING}"
    for name in ("", *NUMBERED, "tensorboard"):
        (place / name).mkdir(parents=True, exist_ok=True)
    try:
        for name, info in members.items():
            _unpack(archive, info, place / name)
        left_out = _checked(Run(run_id, place))
        return _settled(run_id, place, left_out)
    finally:
        remove(place)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # at a date of its own: a run gives the same file each time
    info.compress_type = zipfile.ZIP_STORED if name.endswith(".npz") else zipfile.ZIP_DEFLATED
    return info


def _files_of(run: Run) -> Iterator[tuple[str, int]]:
    """The names of a run's files, the history before the weights that it tells of, and the most bytes of each."""
    yield from ((name, most) for name, most in PLAIN.items() if os.path.lexists(run.folder / name))
    for folder, most in NUMBERED.items():
        place = run.folder / folder
        names = (
            [] if place.is_symlink() or not place.is_dir() else sorted(path.name for path in place.iterdir())
        )
        found = [f"{folder}/{name}" for name in names]
        yield from ((name, most) for name in found if _NUMBERED.fullmatch(name))


def _opened(stream: BinaryIO, most_bytes: int) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """The archive and its files by name: known names only, each once, all within their bounds."""
    with _told():
        _check_end(stream)
        archive = zipfile.ZipFile(stream)
        found = archive.infolist()
        members = {info.filename: info for info in found}
        if len(members) < len(found):
            raise ParcelError("It holds two files of one name.")
        if len(found) > MOST_MEMBERS:
            raise ParcelError(f"It holds {len(found):,} files; a run has at most {MOST_MEMBERS:,}.")
        for info in found:
            _check_member(info)
        if not {ABOUT, "spec.json"} <= set(members):
            raise ParcelError(
                "It is a zip file, but holds no run of Netlab: choose one that Netlab exported."
            )
        total = sum(info.file_size for info in found)
        if total > most_bytes:
            raise ParcelError(f"It unpacks to {total:,} bytes; at most {most_bytes:,} are taken.")
        return archive, members


def _check_end(stream: BinaryIO) -> None:
    """Refuse what is no zip, what is cut short, and directories too long to list; before anything lists them."""
    if stream.read(2) != b"PK":
        raise ParcelError("It is no zip file: choose one that Netlab exported.")
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(size - 22, 0))
    tail = stream.read()
    if tail[:4] != b"PK\5\6":
        raise ParcelError("It ends before its directory does: it is cut short, or was not written by Netlab.")
    disk, first, _, entries, length, _ = struct.unpack("<HHHHLL", tail[4:20])
    if disk or first or entries > MOST_MEMBERS or length > MOST_DIRECTORY:
        raise ParcelError(f"It lists too many files; a run has at most {MOST_MEMBERS:,}.")
    stream.seek(max(size - 42, 0))
    if size >= 42 and stream.read(4) == b"PK\6\7":
        raise ParcelError("It is of the kind for files beyond 4 GB, and no run is so large.")
    stream.seek(0)


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.filename
    most = MOST_ABOUT if name == ABOUT else PLAIN.get(name)
    if most is None and (found := _NUMBERED.fullmatch(name)):
        most = NUMBERED[found[1]]
    if most is None:
        raise ParcelError(f"It holds a file called {name[:60]!r}, which no run has.")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise ParcelError(f"{name} is a link or a folder in it, and none is taken.")
    packed = (zipfile.ZIP_STORED,) if name.endswith(".npz") else (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if info.compress_type not in packed or info.flag_bits & 1:
        raise ParcelError(f"{name} is encrypted in it, or packed as Netlab packs none.")
    if info.file_size > most:
        raise ParcelError(f"{name} unpacks to {info.file_size:,} bytes; at most {most:,} are taken.")
    if info.file_size > FREE and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise ParcelError(f"{name} unpacks to over {MOST_RATIO} times its size, as no such file does.")


def _about(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    """The id that the run has where it comes from."""
    with _told():
        with archive.open(info) as file:
            about = parse(file.read(MOST_ABOUT + 1).decode("utf-8"))
    if not isinstance(about, dict) or about.get("netlab_run") != VERSION:
        raise ParcelError("It was written by another version of Netlab.")
    run_id = about.get("id")
    if not isinstance(run_id, str) or not store.is_id(run_id):
        raise ParcelError("It does not say which run it is.")
    return run_id


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> None:
    """Write one file of exactly as many bytes as were told; ``path`` is made of a name that is known."""
    left = info.file_size
    with _told(), archive.open(info) as file:
        out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(out, "wb") as written:
            while part := file.read(min(CHUNK, left + 1)):
                left -= len(part)
                if left < 0:
                    break
                written.write(part)
    if left:
        raise ParcelError(f"{info.filename} is not as long as it says.")


def _checked(run: Run) -> tuple[str, ...]:
    """Read all of a run by its own readers; what is damaged of its moments is taken out and told.

    Raises
    ------
    ParcelError
        If its description, its history, its ending or its weights are no run's.
    """
    found = read_run(run)
    if found.spec is None or found.trouble:
        raise ParcelError(found.trouble.replace(str(run.folder), "it"))
    weights = run.folder / "weights.npz"
    if os.path.lexists(weights) and (why := _not_weights(weights, run.folder, found.spec)):
        raise ParcelError(f"Its final weights cannot be read: {why}.")
    try:
        origin.read(run)
    except RunError as error:
        raise ParcelError(str(error)) from error
    for name in ("name.json", marks.FILE, "prediction.json"):
        if os.path.lexists(run.folder / name):
            try:
                json_object(run.folder / name, PLAIN[name], run.folder)
            except FileError as error:
                raise ParcelError(f"{name} cannot be read: {reason_of(error)}.") from error
    left_out = []
    for step in run.snapshots():
        path = run.folder / "snapshots" / f"{step:09d}.npz"
        if why := _not_weights(path, run.folder, found.spec):
            path.unlink()
            left_out.append(
                f"Its weights after {step:,} batches are left out, since they cannot be read: {why}."
            )
    for path in sorted((run.folder / "resume").iterdir()):
        try:
            states.read(path, run.folder)
        except states.StateError as error:
            path.unlink()
            left_out.append(f"A state to continue from is left out: {reason_of(error)}.")
    return tuple(left_out)


def _not_weights(path: Path, folder: Path, spec: NetworkSpec) -> str:
    """Why a file does not hold weights of this network; empty if it does."""
    try:
        own, _ = weight_file.read(path, folder)
    except weight_file.WeightsError as error:
        return reason_of(error).replace(str(path), path.name)
    return "" if own == spec else "they are another network's"


def _settled(run_id: str, place: Path, left_out: tuple[str, ...]) -> Arrived:
    """Give the run its place among the others."""
    here = store.get(run_id)
    if here is not None and _same(here.folder, place):
        return Arrived(here, new=False)
    if os.path.lexists(store.root() / run_id):
        run_id = store.new_id()
    run = Run(run_id, store.root() / run_id)
    place.rename(run.folder)
    return Arrived(run, new=True, left_out=left_out)


def _same(one: Path, other: Path) -> bool:
    """Whether two folders are the same run at the same moment: as described, with the same history and end."""
    names = ("spec.json", "history.jsonl", "end.json")
    return all(_digest(one, name) == _digest(other, name) for name in names)


def _digest(folder: Path, name: str) -> bytes | None:
    try:
        with reading(folder / name, PLAIN[name], folder) as file:
            digest = hashlib.sha256()
            while part := file.read(CHUNK):
                digest.update(part)
            return digest.digest()
    except (OSError, FileError):  # it is not there, or is nothing that we would have taken in
        return None


@contextmanager
def _told() -> Iterator[None]:
    """Whatever a broken archive makes its reader raise, as one sentence; a disk that is full stays what it is."""
    try:
        yield
    except ParcelError:
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise ParcelError(f"It is damaged ({reason_of(error)}).") from error
    except _BROKEN as error:
        raise ParcelError(f"It is damaged ({reason_of(error)}).") from error
