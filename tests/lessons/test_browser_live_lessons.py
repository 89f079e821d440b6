"""The race, the wishes with their game, the learning networks and the table of mistakes in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Open, Server
from tests.waiting import until

pytestmark = pytest.mark.browser


def unfolded(page: Page, title: str) -> None:
    page.get_by_text(title).first.click()


def test_the_two_units_race_a_thousand_steps_by_themselves(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/loss")
    race = page.locator(".race")
    race.get_by_role("button", name="Play").click()
    until(lambda: int(race.get_attribute("data-at") or 0) > 3, what="steps")
    expect(race.locator(".told")).to_contain_text(re.compile("Cross-entropy: p = .* %"))
    race.get_by_role("slider").fill("999")
    expect(race).to_have_attribute("data-at", "999")
    race.get_by_role("slider").press("End")
    expect(race.locator(".told")).to_contain_text(
        "after 14 steps. With the quadratic loss the prediction passes one half after 850 steps"
    )
    unfolded(page, "the same race on real digits")
    page.get_by_role("button", name="Let both learn").click()
    expect(page.get_by_text("After 1,000 steps the network with cross-entropy")).to_be_visible()


def test_wishes_are_arrows_and_the_most_helpful_weight_is_found(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/backprop?backprop_batch=true")
    expect(page.locator(".net path.wish.mean").first).to_be_visible()
    expect(
        page.get_by_role(
            "button", name=re.compile("The weight w⁽¹⁾₁₁ is .*The examples wish .*; their mean is")
        )
    ).to_be_visible()
    unfolded(page, "find the weight that would help most")
    game = page.locator(".net").nth(1)
    game.get_by_role("button", name="weight w⁽²⁾₁₁").locator("text").first.click()
    expect(page.get_by_text("We tried it")).to_be_visible()
    expect(page.get_by_text(re.compile("Found at once in [01] of 1 round"))).to_be_visible()


def test_with_and_without_dropout_two_networks_learn(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/dropout?dropout_units=8")
    unfolded(page, "Two networks learn 300 digits")
    page.get_by_role("button", name="Let both learn").click()
    expect(page.get_by_text("Each of the 8 hidden units was silenced once")).to_be_visible()


def test_a_cell_of_the_table_opens_its_digits(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/next")
    unfolded(page, "What is taken for what")
    page.locator(".confusion button[data-cell='4-4']").click()
    expect(page.get_by_text("4 read as 4")).to_be_visible()
    expect(page).to_have_url(re.compile("next_cell=4-4"))
