"""Runs that go along to another computer: a short code that is good once and for ten minutes, or a file with the secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

from netlab.app.keys import MOST, is_secret
from netlab.files import parse, reason_of

CODE_SECONDS = 600.0
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that looks like another
LENGTH = 8
MOST_CODES = 500
TRIES_EACH, TRIES_ALL, TRIES_SECONDS = 5, 60, 60.0
MOST_FILE_BYTES = 4000
FILE_NAME = "netlab-my-runs.json"
_KIND = "netlab_keys"


class HandoverError(ValueError):
    """A code or a file that brings nothing; the sentence says why, and what would help."""


class Tries:
    """How often something may be tried in a minute, by one and by all together.

    Parameters
    ----------
    each, together : int
        How often.
    clock : callable, optional
        Tells the seconds.
    """

    def __init__(self, each: int = TRIES_EACH, together: int = TRIES_ALL, clock: Callable[[], float] = time.monotonic) -> None:  # fmt: skip
        self._each, self._together, self._clock = each, together, clock
        self._lock = threading.Lock()
        self._made: deque[tuple[float, str]] = deque(maxlen=together)

    def one_more(self, who: str) -> bool:
        """Count a try; False if it is one too many, which is not counted.

        Parameters
        ----------
        who : str
            Who tries.

        Returns
        -------
        bool
        """
        now = self._clock()
        with self._lock:
            while self._made and now - self._made[0][0] >= TRIES_SECONDS:
                self._made.popleft()
            own = sum(one == who for _, one in self._made)
            if own >= self._each or len(self._made) >= self._together:
                return False
            self._made.append((now, who))
            return True


class Codes:
    """The codes of this server that wait to be typed elsewhere.

    Parameters
    ----------
    clock : callable, optional
        Tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._waiting: dict[str, tuple[float, str, tuple[str, ...]]] = {}
        self._tries = Tries(clock=clock)

    def give(self, who: str, found: Sequence[str]) -> str:
        """A new code for the secrets of a visitor; the one before is good no more.

        Parameters
        ----------
        who : str
            The visitor.
        found : sequence of str
            The secrets.

        Returns
        -------
        str
            As people read it: ``K7QF-3M9X``.
        """
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        with self._lock:
            self._waiting = {kept: row for kept, row in self._waiting.items() if row[1] != who}
            self._waiting[_hash(code)] = (self._clock() + CODE_SECONDS, who, tuple(found))
            while len(self._waiting) > MOST_CODES:
                del self._waiting[next(iter(self._waiting))]
        return f"{code[:4]}-{code[4:]}"

    def take(self, who: str, typed: str) -> tuple[str, ...]:
        """The secrets of a code, once.

        Parameters
        ----------
        who : str
            The visitor who types it.
        typed : str
            Any text; blanks, hyphens and small letters do not matter.

        Returns
        -------
        tuple of str

        Raises
        ------
        HandoverError
            If it has not the form of a code, there is no such code any more, or too many were tried.
        """
        code = "".join(sign for sign in typed[:40].upper() if sign.isalnum())
        if len(code) != LENGTH or any(sign not in LETTERS for sign in code):
            raise HandoverError(
                "That is not a code: a code has eight letters and digits, such as K7QF-3M9X. Type it as the other computer shows it."
            )
        if not self._tries.one_more(who):
            raise HandoverError("Too many codes were tried. Wait a minute, then type it again.")
        with self._lock:
            end, _, found = self._waiting.pop(_hash(code), (0.0, "", ()))
        if not found or self._clock() >= end:
            raise HandoverError(
                "There is no such code now: each code works once, and only for ten minutes. Have the other computer show a new one."
            )
        return found


codes = Codes()
"""Those of this process."""


def to_file(found: Sequence[str]) -> bytes:
    """A file that holds secrets: whoever has it owns their runs.

    Parameters
    ----------
    found : sequence of str

    Returns
    -------
    bytes
        JSON.
    """
    told = "Whoever has this file owns your runs in Netlab. Keep it to yourself."
    return json.dumps({"about": told, _KIND: list(found)}, indent=1).encode()


def from_file(content: bytes) -> tuple[str, ...]:
    """The secrets that a file holds.

    Parameters
    ----------
    content : bytes
        A stranger's.

    Returns
    -------
    tuple of str
        At least one.

    Raises
    ------
    HandoverError
        If it is not such a file.
    """
    if len(content) > MOST_FILE_BYTES:
        raise HandoverError(
            f"That is not the file: it has {len(content):,} bytes, and the file has a few hundred."
        )
    try:
        said = parse(content.decode("utf-8"), 4)
    except ValueError as error:
        raise HandoverError(f"That is not the file that “Take along” wrote ({reason_of(error)}).") from error
    found = said.get(_KIND) if isinstance(said, dict) else None
    if not isinstance(found, list) or not 1 <= len(found) <= MOST or not all(map(is_secret, found)):
        raise HandoverError(f"That is not the file that “Take along” wrote: it is called {FILE_NAME}.")
    return tuple(found)


def same_word(one: str, other: str) -> bool:
    """Whether two words are the same, in a time that does not tell where they part.

    Parameters
    ----------
    one, other : str

    Returns
    -------
    bool
    """
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
