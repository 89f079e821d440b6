"""The last idea page in a real browser: another digit, a reload to the same one, a way to the training page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server, address

pytestmark = pytest.mark.browser


def test_a_prediction_outlives_a_reload_in_its_tab_alone(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/next", ask=True)
    page.get_by_text("About 95 %").click()
    page.get_by_role("button", name="That is my prediction").click()
    said = page.get_by_text("You said About 95 %")
    expect(said).to_be_visible()
    page.locator(".memory[data-word='About 95 %']").wait_for(
        state="attached"
    )  # the tab keeps it from then on
    page.reload()
    expect(said).to_be_visible()
    other = open_page(address(page), ask=True)
    expect(other.get_by_text("About 95 %")).to_be_visible()
    expect(other.get_by_text("You said")).to_have_count(0)


def test_another_digit_and_back_again(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/next")
    expect(page.get_by_text("Test image 0, labelled")).to_be_visible()
    page.get_by_role("spinbutton", name="Test image number").press("ArrowUp")
    page.get_by_role("spinbutton", name="Test image number").press("Enter")
    expect(page.get_by_text("Test image 1, labelled")).to_be_visible()
    expect(page).to_have_url(re.compile("next_image=1"))
    page.reload()
    expect(page.get_by_text("Test image 1, labelled")).to_be_visible()
    page.get_by_role("link", name="Train this network yourself").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
