"""What of a run can be taken along: its history as a table, and names for the files."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator

from netlab.runs.history import History

COLUMNS = ("step", "epoch", "loss", "accuracy", "validation_loss", "validation_accuracy")
LONGEST_NAME = 40


def history_csv(history: History) -> str:
    """Every batch and every validation of a run as comma-separated values.

    A row is a step: loss and accuracy of its batch, before its update; those of the validation after it, where there
    was one. Step 0 is the network before its first update. A cell is empty where nothing was measured or the value is
    no number.

    Parameters
    ----------
    history : History
        The run's events, added up.

    Returns
    -------
    str
        A head, then a line a step.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(history))
    return buffer.getvalue()


def file_name(name: str, run_id: str) -> str:
    """A run's name as a name of files and folders, for every system: small letters, digits and hyphens.

    Parameters
    ----------
    name : str
        What the run is called.
    run_id : str
        Its id, of which the beginning tells runs of one name apart.

    Returns
    -------
    str
        Without an ending.

    Examples
    --------
    >>> file_name("SGD, rate 30", "1a2b3c4d5e6f")
    'sgd-rate-30-1a2b3c'
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters.replace("'", ""))[:LONGEST_NAME].strip("-")
    return f"{words or 'run'}-{run_id[:6]}"


def _rows(history: History) -> Iterator[tuple[int, int | str, str, str, str, str]]:
    seen = {item.step: item for item in history.validations}
    steps = max([history.step, *seen], default=-1)
    for step in range(0 if 0 in seen else 1, steps + 1):
        batch = step - 1 if 1 <= step <= history.step else None
        validation = seen.get(step)
        yield (
            step,
            _epoch(history, step),
            "" if batch is None else _cell(history.losses[batch]),
            "" if batch is None else _cell(history.accuracies[batch]),
            "" if validation is None else _cell(validation.loss),
            "" if validation is None else _cell(validation.accuracy),
        )


def _epoch(history: History, step: int) -> int | str:
    """In which epoch a batch was trained on, from 1; 0 before the first."""
    if history.started is None:
        return ""
    return -(-step // history.started.steps_per_epoch)


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.6g}"
