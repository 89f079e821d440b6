"""Rewind in a real browser: a notch is drawn at once, all pictures follow it, and a branch really trains from it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_a_run_is_rewound_and_leaves_a_branch(own_server: Server, open_page: Open) -> None:
    page = open_page(f"{own_server.url}/rewind", ask=True)
    page.get_by_role("button", name="Train the article's network").click()
    slider = page.get_by_role("slider", name="Moment")
    expect(slider).to_be_visible(timeout=90_000)
    expect(
        page.get_by_text(re.compile("first read correctly after|at none of|first kept moment on"))
    ).to_be_visible()
    expect(page.get_by_text(re.compile("Validation accuracy of|It has no branches yet"))).to_be_visible(
        timeout=60_000
    )
    slider.press("End")
    expect(page.locator(".bar output")).to_contain_text(re.compile(r"After \d,\d{3} images"))
    page.get_by_role("radio", name="30", exact=True).click()
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.locator(".growth .numbers")).to_contain_text("images")
    page.get_by_role("button", name="Move to the moment nearest to 30 images").click()
    expect(page.locator(".bar output")).to_contain_text("After 32 images")
    expect(page.locator(".growth .numbers")).to_contain_text("After 32 images")
    slider.press("Home")
    expect(page.locator(".bar output")).to_contain_text("Before the first batch")
    expect(page.locator(".growth .numbers")).to_contain_text("Before the first batch")
    before = page.locator(".growth .tiles canvas").first.evaluate("canvas => canvas.toDataURL()")
    # From the key to the redrawn answers and weight pictures: no question to the server lies between.
    until(
        lambda: (
            "After"
            in slider.evaluate(
                """slider => {
                slider.value = 1;
                slider.dispatchEvent(new Event('input'));
                return slider.getRootNode().querySelector('output').textContent;
            }"""
            )
        ),
        what="the moment after the first",
    )
    expect(page.locator(".growth .numbers")).to_contain_text("The weights moved")
    slider.press("End")
    assert page.locator(".growth .tiles canvas").first.evaluate("canvas => canvas.toDataURL()") != before
    slider.press("ArrowLeft")
    begin = page.get_by_role("button", name=re.compile("Start again after"))
    expect(begin).to_be_visible()
    begin.click()
    expect(page.get_by_role("link", name=re.compile("Open .*from"))).to_be_visible(timeout=90_000)
    page.get_by_role("link", name=re.compile("Open .*from")).click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
