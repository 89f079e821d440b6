"""A page never waits for a slow network: it says that the digits are on their way, and goes on when they are there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from netlab.app import digits as shelf
from netlab.data import Digits
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
WAITS = "The digits are being fetched"


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def numbers() -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    return at.switch_page("pages/numbers.py")


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
    at = numbers().run()
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
    at = numbers().run()
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
