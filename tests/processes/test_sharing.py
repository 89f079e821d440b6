"""A server is shared once others can reach it, and not before; a word in the environment decides."""

from __future__ import annotations

import pytest

from netlab.processes import sharing
from netlab.processes.sharing import Witness, loopback, shared

OWN = ("host", "user-agent", "accept")


@pytest.fixture
def witness(monkeypatch: pytest.MonkeyPatch) -> Witness:
    """A witness that has seen nothing yet, in the place of the process's."""
    monkeypatch.delenv("NETLAB_SHARED", raising=False)
    one = Witness()
    monkeypatch.setattr(sharing, "witness", one)
    return one


def test_a_machine_of_one_s_own_is_not_shared(witness: Witness) -> None:
    witness.listens_at("127.0.0.1")
    for address in ("127.0.0.1", "::1", "127.0.0.1", "::ffff:127.0.0.1", None):
        witness.asked(address, OWN)
    assert not shared()


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "", None, "192.168.1.5", "lab.example.edu"])
def test_a_server_that_listens_beyond_the_machine_is_shared(witness: Witness, address: str | None) -> None:
    witness.listens_at(address)
    assert shared()


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "[::1]", "127.1.2.3"])
def test_a_server_that_only_its_machine_reaches_is_not(witness: Witness, address: str) -> None:
    witness.listens_at(address)
    assert not shared()


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_a_proxy_shares_the_server_for_good(witness: Witness, header: str) -> None:
    witness.asked("127.0.0.1", OWN)
    assert not shared()
    witness.asked("127.0.0.1", (*OWN, header))
    witness.asked("127.0.0.1", OWN)
    assert shared()


def test_a_second_address_shares_the_server_and_one_alone_does_not(witness: Witness) -> None:
    witness.asked("192.168.1.5", OWN)
    witness.asked("192.168.1.5", OWN)
    assert not shared()
    witness.asked("192.168.1.6", OWN)
    assert shared()


@pytest.mark.parametrize(("word", "answer"), [("1", True), ("0", False), (" 0 ", False)])
def test_the_environment_decides(
    word: str, answer: bool, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NETLAB_SHARED", word)
    assert shared() is answer
    witness.listens_at("0.0.0.0")
    assert shared() is answer


@pytest.mark.parametrize("address", ["127.0.0.1.evil.example", "10.0.0.1", "localhost.evil.example", "", "x"])
def test_what_is_not_the_machine_is_not_taken_for_it(address: str) -> None:
    assert not loopback(address)
