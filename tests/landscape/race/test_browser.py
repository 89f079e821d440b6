"""The race in a real browser: move the horizon, click a start on the map and one in the basins, and reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.browser import Open, Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser


def click_on(figure: Locator, across: float, down: float) -> None:
    figure.scroll_into_view_if_needed()
    area = figure.locator(".nsewdrag")
    box = area.bounding_box()
    assert box is not None
    area.click(position={"x": box["width"] * across, "y": box["height"] * down})


def fine(figure: Locator) -> bool:
    return figure.get_attribute("data-fine") == "true"


def test_move_a_slider_and_click_starts(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/race?ls_surface=Himmelblau&race_steps=20")
    race, basins = page.locator(".race-map").nth(0), page.locator(".race-map").nth(1)
    basins.locator(".main-svg").first.wait_for()
    expect(page.get_by_text("after 20 steps from")).to_be_visible()
    until(lambda: fine(basins), what="the fine map of basins")
    expect(page.get_by_text("200 × 200 starts")).to_be_visible()
    race.evaluate("figure => { figure.marked = true; }")

    page.get_by_role("slider", name="Steps in the race").press("ArrowRight")
    expect(page.get_by_text("after 50 steps from")).to_be_visible()
    until(lambda: "race_steps=50" in address(page), what="the horizon in the address")

    click_on(race, 0.75, 0.3)
    expect(page.get_by_text("steps from (−0.5, −1.5)")).not_to_be_visible()
    until(lambda: "ls_x_himmelblau=" in address(page), what="the clicked start in the address")
    assert race.evaluate("figure => figure.marked") is True  # updated in place, never built anew

    until(lambda: fine(basins), what="the fine map of the new rate")
    click_on(basins, 0.25, 0.25)
    expect(page.get_by_text("the walk ends at minimum 4")).to_be_visible()
    until(lambda: "race_x_himmelblau=" in address(page), what="the start of the path in the address")
    left = address(page)
    page.reload()
    expect(page.get_by_text("the walk ends at minimum 4")).to_be_visible()
    expect(page.get_by_text("after 50 steps from")).to_be_visible()
    assert address(page) == left


def test_a_phone_shows_the_race(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/race?race_steps=10", width=390, height=844)
    page.locator(".race-map .main-svg").first.wait_for()
    assert content_width(page) <= 390
