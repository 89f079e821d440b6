"""In a real browser: one batch is shown and gone again; an experiment moves the settings by one click."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Server, address
from tests.training.test_browser import LONG, press_train
from tests.waiting import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_one_batch_is_shown_and_gone_once_the_run_goes_on(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{LONG.replace('batch=1', 'batch=32')}")
    press_train(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    assert not page.locator(".netlab-batch").count()
    page.get_by_role("button", name="One batch").click()
    expect(page.locator(".netlab-batch img")).to_have_count(16)
    widths = page.locator(".netlab-batch img").evaluate_all("all => all.map(one => one.naturalWidth)")
    assert set(widths) == {28}
    expect(
        page.get_by_text(re.compile(r"\b(32|22) pictures, one step\."))
    ).to_be_visible()  # an epoch's last batch of these 534 has 22
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".netlab-batch")).to_have_count(0)
    page.get_by_role("button", name="Stop", exact=True).click()


def test_an_experiment_is_a_click_away(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?epochs=3&width=8&initializer=zeros&batch=1")
    press_train(page)
    expect(page.get_by_text("Finished, but it only guesses")).to_be_visible()
    page.get_by_role("button", name="Try it with initial weights glorot uniform").first.click()
    until(lambda: "initializer" not in address(page), what="initial weights of Glorot in the address")
    assert "width=8" in address(page)
    expect(page.get_by_text("The network is guessing.")).to_be_visible()  # the run is the one it was
