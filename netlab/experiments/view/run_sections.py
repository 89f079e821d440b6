"""The sections of the page Runs; only the one that is chosen is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netlab.experiments.report.view import lab_report


@dataclass(frozen=True)
class Section:
    """What a section is called, and what shows it."""

    title: str
    show: Callable[[], None]


SECTIONS: dict[str, Section] = {
    "report": Section("Lab report", lab_report),
}
