"""Strokes of a digit for the drawing pad, in its 280 by 280 units."""

from __future__ import annotations

from playwright.sync_api import Page

THREE = [
    (80, 70), (110, 48), (150, 50), (178, 75), (172, 108), (135, 132), (172, 150), (190, 185), (172, 220), (130, 238),
    (85, 222),
]  # fmt: skip


def draw(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw one stroke with the mouse."""
    pad = page.get_by_label("Drawing pad")
    pad.wait_for()
    pad.evaluate("one => one.scrollIntoView({ block: 'center' })")  # clear of the menu
    box = pad.bounding_box()
    assert box is not None
    scale = box["width"] / 280
    at = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()
