"""How a process of ours stands back for others: the page answers first, then what somebody waits for, then what only refines."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

NICE = 10
"""Beside a process of the same session that wants the same core, one that has stood back gets a tenth of it (weights of 110 and
1,024)."""


def stand_back() -> None:
    """Take a lower priority, on systems that know such numbers.

    Linux weighs sessions against each other first where ``sched_autogroup_enabled`` is on, as it is on most desktops, and
    the processes of one session by their own numbers. A training shares the server's session (see ``child``): beside a
    browser both have that session's share, and of it the server takes first what it needs. A process that leads a session
    of its own, which only refines what is there, gives that session the lower number too.
    """
    if not hasattr(os, "nice"):
        return
    now = os.nice(NICE)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # a system without such groups weighs each process by itself
            Path("/proc/self/autogroup").write_text(str(now))
