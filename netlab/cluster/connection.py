"""The way into the cluster, for the processes beside the server that speak to it; the server itself never does.

Ray ends a process that loses its cluster, so it is loaded in processes that may end: one that counts free places and
one for each training.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from netlab.cluster import token
from netlab.cluster.settings import Settings

TOLD = 76
"""The exit code of a process whose last line on stderr says in a sentence why it ended."""
ASK_SECONDS = 20.0


class Unreachable(RuntimeError):
    """The cluster cannot be used; the sentence says why."""


def join(settings: Settings) -> None:
    """Connect this process to the cluster, with its token.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    Unreachable
        If it cannot be reached, or refuses the token.
    """
    os.environ[token.MODE] = "token"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    try:
        ray.init(address=settings.address, namespace="netlab", log_to_driver=False, logging_level="ERROR")
    except (ConnectionError, RuntimeError, ValueError, OSError, ray.exceptions.RayError) as error:
        raise Unreachable(
            f"The cluster at {settings.address} cannot be reached ({first_line(error)}). It must be up, its token must be "
            f"this computer's, and this computer must belong to it: `ray start --address={settings.address} --num-cpus=0`."
        ) from error


def check_door(settings: Settings) -> None:
    """Refuse a cluster that lets anybody in: it is asked without a token, and must not answer.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    Unreachable
        If it answers.
    """
    without = {name: value for name, value in os.environ.items() if not name.startswith("RAY_AUTH")}
    asked = subprocess.run(
        [sys.executable, "-m", "ray.scripts.scripts", "health-check", "--address", settings.address],
        env={**without, token.MODE: "disabled"}, capture_output=True, timeout=ASK_SECONDS, check=False,
    )  # fmt: skip
    if asked.returncode == 0:
        raise Unreachable(
            f"The cluster at {settings.address} answers to everybody, without a token: whoever reaches it can run any code "
            f"on it. Nothing is trained there. Start it anew with {token.MODE}=token on every computer."
        )


def first_line(error: BaseException) -> str:
    """What an error says first, for a sentence."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300].rstrip(".")


def lines_of(stream: TextIO, at_end: Callable[[], None]) -> queue.Queue[str]:
    """The lines of a stream, read by a thread; when it ends, the server is gone or lets go, and so does this process.

    Parameters
    ----------
    stream : text file
    at_end : callable
        Called from the thread when the stream has ended, before this process ends.

    Returns
    -------
    queue.Queue of str
    """
    found: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(stream, found, at_end), daemon=True, name="commands").start()
    return found


def leave(why: str = "") -> None:
    """End this process, with what it holds of the cluster; say why."""
    if why:
        print(why.replace("\n", " "), file=sys.stderr, flush=True)
    os._exit(TOLD if why else 0)


def _read(stream: TextIO, found: queue.Queue[str], at_end: Callable[[], None]) -> None:
    for line in stream:
        found.put(line)
    at_end()
    leave()
