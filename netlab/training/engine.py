"""Where trainings run: on this machine, or on what ``NETLAB_ENGINE`` names. Every queue of the app is made here.

Nothing else knows of an engine beside the local one; its module is loaded when it is asked for, and not before.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from netlab.training.queue import JobQueue

ENGINES = {"local": "", "ray": "netlab.cluster.engine"}
"""By name the module whose ``job_queue`` makes a queue for it; the local one needs none."""


class EngineError(RuntimeError):
    """The engine that was asked for cannot be had; the sentence says why and how that is mended."""


def job_queue(**settings: Any) -> JobQueue:
    """Make a queue for the engine that ``NETLAB_ENGINE`` names, by default this machine.

    Parameters
    ----------
    **settings
        As ``JobQueue`` takes them.

    Returns
    -------
    JobQueue

    Raises
    ------
    EngineError
        If there is no such engine, or it cannot be had.
    """
    name = os.environ.get("NETLAB_ENGINE") or "local"
    if name not in ENGINES:
        raise EngineError(
            f"NETLAB_ENGINE is {name[:40]!r}, and there is no such engine. Set it to local, to train on this machine, "
            "or to ray, to train on a cluster; without it training is local."
        )
    module = ENGINES[name]
    return importlib.import_module(module).job_queue(**settings) if module else JobQueue(**settings)
