"""The questions of the idea pages that cover what answers them until they are answered or skipped."""

from __future__ import annotations

from netlab.app.ideas import PATH

PAGES = tuple(name for name in PATH if name != "classify")
"""The pages of the path that are read like a page of a book; the playground has tests of its own."""
IDEAS = (*PAGES, "find", "fog", "race", "landscape")
