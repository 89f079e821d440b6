"""A twin and a sweep in a real browser, trained for real: the curves part, the map fills, a press opens its run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Server, address, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (390, 844)])
def test_a_twin_trains_side_by_side_and_goes_on_to_luck(
    width: int, height: int, server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/runs?view=twin&twin_change=rate", width=width, height=height)
    page.get_by_role("button", name="Train both").click()
    expect(page.get_by_text("Predict first.")).to_be_visible()
    expect(
        page.get_by_text(
            re.compile(
                r"Only one thing is changed: learning rate 0\.001 → 0\.01\. B minus A after 1 epoch: training .* points, validation .* points"
            )
        )
    ).to_be_visible()
    expect(page.get_by_text("They part at batch 2")).to_be_visible()
    expect(page.get_by_text("they began with the same weights and biases")).to_be_visible()
    page.locator(".live-figure .main-svg").nth(3).wait_for()
    assert content_width(page) <= width
    shown = re.search(r"experiment=([0-9a-f]{32})", address(page))
    assert shown is not None
    page.reload()
    expect(page.get_by_text("They part at batch 2")).to_be_visible()
    page.get_by_role("button", name="Repeat both over 5 seeds").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Is the difference more than luck?", exact=True)).to_be_visible()
    expect(page.get_by_text("Ended before its time")).to_be_visible()


def test_a_sweep_fills_its_map_and_a_press_anywhere_in_a_cell_opens_its_run(
    server: Server, open_page: Open
) -> None:
    page = open_page(
        f"{server.url}/runs?view=sweep&sweep_vary=rate&sweep_vary=depth&sweep_rate=0.01&sweep_rate=0.001&sweep_depth=1&sweep_depth=2"
    )
    page.get_by_role("button", name="Train 4 runs").click()
    expect(page.get_by_text("Best on validation:")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.click(
        box["x"] + 0.55 * box["width"], box["y"] + 0.95 * box["height"]
    )  # the right cell below, near its corner
    chosen = page.get_by_role("combobox", name="Run", exact=True)
    expect(chosen).to_have_value(re.compile("learning rate 0.01, hidden layers 1, validation"))
    page.get_by_role("button", name="Open this run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Train")
    until(lambda: re.search(r"run=[0-9a-f]{32}", address(page)), what="the run in the address")
    expect(page.get_by_text("Finished")).to_be_visible()
