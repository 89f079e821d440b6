"""Overfitting in a real browser: it learns by itself once the question is behind the reader, and a phone holds the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server, content_width

pytestmark = pytest.mark.browser


def test_it_learns_by_itself_a_switch_begins_anew_and_the_answer_sets_it_back(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/overfitting", ask=True, width=390, height=844)
    page.get_by_text("It falls, then rises again", exact=True).click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.get_by_text("Right: it overfits.")).to_be_visible()
    learnt = page.get_by_text(re.compile("digits correctly, and .* held back"))
    expect(learnt).to_be_visible(timeout=60_000)
    losses = page.get_by_label(re.compile("Two losses over 600 steps of training on 300 digits"))
    expect(losses.locator(".main-svg").first).to_be_visible()
    page.get_by_role("radio", name="16", exact=True).click()
    expect(page.get_by_text("With 128 units and no cure")).to_be_visible(timeout=60_000)
    page.get_by_text("Early stopping", exact=True).first.click()
    expect(page).to_have_url(re.compile("overfitting_stops=true"))
    page.get_by_role("button", name="Set everything back and watch").click()
    expect(page).not_to_have_url(re.compile("overfitting_"))
    expect(learnt).to_be_visible(timeout=60_000)
    assert content_width(page) <= 390
