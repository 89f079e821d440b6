"""A run is a folder: what was asked for, what happened, and the weights, each written whole or not at all.

``spec.json``            what was asked for
``history.jsonl``        every event, one line each, appended as it happens
``snapshots/``           float16 weights at log-spaced moments and each epoch, to look at
``resume/``              the last two exact states, to continue from
``weights.npz``          final weights
``tensorboard/``         event files for TensorBoard
``end.json``             how it ended, with the checksum of the final weights; written last
``lock``                 empty; held by the one process that trains the run: no other trains or deletes it meanwhile

A run without a valid ``end.json`` was interrupted and is listed so, never as whole. A run is deleted by
renaming its folder to a hidden name, so that it is gone for every reader at once; then its files go.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from netlab.files import FileError, content, json_object, words
from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.processes import lock
from netlab.runs import journal, states
from netlab.runs.events import ENDINGS, Done, Event, from_values
from netlab.runs.milestones import moments
from netlab.runs.states import Checkpoint as Checkpoint
from netlab.storage import atomic_write, home, sweep

log = logging.getLogger(__name__)

SHORTEST_NAME = 4  # letters of an id, as pages show it
MOST_JSON_BYTES = 100_000  # of spec.json and end.json, which take about 1,000
_ID = re.compile(r"[0-9a-f]{32}")
_STEP = re.compile(r"[0-9]{9}\.npz")
_MEND = "); start a new one."
_DELETED = ".deleted"
STATES_KEPT = 2
MOST_EXAMPLES = 60_000


class RunError(ValueError):
    """A run that is not there or cannot be read."""


@dataclass(frozen=True)
class Run:
    """One run's folder, by its id."""

    id: str
    folder: Path

    @property
    def tensorboard(self) -> Path:
        """Where TensorBoard's event files lie."""
        return self.folder / "tensorboard"

    def spec(self) -> NetworkSpec:
        """What was asked for.

        Raises
        ------
        RunError
            If the description is missing or damaged.
        """
        try:
            return NetworkSpec.from_json(self._about()["spec"])
        except KeyError:
            raise RunError(f"{self._unreadable}spec.json names no network{_MEND}") from None
        except (FileError, SpecError) as error:
            raise RunError(f"{self._unreadable}spec.json: {words(error)}{_MEND}") from error

    def started(self) -> str:
        """When it was asked for, ISO 8601 in UTC; empty if unknown."""
        try:
            return datetime.fromisoformat(self._about()["started"]).isoformat(timespec="seconds")
        except (ValueError, KeyError, TypeError):
            return ""

    def _about(self) -> dict[str, Any]:
        return json_object(self.folder / "spec.json", MOST_JSON_BYTES, self.folder)

    @property
    def _unreadable(self) -> str:
        return f"Run {self.id} cannot be read ("

    def append(self, event: Event) -> None:
        """Add one event to the history; it is in the system's hands when this returns."""
        journal.append(self.folder / "history.jsonl", event)

    def events(self) -> Iterator[Event]:
        """The events kept so far; what is no event is left out (see ``netlab.runs.reading``)."""
        lines = journal.read(self.folder / "history.jsonl", self.folder)
        return (line for line in lines if isinstance(line, Event))

    def save_snapshot(self, step: int, content: bytes) -> None:
        """Keep float16 weights to look at."""
        atomic_write(self.folder / "snapshots" / f"{step:09d}.npz", content)

    def snapshots(self) -> list[int]:
        """Steps at which there are weights to look at."""
        return [int(path.stem) for path in _numbered(self.folder / "snapshots")]

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep an exact state; the last two stay, so that a damaged one does not end the run."""
        folder = self.folder / "resume"
        atomic_write(folder / f"{checkpoint.step:09d}.npz", states.to_bytes(checkpoint))
        for path in self._states()[STATES_KEPT:]:
            path.unlink(missing_ok=True)

    def checkpoint(self, check: Callable[[Checkpoint], None] | None = None) -> Checkpoint | None:
        """The newest exact state that can be read, or None.

        Parameters
        ----------
        check : callable, optional
            Raises ``StateError`` for a state that its training cannot go on from; the one before is then taken.
        """
        for path in self._states():
            try:
                found = states.read(path, self.folder)
                if check is not None:
                    check(found)
                return found
            except states.StateError as error:
                log.warning("run %s: a checkpoint is passed over: %s", self.id, error)
        return None

    def has_checkpoint(self) -> bool:
        """Whether an exact state was kept; it may turn out to be unreadable."""
        return bool(self._states())

    def _states(self) -> list[Path]:
        """Files of exact states, the newest first."""
        return _numbered(self.folder / "resume")[::-1]

    def finish(self, ending: Event, weights: bytes | None) -> None:
        """Write the final weights, then the word that the run is over."""
        if weights is not None:
            atomic_write(self.folder / "weights.npz", weights)
        end = {"end": json.loads(ending.to_line()), "sha256": hashlib.sha256(weights or b"").hexdigest()}
        atomic_write(self.folder / "end.json", json.dumps(end).encode())

    def reopen(self) -> None:
        """The run continues: it is no longer over, a last line cut short ends here, and what killed saves left goes."""
        (self.folder / "end.json").unlink(missing_ok=True)
        sweep(self.folder)
        journal.close_line(self.folder / "history.jsonl")

    def ending(self) -> Event | None:
        """How the run ended, or None if it was interrupted or its final weights are not as written."""
        try:
            return self.read_ending()
        except RunError:
            return None

    def read_ending(self) -> Event | None:
        """How the run ended, or None if that is not written.

        Raises
        ------
        RunError
            If it is damaged, or the final weights are not those that were written.
        """
        if not os.path.lexists(self.folder / "end.json"):
            return None
        try:
            end = json_object(self.folder / "end.json", MOST_JSON_BYTES, self.folder)
            event = from_values(end.get("end"))
            whole = not isinstance(event, Done) or self._checksum() == end.get("sha256")
        except (OSError, ValueError) as error:
            raise RunError(f"How it ended cannot be read ({words(error)}).") from error
        if not isinstance(event, ENDINGS):
            raise RunError(f"How it ended cannot be read (an event called {event.name!r} is no ending).")
        if not whole:
            raise RunError("Its final weights are not those that were written at its end.")
        return event

    def hold(self) -> int:
        """Be the one process that trains the run, until the handle given back is closed or this process ends.

        Raises
        ------
        RunError
            If another process trains it.
        OSError
            If the folder cannot be written.
        """
        try:
            return lock.take(self.folder / "lock")
        except lock.Held as error:
            raise RunError(
                f"Run {self.id} is being trained by another program: a second Netlab, or its command line. "
                "Wait for its end, or stop it there."
            ) from error

    def held(self) -> bool:
        """Whether a process trains the run now."""
        return lock.held(self.folder / "lock")

    def stamp(self) -> tuple[tuple[int, int] | None, ...]:
        """What changes when another process writes the run: when its history and its end were written, and their sizes."""
        return tuple(_stamp(self.folder / name) for name in ("spec.json", "history.jsonl", "end.json"))

    def state(self) -> str:
        """``running``, the name of its ending, ``interrupted``, or ``not begun`` if nothing was trained yet."""
        if self.held():
            return "running"
        ending = self.ending()
        if ending is not None:
            return ending.name
        return "interrupted" if self.begun() else "not begun"

    def begun(self) -> bool:
        """Whether anything of its training was ever written down."""
        written = _stamp(self.folder / "history.jsonl")
        return written is not None and written[1] > 0

    def size(self) -> int:
        """Bytes that the run takes; files that come and go meanwhile count as they are met."""
        total = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                with suppress(OSError):
                    total += Path(folder, name).lstat().st_size
        return total

    def delete(self) -> None:
        """Delete the run for ever.

        Raises
        ------
        RunError
            If it is being trained or cannot be deleted.
        """
        hidden = self.folder.with_name(f".{self.id}{_DELETED}")
        handle = self._hold_to_delete()
        try:
            if (
                sys.platform == "win32" and handle is not None
            ):  # a folder with an open file keeps its name there
                os.close(handle)
                handle = None
            self.folder.rename(hidden)
        except OSError as error:
            raise RunError(f"Run {self.id} cannot be deleted ({error.strerror or error}).") from error
        finally:
            if handle is not None:
                os.close(handle)
        try:
            _remove(hidden)
        except OSError as error:
            raise RunError(
                f"Run {self.id} is gone, but not all of its files could be removed ({error.strerror or error}). "
                "The next start of Netlab tries again."
            ) from error

    def _hold_to_delete(self) -> int | None:
        """Hold the run so that nobody begins to train it; a disk that cannot be written says so at the next step."""
        try:
            return lock.take(self.folder / "lock")
        except lock.Held as error:
            raise RunError(f"Run {self.id} is being trained; stop it, then delete it.") from error
        except OSError:
            return None

    def weights(self, step: int | None = None) -> tuple[NetworkSpec, nets_weights.Weights]:
        """Spec and weights: the final ones, or those of a snapshot.

        Raises
        ------
        netlab.nets.weight_file.WeightsError
            If they are missing or damaged.
        """
        name = "weights.npz" if step is None else f"snapshots/{step:09d}.npz"
        return nets_weights.read(self.folder / name, self.folder)

    def latest_weights(self) -> tuple[NetworkSpec, nets_weights.Weights, int | None]:
        """The final weights, or the newest snapshot that can be read, with its step (None: final).

        Raises
        ------
        RunError
            If there are none.
        """
        for step in [None, *reversed(self.snapshots())]:
            try:
                return (*self.weights(step), step)
            except nets_weights.WeightsError:
                continue
        raise RunError(f"Run {self.id} has no weights yet; let it train for a moment.")

    def _checksum(self) -> str:
        weights = content(self.folder / "weights.npz", nets_weights.MOST_BYTES, self.folder)
        return hashlib.sha256(weights).hexdigest()


def root() -> Path:
    """The folder that holds all runs."""
    return home() / "runs"


def new_id() -> str:
    """An id nobody can guess: a link to a run is the permission to see it."""
    return uuid.uuid4().hex


def folder(run_id: str) -> Run:
    """The run with this id, whose folder is made if it is not there.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    run = Run(run_id, root() / run_id)
    run.folder.mkdir(parents=True, exist_ok=True)
    return run


