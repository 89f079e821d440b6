"""Whether this server is shared by several people, and what that means for a run that nobody looks at."""

from __future__ import annotations

import os

GRACE_SECONDS = 180.0  # a hidden tab asks once a minute


def shared() -> bool:
    """Whether several people share this server: ``NETLAB_SHARED`` says so with 1, and 0 or nothing says no.

    Raises
    ------
    ValueError
        If the variable has another value.
    """
    said = os.environ.get("NETLAB_SHARED", "").strip()
    if said not in ("", "0", "1"):
        raise ValueError(f"NETLAB_SHARED is {said!r}; it is 1 on a server that several people share, else 0.")
    return said == "1"


def rule(grace: float) -> str:
    """What becomes of a run whose page is closed, before it happens."""
    if grace == float("inf"):
        return "You may close this page: a run goes on to its end, and its link finds it again."
    return (
        f"Keep this page open: many share this server, so a run that nobody looks at for {in_time(grace)} is "
        "stopped. It is kept and can be continued."
    )


def left_alone(grace: float) -> str:
    """Why a run was stopped whose page was closed."""
    return f"Nobody looked at it for {in_time(grace)}, and others may be waiting."


def in_time(seconds: float) -> str:
    """A length of time for people: ``3 minutes``, ``1 second``."""
    amount, unit = (seconds / 60, "minute") if seconds >= 60 else (seconds, "second")
    return f"{amount:g} {unit}{'' if amount == 1 else 's'}"
