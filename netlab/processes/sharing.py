"""Whether others use this server too: a machine of one's own shows all its runs, a shared one only what a link names.

``NETLAB_SHARED`` decides, 0 or 1. Without it the server counts as shared, for as long as it runs, once it can be
reached from elsewhere: it listens beyond the machine itself, a proxy forwards a request, or a second machine asks.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Iterable

FORWARDED = frozenset(
    {
        "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server",
        "x-real-ip", "x-client-ip", "x-original-forwarded-for", "true-client-ip", "cf-connecting-ip",
    }
)  # fmt: skip
"""Headers that only a proxy adds."""

HERE = "this machine"
GRACE_SECONDS = 180.0  # a hidden tab asks once a minute


class Witness:
    """What was seen of who asks; once it has seen others it does not forget them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._askers: set[str] = set()
        self._others = False

    @property
    def others(self) -> bool:
        """Whether anything told of others."""
        return self._others

    def listens_at(self, address: str | None) -> None:
        """Hear where the server listens; anything but a loopback address can be reached by others."""
        if not loopback(address or "0.0.0.0"):
            self._others = True

    def asked(self, address: str | None, headers: Iterable[str]) -> None:
        """Hear of a request: the address it came from, and the names of its headers in small letters."""
        if self._others:
            return
        with self._lock:
            if address:
                self._askers.add(HERE if loopback(address) else address)
            self._others = len(self._askers) > 1 or not FORWARDED.isdisjoint(headers)


witness = Witness()
"""The witness of this process."""


def shared() -> bool:
    """Whether this server is shared.

    Raises
    ------
    ValueError
        If ``NETLAB_SHARED`` is neither 0 nor 1.
    """
    said = os.environ.get("NETLAB_SHARED", "").strip()
    if said not in ("", "0", "1"):
        raise ValueError(f"NETLAB_SHARED is {said!r}; it is 1 on a server that several people share, else 0.")
    return said == "1" if said else witness.others


def loopback(address: str) -> bool:
    """Whether an address is the machine's own: 127.0.0.1, ::1, localhost and their like.

    Parameters
    ----------
    address : str
        An IP address, with or without brackets and zone, or a host's name.

    Returns
    -------
    bool
        False for what is neither.
    """
    name = address.strip("[]").partition("%")[0].lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None)
    return bool((inner or found).is_loopback)


def rule(grace: float) -> str:
    """What becomes of a run whose page is closed, before it happens.

    Parameters
    ----------
    grace : float
        Seconds after which a run that nobody looks at is stopped; infinite if never.

    Returns
    -------
    str
        A sentence or two.
    """
    if grace == float("inf"):
        return "You may close this page: a run goes on to its end, and its link finds it again."
    return (
        f"Keep this page open: many share this server, so a run that nobody looks at for {in_time(grace)} is "
        "stopped. It is kept and can be continued."
    )


def left_alone(grace: float) -> str:
    """Why a run was stopped whose page was closed.

    Parameters
    ----------
    grace : float
        Seconds for which nobody looked at it.

    Returns
    -------
    str
        A sentence.
    """
    return f"Nobody looked at it for {in_time(grace)}, and others may be waiting."


def in_time(seconds: float) -> str:
    """A length of time for people: ``3 minutes``, ``1 second``.

    Parameters
    ----------
    seconds : float
        At least 0.

    Returns
    -------
    str
        In seconds below a minute, else in minutes.
    """
    amount, unit = (seconds / 60, "minute") if seconds >= 60 else (seconds, "second")
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"
