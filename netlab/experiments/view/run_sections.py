"""The sections of the page Runs; only the one that is chosen is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netlab.experiments.table.view.table import all_runs


@dataclass(frozen=True)
class Section:
    """What a section is called, and what shows it."""

    title: str
    show: Callable[[], None]


SECTIONS: dict[str, Section] = {
    "table": Section("All runs", all_runs),
}
