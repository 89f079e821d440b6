"""How much of the machine a training may take: slots by cores and free memory, and a cap on each worker."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from pathlib import Path

from netlab.processes import container

RESERVED_MB = 1000  # the server, the browser and the desktop
WORKER_MB = 900  # a worker with TensorFlow and the article's network
GROWTH_MB = 200  # a worker that has grown by so much since it began is replaced
DATA_CAP_MB = 2500  # what one worker may allocate; TensorFlow itself needs about 550


def slots() -> int:
    """How many trainings may run at once on this machine, at least one.

    ``NETLAB_SLOTS`` overrides it.
    """
    asked = os.environ.get("NETLAB_SLOTS", "")
    if asked.isdigit() and int(asked) > 0:
        return int(asked)
    by_memory = (available_mb() - RESERVED_MB) // WORKER_MB
    return max(1, min(cores(), by_memory))


def cores() -> int:
    """Processor cores this process may use, a container's quota counted: at least one, parts rounded up."""
    host = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = container.processors()
    return host if quota is None else max(1, min(host, math.ceil(quota)))


def available_mb() -> int:
    """Memory that programs could take without swapping, in MB, on the machine or in its container if that is less."""
    left = container.memory_left_mb()
    return _host_mb() if left is None else min(_host_mb(), left)


def _host_mb() -> int:
    """Memory that is free on the machine, in MB; 4000 where the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return 4000
    values = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return values.get("MemAvailable", 4_096_000) // 1024


def resident_mb(process: int | str = "self") -> float:
    """Resident memory of a process in MB; 0 where the system does not say.

    Parameters
    ----------
    process : int or str, optional
        A process id; by default this process, "self".

    Returns
    -------
    float
        In units of 10⁶ bytes.
    """
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def trim_memory() -> None:
    """Give memory that is free inside this process back to the system, where the C library is GNU's."""
    if sys.platform != "linux":
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def cap_memory(megabytes: int = DATA_CAP_MB) -> None:
    """Make allocations beyond ``megabytes`` fail in this process, so that the machine never swaps for it.

    Limits data, not address space: TensorFlow reserves far more addresses than it uses. Systems without
    ``resource`` (Windows) go uncapped.

    Parameters
    ----------
    megabytes : int, optional
        The cap, in units of 2²⁰ bytes; a lower one that is in force stays.
    """
    try:
        import resource
    except ImportError:
        return
    limit = megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > limit:
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
