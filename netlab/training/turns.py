"""Places go round by person, not by run: whoever waits with one run gets a place before anybody's second."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Protocol, TypeVar

MOST_REMEMBERED = 1000  # people whose last turn is known


class Owned(Protocol):
    """What waits: all that matters here is whose it is."""

    @property
    def owner(self) -> str:
        """Who it is trained for; all that is nobody's counts as one person's."""


One = TypeVar("One", bound=Owned)


class Turns:
    """When each person last got a place. Its queue's lock is held by whoever calls."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self._count = 0

    def order(self, waiting: Sequence[One]) -> list[One]:
        """What waits, in the order in which it gets places.

        The next place is for the person whose last turn is the longest ago, of those who never had one for who came
        first; a person's own runs keep their order.

        Parameters
        ----------
        waiting : sequence
            In the order in which it came.

        Returns
        -------
        list
            The same, each once.
        """
        lines: dict[str, list[tuple[int, One]]] = {}
        for arrival, one in enumerate(waiting):
            lines.setdefault(one.owner, []).append((arrival, one))
        heap = [(self._last.get(owner, 0), line[0][0], owner) for owner, line in lines.items()]
        heapq.heapify(heap)
        taken = dict.fromkeys(lines, 0)
        found: list[One] = []
        while heap:
            _, _, owner = heapq.heappop(heap)
            line, place = lines[owner], taken[owner]
            found.append(line[place][1])
            taken[owner] = place + 1
            if place + 1 < len(line):
                heapq.heappush(heap, (self._count + len(found), line[place + 1][0], owner))
        return found

    def took(self, owner: str) -> None:
        """A person has got a place.

        Parameters
        ----------
        owner : str
            Who.
        """
        self._count += 1
        self._last.pop(owner, None)
        self._last[owner] = self._count
        if len(self._last) > MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
