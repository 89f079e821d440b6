"""A real cluster on this machine: raylets, each with one core to give, behind a token."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "t" * 40
ENVIRONMENT = {
    "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN, "RAY_USAGE_STATS_ENABLED": "0", "NETLAB_ENGINE": "ray",
    "PYTHONPATH": str(ROOT), "RAY_gcs_rpc_server_reconnect_timeout_s": "10",
}  # fmt: skip
CARRIER = "ray::Carrier"
TRAINER = "netlab.training.worker"


class MadeCluster:
    """A head without cores, to which the server belongs, and nodes with one core each.

    The environment must be set before: raylets and workers inherit it.
    """

    def __init__(self, nodes: int) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(
            initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False}
        )
        self.nodes: list[Any] = []
        for _ in range(nodes):
            self.add_node()

    @property
    def address(self) -> str:
        return str(self._cluster.address)

    def add_node(self) -> None:
        self.nodes.append(self._cluster.add_node(num_cpus=1, wait=False))

    def kill_node(self, place: int) -> None:
        """Kill a raylet as a power cut would; what it had started ends with it, or is ended by Ray."""
        self._cluster.remove_node(self.nodes.pop(place), allow_graceful=False)

    def carriers(self) -> list[psutil.Process]:
        """The actors' processes."""
        return [one for one in of_this_machine() if says(one).startswith(CARRIER)]

    def raylet_of(self, carrier: psutil.Process) -> int:
        """Which of the nodes an actor runs at."""
        parent = carrier.ppid()
        found = [
            place
            for place, node in enumerate(self.nodes)
            if any(info.process.pid == parent for info in node.all_processes["raylet"])
        ]
        return found[0]

    def close(self) -> None:
        self._cluster.shutdown()


def of_this_machine() -> list[psutil.Process]:
    return [one for one in psutil.process_iter() if says(one)]


def says(process: psutil.Process) -> str:
    """The command of a process; empty if it is gone."""
    try:
        return "" if process.status() == psutil.STATUS_ZOMBIE else " ".join(process.cmdline())
    except psutil.Error:
        return ""


def trainers() -> list[psutil.Process]:
    """Worker processes at nodes: those whose home is a node's."""
    found = []
    for one in of_this_machine():
        try:
            if TRAINER in says(one) and "netlab-node-" in one.environ().get("NETLAB_HOME", ""):
                found.append(one)
        except psutil.Error:  # it has just ended
            continue
    return found


def kill(process: psutil.Process) -> None:
    os.kill(process.pid, signal.SIGKILL)


def homes() -> list[Path]:
    """What workers have left in the nodes' temporary folder."""
    return list(Path(tempfile.gettempdir()).glob("netlab-node-*"))
