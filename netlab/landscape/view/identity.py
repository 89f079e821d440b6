"""What tells a surface from all others, for what is kept between runs of a page."""

from __future__ import annotations

from netlab.landscape.surface import Surface


def identity(surface: Surface) -> str:
    """A surface's name and the code of its loss."""
    return f"{surface.key}|{surface.domain}|{surface.tensorflow}"
