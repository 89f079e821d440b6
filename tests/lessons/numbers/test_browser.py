"""The page on numbers in a real browser: point at a pixel, unroll the picture, find a digit, come back by address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server, address
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_point_unroll_choose_and_reload(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/numbers")
    picture = page.locator("canvas.picture")
    picture.wait_for()
    expect(page.get_by_text("Row 14, column 14")).to_have_count(2)
    picture.focus()
    picture.press("ArrowDown")
    picture.press("ArrowRight")
    expect(page.get_by_text("becomes number 15·28 + 15 = 435")).to_be_visible()
    page.locator("canvas.grid").hover(position={"x": 30, "y": 50})  # waits until the page stands still
    expect(page.get_by_text("Row 2, column 1 becomes number 2·28 + 1 = 57")).to_be_visible()
    page.get_by_role("button", name="Unroll", exact=True).click()
    expect(page.get_by_role("button", name="Roll up")).to_be_visible()
    assert page.locator("output").inner_text() == "28"
    until(lambda: "numbers_look=2_1_28" in address(page), what="the look in the address")  # all is told
    before = picture.get_attribute("aria-label")
    page.get_by_role("button", name="7", exact=True).click()
    expect(page).to_have_url(re.compile("numbers_index="))
    until(lambda: picture.get_attribute("aria-label") != before, what="another image")
    label = picture.get_attribute("aria-label")
    assert "labelled 7" in (label or "")
    page.reload()
    until(lambda: picture.get_attribute("aria-label") == label, what="the same image after a reload")
