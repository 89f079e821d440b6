"""One's own digits, in a browser: drawn, named, taken away, taught."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server
from tests.pointer import draw

pytestmark = pytest.mark.browser

SEVEN = [(80, 60), (195, 60), (130, 225)]


def test_a_seven_is_drawn_named_taken_away_and_taught(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train")
    page.get_by_text("Teach it your handwriting").click()
    strip = page.get_by_role("list", name="Your drawings").get_by_role("listitem")
    draw(page, SEVEN)
    expect(page.get_by_text("It reads a")).to_be_visible()
    page.get_by_role("button", name="7", exact=True).click()
    expect(strip).to_have_count(1)
    expect(page.get_by_text("It reads a")).to_have_count(0)  # the pad is empty again
    for count, shift in ((2, 6), (3, 12)):
        expect(page.get_by_label("Drawing pad")).to_have_count(1)  # the one before has gone
        draw(page, [(x + shift, y) for x, y in SEVEN])
        expect(page.get_by_text("It reads a")).to_be_visible()
        page.keyboard.press("7")
        expect(strip).to_have_count(count)
    expect(page.get_by_label("Drawing pad")).to_have_count(1)
    page.get_by_role("button", name="Take drawing 3, a drawn 7, away").click()
    expect(strip).to_have_count(2)
    page.get_by_role("button", name="Teach", exact=True).click()
    expect(page.get_by_text("Your score")).to_be_visible()
    draw(page, SEVEN)
    expect(page.get_by_text("Read by the taught network.")).to_be_visible()
