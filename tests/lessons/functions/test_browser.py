"""The page on functions in a real browser: bend the line, click points, watch twenty networks learn, come back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Open, Server, address
from tests.waiting import until

pytestmark = pytest.mark.browser


def error(page: Page) -> str:
    return page.get_by_text("Your error:").inner_text()


def test_bend_the_line_and_come_back(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/functions")
    page.locator(".live-figure .main-svg").first.wait_for()
    before = error(page)
    page.get_by_role("slider", name="How many (K)").press("ArrowRight")
    expect(page.get_by_text("The rule with 6 units")).to_be_visible()
    page.get_by_role("button", name="Place them by rule").click()
    expect(page.get_by_text(before)).to_have_count(0)
    expect(page).to_have_url(re.compile("functions_count=6"))
    expect(page).to_have_url(re.compile("functions_relu_by1="))
    placed = error(page)
    page.reload()
    expect(page.get_by_text(placed)).to_be_visible()


def test_click_a_curve_of_one_s_own(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/functions?functions_target=own+points")
    canvas = page.locator(".points canvas")
    canvas.wait_for()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Give two or more points")).to_be_visible()
    for x, y in ((60, 60), (300, 150), (500, 40)):
        canvas.click(position={"x": x, "y": y})
    expect(page.get_by_text("Give two or more points")).to_have_count(0)
    expect(page).to_have_url(re.compile("functions_points="))


def test_the_address_carries_all_controls_also_after_a_curve_of_one_s_own(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/functions")
    page.get_by_role("slider", name="How many (K)").press("ArrowRight")
    page.get_by_role("radio", name="steps").click()
    page.get_by_role("radio", name="own points").click()
    page.locator(".points canvas").wait_for()
    page.get_by_role("radio", name="bump").click()
    expect(page.locator(".points canvas")).to_have_count(0)
    until(
        lambda: all(part in address(page) for part in ("functions_count=6", "functions_kind=steps", "bump"))
    )
    page.reload()
    expect(page.get_by_role("slider", name="How many (K)")).to_have_attribute("aria-valuetext", "6")
    expect(page.get_by_role("slider", name="Steepness of every step")).to_be_visible()


def test_twenty_networks_learn_before_one_s_eyes(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/functions?functions_units=2")
    page.get_by_role("button", name="Learn", exact=True).click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_text("step 2,000 of 2,000")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name="Learn again")).to_be_visible()
