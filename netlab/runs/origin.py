"""Where a run began that did not begin at random: at a kept moment of another run."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from netlab.files import FileError, json_object
from netlab.nets.spec import NetworkSpec
from netlab.nets.weight_file import Weights, WeightsError, weight_shapes
from netlab.runs import store
from netlab.runs.run import Run, RunError
from netlab.storage import atomic_write

FILE = "origin.json"
MOST_BYTES = 1000
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Origin:
    """A kept moment of a run.

    Attributes
    ----------
    run : str
        The run's id. A run's own, with step 0, if it began with weights of no run's moment: they are kept as its first.
    step : int
        After how many of its updates.
    """

    run: str
    step: int


def write(run: Run, origin: Origin) -> None:
    """Note where a run begins, before it does.

    Parameters
    ----------
    run : Run
        The new run; its folder is there.
    origin : Origin
        The moment of the other one.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    atomic_write(run.folder / FILE, json.dumps({"run": origin.run, "step": origin.step}).encode())


def read(run: Run) -> Origin | None:
    """Where a run began.

    Parameters
    ----------
    run : Run
        Any run.

    Returns
    -------
    Origin or None
        None if it began at random.

    Raises
    ------
    RunError
        If the note is there and says nothing that can be understood.
    """
    file = run.folder / FILE
    if not file.exists() and not file.is_symlink():
        return None
    try:
        said = json_object(file, MOST_BYTES, run.folder)
    except FileError as error:
        raise RunError(f"Where run {run.id} began cannot be read ({error}).") from error
    name, step = said.get("run"), said.get("step")
    if not (isinstance(name, str) and _ID.fullmatch(name) and type(step) is int and step >= 0):
        raise RunError(f"Where run {run.id} began cannot be read ({FILE} names no moment of a run).")
    return Origin(name, step)


def weights(origin: Origin, spec: NetworkSpec) -> Weights:
    """The weights that a run of ``spec`` begins with, as the other run kept them: rounded to half precision.

    Parameters
    ----------
    origin : Origin
        A moment of a run.
    spec : NetworkSpec
        The new run's network.

    Returns
    -------
    Weights
        float32 arrays by Keras's names, in the model's order.

    Raises
    ------
    RunError
        If the run or its moment is not there, cannot be read, or is of a network with other shapes.
    """
    run = store.get(origin.run)
    if run is None:
        raise RunError("The run that this one was to begin from is not kept any more.")
    try:
        _, kept = run.weights(origin.step)
    except WeightsError as error:
        raise RunError(f"The moment that this run was to begin from cannot be read. {error}") from error
    shapes = weight_shapes(spec)
    if {name: array.shape for name, array in kept.items()} != dict(shapes):
        raise RunError("This run's network has other layers than the one that it was to begin from.")
    return {name: kept[name] for name in shapes}


def branches(run_id: str) -> list[tuple[Run, Origin]]:
    """The runs that began at a moment of this one, the newest first.

    Parameters
    ----------
    run_id : str
        The run's id.

    Returns
    -------
    list of (Run, Origin)
        One whose beginning cannot be read is left out.
    """
    found = []
    for run in store.all_runs():
        try:
            origin = read(run)
        except RunError:
            continue  # its own page says so
        if origin is not None and origin.run == run_id != run.id:
            found.append((run, origin))
    return found
