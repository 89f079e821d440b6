"""A page never waits for a slow network: it says that the digits are on their way, and goes on when they are there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from netlab.app import digits as shelf
from netlab.data import Digits
from tests.pages import opened
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("fresh_caches")

WAITS = "The digits are being fetched"


def says_so(at: AppTest) -> bool:
    return any(WAITS in str(info.value) for info in at.info)


def test_a_page_goes_on_when_the_digits_are_there(digits: Digits, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived = threading.Event()
    threads: list[threading.Thread] = []

    def slow() -> Digits:
        threads.append(threading.current_thread())
        assert arrived.wait(60)
        return digits

    monkeypatch.setattr(shelf, "_found", slow)
    monkeypatch.setattr(shelf, "PATIENCE", 0.05)
    at = opened("numbers")
    assert not at.exception
    assert says_so(at)
    at.run()
    assert says_so(at)
    arrived.set()
    until(lambda: shelf._search().wait(0), what="the digits")
    at.run()
    assert not at.exception
    assert not says_so(at)
    assert at.number_input
    assert len(threads) == 1
    assert threads[0] is not threading.current_thread()


def test_digits_that_are_at_hand_are_shown_at_once(digits_file: Path) -> None:
    at = opened("numbers")
    assert not at.exception
    assert not says_so(at)


def test_a_search_that_fails_is_told_to_everybody_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> Digits:
        raise OSError("no disk")

    monkeypatch.setattr(shelf, "_found", fails)
    search = shelf.Search()
    for _ in range(2):
        with pytest.raises(OSError, match="no disk"):
            search.wait(10)
