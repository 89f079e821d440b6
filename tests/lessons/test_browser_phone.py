"""Idea pages on a phone, in light and dark: nothing wider than the screen, nothing asked of the outside."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import SCHEMES, Scheme, Server, content_width

pytestmark = pytest.mark.browser
PAGES = {
    "numbers": "An image is numbers",
    "functions": "A network is a function made of simple ones",
    "neuron": "One neuron",
    "next": "Where to next",
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_idea_pages_fit_a_phone_and_ask_nothing_of_the_outside(
    scheme: Scheme, server: Server, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    outside: list[str] = []
    page.on("request", lambda request: outside.append(request.url))
    for path, title in PAGES.items():
        page.goto(f"{server.url}/{path}")
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=60_000)
        page.get_by_text("Show the code that computed this").wait_for()
        assert content_width(page) <= 390
    page.close()
    assert not [url for url in outside if not url.startswith((server.url, "data:", "blob:", "about:"))]
