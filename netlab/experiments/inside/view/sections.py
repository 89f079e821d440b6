"""The sections of the page Inside; only the one that is chosen is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netlab.experiments.inside.view import backwards, batch, digit
from netlab.experiments.inside.view.map import map_section
from netlab.experiments.inside.view.mistakes import mistakes
from netlab.experiments.inside.view.units import units_section
from netlab.experiments.subject import Subject
from netlab.experiments.view.subjects import Pictures


@dataclass(frozen=True)
class Section:
    """What a section is called, and what shows it."""

    title: str
    show: Callable[[Subject, Pictures], None]


SECTIONS: dict[str, Section] = {
    "mistakes": Section("Mistakes", mistakes),
    "units": Section("Units", units_section),
    "digit": Section("One digit", digit.show),
    "batch": Section("One batch", batch.show),
    "backwards": Section("Backwards", backwards.show),
    "map": Section("Map", map_section),
}
