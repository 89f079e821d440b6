"""A real cluster on this machine: raylets, each with one core to give, behind a token."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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
    """A head without cores, to which the server belongs, and nodes with one core each, kept by a process of its own.

    Ray reads its environment when it is loaded, and the tests' process need not load it.
    """

    def __init__(self, nodes: int) -> None:
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.made_cluster"], cwd=ROOT, env={**os.environ, **ENVIRONMENT},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.address = self._heard()
        for _ in range(nodes):
            self.add_node()

    def add_node(self) -> None:
        self._ask("add")

    def kill_node_of(self, carrier: psutil.Process) -> None:
        """Kill the raylet of an actor as a power cut would; what it had started ends with it."""
        self._ask(f"kill {carrier.ppid()}")

    def carriers(self) -> list[psutil.Process]:
        """The actors' processes."""
        return [one for one in of_this_machine() if says(one).startswith(CARRIER)]

    def close(self) -> None:
        with self._keeper:
            assert self._keeper.stdin is not None
            self._keeper.stdin.close()
            self._keeper.wait(60)

    def _ask(self, what: str) -> None:
        assert self._keeper.stdin is not None
        print(what, file=self._keeper.stdin, flush=True)
        assert self._heard() == "ok"

    def _heard(self) -> str:
        assert self._keeper.stdout is not None
        return self._keeper.stdout.readline().strip()


def keep() -> None:
    """Keep a cluster until stdin ends."""
    target = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes: dict[int, Any] = {}
    print(cluster.address, file=target, flush=True)
    for line in sys.stdin:
        word, _, raylet = line.strip().partition(" ")
        if word == "add":
            node = cluster.add_node(num_cpus=1)
            nodes[node.all_processes["raylet"][0].process.pid] = node
        else:
            cluster.remove_node(nodes.pop(int(raylet)), allow_graceful=False)
        print("ok", file=target, flush=True)
    cluster.shutdown()


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


if __name__ == "__main__":
    keep()
