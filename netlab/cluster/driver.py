"""Beside the server: one place to train in the cluster, which speaks to the server as a worker of this machine does.

``python -m netlab.cluster.driver`` joins the cluster, has an actor placed at a node, passes the server's commands to it,
and writes what comes from there: files into the run's folder here, then the line that tells of them. It holds the run's
lock, as a worker does. When its stdin ends it ends, and Ray ends its actor.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from netlab import __version__
from netlab.cluster import settings as asked
from netlab.cluster.connection import Unreachable, first_line, join, leave, lines_of
from netlab.cluster.files import Mirror, Piece, Refused, to_begin_with
from netlab.cluster.settings import Settings
from netlab.data import STAND_IN, sets, sources
from netlab.data.download import SHA256
from netlab.nets.spec import MNIST, NetworkSpec, SpecError
from netlab.processes.lines import own_stdout
from netlab.runs import origin as origins
from netlab.runs import store
from netlab.runs.events import EventError, Failed, NotSaved, Ready, from_line
from netlab.runs.run import Run, RunError
from netlab.training.engine import EngineError

PLACED = "placed"
"""The line that says that a node has been found."""
BEAT_SECONDS = 2.0
END_SECONDS = 1.0
LOST = 75
"""The exit code when the node, or the way to it, is gone."""


def main() -> None:
    """Serve trainings over stdin and stdout, at a node."""
    serve(Place)


def serve(kind: type[Place]) -> None:
    """Take a place of this kind, and serve trainings there until it is over or the server is gone."""
    target = own_stdout()
    place = kind(lambda line: print(line, file=target, flush=True))
    commands = lines_of(sys.stdin, place.end)
    try:
        settings = asked.read(os.environ, Path.home())
        join(settings)
        place.take(settings)
        threading.Thread(target=place.obey, args=(commands.get,), daemon=True, name="orders").start()
        place.listen()
    except (Unreachable, EngineError, Refused) as error:
        leave(str(error))


class Place:
    """A place at a node, and the run that is trained there.

    Parameters
    ----------
    put : callable
        Sends a line to the server.
    """

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._run_lock: int | None = None
        self._mirror: Mirror | None = None
        self._told_unsaved = False
        self._actor: Any = None
        self._sent_sets: set[str] = set()

    @staticmethod
    def carrier() -> type:
        """The class of the actor."""
        from netlab.cluster.carrier import Carrier

        return Carrier

    def take(self, settings: Settings) -> None:
        """Have an actor placed and its worker started; wait as long as there is no room.

        Parameters
        ----------
        settings : Settings

        Raises
        ------
        Unreachable
            If the node cannot train what the server would.
        """
        import ray

        from netlab.cluster.carrier import fingerprint

        found, needs = sources.find(), settings.needs
        kind: Any = ray.remote(concurrency_groups={"hear": 1})(self.carrier())
        self._actor = kind.options(
            num_cpus=needs["CPU"],
            memory=needs["memory"],
            num_gpus=settings.gpus,
            max_restarts=0,
            max_task_retries=0,
        ).remote(settings.gpus)
        if self._get(self._actor.lacks_digits.remote()):
            self._get(self._actor.bring.remote(_to_ship(found)))
        self._put(PLACED)
        refused = self._get(
            self._actor.begin.remote(__version__, fingerprint(found.digits), found.digits.note)
        )
        if refused:
            raise Unreachable(refused)

    def listen(self) -> None:
        """Pass on what the worker says, until it is over."""
        while True:
            said, over = self._get(self._actor.hear.remote())
            for line, pieces in said:
                self._keep(pieces)
                self._tell(line)
            if over is not None:
                self.end()
                leave(over)

    def obey(self, next_line: Callable[[], str]) -> None:
        """Pass commands on as they come."""
        while True:
            line = next_line()
            order = json.loads(line)
            if order.get("cmd") == "train":
                self._train(order, line.strip())
            else:
                self._actor.say.remote(line.strip())

    def _train(self, order: dict[str, Any], line: str) -> None:
        run_id = str(order["run"])
        try:
            run = self._begin(run_id)
            files = to_begin_with(run, _origin(order, run))
            self._bring_set(order)
        except RunError as error:  # another program trains it, or it says no more where it begins
            self._put(Failed(str(error)).to_line())
            self.end()
            leave()
        self._actor.train.remote(run_id, files, line)

    def _begin(self, run_id: str) -> Run | None:
        """Hold the run's folder and open it again; None if it cannot be written."""
        self._told_unsaved, self._mirror = False, None
        try:
            run = store.folder(run_id)
            self._run_lock = run.hold()
            run.reopen()
        except OSError as error:
            self._unsaved(error)
            return None
        self._mirror = Mirror(run)
        return run

    def _bring_set(self, order: dict[str, Any]) -> None:
        try:
            name = NetworkSpec.from_json(order["spec"]).data
        except SpecError:  # the worker says so
            return
        if name != MNIST and name not in self._sent_sets:
            self._sent_sets.add(name)
            self._actor.bring.remote({f"datasets/{key}": value for key, value in sets.files_of(name).items()})

    def _keep(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            if self._mirror is None:
                return
            try:
                self._mirror.take(Piece(*piece))
            except OSError as error:
                self._unsaved(error)

    def _unsaved(self, error: OSError) -> None:
        if not self._told_unsaved:
            self._told_unsaved = True
            reason = f"{error.strerror or error}. Free some space or set NETLAB_HOME to a folder that can be written."
            self._put(NotSaved("this run", reason).to_line())

    def _tell(self, line: str) -> None:
        """Pass a line on; what is no event of a training is not."""
        if not line.strip():
            self._put("")
            return
        try:
            event = from_line(line)
        except EventError as error:
            print(f"a node said what is no event: {error}", file=sys.stderr)
            return
        if isinstance(event, Ready) and event.after:
            self._let_go()
        self._put(event.to_line())

    def _let_go(self) -> None:
        self._mirror = None
        if self._run_lock is not None:
            os.close(self._run_lock)
            self._run_lock = None

    def _get(self, answer: Any) -> Any:
        """Wait for an answer of the actor; the server hears meanwhile that this side is well."""
        import ray

        try:
            while not ray.wait([answer], timeout=BEAT_SECONDS)[0]:
                self._put("")
            return ray.get(answer)
        except ray.exceptions.RayTaskError as error:
            raise Unreachable(f"A node cannot train ({first_line(error.cause)}).") from error
        except ray.exceptions.ActorDiedError as error:
            if "creation task" in str(error):
                raise Unreachable(
                    f"A node cannot start a worker: is the same Netlab installed there? ({first_line(error)})"
                ) from error
            _lost(error)
        except ray.exceptions.RayError as error:
            _lost(error)

    def end(self) -> None:
        """Let the actor clean up, for a moment; whatever it does, it ends with this process."""
        if self._actor is None:
            return
        import ray

        try:
            ray.get(self._actor.end.remote(), timeout=END_SECONDS)
        except ray.exceptions.RayError as error:
            print(f"the node was left as it is: {first_line(error)}", file=sys.stderr)


def _lost(error: BaseException) -> None:
    print(first_line(error), file=sys.stderr, flush=True)
    os._exit(LOST)


def _to_ship(found: sources.Found) -> dict[str, bytes]:
    """The server's digits as files of a home: those that every computer takes as they are, and no others."""
    if found.path is None or not found.path.is_file():
        return {}
    if found.sha256 == SHA256:
        return {"data/mnist.npz": found.path.read_bytes()}
    return {f"data/{found.path.name}": found.path.read_bytes()} if found.digits.source == STAND_IN else {}


def _origin(order: dict[str, Any], run: Run | None) -> tuple[Run, int] | None:
    told = order.get("origin")
    found = origins.Origin(str(told["run"]), int(told["step"])) if told else None
    if found is None and run is not None:
        found = origins.read(run)
    other = None if found is None else store.get(found.run)
    return None if found is None or other is None else (other, found.step)


if __name__ == "__main__":
    main()
