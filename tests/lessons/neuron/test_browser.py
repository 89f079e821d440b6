"""The page on one neuron in a real browser: a weight moved, the numbers change, a reload brings them back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server

pytestmark = pytest.mark.browser


def test_a_weight_turns_the_line_and_the_address_keeps_it(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/neuron")
    neuron = page.locator(".netlab-neuron")
    expect(neuron).to_have_attribute("aria-label", "z = 1.500, a = 0.818")
    page.locator(".live-figure .main-svg").nth(2).wait_for()
    page.get_by_role("slider", name="Weight w₁").press("ArrowRight")
    expect(neuron).to_have_attribute("aria-label", "z = 1.550, a = 0.825")
    expect(page).to_have_url(re.compile("neuron_w1=1.55"))
    page.get_by_role("slider", name="Layers").press("ArrowRight")
    expect(page.get_by_text("From the last of 4 layers")).to_be_visible()
    page.reload()
    expect(neuron).to_have_attribute("aria-label", "z = 1.550, a = 0.825")
    expect(page.get_by_text("From the last of 4 layers")).to_be_visible()
