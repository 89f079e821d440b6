"""Grids, arrows and films of the page Inside in a real browser: what is pointed at is told, what is pressed is chosen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Position, expect

from tests.browser import SCHEMES, Open, Scheme, Server, address, content_width

pytestmark = pytest.mark.browser


def spot(canvas: Locator, across: float, down: float) -> Position:
    box = canvas.bounding_box()
    assert box is not None
    return {"x": across * box["width"], "y": down * box["height"]}


def section(server: Server, open_page: Open, name: str, **look: object) -> Page:
    return open_page(f"{server.url}/inside?subject=article&section={name}", **look)


def test_a_cell_under_the_pointer_is_told_and_a_pressed_one_is_the_unit(
    server: Server, open_page: Open
) -> None:
    page = section(server, open_page, "digit")
    sums = page.locator(".cells").first
    canvas = sums.locator("canvas")
    expect(sums.locator(".says")).to_have_text(re.compile(r"z of unit \d+: "))
    canvas.hover(position=spot(canvas, 3.5 / 32, 2.5 / 16))
    expect(sums.locator(".says")).to_have_text(re.compile(r"z of unit 67: −?\d"))
    canvas.click(position=spot(canvas, 3.5 / 32, 2.5 / 16))
    expect(page.get_by_label("Unit (0 to 511)").first).to_have_value("67")
    expect(page.locator(".katex").filter(has_text="67").first).to_be_visible()
    expect(page).to_have_url(re.compile("digit_unit=67"))
    canvas.press("ArrowRight")
    expect(page.get_by_label("Unit (0 to 511)").first).to_have_value("68")


def test_arrows_are_told_and_chosen(server: Server, open_page: Open) -> None:
    page = section(server, open_page, "batch")
    canvas, says = page.locator(".arrows canvas"), page.locator(".arrows .says")
    expect(says).to_have_text(re.compile("Point at the tip"))
    told = page.get_by_text(re.compile("This digit is labelled"))
    longest = told.inner_text()
    canvas.press("ArrowRight")
    expect(told).not_to_have_text(longest)
    page.get_by_role("button", name="Longest arrow").click()
    expect(told).to_have_text(longest)


def test_the_tip_of_an_arrow_can_be_pointed_at_and_pressed(server: Server, open_page: Open) -> None:
    """A batch of one: its arrow goes straight across to the right edge."""
    page = open_page(f"{server.url}/inside?subject=article&section=batch&inside_batch_size=1")
    canvas, says = page.locator(".arrows canvas"), page.locator(".arrows .says")
    expect(says).to_have_text(re.compile("Point at the tip"))
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": box["width"] - 14, "y": 12 + (box["height"] - 40) / 2})
    expect(says).to_have_text(re.compile(r"^\d, read as \d; loss .+, length .+"))


def test_a_film_plays_to_its_end_and_can_be_wound_back(server: Server, open_page: Open) -> None:
    page = section(server, open_page, "backwards")
    film = page.locator(".frames")
    says, captions = film.locator(".says"), film.locator("figcaption")
    expect(says).to_have_text("after 240 steps")
    last = captions.first.inner_text()
    film.get_by_role("slider").press("Home")
    expect(says).to_have_text("after 0 steps")
    expect(captions.first).not_to_have_text(last)
    film.get_by_role("button", name="Play").click()
    expect(says).to_have_text("after 240 steps")
    expect(captions.first).to_have_text(last)
    expect(film.get_by_role("button")).to_have_text("Play")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", ["digit", "batch", "backwards"])
def test_a_telephone_shows_it_without_scrolling_sideways(
    server: Server, open_page: Open, name: str, scheme: Scheme
) -> None:
    page = section(server, open_page, name, width=390, height=844, color_scheme=scheme)
    shown = {"digit": ".cells", "batch": ".arrows", "backwards": ".frames"}[name]
    expect(page.locator(f"{shown} canvas").first).to_be_visible()
    assert content_width(page) == 390
    assert f"section={name}" in address(page) or name == "digit"
