"""One whole game in the fog in a real browser: by key, by click and by button, to the end, and back by address."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from netlab.arrays import Array
from tests.browser import Open, Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser


def test_play_a_whole_game(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/fog?fog_looks=10")
    field, foot = page.locator(".fog"), page.locator(".foot")
    canvas = page.locator("canvas.map")
    expect(foot).to_contain_text("Look 1 of 10")
    canvas.focus()
    canvas.press("ArrowUp")
    canvas.press("ArrowUp")  # the second waits for the first one's answer
    expect(foot).to_contain_text("Look 3 of 10")
    page.get_by_role("button", name="Downhill").click()
    page.get_by_role("button", name="Step left").click()
    expect(foot).to_contain_text("Look 5 of 10")
    box = canvas.bounding_box()
    assert box is not None
    for look in range(6, 11):
        page.mouse.click(box["x"] + box["width"] * look / 12, box["y"] + box["height"] * 0.7)
        expect(foot).to_contain_text(f"Look {look} of 10")
    expect(foot).to_contain_text("No looks are left")
    expect(page.get_by_role("button", name="Downhill")).to_be_disabled()
    assert field.get_attribute("data-fog") == "down"
    until(
        lambda: len(address(page).partition("fog_walk=")[2].partition("&")[0]) == 36,
        what="nine looks in the address",
    )
    page.reload()
    expect(foot).to_contain_text("Look 10 of 10")
    fog = pixels(canvas)
    page.get_by_role("button", name="Lift the fog").click()
    expect(foot).to_contain_text("The fog is lifted")
    until(lambda: np.mean(np.abs(pixels(canvas) - fog).max(axis=1) > 25) > 0.5, what="a landscape")
    expect(page.get_by_text("Lowest, gradient descent")).to_be_visible()
    expect(page.get_by_text("got lowest")).to_be_visible()
    until(lambda: "fog_lifted=1" in address(page), what="the lifted fog in the address")
    page.get_by_role("button", name="A new hill").click()
    expect(foot).to_contain_text("Look 1 of 10")
    assert "fog_walk" not in address(page)
    expect(page.get_by_text("Lowest, gradient descent")).not_to_be_visible()


PIXELS = """canvas => {
    const pen = new OffscreenCanvas(64, 64).getContext('2d');
    pen.drawImage(canvas, 0, 0, 64, 64);
    return [...pen.getImageData(0, 0, 64, 64).data];
}"""


def pixels(canvas: Locator) -> Array:
    """The map in 64 by 64 pixels, (4096, 4): red, green, blue and opacity, 0 to 255."""
    return np.array(canvas.evaluate(PIXELS)).reshape(-1, 4)


def step_up(canvas: Locator, foot: Locator) -> None:
    before = foot.inner_text()
    canvas.press("ArrowUp")
    until(lambda: foot.inner_text() != before, what="an answer to the key")


def test_a_look_that_was_not_counted_is_not_told_of_once_the_fog_is_lifted(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/fog")
    foot, canvas = page.locator(".foot"), page.locator("canvas.map")
    expect(foot).to_contain_text("Look 1 of 25")
    page.get_by_role("button", name="Step up").click()
    for _ in range(12):  # to the upper edge, and one more
        if "not counted" not in foot.inner_text():
            step_up(canvas, foot)
    expect(foot).to_contain_text("You are there already; that look is not counted.")
    page.get_by_role("button", name="Lift the fog").click()
    expect(foot).to_contain_text("The fog is lifted")
    expect(foot).not_to_contain_text("not counted")


def test_a_phone_shows_the_whole_game(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/fog", width=390, height=844)
    page.locator("canvas.map").wait_for()
    assert content_width(page) <= 390
    box = page.locator("canvas.map").bounding_box()
    assert box is not None
    assert box["width"] > 300
