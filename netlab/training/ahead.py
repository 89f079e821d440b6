"""One thing is computed in a thread beside the rest, begun now and asked for later; and how long all of it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Ahead(Generic[Found]):
    """What is being computed ahead, if anything is."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "ahead")
        self._future: Future[Found] | None = None

    @property
    def under_way(self) -> bool:
        """Whether something was begun and not asked for yet."""
        return self._future is not None

    def begin(self, work: Callable[[], Found]) -> None:
        """Begin; what was begun before must have been asked for."""
        assert self._future is None, "the one before was not asked for"
        self._future = self._thread.submit(work)

    def result(self, work: Callable[[], Found]) -> Found:
        """What was begun, once it is there, its error if it has one; if nothing was begun, ``work`` done here and now."""
        future, self._future = self._future, None
        return work() if future is None else future.result()

    def close(self) -> None:
        """Wait until nothing is computed any more."""
        self._thread.shutdown(wait=True)


class Clock:
    """Counts the seconds that a training takes; what goes on side by side is counted once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self._until = 0.0

    def spend(self, began: float, ended: float) -> None:
        """Count what lies between two moments of ``time.monotonic``, and is not counted yet."""
        self.seconds += max(0.0, ended - max(began, self._until))
        self._until = max(ended, self._until)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time inside."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.spend(began, time.monotonic())
