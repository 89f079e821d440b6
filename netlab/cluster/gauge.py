"""Beside the server: tells once a second how many trainings would find room in the cluster, a number a line.

``python -m netlab.cluster.gauge`` begins with the door: a cluster that answers without a token is refused, and so no
training starts there.
"""

from __future__ import annotations

import os
import queue
import sys
from pathlib import Path

from netlab.cluster import settings as asked
from netlab.cluster.connection import Unreachable, check_door, first_line, join, leave, lines_of
from netlab.processes.lines import own_stdout
from netlab.training.engine import EngineError

TELL_SECONDS = 1.0


def main() -> None:
    """Tell it until the server is gone."""
    target = own_stdout()
    silence = lines_of(sys.stdin, lambda: None)
    try:
        settings = asked.read(os.environ, Path.home())
        check_door(settings)
        join(settings)
        import ray

        while True:
            try:
                free = asked.places(ray.available_resources(), settings.needs)
            except ray.exceptions.RayError as error:
                raise Unreachable(
                    f"The cluster at {settings.address} no longer answers ({first_line(error)})."
                ) from error
            print(free, file=target, flush=True)
            try:
                silence.get(timeout=TELL_SECONDS)
            except queue.Empty:
                continue
    except (Unreachable, EngineError) as error:
        leave(str(error))


if __name__ == "__main__":
    main()
