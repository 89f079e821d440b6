"""Runs chosen in the table, in the parallel coordinates or in the scatter are chosen everywhere; one goes out and comes back."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from netlab.runs import store
from netlab.runs.events import Validation
from netlab.runs.run import Run
from tests.browser import Open, Server, address, content_width
from tests.runs.kept import SPEC, kept_run
from tests.waiting import until

pytestmark = pytest.mark.browser
HEAD, ROW = 36, 35  # pixels of the table


@pytest.fixture
def runs(own_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Run]]:
    """Six runs of two widths and three seeds in the server's home."""
    monkeypatch.setenv("NETLAB_HOME", str(own_server.home))
    yield [kept_run(replace(SPEC, seed=place % 3, hidden=(8 + 8 * (place // 3),))) for place in range(6)]


def press_row(page: Page, row: int) -> None:
    page.get_by_test_id("stDataFrame").click(position={"x": 17, "y": HEAD + ROW * row + ROW // 2})


def marked(page: Page) -> Locator:
    return page.locator(".settings-plots")


def drag(page: Page, place: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From one share of an element's box to another."""
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    points = [
        (box["x"] + share[0] * box["width"], box["y"] + share[1] * box["height"]) for share in (start, end)
    ]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=8)
    page.mouse.up()


def test_what_is_chosen_in_one_is_chosen_in_all(own_server: Server, runs: list[Run], open_page: Open) -> None:
    page = open_page(f"{own_server.url}/runs", width=1366, height=768)
    expect(page.get_by_text("6 runs, ")).to_be_visible()
    expect(marked(page)).to_have_attribute("data-chosen", "0")
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    assert table["y"] + table["height"] < 768  # the table and what can be done stand above the fold
    press_row(page, 0)
    press_row(page, 2)
    expect(page.get_by_text("2 chosen")).to_be_visible()
    expect(marked(page)).to_have_attribute("data-chosen", "2")
    curves = page.locator('.live-figure[aria-label*="Curves of 2 runs"]')
    expect(curves).to_have_count(2)
    page.get_by_role("radio", name="Seconds").click()
    expect(page.locator(".live-figure .xtitle", has_text="seconds of training")).to_have_count(2)

    marked(page).scroll_into_view_if_needed()  # drawn once it is near
    drag(page, page.locator(".runs-scatter .nsewdrag").first, (0.02, 0.1), (0.5, 0.9))  # the narrow networks
    expect(marked(page)).to_have_attribute("data-chosen", "3")
    expect(page.get_by_text("3 chosen")).to_be_visible()
    expect(page.locator('.live-figure[aria-label*="Curves of 3 runs"]')).to_have_count(2)

    brush = page.locator(".runs-parallel .axis-brush rect.background").nth(1)  # the seed: 0 is lowest
    drag(page, brush, (0.5, 0.85), (0.5, 1.0))
    expect(marked(page)).to_have_attribute("data-chosen", "2")
    expect(page.get_by_text("2 chosen")).to_be_visible()
    expect(page.locator(".runs-scatter .select-outline")).to_have_count(0)
    press_row(page, 1)
    expect(page.get_by_text(re.compile("[13] chosen"))).to_be_visible()


def test_a_run_goes_out_is_deleted_comes_back_and_comes_in(
    own_server: Server, runs: list[Run], open_page: Open, tmp_path: Path
) -> None:
    page = open_page(f"{own_server.url}/runs", width=1366, height=768)
    expect(page.get_by_text("6 runs, ")).to_be_visible()
    press_row(page, 0)
    expect(page.get_by_text("1 chosen")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Export").click()
    file = tmp_path / "run.netlab.zip"
    waiting.value.save_as(file)
    before = set(store.ids())
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted “")).to_be_visible()
    expect(page.get_by_text("5 runs, ")).to_be_visible()
    (gone,) = before - set(store.ids())
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("6 runs, ")).to_be_visible()
    assert set(store.ids()) == before
    run = store.get(gone)
    assert run is not None
    run.delete()
    page.get_by_role("button", name="Import a run").click()
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("button", name="Import it").click()
    expect(page.get_by_text("is here and chosen in the table")).to_be_visible()
    assert set(store.ids()) == before
    page.keyboard.press("Escape")
    page.locator(".st-key-runs_open button").first.click()  # the second is its copy for phones
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    until(lambda: f"run={gone}" in address(page), what="the run in the address")


def test_a_run_that_is_on_is_followed(own_server: Server, runs: list[Run], open_page: Open) -> None:
    run = runs[0]
    handle = run.hold()  # as the process that trains it does
    try:
        (run.folder / "end.json").unlink()
        page = open_page(f"{own_server.url}/runs", width=1366, height=768)
        page.get_by_placeholder("Search").fill(run.id[:8])
        page.get_by_placeholder("Search").press("Enter")
        expect(page.get_by_text("1 shown")).to_be_visible()
        press_row(page, 0)
        expect(page.get_by_text("1 chosen")).to_be_visible()
        expect(page.locator('.live-figure[aria-label*=": 95.00 % (step 40)"]')).to_have_count(2)
        expect(page.get_by_role("button", name="Delete")).to_be_disabled()
        run.append(Validation(40, 0.1, 0.99))
        expect(page.locator('.live-figure[aria-label*=": 99.00 % (step 40)"]')).to_have_count(2)
    finally:
        os.close(handle)
    expect(page.get_by_role("button", name="Delete")).to_be_enabled()


def test_on_a_phone_nothing_is_wider_than_the_window(
    own_server: Server, runs: list[Run], open_page: Open
) -> None:
    page = open_page(f"{own_server.url}/runs", width=390, height=844)
    expect(marked(page)).to_have_attribute("data-chosen", "0")
    expect(page.locator(".runs-scatter .main-svg")).to_have_count(0)  # far below
    marked(page).scroll_into_view_if_needed()
    expect(page.locator(".runs-scatter .main-svg").first).to_be_visible()
    assert content_width(page) <= 390
