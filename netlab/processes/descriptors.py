"""Open files, sockets and pipes of this process, and how many the system lets it have."""

from __future__ import annotations

import os

ENOUGH = 65_536
MODEST = 10_240
"""What macOS grants at most to a process whose limit it calls unlimited."""
SPARE = 40
"""Left for files, workers' pipes and answers that are under way."""


def raise_limit() -> int | None:
    """Raise the limit to what the system allows, at most ``ENOUGH``; give the limit, None where there is none."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    for wanted in (ENOUGH, MODEST):
        goal = wanted if hard == unlimited else min(wanted, hard)
        if soft != unlimited and soft < goal:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (goal, hard))
            except (ValueError, OSError):
                continue  # the system's own bound is lower than the one it tells
            return goal
    return None if soft == unlimited else soft


def scarce(limit: int | None, spare: int = SPARE) -> bool:
    """Whether fewer than ``spare`` of ``limit`` descriptors are left.

    The system gives out the lowest free number, so the next one tells how many are taken.

    Parameters
    ----------
    limit : int or None
        How many this process may have; None if any number.
    spare : int, optional
        How many must be left.

    Returns
    -------
    bool
        True also if none can be opened at all.
    """
    if limit is None:
        return False
    try:
        next_one = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return True
    os.close(next_one)
    return next_one >= limit - spare