def create(spec: NetworkSpec, run_id: str) -> Run:
    """Make the folder of a new run.

    Raises
    ------
    OSError
        If it cannot be written; the training can go on without it.
    """
    run = Run(run_id, root() / run_id)
    for name in ("snapshots", "resume", "tensorboard"):
        (run.folder / name).mkdir(parents=True, exist_ok=True)
    about = {"spec": spec.to_json(), "started": datetime.now(UTC).isoformat(timespec="seconds")}
    atomic_write(run.folder / "spec.json", json.dumps(about, indent=1).encode())
    return run


def get(run_id: str) -> Run | None:
    """The run with this id, or None; anything that is not an id is no run."""
    if not _ID.fullmatch(run_id):
        return None
    folder = root() / run_id
    return Run(run_id, folder) if os.path.lexists(folder / "spec.json") else None


def find(name: str) -> Run:
    """The run with this id, or with an id that begins so and is the only one that does.

    Raises
    ------
    RunError
        If there is none, or more than one.
    """
    run = get(name)
    if run is not None:
        return run
    begins = [one for one in all_runs() if len(name) >= SHORTEST_NAME and one.id.startswith(name)]
    if len(begins) == 1:
        return begins[0]
    if begins:
        raise RunError(
            f"{len(begins)} runs begin with {name}: {', '.join(one.id for one in begins)}. Give more of the id."
        )
    raise RunError(f"There is no run {name}; `python -m netlab runs` lists those there are.")


