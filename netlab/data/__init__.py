"""Digits to learn from: where they are found, how they are checked, and how drawings are made to look like them."""

from __future__ import annotations

from netlab.data.digits import STAND_IN, DataError, Digits
from netlab.data.sources import Report, describe, load

__all__ = ["STAND_IN", "DataError", "Digits", "Report", "describe", "load"]
