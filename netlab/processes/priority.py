"""How a process of ours stands back for others: the page answers first, then what somebody waits for, then the rest."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

WORK = 5
"""Of a process that somebody waits for."""
LEISURE = 10
"""Of what is made finer while nobody waits: beside a program that wants the same core it gets a tenth of it (weights of 110
and 1,024)."""


def stand_back(nice: int) -> None:
    """Take a lower priority.

    Linux weighs sessions against each other first where ``sched_autogroup_enabled`` is on, as it is on most desktops. A
    process that leads a session of its own (see ``child``) then competes by its session's number alone, and takes that
    along for ``LEISURE``. One of ``WORK`` leaves it: a training would get a quarter of the cores beside a browser that
    draws, and its reader waits for it. Within the server's session, ten steps lower, it took twice as long there.

    Parameters
    ----------
    nice : int
        ``WORK`` or ``LEISURE``; added to what it has, on systems that know such numbers.
    """
    if not hasattr(os, "nice"):
        return
    now = os.nice(nice)
    if nice == LEISURE and os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # a system without such groups weighs each process by itself
            Path("/proc/self/autogroup").write_text(str(now))