def all_runs() -> list[Run]:
    """Every run whose description can be read, newest first."""
    found = [run for run in _found() if _trouble(run) is None]
    return sorted(found, key=Run.started, reverse=True)


def unreadable() -> list[RunError]:
    """Of every other run, why it cannot be read."""
    return [trouble for run in _found() if (trouble := _trouble(run)) is not None]


def remove_leftovers() -> None:
    """Remove what deletions and saves that were cut short left behind.

    Raises
    ------
    OSError
        If something cannot be removed; all the rest is.
    """
    failures: list[OSError] = []
    for path in root().glob(f".*{_DELETED}"):
        try:
            _remove(path)
        except OSError as error:
            failures.append(error)
    for run in _found():
        sweep(run.folder)
    if failures:
        raise failures[0]


def expected_bytes(spec: NetworkSpec) -> int:
    """About how much of the disk a run of this network will take."""
    examples = spec.train_examples or MOST_EXAMPLES
    looks = len(moments(-(-examples // spec.batch_size), spec.epochs).snapshots)
    states = STATES_KEPT * 3  # each has the weights and, for Adam and its kin, two moments of every one
    return spec.parameter_count * (2 * looks + 4 * (states + 1))


def was_deleted(run_id: str) -> bool:
    """Whether a deletion of this run was begun whose files are not all gone yet."""
    return bool(_ID.fullmatch(run_id)) and (root() / f".{run_id}{_DELETED}").is_dir()


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _remove(folder: Path) -> None:
    """Remove a folder, or only the link that stands in its place."""
    with suppress(FileNotFoundError):  # another process was faster
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
        else:
            shutil.rmtree(folder)


def _found() -> list[Run]:
    """Every folder here that is named as a run and says what it is of."""
    try:
        names = sorted(path.name for path in root().iterdir())
    except OSError:  # no run was kept yet, or none can be seen
        return []
    return [run for name in names if (run := get(name)) is not None]


def _trouble(run: Run) -> RunError | None:
    try:
        run.spec()
    except RunError as error:
        return error
    return None


def _numbered(folder: Path) -> list[Path]:
    """The files of a folder that are named by a step, in its order; a link in the folder's place has none."""
    try:
        paths = [] if folder.is_symlink() else list(folder.iterdir())
    except OSError:  # it is not there, or cannot be seen
        return []
    return sorted((path for path in paths if _STEP.fullmatch(path.name)), key=lambda path: path.name)
