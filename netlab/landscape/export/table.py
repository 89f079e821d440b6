"""The numbers of walks as CSV: a line a step."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np

from netlab.landscape.descent import Path
from netlab.nn.optimizers import Optimizer


def paths_csv(walked: Sequence[tuple[Optimizer, Path]], parameters: tuple[str, str]) -> str:
    """Every step of every walk: where it stood, the loss there, the slope that the next step was given, its rate.

    Parameters
    ----------
    walked
        Optimizers with their paths.
    parameters
        What the two weights are called.

    Returns
    -------
    str
        CSV (RFC 4180) with a line of headings. Numbers are as float32 or float64 writes them, so that they read back the
        same; what there is none of (the slope after the last step) is an empty cell.
    """
    file = io.StringIO()
    write = csv.writer(file).writerow
    x, y = parameters
    write(["optimizer", "step", x, y, "loss", f"slope_{x}", f"slope_{y}", "learning_rate"])
    for optimizer, path in walked:
        for step in range(path.steps_taken + 1):
            seen = step < path.steps_taken
            slope = path.gradients[step] if seen else (np.nan, np.nan)
            rate = path.learning_rates[step] if seen else np.nan
            numbers = (*path.weights[step], path.losses[step], *slope, rate)
            write([optimizer.title, step, *(_cell(number) for number in numbers)])
    return file.getvalue()


def _cell(number: float) -> str:
    return str(number) if np.isfinite(number) else ""
