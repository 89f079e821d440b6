"""The page Train as it is seen: what is above the fold, what stays in its place, what is one tap away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

SIZES = [(1366, 768, 2), (390, 844, 1), (1920, 1080, 2)]
"""Width, height, and how many charts are above the fold."""
COUNT_SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
    }).observe({type: 'layout-shift'});
}"""


def drawn(page: Page) -> Locator:
    """The charts, once both are drawn."""
    page.locator(".live-figure .main-svg").nth(3).wait_for()
    return page.locator(".live-figure")


def batches(page: Page) -> int:
    label = page.locator(".live-figure").first.get_attribute("aria-label") or ""
    found = re.search(r"after ([\d,]+) batches", label)
    return int(found.group(1).replace(",", "")) if found else 0


LOWEST = """(chart) => Math.max(
    ...[chart, ...chart.querySelectorAll('.xtitle, .ytitle, .xtick')].map((part) => part.getBoundingClientRect().bottom),
)"""


@pytest.mark.parametrize(("width", "height", "charts"), SIZES)
def test_a_whole_run_moves_nothing_and_its_curves_are_above_the_fold(
    width: int, height: int, charts: int, server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/train?epochs=3&width=16&batch=8", width=width, height=height)
    figures = drawn(page)
    assert figures.count() == 2  # before the first run, too
    expect(page.get_by_role("button", name="Train").first).to_be_enabled()
    places = [figure.bounding_box() for figure in figures.all()]
    page.evaluate(COUNT_SHIFTS)
    page.get_by_role("button", name="Train").first.click()
    until(lambda: batches(page) > 0, what="the first batches")
    for chart in figures.all()[:charts]:
        assert chart.evaluate(LOWEST) <= height
    expect(page.get_by_text("Finished")).to_be_visible()
    expect(page.get_by_role("button", name="Train").first).to_be_enabled()
    assert sum(page.evaluate("window.shifts")) < 0.02
    assert [figure.bounding_box() for figure in figures.all()] == places
    assert content_width(page) <= width


def test_a_large_window_is_used(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train", width=1920, height=1080)
    large = [figure.bounding_box() for figure in drawn(page).all()]
    page.set_viewport_size({"width": 1366, "height": 768})
    until(
        lambda: [figure.bounding_box() for figure in page.locator(".live-figure").all()] != large,
        what="charts that follow the window",
    )
    small = [figure.bounding_box() for figure in page.locator(".live-figure").all()]
    assert large[0] is not None
    assert small[0] is not None
    about = page.get_by_text("Loss in nats").bounding_box()
    assert about is not None
    assert about["y"] >= small[0]["y"] + small[0]["height"]  # nothing lies on the charts
    assert large[0]["height"] >= small[0]["height"] + 200
    assert large[0]["width"] >= small[0]["width"] + 150


def test_on_a_phone_the_settings_are_one_tap_away_and_so_are_the_curves(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/train", width=390, height=844)
    drawn(page)
    slider = page.get_by_test_id("stSlider").filter(has_text="Hidden layers")
    chart = page.locator(".live-figure").first
    expect(slider).not_to_be_in_viewport()
    page.get_by_role("button", name="Settings").click()
    expect(slider).to_be_in_viewport()
    page.get_by_role("button", name="Curves").click()
    expect(chart).to_be_in_viewport()
    wide = open_page(f"{server.url}/train")
    drawn(wide)
    expect(wide.get_by_role("button", name="Settings")).to_be_hidden()


def test_a_network_that_is_too_large_is_told_and_no_slider_moves(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?depth=10&width=512")
    slider = page.get_by_role("slider", name="Units in each")
    drawn(page)
    expect(page.get_by_text("Your own network")).to_be_visible()
    place = page.get_by_test_id("stSlider").filter(has_text="Units in each")
    before = place.bounding_box()
    slider.press("End")
    expect(page.get_by_text(re.compile("parameters; at most|needs about"))).to_be_visible()
    after = place.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == before["y"]


def look(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """() => {
            const [accuracy, loss] = document.querySelectorAll('.live-figure');
            const axis = ({type, range}) => ({type, range: [...range]});
            return {
                x: axis(accuracy.layout.xaxis), y: axis(accuracy.layout.yaxis), loss: axis(loss.layout.yaxis),
                hover: accuracy.layout.hovermode,
            };
        }"""
    )
    return found


def test_the_axes_follow_the_run_and_the_readers_choice(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?epochs=50&batch=1&width=16&convolutions=2&filters=32")
    drawn(page)
    assert look(page)["x"]["range"] == [0, 50]
    page.get_by_role("button", name="Train").first.click()
    until(lambda: batches(page) > 40, what="a run that is on")
    until(lambda: look(page)["x"]["range"][1] < 5, what="an axis of what was trained so far")
    assert look(page)["hover"] == "x unified"
    page.get_by_role("radio", name="Whole run").click()
    until(lambda: look(page)["x"]["range"] == [0, 50], what="the whole run")
    page.get_by_text("Errors, logarithmic").click()
    until(lambda: look(page)["y"]["type"] == look(page)["loss"]["type"] == "log", what="logarithmic axes")
    until(lambda: "upwards=errors" in address(page), what="the choice in the address")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()


def test_the_hover_tells_batch_and_epoch_of_all_lines(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?epochs=2&width=16")
    drawn(page)
    page.get_by_role("button", name="Train").first.click()
    expect(page.get_by_text("Finished")).to_be_visible()
    chart = page.locator(".live-figure").first
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.5 - 3, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    hover = chart.locator(".hoverlayer")
    expect(hover).to_contain_text(re.compile(r"after [\d.]+ epochs"))
    expect(hover).to_contain_text(re.compile(r"training: [\d.]+% at batch [\d,]+"))
    expect(hover).to_contain_text("mean of")
    expect(hover).to_contain_text(re.compile(r"held-back digits: [\d.]+% at batch [\d,]+"))
