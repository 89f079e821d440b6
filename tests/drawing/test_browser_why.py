"""The fold that says why, in a browser: it is opened under a drawing, and its pictures are there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Open, Server, content_width
from tests.pointer import draw
from tests.waiting import until

pytestmark = pytest.mark.browser

SEVEN = [(84, 56), (202, 62), (126, 238)]


def draw_a_seven(page: Page) -> None:
    draw(page, SEVEN)
    expect(page.get_by_text("It reads a 7").first).to_be_visible()


def coloured(canvas: Locator) -> int:
    """How many pixels of a canvas let nothing of the page through, or only some."""
    return int(
        canvas.evaluate(
            "(one) => [...one.getContext('2d').getImageData(0, 0, one.width, one.height).data]"
            ".filter((value, at) => at % 4 === 3 && value > 0).length"
        )
    )


@pytest.mark.parametrize("width", [1366, 390])
def test_the_fold_shows_its_pictures(server: Server, open_page: Open, width: int) -> None:
    page = open_page(f"{server.url}/draw", width=width, height=844)
    page.get_by_role("combobox", name="Read with").click()
    page.get_by_role("option", name="the article's network").click()
    draw_a_seven(page)
    page.get_by_text("Why does it say so?").click()
    for name in ("Gradient times ink, pixel by pixel", "Occlusion, patch by patch"):
        canvas = page.get_by_label(name)
        expect(canvas).to_be_visible()
        until(lambda canvas=canvas: coloured(canvas) > 20, what=f"a picture in “{name}”")
    page.get_by_role("radio", name="Which units?").click()
    expect(page.get_by_label("its weights, pixel by pixel")).to_have_count(5)
    page.get_by_role("radio", name="Moved, turned, thicker").click()
    for network in ("the article's network", "the small convolutional network"):
        figure = page.get_by_label(f"{network}, moved by up to 8 pixels each way")
        expect(figure.locator(".heatmaplayer image")).to_have_count(1)
        expect(figure.locator(".heatmap-label").first).to_be_visible()
    expect(page.get_by_label("degrees, clockwise: ").locator(".imagelayer image").first).to_be_visible()
    assert content_width(page) <= width
    page.get_by_role("button", name="Clear").click()  # an open fold follows what is on the pad
    expect(page.get_by_text("Draw a digit above")).to_be_visible()
    draw_a_seven(page)
    expect(page.get_by_label("degrees, clockwise: ")).to_be_visible()
