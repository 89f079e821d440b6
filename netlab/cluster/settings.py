"""What is asked of a cluster, and where it is: read from the environment, once, before anything is connected."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netlab.cluster import token
from netlab.extras import lacking
from netlab.processes import limits
from netlab.training.engine import EngineError

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}")


@dataclass(frozen=True)
class Settings:
    """A cluster, and what one training takes of it.

    Attributes
    ----------
    address : str
        Host and port of the cluster's first computer.
    gpus : float
        Of a GPU, for each training; 0 for none.
    """

    address: str
    gpus: float = 0.0

    @property
    def needs(self) -> dict[str, float]:
        """What each training takes, by Ray's names: a core, the memory of a worker in bytes, and a GPU if one is asked for."""
        found = {"CPU": 1.0, "memory": limits.WORKER_MB * 1e6}
        return {**found, "GPU": self.gpus} if self.gpus else found


def read(environment: Mapping[str, str], user_home: Path) -> Settings:
    """The settings of the environment.

    Parameters
    ----------
    environment : mapping of str to str
        As ``os.environ``.
    user_home : Path
        Where Ray looks for its token.

    Returns
    -------
    Settings

    Raises
    ------
    EngineError
        If Ray is not installed, no cluster is named, there is no token for it, or a number is none.
    """
    if lacking("ray"):
        raise EngineError(
            "NETLAB_ENGINE=ray needs Ray, which is not installed here. To get it, run "
            '`python -m pip install "netlab-explorer[cluster]"`; without NETLAB_ENGINE training is local.'
        )
    address = environment.get("NETLAB_RAY", "").strip()
    if not address:
        raise EngineError(
            "NETLAB_ENGINE=ray needs NETLAB_RAY, the cluster's address: host and port of its first computer, "
            "for example NETLAB_RAY=10.0.0.5:6379."
        )
    if not _ADDRESS.fullmatch(address):
        raise EngineError(
            f"NETLAB_RAY is {address[:80]!r}; expected host and port of the cluster's first computer, such as "
            "10.0.0.5:6379. Ray's client (ray://) is not used: this computer joins the cluster."
        )
    token.check(environment, user_home)
    return Settings(address, _gpus(environment.get("NETLAB_RAY_GPUS", "")))


def places(available: Mapping[str, float], needs: Mapping[str, float]) -> int:
    """How many trainings would fit.

    Parameters
    ----------
    available : mapping of str to float
        What is free, by Ray's names, of all computers together.
    needs : mapping of str to float
        What one takes.

    Returns
    -------
    int
    """
    return min(math.floor(available.get(name, 0.0) / need + 1e-9) for name, need in needs.items())


def _gpus(said: str) -> float:
    try:
        value = float(said or 0)
    except ValueError:
        value = -1.0
    if not (0 <= value < 1 or value in range(1, 17)):
        raise EngineError(
            f"NETLAB_RAY_GPUS is {said[:40]!r}; expected how much of a GPU a training takes: 0 for none, a part such as "
            "0.25, or a whole number up to 16."
        )
    return value
