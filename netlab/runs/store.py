"""All runs of this machine: a folder each under ``NETLAB_HOME``, found by id, made, listed and counted."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from netlab.nets.spec import NetworkSpec
from netlab.runs.milestones import milestones
from netlab.runs.run import DELETED, HIDDEN, STATES_KEPT, Run, RunError, remove
from netlab.storage import atomic_write, home, sweep

SHORTEST_NAME = 4  # letters of an id, as pages show it
MOST_EXAMPLES = 60_000
UNDO_SECONDS = 600.0
"""For so long a run that was deleted can be brought back."""
ARRIVING = ".arriving"
"""End of the name of a folder into which a run is being unpacked."""
_ID = re.compile(r"[0-9a-f]{32}")


def root() -> Path:
    """The folder that holds all runs."""
    return home() / "runs"


def new_id() -> str:
    """An id nobody can guess: a link to a run is the permission to see it."""
    return uuid.uuid4().hex


def is_id(text: str) -> bool:
    """Whether a text has the form of an id.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool
    """
    return _ID.fullmatch(text) is not None


def folder(run_id: str) -> Run:
    """The run with this id, whose folder is made if it is not there.

    Parameters
    ----------
    run_id : str
        An id that ``new_id`` made; it is not checked.

    Returns
    -------
    Run
        Without a description, if it is new.

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

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.
    run_id : str
        An id that ``new_id`` made; it is not checked.

    Returns
    -------
    Run
        With its description written.

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
    """The run with this id, or None; anything that is not an id is no run.

    Parameters
    ----------
    run_id : str
        Any text.

    Returns
    -------
    Run or None
        Its description exists; whether it can be read is not asked.
    """
    if not _ID.fullmatch(run_id):
        return None
    folder = root() / run_id
    return Run(run_id, folder) if os.path.lexists(folder / "spec.json") else None


def find(name: str) -> Run:
    """The run with this id, or with an id that begins so and is the only one that does.

    Parameters
    ----------
    name : str
        An id, or at least ``SHORTEST_NAME`` characters of its beginning.

    Returns
    -------
    Run
        One named by its whole id may have a description that cannot be read.

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


def changed() -> int:
    """When a run came or went, as the file system counts time; 0 if there are none."""
    try:
        return root().stat().st_mtime_ns
    except OSError:
        return 0


def all_runs() -> list[Run]:
    """Every run whose description can be read, newest first."""
    found = [run for run in _found() if _trouble(run) is None]
    return sorted(found, key=Run.started, reverse=True)


def unreadable() -> list[RunError]:
    """Of every other run, why it cannot be read."""
    return [trouble for run in _found() if (trouble := _trouble(run)) is not None]


def ids() -> list[str]:
    """Names of all folders here that are named as a run, without a look into them; one may turn out to be none."""
    try:
        return sorted(filter(is_id, os.listdir(root())))  # noqa: PTH208  thousands are asked
    except OSError:  # no run was kept yet, or none can be seen
        return []


def remove_leftovers(undo_seconds: float = UNDO_SECONDS, spared: Collection[str] = ()) -> None:
    """Remove what deletions, saves and unpackings that were cut short left behind, and runs that were deleted long ago.

    Parameters
    ----------
    undo_seconds : float
        Runs that were deleted so long ago cannot be brought back any more.
    spared : collection of str
        Ids of runs that still can, whatever the machine's clock says: it may have been set meanwhile.

    Raises
    ------
    OSError
        If something cannot be removed; all the rest is.
    """
    failures: list[OSError] = []
    kept = {f".{run_id}{HIDDEN}" for run_id in spared}
    hidden = [path for path in _old(HIDDEN, undo_seconds) if path.name not in kept]
    for path in [*root().glob(f".*{DELETED}"), *hidden, *_old(ARRIVING, UNDO_SECONDS)]:
        try:
            remove(path)
        except OSError as error:
            failures.append(error)
    for run in _found():
        sweep(run.folder)
    if failures:
        raise failures[0]


def can_bring_back(run_id: str) -> bool:
    """Whether a run was deleted so lately that it can be brought back.

    Parameters
    ----------
    run_id : str
        Any text.

    Returns
    -------
    bool
        False once its files are gone.
    """
    return bool(_ID.fullmatch(run_id)) and os.path.lexists(root() / f".{run_id}{HIDDEN}")


def bring_back(run_id: str) -> Run:
    """Undo the deletion of a run.

    Parameters
    ----------
    run_id : str
        Any text.

    Returns
    -------
    Run
        As it was.

    Raises
    ------
    RunError
        If its files are gone, or its place is taken.
    """
    if not can_bring_back(run_id):
        raise RunError(f"Run {run_id[:32]} cannot be brought back: its files are gone.")
    place = root() / run_id
    try:
        if os.path.lexists(place / "spec.json"):
            raise RunError(f"Run {run_id} cannot be brought back: it has been imported anew meanwhile.")
        remove(place)  # what is no run
        (root() / f".{run_id}{HIDDEN}").rename(place)
    except OSError as error:
        raise RunError(f"Run {run_id} cannot be brought back ({error.strerror or error}).") from error
    return Run(run_id, place)


def _old(end: str, seconds: float) -> list[Path]:
    """Hidden folders whose name ends so and that nobody has touched for so long."""
    found = []
    for path in root().glob(f".*{end}"):
        with suppress(FileNotFoundError):  # another process was faster
            if time.time() - path.lstat().st_mtime >= seconds:
                found.append(path)
    return found


def expected_bytes(spec: NetworkSpec) -> int:
    """About how much of the disk a run of this network will take.

    Parameters
    ----------
    spec : NetworkSpec
        The network and how it is trained.

    Returns
    -------
    int
        Snapshots as float16, checkpoints and final weights as float32; without the history.
    """
    examples = spec.train_examples or MOST_EXAMPLES
    kept = len(milestones(-(-examples // spec.batch_size), spec.epochs).snapshots)
    states = STATES_KEPT * 3  # each has the weights and, for Adam and its kin, two moments of every one
    best = STATES_KEPT if spec.patience else 0  # the best epoch's weights in each
    return spec.parameter_count * (2 * kept + 4 * (states + best + 1))


def was_deleted(run_id: str) -> bool:
    """Whether a deletion of this run was begun whose files are not all gone yet.

    Parameters
    ----------
    run_id : str
        Any text.

    Returns
    -------
    bool
        False once its last file is gone.
    """
    return bool(_ID.fullmatch(run_id)) and (
        (root() / f".{run_id}{DELETED}").is_dir() or can_bring_back(run_id)
    )


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
