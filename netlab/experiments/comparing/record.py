"""Which runs belong together: a small file an experiment under ``NETLAB_HOME/experiments``, read as a stranger's.

What each run came to is written beside its id, so that a picture of 256 runs asks the disk for one file.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from netlab.files import FileError, content, parse, reason_of
from netlab.runs.naming import clean_name
from netlab.storage import atomic_write, home

Value = str | int | float
KINDS = ("twin", "luck", "sweep")
MOST_RUNS = 256
MOST_BYTES = 1_000_000
MOST_LISTS = 4 * MOST_RUNS
MOST_LISTED = 100
MOST_WORDS = 400
MOST_VALUES = 8
_ID = re.compile(r"[0-9a-f]{32}")
STATES = ("", "done", "pruned", "stopped", "died", "diverged", "failed", "impossible", "interrupted")
"""Of a run of an experiment: empty while it waits or trains; pruned: stopped early, as hopeless."""
ENDED = ("", "done", "cancelled", "failed")
INTERRUPTED = "interrupted"
"""Of an experiment that its server did not bring to an end."""


@dataclass(frozen=True)
class Member:
    """A run of an experiment.

    Attributes
    ----------
    run : str
        Its id; empty for a network that cannot be.
    values : mapping of str to str, int or float
        What is its own: ``part`` ("A" or "B") and ``seed``, or the settings of a sweep.
    state : str
        One of ``STATES``.
    validation, test : float or None
        Shares of validation and test pictures read rightly at its end; None where it did not come there.
    seconds : float or None
        From its worker's order to its end.
    reason : str
        Why it ended early.
    """

    run: str
    values: Mapping[str, Value] = field(default_factory=dict)
    state: str = ""
    validation: float | None = None
    test: float | None = None
    seconds: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Experiment:
    """An experiment as it stands.

    Attributes
    ----------
    id, kind, title, started : str
        ``kind`` is one of ``KINDS``; ``started`` ISO 8601 in UTC.
    total : int
        Runs that it will have.
    members : tuple of Member
        In the order in which they were begun.
    ended : str
        One of ``ENDED`` or ``INTERRUPTED``; empty while it goes on.
    reason : str
        Why it ended before its time.
    about : mapping
        What its kind needs beside; plain JSON, its values to be read with care.
    owner : str
        Whose it is, as ``netlab.runs.owners.name_of`` makes it; empty if nobody's.
    """

    id: str
    kind: str
    title: str
    started: str
    total: int
    members: tuple[Member, ...] = ()
    ended: str = ""
    reason: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    owner: str = ""

    @property
    def live(self) -> bool:
        """Whether more may come."""
        return not self.ended

    @property
    def over(self) -> tuple[Member, ...]:
        """The runs that have ended."""
        return tuple(member for member in self.members if member.state)


def root() -> Path:
    """The folder of all experiments."""
    return home() / "experiments"


def file_of(experiment: str) -> Path:
    """Where an experiment is written down.

    Parameters
    ----------
    experiment : str
        Its id, which is not checked.

    Returns
    -------
    Path
    """
    return root() / f"{experiment}.json"


def write(experiment: Experiment) -> None:
    """Write an experiment down, whole or not at all.

    Parameters
    ----------
    experiment : Experiment

    Raises
    ------
    OSError
        If the disk refuses.
    """
    atomic_write(file_of(experiment.id), json.dumps(asdict(experiment)).encode())


def read(experiment: str) -> Experiment | None:
    """An experiment as its file has it.

    Parameters
    ----------
    experiment : str
        Any text.

    Returns
    -------
    Experiment or None
        None if there is none of that id. One that had not ended is ``INTERRUPTED``, and so are its open runs.

    Raises
    ------
    FileError
        If its file is damaged; the sentence says where.
    """
    if not _ID.fullmatch(experiment) or not os.path.lexists(file_of(experiment)):
        return None
    try:
        told = parse(content(file_of(experiment), MOST_BYTES, root()).decode("utf-8"), MOST_LISTS)
        return _checked(experiment, told)
    except (OSError, ValueError) as error:
        raise FileError(f"This experiment cannot be read: {reason_of(error)}.") from error


def journal_of(experiment: str) -> Path:
    """Where the study of a sweep is kept.

    Parameters
    ----------
    experiment : str
        Its id, which is not checked.

    Returns
    -------
    Path
    """
    return root() / f"{experiment}.optuna.jsonl"


def forget(experiment: str) -> None:
    """Remove an experiment's file, and its study; its runs stay.

    Parameters
    ----------
    experiment : str
        Any text; what is no id is nothing.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    if _ID.fullmatch(experiment):
        file_of(experiment).unlink(missing_ok=True)
        journal_of(experiment).unlink(missing_ok=True)


