"""Train stretches for the server: tasks come in on stdin, where their epochs end goes out, a line each.

With twenty-five players the server's one process would spend all its time on epochs; here another core does it. The end
of stdin means that nobody waits any more; the process ends with it.
"""

from __future__ import annotations

import base64
import pickle
import sys
from functools import lru_cache
from typing import Any

from netlab.nn.arithmetic import stay_in_one_thread
from netlab.playground.stretch import stretch
from netlab.playground.training import Task
from netlab.processes.lines import own_stdout, say

READY = "ready"
KEPT = 64
"""Tasks whose inputs and targets are at hand: those of so many players."""


def line_of(thing: Any) -> str:
    """Something as a line of text, for a process of ours; ``thing_in`` undoes it.

    Parameters
    ----------
    thing : object
        Anything that can be pickled.

    Returns
    -------
    str
        Without an end of line.
    """
    return base64.b64encode(pickle.dumps(thing)).decode()


def thing_in(line: str) -> Any:
    """What a process of ours said; nobody else writes to its pipes.

    Parameters
    ----------
    line : str
        As ``line_of`` makes it.

    Returns
    -------
    object
        An equal one.
    """
    return pickle.loads(base64.b64decode(line))


@lru_cache(maxsize=KEPT)
def _task(packed: bytes) -> Task:
    task: Task = pickle.loads(packed)
    return task


def main() -> None:
    """Say that it is ready, and answer until stdin ends."""
    target = own_stdout()
    stay_in_one_thread()
    say(target, READY)
    for line in sys.stdin:
        number, packed, state, epochs, seconds = thing_in(line)
        say(target, line_of((number, stretch(_task(packed), state, epochs, seconds))))


if __name__ == "__main__":
    main()
