"""The sections of the page Runs; only the one that is chosen is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netlab.experiments.comparing.view.luck import luck_section
from netlab.experiments.comparing.view.sweep import sweep_section
from netlab.experiments.comparing.view.twin import twin_section
from netlab.experiments.report.view import lab_report
from netlab.experiments.table.view.table import all_runs


@dataclass(frozen=True)
class Section:
    """What a section is called, and what shows it."""

    title: str
    show: Callable[[], None]


SECTIONS: dict[str, Section] = {
    "table": Section("All runs", all_runs),
    "twin": Section("Twin", twin_section),
    "luck": Section("Luck", luck_section),
    "sweep": Section("Sweep", sweep_section),
    "report": Section("Lab report", lab_report),
}
