"""At a node: an actor that has a worker process of its own and carries between it and the server.

The training code is that of one machine. The worker gets a home of its own in the node's temporary folder, its commands
on stdin, and whatever it says is handed out in order, each line behind the files that it had written before. When the
actor ends, however it does, the worker's stdin ends, and so it does.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import ray

from netlab import __version__
from netlab.cluster.files import Piece, Watched
from netlab.data import Digits, sources
from netlab.data.digits import PARTS
from netlab.processes import lock
from netlab.processes.child import Child

HEAR_SECONDS = 1.0
SCRATCH = "netlab-node-"
YOUNG_SECONDS = 5.0
END_SECONDS = 1.0

Said = tuple[str, list[Piece]]

_beside: Callable[[Callable[[Any], Any]], Callable[[Any], Any]] = ray.method(concurrency_group="hear")


def fingerprint(digits: Digits) -> str:
    """The SHA-256 of all pictures and labels: two computers with the same have the same bits to learn from."""
    digest = hashlib.sha256()
    for part in PARTS:
        array = getattr(digits, part)
        digest.update(repr((array.shape, array.dtype.str)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


class _Trainer(Child):
    """The worker process."""

    def __init__(self, module: str, heard: Callable[[str], None], ended: Callable[[], None]) -> None:
        self._heard, self._ended = heard, ended
        super().__init__((sys.executable, "-m", module))

    def heard(self, line: str) -> None:
        self._heard(line)

    def ended(self) -> None:
        self._ended()


class Carrier:
    """One place to train at a node. Its commands are obeyed in order; ``hear`` waits beside them."""

    module = "netlab.training.worker"

    def __init__(self, gpus: float) -> None:
        _sweep()
        self._home = Path(tempfile.mkdtemp(prefix=SCRATCH))
        self._lock = lock.take(self._home / "lock")
        os.environ.update(NETLAB_HOME=str(self._home), NETLAB_OFFLINE="1")
        if not gpus:
            os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        self._said: list[Said] = []
        self._over: str | None = None  # why the worker ended, empty if it had done its work
        self._news = threading.Condition()
        self._watched: Watched | None = None
        self._trainer: _Trainer | None = None

    def lacks_digits(self) -> bool:
        """Whether this node has no file of MNIST."""
        return not sources.at_hand()

    def bring(self, files: Mapping[str, bytes]) -> None:
        """Write files into the worker's home."""
        for name, content in files.items():
            path = self._home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def begin(self, version: str, expected: str, note: str) -> str:
        """Start the worker if this node has the server's Netlab and digits; else say in a sentence what differs."""
        where = f"Node {ray.util.get_node_ip_address()} of the cluster"
        if version != __version__:
            return (
                f"{where} has Netlab {__version__}, and the server {version}. Install the same one on both."
            )
        found = sources.find().digits
        if fingerprint(found) != expected:
            return (
                f"{where} has other digits than the server, so its numbers would be others. There: {found.note} "
                f"Here: {note} Give both the same file, by NETLAB_MNIST."
            )
        self._trainer = _Trainer(self.module, self._heard, self._ended)
        return ""

    def train(self, run_id: str, files: Mapping[str, bytes], line: str) -> None:
        """Have the worker train a run, with what it needs of the server's runs; those before go."""
        runs = self._home / "runs"
        shutil.rmtree(runs, ignore_errors=True)
        self.bring({f"runs/{name}": content for name, content in files.items()})
        self._watched = Watched(runs / run_id)
        self._watched.know()
        self.say(line)

    def say(self, line: str) -> None:
        """Pass a command on."""
        if self._trainer is not None:
            self._trainer.write(line)

    @_beside
    def hear(self) -> tuple[list[Said], str | None]:
        """What the worker has said since, after a second at the latest; and why it ended, once it has."""
        with self._news:
            self._news.wait_for(lambda: self._said or self._over is not None, timeout=HEAR_SECONDS)
            said, self._said = self._said, []
            over = self._over
        if self._trainer is not None and over is None and (why := self._trainer.overdue()):
            self._trainer.kill(why)
        return said, over

    def end(self) -> None:
        """End the worker, and leave nothing on this node."""
        if self._trainer is not None:
            self._trainer.kill()
            self._trainer.process.wait(END_SECONDS)
        shutil.rmtree(self._home, ignore_errors=True)

    def _heard(self, line: str) -> None:
        watched = self._watched
        self._tell(line.rstrip("\n"), watched.changed() if watched is not None and line.strip() else [])

    def _tell(self, line: str, pieces: list[Piece], over: str | None = None) -> None:
        with self._news:
            self._said.append((line, pieces))
            self._over = over
            self._news.notify_all()

    def _ended(self) -> None:
        assert self._trainer is not None
        why = (
            ""
            if self._trainer.process.returncode == 0
            else self._trainer.cause("The worker process at the node")
        )
        self._tell("", [] if self._watched is None else self._watched.changed(), why)


def _sweep() -> None:
    """Remove the homes of workers whose actor was killed: nobody holds their lock any more."""
    for place in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*"):
        with suppress(OSError):  # another user's, or another actor was faster
            old = time.time() - place.stat().st_mtime > YOUNG_SECONDS
            if old and (place / "lock").exists() and not lock.held(place / "lock"):
                shutil.rmtree(place, ignore_errors=True)
