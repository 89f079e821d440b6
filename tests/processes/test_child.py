"""A process that hangs is told from one that slept beside its server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from netlab.processes import child
from netlab.processes.child import BUSY_SECONDS, STALL_SECONDS, Child


class Quiet(Child):
    """A process that says nothing and does nothing."""

    def ended(self) -> None:
        """Nobody waits for it."""


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of all clocks, to be set."""
    told = [1000.0]
    monkeypatch.setattr(child, "time", SimpleNamespace(monotonic=lambda: told[0]))
    monkeypatch.setattr(child, "pulse", lambda _: (1, 1, 1))
    return told


@pytest.fixture
def quiet(now: list[float]) -> Iterator[Quiet]:
    process = Quiet((sys.executable, "-c", "input()"))
    yield process
    process.kill()
    process.process.wait()


def asked(process: Quiet, now: list[float], seconds: int) -> list[str]:
    """What is said of it, once a second."""
    found = []
    for _ in range(seconds):
        now[0] += 1
        found.append(process.overdue())
    return found


def test_a_process_that_does_nothing_is_overdue_once_its_time_is_over(quiet: Quiet, now: list[float]) -> None:
    found = asked(quiet, now, int(STALL_SECONDS) + 2)
    assert not any(found[:-1])
    assert found[-1] == "The worker process did nothing for 25 seconds and was ended."


def test_after_a_sleep_of_the_machine_its_time_begins_anew(quiet: Quiet, now: list[float]) -> None:
    asked(quiet, now, 20)
    now[0] += 10 * BUSY_SECONDS
    found = asked(quiet, now, int(STALL_SECONDS) + 2)
    assert not any(found[:-1])
    assert found[-1]
