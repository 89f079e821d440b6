"""Weights are served by address, for good, in so many bytes."""

from __future__ import annotations

import pytest
import streamlit as st

from netlab.app import weights
from tests.asked import ask


@pytest.fixture(autouse=True)
def nothing_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server under a path of its own, without weights."""
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "lab"}.__getitem__)
    monkeypatch.setattr(weights, "_served", type(weights._served)())


def get(address: str) -> tuple[int, dict[str, str], bytes]:
    return ask(weights.routes(), f"/lab/{address}")


def test_what_is_served_is_there_under_the_server_s_own_path_and_may_be_kept() -> None:
    status, headers, body = get(weights.serve("ab" * 16, b"1234"))
    assert (status, body) == (200, b"1234")
    assert "immutable" in headers["cache-control"]


def test_what_was_let_go_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST_BYTES", 8)
    first, second = weights.serve("a", b"1234"), weights.serve("b", b"1234")
    weights.serve("a", b"1234")  # asked for again: it stays longer
    third = weights.serve("c", b"1234")
    assert [get(address)[0] for address in (first, second, third)] == [200, 404, 200]
    assert get(second)[1]["cache-control"] == "no-store"


def test_weights_larger_than_all_room_are_served_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "MOST_BYTES", 2)
    first, second = weights.serve("a", b"1234"), weights.serve("b", b"1234")
    assert [get(address)[0] for address in (first, second)] == [404, 200]
