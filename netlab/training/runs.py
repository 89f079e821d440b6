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
import io
import json
import os
import re
import shutil
import sys
import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlab.home import atomic_write, home
from netlab.nets import weights as nets_weights
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.training import lock
from netlab.training.events import ENDINGS, Done, Event, EventError, from_line
from netlab.training.moments import moments

SHORTEST_NAME = 4  # letters of an id, as pages show it
_ID = re.compile(r"[0-9a-f]{32}")
_DELETED = ".deleted"
STATES_KEPT = 2
MOST_EXAMPLES = 60_000


class RunError(ValueError):
    """A run that is not there or cannot be read."""


@dataclass(frozen=True)
class Checkpoint:
    """An exact state to continue from: everything the next update depends on, after ``step`` updates."""

    step: int
    learning_rate: float
    seconds: float
    arrays: dict[str, NDArray[Any]]


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
            return NetworkSpec.from_json(json.loads((self.folder / "spec.json").read_text("utf-8"))["spec"])
        except (OSError, ValueError, KeyError, TypeError, SpecError) as error:
            raise RunError(f"Run {self.id} cannot be read ({error}); start a new one.") from error

    def started(self) -> str:
        """When it was asked for, ISO 8601 in UTC; empty if unknown."""
        try:
            return str(json.loads((self.folder / "spec.json").read_text("utf-8"))["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def append(self, event: Event) -> None:
        """Add one event to the history; it is in the system's hands when this returns."""
        with (self.folder / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(event.to_line() + "\n")

    def events(self) -> Iterator[Event]:
        """The events kept so far; a last line cut short by a crash is left out."""
        try:
            text = (self.folder / "history.jsonl").read_text("utf-8", errors="replace")
        except FileNotFoundError:
            return
        for line in text.splitlines():
            try:
                yield from_line(line)
            except EventError:
                continue

    def save_snapshot(self, step: int, content: bytes) -> None:
        """Keep float16 weights to look at."""
        atomic_write(self.folder / "snapshots" / f"{step:09d}.npz", content)

    def snapshots(self) -> list[int]:
        """Steps at which there are weights to look at."""
        return sorted(
            int(path.stem) for path in (self.folder / "snapshots").glob("*.npz") if path.stem.isdigit()
        )

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep an exact state; the last two stay, so that a damaged one does not end the run."""
        folder = self.folder / "resume"
        atomic_write(folder / f"{checkpoint.step:09d}.npz", _pack(checkpoint))
        for path in self._states()[STATES_KEPT:]:
            path.unlink(missing_ok=True)

    def checkpoint(self) -> Checkpoint | None:
        """The newest exact state that can be read, or None."""
        for path in self._states():
            checkpoint = _unpack(path)
            if checkpoint is not None:
                return checkpoint
        return None

    def has_checkpoint(self) -> bool:
        """Whether an exact state was kept; it may turn out to be unreadable."""
        return bool(self._states())

    def _states(self) -> list[Path]:
        """Files of exact states, the newest first."""
        return sorted((self.folder / "resume").glob("*.npz"), reverse=True)

    def finish(self, ending: Event, weights: bytes | None) -> None:
        """Write the final weights, then the word that the run is over."""
        if weights is not None:
            atomic_write(self.folder / "weights.npz", weights)
        end = {"end": json.loads(ending.to_line()), "sha256": hashlib.sha256(weights or b"").hexdigest()}
        atomic_write(self.folder / "end.json", json.dumps(end).encode())

    def reopen(self) -> None:
        """The run continues: it is no longer over, and a last line cut short ends here."""
        (self.folder / "end.json").unlink(missing_ok=True)
        with (self.folder / "history.jsonl").open("a+b") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read() != b"\n":
                    file.write(b"\n")

    def ending(self) -> Event | None:
        """How the run ended, or None if it was interrupted or its final weights are not as written."""
        try:
            end = json.loads((self.folder / "end.json").read_text("utf-8"))
            event = from_line(json.dumps(end["end"]))
            whole = not isinstance(event, Done) or self._checksum() == end["sha256"]
            return event if whole and isinstance(event, ENDINGS) else None
        except (OSError, ValueError, KeyError, TypeError, EventError):
            return None

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
                with suppress(FileNotFoundError):
                    total += Path(folder, name).stat().st_size
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
        netlab.nets.weights.WeightsError
            If they are missing or damaged.
        """
        name = "weights.npz" if step is None else f"snapshots/{step:09d}.npz"
        return nets_weights.read(self.folder / name)

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
        return hashlib.sha256((self.folder / "weights.npz").read_bytes()).hexdigest()


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
    return Run(run_id, folder) if (folder / "spec.json").is_file() else None


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
    if not root().is_dir():
        return []
    found = [run for path in root().iterdir() if (run := get(path.name)) is not None and _readable(run)]
    return sorted(found, key=Run.started, reverse=True)


def remove_leftovers() -> None:
    """Remove what deletions that were cut short left behind.

    Raises
    ------
    OSError
        If it cannot be removed.
    """
    for path in root().glob(f".*{_DELETED}"):
        _remove(path)


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
    with suppress(FileNotFoundError):  # another process was faster
        shutil.rmtree(folder)


def _readable(run: Run) -> bool:
    try:
        run.spec()
    except RunError:
        return False
    return True


def _pack(checkpoint: Checkpoint) -> bytes:
    buffer = io.BytesIO()
    about = [checkpoint.step, checkpoint.learning_rate, checkpoint.seconds]
    arrays: Mapping[str, Any] = checkpoint.arrays
    np.savez(buffer, about=np.array(about, np.float64), **arrays)
    return buffer.getvalue()


def _unpack(path: Path) -> Checkpoint | None:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            step, rate, seconds = archive["about"]
            arrays = {name: archive[name] for name in archive.files if name != "about"}
            return Checkpoint(int(step), float(rate), float(seconds), arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
        return None
