"""Whose a run is: hashes of the secrets that browsers keep, beside the run. Who reads them cannot become an owner by it.

The first is who began the run; the others asked for the very same training and share it. A run that has none belongs to
nobody's browser: the command line trained it, or it is older than this file.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from netlab.files import FileError, json_object
from netlab.runs import store
from netlab.runs.run import HIDDEN, Run
from netlab.storage import atomic_write

FILE = "owners.json"
MOST_OWNERS = 200
MOST_BYTES = 100 * MOST_OWNERS
MOST_KNOWN = 20_000
_HASH = re.compile(r"[0-9a-f]{64}")
_SALT = b"whose run is it? "

Stamp = tuple[int, int] | None


def name_of(secret: str) -> str:
    """What stands beside a run for a secret; the secret cannot be had from it.

    Parameters
    ----------
    secret : str
        Of at least 256 random bits.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    return hashlib.sha256(_SALT + secret.encode()).hexdigest()


def read(run: Run) -> tuple[str, ...]:
    """Whose a run is, as it stands beside it, read as a stranger's.

    Parameters
    ----------
    run : Run

    Returns
    -------
    tuple of str
        Names as ``name_of`` makes them, who began it first; empty if it is nobody's, or that cannot be read.
    """
    return _read(run.folder)


def of(run_id: str) -> tuple[str, ...]:
    """Whose a run is that is kept, or was deleted so lately that it can be brought back.

    Parameters
    ----------
    run_id : str
        Any text.

    Returns
    -------
    tuple of str
        As ``read``; empty if there is no such run.
    """
    if not store.is_id(run_id):
        return ()
    here = store.root() / run_id
    return _known.owners(here if here.is_dir() else store.root() / f".{run_id}{HIDDEN}")


def write(run: Run, owners: Sequence[str]) -> None:
    """Note whose a run is.

    Parameters
    ----------
    run : Run
        Its folder is there.
    owners : sequence of str
        Names as ``name_of`` makes them, who began it first; what is no such name is left out.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    names = [name for name in dict.fromkeys(owners) if _HASH.fullmatch(name)][:MOST_OWNERS]
    if names and run.folder.is_dir():  # a deleted run does not come back for its owner
        atomic_write(run.folder / FILE, json.dumps({"owners": names}).encode())


def join(run: Run, owner: str) -> None:
    """One more shares a run.

    Parameters
    ----------
    run : Run
    owner : str
        A name as ``name_of`` makes it.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with _writing:
        found = read(run)
        if owner not in found:
            write(run, [*found, owner])


def leave(run: Run, who: Collection[str]) -> bool:
    """Some who share a run let it go; the next is then as who began it.

    Parameters
    ----------
    run : Run
    who : collection of str
        Names of one person.

    Returns
    -------
    bool
        False, and nothing is changed, if nobody would be left.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with _writing:
        left = [name for name in read(run) if name not in who]
        if left:
            write(run, left)
        return bool(left)


def owned(who: Collection[str], ids: Iterable[str]) -> list[str]:
    """Those of some runs that belong to a person.

    Parameters
    ----------
    who : collection of str
        The person's names.
    ids : iterable of str
        Ids of runs.

    Returns
    -------
    list of str
        In their order.
    """
    names, root = frozenset(who), store.root()
    return [run_id for run_id in ids if not names.isdisjoint(_known.owners(root / run_id))]


@dataclass(frozen=True)
class Rights:
    """Why a visitor may not do something to a run; each is empty where they may.

    Attributes
    ----------
    steer : str
        Pause, step, change the learning rate.
    resume : str
        Resume and continue.
    stop, change, delete : str
        End it; rename it, note something of it, give it a star; delete it.
    shared : bool
        Whether others have asked for the very same training, and it is theirs as well.
    leaves : bool
        Whether stopping and deleting it only lets go of the visitor's own part.
    """

    steer: str = ""
    resume: str = ""
    stop: str = ""
    change: str = ""
    delete: str = ""
    shared: bool = False
    leaves: bool = False


ANOTHERS = (
    "This run belongs to another browser. You may watch it, draw for it, copy its settings and compare it; only the browser "
    "that began it, or the teacher, may pause, stop, rename or delete it or change its learning rate."
)
NOBODYS = (
    "No browser began this run: the command line did, or it was here before. On a shared server only the teacher may pause, "
    "stop, rename or delete it or change its learning rate."
)
TOGETHER = (
    "Others watch this very run, which they asked for too. So it is not paused, stepped or given another learning rate; train "
    "one of your own with another seed for that."
)
NOT_FIRST = "You share this run with whoever began it first, so its name, note and star are theirs to give."


def rights(
    owners: Sequence[str], who: Collection[str], *, shared: bool, teacher: bool = False, watched: bool = False
) -> Rights:
    """What a visitor may do to a run.

    Parameters
    ----------
    owners : sequence of str
        Whose it is, who began it first.
    who : collection of str
        The visitor's own names.
    shared : bool
        Whether others use this server; on a machine of one's own everything is allowed.
    teacher : bool, optional
        Whether the visitor is the teacher, who may do everything.
    watched : bool, optional
        Whether others of its owners watch it now.

    Returns
    -------
    Rights
    """
    several = len(set(owners) - set(who)) > 0 and any(name in who for name in owners)
    if not shared:
        return Rights()
    if teacher:
        return Rights(shared=several)
    if not any(name in who for name in owners):
        why = ANOTHERS if owners else NOBODYS
        return Rights(why, why, why, why, why)
    return Rights(
        steer=TOGETHER if watched else "",
        change="" if owners[0] in who else NOT_FIRST,
        shared=several,
        leaves=several,
    )


class _Known:
    """What was read before; a file that has changed is read again."""

    def __init__(self) -> None:
        self._found: dict[Path, tuple[Stamp, tuple[str, ...]]] = {}
        self._lock = threading.Lock()

    def owners(self, folder: Path) -> tuple[str, ...]:
        stamp = _stamp(folder / FILE)
        if stamp is None:
            return ()
        with self._lock:
            known = self._found.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        found = _read(folder)
        with self._lock:
            self._found[folder] = (stamp, found)
            if len(self._found) > MOST_KNOWN:
                del self._found[next(iter(self._found))]
        return found


_known = _Known()
_writing = threading.Lock()


def _read(folder: Path) -> tuple[str, ...]:
    try:
        said = json_object(folder / FILE, MOST_BYTES, folder).get("owners")
    except FileError:
        return ()
    if not isinstance(said, list) or len(said) > MOST_OWNERS:
        return ()
    return tuple(name for name in said if isinstance(name, str) and _HASH.fullmatch(name))


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
