"""How a command says no."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netlab.runs.run import Run

STATUS = 2  # of a command that was asked for what cannot be


def complain(error: Exception) -> int:
    """Print what went wrong; the exit status of a command that ends so."""
    print(f"netlab: {error}", file=sys.stderr)
    return STATUS


def tell_damage(*runs: Run) -> None:
    """Print of each run what of it cannot be read; nothing of a good one."""
    from netlab.runs.reading import read

    for run in runs:
        if trouble := read(run).trouble:
            print(f"netlab: Not all of run {run.id} can be read. {trouble}", file=sys.stderr)
