"""One palette for all figures: eight colours that colour-blind readers can tell apart, and dashes beside.

Source: Okabe & Ito (2008), Color universal design.
"""

from __future__ import annotations

import json

BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8A8A8A",
)  # fmt: skip
NAMED = {
    "blue": BLUE, "vermilion": VERMILION, "green": GREEN, "purple": PURPLE, "orange": ORANGE, "sky": SKY, "grey": GREY,
}  # fmt: skip
CSS = f":root, :host {{ {' '.join(f'--netlab-{name}: {colour};' for name, colour in NAMED.items())} }}\n"
"""The colours as CSS variables, which every component's styles begin with."""
JAVASCRIPT = f"const PALETTE = {json.dumps(NAMED)};\n"
"""The colours for canvases, which every component's script begins with."""
SERIES = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
ORANGE_TO_BLUE = ((0, ORANGE), (0.5, "#f4f4f4"), (1, BLUE))
"""A scale with its middle at 0: what shrinks or is negative is orange, what grows or is positive blue."""

TRAIN, TRAIN_SMOOTH, VALIDATION = SKY, BLUE, VERMILION


def faint(colour: str, opacity: float) -> str:
    """The colour as ``rgba`` with this opacity."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"
