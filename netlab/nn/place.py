"""Where a choice may appear: a row of a table names its places, and every menu is one place's share of the table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol, TypeVar


class Place(Enum):
    """A part of the app that offers choices."""

    LESSONS = "lessons"
    TRAIN = "train"
    LANDSCAPE = "landscape"  # the landscape of one neuron
    FORMULAS = "formulas"  # landscapes from typed text


EVERYWHERE = frozenset(Place)


class Placed(Protocol):
    """A row that says where it may appear."""

    @property
    def places(self) -> frozenset[Place]:
        """The places that offer it."""


Row = TypeVar("Row", bound=Placed)


def shown_in(rows: Mapping[str, Row], place: Place) -> dict[str, Row]:
    """The rows that a place offers, in the table's order.

    Parameters
    ----------
    rows : mapping of str to rows
        A table by key.
    place : Place
        The part of the app that asks.

    Returns
    -------
    dict
        Key and row of those whose ``places`` have it.
    """
    return {key: row for key, row in rows.items() if place in row.places}
