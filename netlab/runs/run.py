"""A run is a folder: what was asked for, what happened, and the weights.

Weights, states, the description and the ending are written under a temporary name, flushed and renamed, so each is whole
or absent; the history is appended a line at a time, flushed to the system but not to the disk.

``spec.json``            what was asked for
``history.jsonl``        every event, one line each, appended as it happens
``snapshots/``           float16 weights at log-spaced moments and each epoch, to look at
``resume/``              the last two exact states, to continue from
``weights.npz``          final weights
``tensorboard/``         event files for TensorBoard
``name.json``            what its reader calls it; absent as long as it is called by what is unusual about it
``origin.json``          the moment of another run that it began at, if it did not begin at random (``netlab.runs.origin``)
``marks.json``           its reader's note and star; absent as long as there are none
``summary.json``         what a list shows of it (see ``netlab.runs.summary``); made anew whenever the run has moved on
``prediction.json``      the accuracy that its reader expected, if one was committed to before it began
``end.json``             how it ended, with the checksum of the final weights; written last
``server.json``          the server at which it waits or trains, while it does (see ``netlab.runs.server``)
``lock``                 empty; held by the one process that trains the run: no other trains or deletes it meanwhile

A run without a valid ``end.json`` was interrupted and is listed so, never as whole. A run is deleted by
renaming its folder to a hidden name, so that it is gone for every reader at once; then its files go, or for a while
stay under that name, from which it can be brought back (``netlab.runs.store.bring_back``).
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from netlab.files import FileError, content, json_object, reason_of
from netlab.nets import weight_file as nets_weights
from netlab.nets.spec import NetworkSpec, SpecError
from netlab.processes import lock
from netlab.runs import journal, server, states
from netlab.runs.events import ENDINGS, Done, Event, from_values
from netlab.runs.marks import Marks
from netlab.runs.marks import read as read_marks
from netlab.runs.marks import write as write_marks
from netlab.runs.naming import clean_name, given_name
from netlab.runs.states import Checkpoint as Checkpoint
from netlab.storage import atomic_write, insist, sweep

log = logging.getLogger(__name__)

MOST_JSON_BYTES = 100_000  # of spec.json and end.json, which take about 1,000
MOST_NAME_BYTES = 2000
_STEP = re.compile(r"[0-9]{9}\.npz")
_MEND = "); start a new one."
DELETED, HIDDEN = ".deleted", ".undo"
"""Ends of a deleted folder's name: its files are about to go, or stay for a while so that it can be brought back."""
SUMMARY = "summary.json"
STATES_KEPT = 2


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

    def own_folder(self, *names: str) -> Path:
        """A folder in the run's, to write in; through a link in its place, files would land elsewhere.

        Raises
        ------
        OSError
            If there is such a link.
        """
        folder = self.folder
        for name in names:
            folder = folder / name
            if folder.is_symlink():
                raise OSError(
                    errno.ELOOP, f"{name} is a link to elsewhere, and none is followed", str(folder)
                )
        return folder

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
            raise RunError(f"{self._unreadable}spec.json: {reason_of(error)}{_MEND}") from error

    def started(self) -> str:
        """When it was asked for, ISO 8601 in UTC; empty if unknown."""
        try:
            return datetime.fromisoformat(self._about()["started"]).isoformat(timespec="seconds")
        except (ValueError, KeyError, TypeError):
            return ""

    def name(self) -> str:
        """What it is called: as its reader wishes, else by what is unusual about it.

        Raises
        ------
        RunError
            If it has no name of its own and its description is missing or damaged.
        """
        return self.own_name() or given_name(self.spec())

    def own_name(self) -> str:
        """The name that its reader gave it, read as a stranger's; empty if there is none that can be read."""
        try:
            said = json_object(self.folder / "name.json", MOST_NAME_BYTES, self.folder).get("name")
        except FileError:
            return ""
        return clean_name(said) if isinstance(said, str) else ""

    def rename(self, name: str) -> None:
        """Call it so; by an empty name, or the one that it has by itself, it is called by itself again.

        Raises
        ------
        RunError
            If it is gone or its folder cannot be written.
        """
        own, file = clean_name(name), self.folder / "name.json"
        try:
            if not self.folder.is_dir():  # a deleted run does not come back for its name
                raise RunError(f"Run {self.id} is gone.")
            if own and own != given_name(self.spec()):
                atomic_write(file, json.dumps({"name": own}).encode())
            else:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise RunError(f"Run {self.id} cannot be renamed ({error.strerror or error}).") from error

    def marks(self) -> Marks:
        """Its reader's note and star, read as a stranger's; none where there are none that can be read."""
        return read_marks(self.folder)

    def mark(self, marks: Marks) -> None:
        """Keep this note and this star of it; what is cleaned away is gone.

        Raises
        ------
        RunError
            If it is gone or its folder cannot be written.
        """
        try:
            if not self.folder.is_dir():
                raise RunError(f"Run {self.id} is gone.")
            write_marks(self.folder, marks)
        except OSError as error:
            raise RunError(
                f"What is noted of run {self.id} cannot be kept ({error.strerror or error})."
            ) from error

    def _about(self) -> dict[str, Any]:
        return json_object(self.folder / "spec.json", MOST_JSON_BYTES, self.folder)

    @property
    def _unreadable(self) -> str:
        return f"Run {self.id} cannot be read ("

    def append(self, event: Event) -> None:
        """Add one event to the history; written and flushed, but not fsynced, when this returns."""
        journal.append(self.folder / "history.jsonl", event)

    def events(self) -> Iterator[Event]:
        """The events kept so far; what is no event is left out (see ``netlab.runs.reading``)."""
        lines = journal.read(self.folder / "history.jsonl", self.folder)
        return (line for line in lines if isinstance(line, Event))

    def save_snapshot(self, step: int, content: bytes) -> None:
        """Keep float16 weights to look at."""
        atomic_write(self.own_folder("snapshots") / f"{step:09d}.npz", content)

    def snapshots(self) -> list[int]:
        """Steps at which there are weights to look at."""
        return [int(path.stem) for path in _numbered(self.folder / "snapshots")]

    def save_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep an exact state; the last two stay, so that a damaged one does not end the run."""
        folder = self.own_folder("resume")
        atomic_write(folder / f"{checkpoint.step:09d}.npz", states.to_bytes(checkpoint))
        for path in self._states()[STATES_KEPT:]:
            insist(partial(path.unlink, missing_ok=True))

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

    def exact_steps(self) -> list[int]:
        """Steps at which an exact state is kept, ascending."""
        return [int(path.stem) for path in reversed(self._states())]

    def exact(self, step: int) -> Checkpoint:
        """The exact state of a step.

        Raises
        ------
        netlab.runs.states.StateError
            If it is missing or damaged.
        """
        return states.read(self.folder / "resume" / f"{step:09d}.npz", self.folder)

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
        insist(lambda: (self.folder / "end.json").unlink(missing_ok=True))
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
            raise RunError(f"How it ended cannot be read ({reason_of(error)}).") from error
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

    def waits_at(self) -> str:
        """The living server at which the run waits or trains, as it has written down; empty if there is none."""
        return server.living(self.folder)

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
        """Bytes that the run takes, but for its summary; files that come and go meanwhile count as they are met."""
        total = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name == SUMMARY:
                    continue
                with suppress(OSError):
                    total += Path(folder, name).lstat().st_size
        return total

    def delete(self) -> None:
        """Delete the run permanently.

        Raises
        ------
        RunError
            If it is being trained or cannot be deleted.
        """
        hidden = self._hide(DELETED)
        try:
            remove(hidden)
        except OSError as error:
            raise RunError(
                f"Run {self.id} is gone, but not all of its files could be removed ({error.strerror or error}). "
                "The next start of Netlab tries again."
            ) from error

    def hide(self) -> None:
        """Delete the run so that for a while it can be brought back (see ``netlab.runs.store.bring_back``).

        Raises
        ------
        RunError
            If it is being trained or cannot be deleted.
        """
        self._hide(HIDDEN)

    def _hide(self, end: str) -> Path:
        """Rename the folder to a hidden name, while nobody begins to train the run."""
        hidden = self.folder.with_name(f".{self.id}{end}")
        handle = self._hold_to_delete()
        try:
            if (
                sys.platform == "win32" and handle is not None
            ):  # a folder with an open file keeps its name there
                os.close(handle)
                handle = None
            if end == HIDDEN:
                remove(hidden)  # of a deletion before
                if not self.folder.is_symlink():
                    os.utime(self.folder)  # when it was deleted: what is old goes
            insist(lambda: self.folder.rename(hidden))
        except OSError as error:
            raise RunError(f"Run {self.id} cannot be deleted ({error.strerror or error}).") from error
        finally:
            if handle is not None:
                os.close(handle)
        return hidden

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


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def remove(folder: Path) -> None:
    """Remove a folder, or only the link that stands in its place.

    Parameters
    ----------
    folder : Path
        A run's folder; one that is not there is no error.

    Raises
    ------
    OSError
        If something in it cannot be removed.
    """
    with suppress(FileNotFoundError):  # another process was faster
        if folder.is_symlink() or not folder.is_dir():
            folder.unlink()
        else:
            shutil.rmtree(folder)


def _numbered(folder: Path) -> list[Path]:
    """The files of a folder that are named by a step, in its order; a link in the folder's place has none."""
    try:
        paths = [] if folder.is_symlink() else list(folder.iterdir())
    except OSError:  # it is not there, or cannot be seen
        return []
    return sorted((path for path in paths if _STEP.fullmatch(path.name)), key=lambda path: path.name)
