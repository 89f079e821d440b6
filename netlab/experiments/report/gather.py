"""What a report of a run tells, from the run's folder."""

from __future__ import annotations

import os

from netlab.arrays import Bytes
from netlab.experiments.report.report import Drawn, Report
from netlab.experiments.rewind.course import table
from netlab.runs.events import Done
from netlab.runs.reading import read
from netlab.runs.run import Run, RunError
from netlab.training.prediction import kept


def gather(
    run: Run, images: Bytes | None, labels: Bytes | None, classes: tuple[str, ...], *, question: str = "", seen: str = "",
    drawings: tuple[Drawn, ...] = (), address: str = "http://localhost:8501", source: str = "", predicted: tuple[tuple[str, str, str], ...] = (),
) -> Report:  # fmt: skip
    """Put a report together.

    Parameters
    ----------
    run : Run
        Any run that can be read.
    images, labels : uint8 arrays (n, 28, 28) and (n,), or None
        Test pictures for the confusion table; without them it is left out.
    classes : tuple of str
        What the ten answers are called.
    question, seen : str
        What its reader wrote.
    drawings : tuple of Drawn
        What it read.
    address : str
        Where Netlab is open.
    source : str
        Where the test pictures came from; it is said if the run learnt from others.
    predicted : tuple of (question, answer, why)
        What its reader predicted on the pages, and why; empty if they said not why.

    Returns
    -------
    Report

    Raises
    ------
    RunError
        If the run's description cannot be read.
    """
    found = read(run)
    if found.spec is None:
        raise RunError(found.trouble)
    counts, trouble = None, found.trouble
    if images is not None and labels is not None:
        try:
            spec, weights, _ = run.latest_weights()
            counts = table(spec, weights, images, labels)
        except RunError:  # then the report has no table; if nothing was kept yet, that is no trouble
            if run.snapshots() or os.path.lexists(run.folder / "weights.npz"):
                trouble = f"{trouble} Its weights cannot be read, so where it is wrong is left out.".strip()
    ending = found.ending if isinstance(found.ending, Done) else None
    return Report(
        run.id, run.name(), found.spec, found.history, ending, run.started(), question, seen, kept(run), counts, classes,
        drawings, address,
        bool(source and found.history.started and found.history.started.source != source), predicted,
        trouble,
    )  # fmt: skip
