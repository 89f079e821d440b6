"""Who the teacher is: a browser that once gave the teacher's code, which ``NETLAB_TEACHER`` sets or the server makes.

A code that is made is kept in the home, so that the next start has the same; the server prints it. Which browsers gave
the code is kept as sums that need the code to be made, so a new code ends them all.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import secrets
import threading
from collections.abc import Collection
from pathlib import Path

from netlab.app.handover import LETTERS, Tries, same_word
from netlab.files import FileError, content, json_object
from netlab.storage import atomic_write, home

log = logging.getLogger(__name__)

FILE, CODE_FILE = "teachers.json", "teacher-code.txt"
SHORTEST = 6
LENGTH = 10
"""Letters of a code that is made: about 49 random bits, and sixty tries a minute for all."""
MOST_KNOWN = 100
MOST_BYTES = 20_000
MOST_CODE = 200

_lock = threading.Lock()
_known: dict[Path, set[str]] = {}
_made: dict[Path, str] = {}
_tries = Tries()


class TeacherError(ValueError):
    """A code that makes nobody the teacher; the sentence says why."""


def code() -> str:
    """The code of this server; empty if it has none, or one that is too short to be a secret."""
    said = _set()
    if said:
        return said if len(said) >= SHORTEST else ""
    return _made.get(home(), "")


def make_code() -> str:
    """Make a code where ``NETLAB_TEACHER`` sets none, or take the one that was made here before.

    Returns
    -------
    str
        What whoever starts the server is told, in a sentence or two.
    """
    said, place = _set(), home()
    if said and len(said) < SHORTEST:
        return f"NETLAB_TEACHER is shorter than {SHORTEST} letters, so nobody can be the teacher here. Choose a longer code."
    if said:
        return "For a class: the teacher's page is /class, opened with the code that NETLAB_TEACHER sets."
    _made[place] = _kept_code(place / CODE_FILE) or _new_code(place / CODE_FILE)
    return f"For a class: the teacher's page is /class, opened with the code {_made[place]}. NETLAB_TEACHER sets one of your own."


def is_teacher(names: Collection[str]) -> bool:
    """Whether a visitor is the teacher.

    Parameters
    ----------
    names : collection of str
        The visitor's names, as ``netlab.app.visitor.names`` has them.

    Returns
    -------
    bool
    """
    if not code():
        return False
    known = _teachers()
    return any(_sum(name) in known for name in names)


def become(typed: str, name: str, *, kept: bool) -> None:
    """Make a visitor the teacher who knows the code.

    Parameters
    ----------
    typed : str
        Any text.
    name : str
        The visitor's name.
    kept : bool
        Whether their browser keeps its secret, so that the server is to remember it beyond its own end.

    Raises
    ------
    TeacherError
        If it is not the code, the server has none, or too many were tried.
    """
    if not code():
        raise TeacherError(
            f"This server has no teacher's code. Whoever starts it sets NETLAB_TEACHER, to at least {SHORTEST} letters."
        )
    if not _tries.one_more(name):
        raise TeacherError("Too many codes were tried. Wait a minute, then type it again.")
    if not same_word(_plain(typed[:MOST_CODE]), _plain(code())):
        raise TeacherError("That is not the teacher's code of this server.")
    known = _teachers()
    with _lock:
        known.add(_sum(name))
        content = json.dumps({"teachers": sorted(known)[:MOST_KNOWN]}).encode()
    if not kept:
        return
    try:
        atomic_write(home() / FILE, content)
    except OSError as error:  # until the server ends it is known all the same
        log.warning("who the teacher is, is not written down: %s", error)


def _set() -> str:
    return os.environ.get("NETLAB_TEACHER", "").strip()


def _plain(typed: str) -> str:
    """A code as it is compared: of one that was made, small letters, blanks and hyphens do not matter."""
    return typed.strip() if _set() else "".join(filter(str.isalnum, typed.upper()))


def _kept_code(path: Path) -> str:
    """The code that was made here before; empty if there is none, or it is none that is made here."""
    try:
        found = content(path, 100).decode("ascii").strip()
    except (OSError, ValueError):
        return ""
    return found if len(found) == LENGTH + 1 and set(found) <= {*LETTERS, "-"} else ""


def _new_code(path: Path) -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    made = f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"
    try:
        atomic_write(path, made.encode())  # nobody else may read it
    except OSError as error:  # it is good until this server ends
        log.warning("the teacher's code is not written down: %s", error)
    return made


def _teachers() -> set[str]:
    """The sums of this home, read once."""
    place = home()
    with _lock:
        if place not in _known:
            _known[place] = _read(place / FILE)
        return _known[place]


def _read(path: Path) -> set[str]:
    try:
        said = json_object(path, MOST_BYTES).get("teachers")
    except FileError:
        return set()
    return {one for one in said if isinstance(one, str)} if isinstance(said, list) else set()


def _sum(name: str) -> str:
    return hmac.new(code().encode(), name.encode(), hashlib.sha256).hexdigest()
