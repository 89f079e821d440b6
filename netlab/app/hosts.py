"""To which names the server answers.

A foreign page can let its own name point at this machine, and would then be taken for the server's own page by the
browser (DNS rebinding). So requests for a name that nobody gave this server are refused. A bare number cannot be
pointed elsewhere: where the server listens beyond the machine, every number is one under which it may be reached.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from netlab.processes.sharing import loopback


class Hosts:
    """The names that are answered.

    Parameters
    ----------
    address : str or None
        Where the server listens; None is everywhere.
    named : names
        What else it is called: names, numbers, ``*.example.edu`` for all below, ``*`` for anything.
    """

    def __init__(self, address: str | None, named: Iterable[str] = ()) -> None:
        self._open = not loopback(address or "0.0.0.0")
        own = own_names() if self._open else set()
        self._names = {_plain(name) for name in (*named, *own, address or "") if name.strip()}

    def answers(self, host: str | None) -> bool:
        """Whether a request with this Host header is answered; it may carry a port."""
        name = host_name(host)
        if name is None:
            return False
        return loopback(name) or name in self._names or self._number(name) or self._below(name)

    def _number(self, name: str) -> bool:
        try:
            ipaddress.ip_address(name.partition("%")[0])
        except ValueError:
            return False
        return self._open

    def _below(self, name: str) -> bool:
        return "*" in self._names or any(
            pattern.startswith("*.") and name.endswith(pattern[1:]) for pattern in self._names
        )


def own_names() -> set[str]:
    """What this machine is called by itself and, by mDNS, in its network."""
    name = socket.gethostname()
    short = name.partition(".")[0]
    return {name, short, f"{short}.local"}


def named_hosts() -> list[str]:
    """Names in ``NETLAB_HOSTS``, parted by commas or blanks."""
    return os.environ.get("NETLAB_HOSTS", "").replace(",", " ").split()


def host_name(host: str | None) -> str | None:
    """The name in a Host header, without its port, in small letters; None if it is no such header."""
    if not host or any(sign in host for sign in "/?#@\\ \t"):
        return None
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises where it is no number
        name = parts.hostname
    except ValueError:
        return None
    return _plain(name) if name else None


def _plain(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()
