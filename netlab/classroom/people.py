"""Who is here: browsers whose tabs are open, and what they want to be called.

All of it is in the server's memory and nothing on the disk: who was here, and under which name, is nobody's business
once the server has ended. A restart of the server therefore forgets nicknames, and pupils may type them again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from netlab.classroom.nickname import NicknameError, nickname, same

MOST_TABS, MOST_PEOPLE = 1000, 2000
HERE_SECONDS = 300.0
"""For so long somebody counts as here of whose tab it cannot be told whether it is open."""


@dataclass(frozen=True)
class Person:
    """Somebody who is here.

    Attributes
    ----------
    who : str
        The visitor's name, as ``netlab.runs.owners.name_of`` makes it.
    called : str
        The nickname, or "Guest" and a number.
    page : str
        The page that was opened last.
    tabs : int
        How many are open.
    ago : float
        Seconds since a page was opened or a control moved that concerns the whole page.
    """

    who: str
    called: str
    page: str
    tabs: int
    ago: float


@dataclass
class _Tab:
    who: str
    page: str
    seen: float


class People:
    """Everybody at this server.

    Parameters
    ----------
    clock : callable, optional
        Tells the seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._tabs: dict[str, _Tab] = {}
        self._names: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._count = 0

    def came(self, tab: str, who: str, page: str) -> None:
        """A page was opened in a tab, or run again.

        Parameters
        ----------
        tab : str
            The session's name.
        who : str
            The visitor's.
        page : str
            The page's.
        """
        with self._lock:
            self._tabs.pop(tab, None)
            self._tabs[tab] = _Tab(who, page, self._clock())
            if len(self._tabs) > MOST_TABS:
                del self._tabs[next(iter(self._tabs))]
            self._number(who)

    def call(self, who: str, typed: str) -> str:
        """Give somebody a nickname; an empty one takes it back.

        Parameters
        ----------
        who : str
        typed : str
            Any text.

        Returns
        -------
        str
            What they are called now.

        Raises
        ------
        NicknameError
            If it is no nickname, or somebody else's.
        """
        name = nickname(typed)
        with self._lock:
            if name and any(same(name, other) for whose, other in self._names.items() if whose != who):
                raise NicknameError(
                    "Somebody here has that nickname already. Add a letter or a number to yours."
                )
            if same(name[:5], "guest"):
                raise NicknameError(
                    "“Guest” is what those without a nickname are called. Take another one, or none."
                )
            self._names.pop(who, None)
            if name:
                self._names[who] = name
            if len(self._names) > MOST_PEOPLE:
                del self._names[next(iter(self._names))]
            return self._called(who)

    def named(self, who: str) -> str:
        """Somebody's nickname; empty if they have none.

        Parameters
        ----------
        who : str

        Returns
        -------
        str
        """
        with self._lock:
            return self._names.get(who, "")

    def called(self, who: str) -> str:
        """What somebody is called: the nickname, else "Guest" with a number that stays the same while the server runs.

        Parameters
        ----------
        who : str

        Returns
        -------
        str
        """
        with self._lock:
            return self._called(who)

    def here(self, is_open: Callable[[str], bool | None]) -> list[Person]:
        """Everybody who is here, by name.

        Parameters
        ----------
        is_open : callable
            Whether a tab is open, by its session's name; None if that cannot be told.

        Returns
        -------
        list of Person
        """
        with self._lock:
            now = self._clock()
            opened: dict[str, list[_Tab]] = {}
            for name, tab in self._tabs.items():
                told = is_open(name)
                if told or (told is None and now - tab.seen < HERE_SECONDS):
                    opened.setdefault(tab.who, []).append(tab)
            found = []
            for who, tabs in opened.items():
                last = max(tabs, key=lambda one: one.seen)
                found.append(Person(who, self._called(who), last.page, len(tabs), now - last.seen))
        return sorted(found, key=lambda one: (one.called.startswith("Guest "), _sorted(one.called)))

    def _called(self, who: str) -> str:
        return self._names.get(who) or f"Guest {self._number(who)}"

    def _number(self, who: str) -> int:
        if who not in self._numbers:
            self._count += 1
            self._numbers[who] = self._count
            if len(self._numbers) > MOST_PEOPLE:
                del self._numbers[next(iter(self._numbers))]
        return self._numbers[who]


def _sorted(called: str) -> tuple[str, int]:
    """Guest 2 comes before Guest 10."""
    words, _, number = called.rpartition(" ")
    return (
        (words.casefold(), int(number)) if number.isdecimal() and number.isascii() else (called.casefold(), 0)
    )


people = People()
"""Those of this process."""
