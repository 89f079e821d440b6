"""Controls that somebody else has set for this reader, a lesson say: what they are, which are not shown, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fixed:
    """What is fixed.

    Attributes
    ----------
    values : mapping of str to object
        The values of the controls that stay as they are, by key.
    hidden : frozenset of str
        Those of them that are not shown.
    why : str
        Said beside each that is shown.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    why: str = ""


FREE = Fixed()
"""Nothing is fixed."""
