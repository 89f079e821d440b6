"""A server answers to its own names; a bare number counts as one where it listens beyond the machine."""

from __future__ import annotations

import socket

import pytest

from netlab.app.hosts import Hosts, host_name

HERE = ["localhost", "localhost:8501", "LOCALHOST.", "127.0.0.1:1", "[::1]:8501", "app.localhost"]
ELSEWHERE = [
    None, "", "evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example",
    "localhost@evil.example", "evil.example/localhost", "localhost:port", "localhost:99999999", "[::1", "a b",
]  # fmt: skip


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", None])
def test_the_machine_itself_is_always_answered_and_nonsense_never(address: str | None) -> None:
    hosts = Hosts(address)
    assert all(hosts.answers(host) for host in HERE)
    assert not any(hosts.answers(host) for host in ELSEWHERE)


def test_numbers_and_the_machine_s_name_are_answered_only_where_others_may_come() -> None:
    name = socket.gethostname()
    for host in ("192.168.1.5:8501", "[2001:db8::1]", name, f"{name.partition('.')[0]}.local"):
        assert Hosts("0.0.0.0").answers(host)
        assert Hosts("192.168.1.5").answers(host)
        assert not Hosts("127.0.0.1").answers(host) or name == "localhost"


def test_more_names_may_be_given() -> None:
    hosts = Hosts("127.0.0.1", ["Lab.Example.edu", "*.school.example", " "])
    assert hosts.answers("lab.example.edu:443")
    assert hosts.answers("a.b.school.example")
    assert not hosts.answers("school.example")
    assert not hosts.answers("xschool.example")
    assert Hosts("lab.example.edu").answers("lab.example.edu")
    assert Hosts("127.0.0.1", ["*"]).answers("evil.example")


def test_a_name_is_taken_out_of_its_header() -> None:
    assert host_name("[::1]:80") == "::1"
    assert host_name("A.Example.:80") == "a.example"
    assert host_name("user:word@a.example") is None
