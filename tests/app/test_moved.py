"""What a browser tells of a hand's move: numbers and their count, or nothing at all."""

from __future__ import annotations

from typing import Any

import pytest

from netlab.app import moved


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    monkeypatch.setattr("netlab.app.moved.st.session_state", kept)
    return kept


def test_numbers_come_without_their_count_which_is_sent_back(session: dict[str, Any]) -> None:
    assert moved.turn_of("plane") == 0
    session["plane"] = {"moved": [1, -0.5, 3]}
    assert moved.numbers_told("plane") == [1.0, -0.5]
    assert moved.turn_of("plane") == 3


@pytest.mark.parametrize(
    "told", [None, [], "1", {"a": 1}, [1, "2"], [1, None], [float("nan"), 1], [1, float("inf")]]
)
def test_what_is_no_numbers_is_nothing(told: Any, session: dict[str, Any]) -> None:
    session["plane"] = {"moved": told}
    assert moved.numbers_told("plane") is None
    assert moved.turn_of("plane") == 0


def test_a_number_is_kept_within_its_slider() -> None:
    assert moved.on_slider(9.0, 4.0, 0.05) == 4.0
    assert moved.on_slider(-1.234, 4.0, 0.05) == -1.25
    assert str(moved.on_slider(-0.01, 4.0, 0.05)) == "0.0"
