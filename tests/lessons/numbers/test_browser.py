"""The page on numbers in a real browser: point at a pixel, unroll the picture, find a digit, come back by address."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from netlab.lessons.numbers.unit_sum import sum_over, unit
from tests.browser import Open, Server, address, unfold
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_point_unroll_choose_and_reload(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/numbers")
    picture = page.locator("canvas.picture")
    picture.wait_for()
    expect(page.get_by_text("Row 14, column 14")).to_have_count(2)
    picture.focus()
    picture.press("ArrowDown")
    picture.press("ArrowRight")
    expect(page.get_by_text("becomes number 15·28 + 15 = 435")).to_be_visible()
    page.locator("canvas.grid").hover(position={"x": 30, "y": 50})  # waits until the page stands still
    expect(page.get_by_text("Row 2, column 1 becomes number 2·28 + 1 = 57")).to_be_visible()
    page.get_by_role("button", name="Unroll", exact=True).click()
    expect(page.get_by_role("button", name="Roll up")).to_be_visible()
    assert page.locator("output").inner_text() == "28"
    until(lambda: "numbers_look=2_1_28" in address(page), what="the look in the address")  # all is told
    before = picture.get_attribute("aria-label")
    page.get_by_role("button", name="7", exact=True).click()
    expect(page).to_have_url(re.compile("numbers_index="))
    until(lambda: picture.get_attribute("aria-label") != before, what="another image")
    label = picture.get_attribute("aria-label")
    assert "labelled 7" in (label or "")
    page.reload()
    until(lambda: picture.get_attribute("aria-label") == label, what="the same image after a reload")
    unfold(page, "More: one unit")
    held = page.locator("canvas.held")
    weights = page.locator(".weights")
    held.scroll_into_view_if_needed()
    image = shown_in(page.locator("canvas.picture"))
    one = unit(int(page.get_by_role("spinbutton", name="Unit").input_value()))
    assert z_of(weights) == pytest.approx(sum_over(one, image), abs=1e-12)
    in_order = z_of(weights)
    box = held.bounding_box()
    assert box is not None
    middle, pixel = box["x"] + box["width"] / 2, box["width"] / 28
    page.mouse.move(middle, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(middle + 3.1 * pixel, box["y"] + box["height"] / 2 - 2.1 * pixel, steps=4)
    assert z_of(weights) == pytest.approx(sum_over(one, image, -2, 3), abs=1e-12)  # while it is held
    page.mouse.up()
    held.press("ArrowDown")
    assert z_of(weights) == pytest.approx(sum_over(one, image, -1, 3), abs=1e-12)
    held.press("Home")
    assert z_of(weights) == in_order
    page.get_by_role("button", name="Shuffle the digit alone").click()
    assert abs(z_of(weights) - in_order) > 1e-3
    page.get_by_role("button", name="Shuffle both alike").click()
    assert z_of(weights) == in_order
    expect(page.get_by_text("every pixel still lies under its own weight")).to_be_visible()


def z_of(weights: Locator) -> float:
    return float(weights.get_attribute("data-z") or "nan")


def shown_in(picture: Locator) -> np.ndarray:
    """The digit's 784 numbers, read from its picture."""
    levels = picture.evaluate(
        """(canvas) => Array.from({ length: 784 }, (_, at) => {
          const [x, y] = [(at % 28) * 10 + 5, Math.floor(at / 28) * 10 + 5];
          return canvas.getContext("2d").getImageData(x, y, 1, 1).data[0];
        })"""
    )
    return np.array(levels, np.uint8).reshape(28, 28)
