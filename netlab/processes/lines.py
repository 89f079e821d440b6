"""How a process of ours speaks: lines on what was its stdout, to a parent that may go at any time (see ``child``)."""

from __future__ import annotations

import os
from typing import TextIO


def own_stdout() -> TextIO:
    """Stdout for lines of ours alone: a stray print of a library goes to stderr from now on.

    Returns
    -------
    TextIO
        What ``say`` writes to.
    """
    target = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return target


def say(target: TextIO, line: str) -> None:
    """Write a line; the process ends if nobody is left who reads it.

    Parameters
    ----------
    target : TextIO
        Of ``own_stdout``.
    line : str
        Without an end of line.
    """
    try:
        target.write(line + "\n")
        target.flush()
    except BrokenPipeError:
        os._exit(0)
