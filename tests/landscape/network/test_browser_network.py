"""The page on a network's landscape in a real browser: a picture comes from the painting process, and a point of it is tried."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server, content_width

pytestmark = pytest.mark.browser

SLOW = 240_000
"""Milliseconds: the picture is worked out at a low priority, on a machine that may be busy."""


def test_a_picture_comes_and_a_point_of_it_is_tried(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/network")
    page.set_default_timeout(SLOW)
    plot = page.locator(".race-map .nsewdrag").first
    plot.wait_for()
    expect(page.get_by_text("a plane chosen by chance would hold")).to_be_visible(timeout=SLOW)
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] / 4, "y": box["height"] / 4}, force=True)
    expect(page.get_by_text("The network at (−0.")).to_be_visible(timeout=SLOW)
    expect(page.get_by_text("pictures correctly").last).to_be_visible(timeout=SLOW)


def test_it_fits_a_phone(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/network", width=390, height=844)
    page.locator(".race-map .nsewdrag").first.wait_for(timeout=SLOW)
    assert content_width(page) <= 390
