"""How a process of ours stands back for others: the page answers first, then what somebody waits for, then the rest."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

WORK = 5
"""Of a process that somebody waits for."""
LEISURE = 15
"""Of what is made finer while nobody waits: a ninth of what a process of ``WORK`` gets, as Linux weighs them."""


def stand_back(nice: int) -> None:
    """Take a lower priority.

    Linux weighs sessions against each other first where ``sched_autogroup_enabled`` is on, as it is on most desktops: a
    process that leads a session of its own (see ``child``) then competes by the session's number alone. One within its
    parent's session leaves that number, which is the parent's too.

    Parameters
    ----------
    nice : int
        ``WORK`` or ``LEISURE``; added to what it has, on systems that know such numbers.
    """
    if not hasattr(os, "nice"):
        return
    now = os.nice(nice)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # a system without such groups weighs each process by itself
            Path("/proc/self/autogroup").write_text(str(now))