def stamp(experiment: str) -> tuple[int, int] | None:
    """When its file was written and its size; None if there is none.

    Parameters
    ----------
    experiment : str
        Its id, which is not checked.

    Returns
    -------
    tuple of int or None
        Nanoseconds and bytes.
    """
    try:
        found = file_of(experiment).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def newest() -> list[str]:
    """Ids of the experiments that were written last, at most ``MOST_LISTED``, the newest first."""
    try:
        names = [
            path.stem for path in root().iterdir() if path.suffix == ".json" and _ID.fullmatch(path.stem)
        ]
    except OSError:  # none was begun yet, or none can be seen
        return []
    return sorted(names, key=_written, reverse=True)[:MOST_LISTED]


def _written(name: str) -> int:
    found = stamp(name)
    return found[0] if found is not None else 0


def _checked(name: str, told: Any) -> Experiment:
    if not isinstance(told, dict):
        raise FileError("it does not hold an object")
    members, total = told.get("members"), told.get("total")
    if told.get("kind") not in KINDS or told.get("ended") not in ENDED:
        raise FileError("it is of no kind, or ended in no way, that there is")
    if not isinstance(total, int) or not 1 <= total <= MOST_RUNS:
        raise FileError(f"it has no number of runs from 1 to {MOST_RUNS}")
    if not isinstance(members, list) or len(members) > MOST_RUNS:
        raise FileError("it has no list of runs, or too many")
    ended = told["ended"] or INTERRUPTED
    about = told.get("about")
    return Experiment(
        name, told["kind"], clean_name(_text(told.get("title"))), _moment(told.get("started")), total,
        tuple(map(_member, members)), ended, _text(told.get("reason")), about if isinstance(about, dict) else {},
        _text(told.get("owner")),
    )  # fmt: skip


def _member(told: Any) -> Member:
    if not isinstance(told, dict) or told.get("state") not in STATES:
        raise FileError("one of its runs is none")
    run, values = told.get("run"), told.get("values")
    if not isinstance(run, str) or (run and not _ID.fullmatch(run)):
        raise FileError("one of its runs has no id")
    if not isinstance(values, dict) or len(values) > MOST_VALUES:
        raise FileError("one of its runs has no values")
    if not all(isinstance(value, Value) and _sound(value) for value in values.values()):
        raise FileError("one of its runs has a value that is no number and no word")
    return Member(
        run, values, told["state"] or INTERRUPTED, _share(told.get("validation")), _share(told.get("test")),
        _amount(told.get("seconds")), _text(told.get("reason")),
    )  # fmt: skip


def _sound(value: Value) -> bool:
    return len(value) <= MOST_WORDS if isinstance(value, str) else math.isfinite(value)


def _share(told: Any) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= 1:
        raise FileError("a share of right answers is none")
    return float(told)


def _amount(told: Any) -> float | None:
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < 1e9:
        raise FileError("a time is none")
    return float(told)


def _text(told: Any) -> str:
    return told[:MOST_WORDS] if isinstance(told, str) else ""


def _moment(told: Any) -> str:
    try:
        return datetime.fromisoformat(_text(told)).isoformat(timespec="seconds")
    except ValueError:
        return ""
