"""Gradient descent in a real browser: the ball walks by itself until it is touched, the prediction stays, a phone holds it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import Open, Server, content_width

pytestmark = pytest.mark.browser
OVERSHOOTS = "It gets there sooner, then jumps to and fro, and at last away"


def test_the_ball_walks_is_touched_is_predicted_and_played(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/descent", ask=True)
    ball = page.locator(".ball")
    expect(ball).to_have_attribute("data-plays", "demo")
    expect(ball).to_have_attribute("data-at", re.compile("[1-5]"))  # it takes steps by itself
    page.get_by_text(OVERSHOOTS, exact=True).click()
    expect(ball).to_have_attribute("data-plays", "")
    expect(page.get_by_role("slider", name="Learning rate η", exact=True)).to_have_count(0)
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.get_by_text("You said It gets there sooner, then jumps")).to_be_visible()
    page.get_by_role("button", name="Set η = 0.9 and watch").click()
    expect(page.get_by_text("It overshoots, and settles.")).to_be_visible()
    ball.get_by_label("Steps taken").fill("0")
    expect(ball.get_by_text("Step = −η · slope = −0.9 · (−8) = 7.2, so w becomes 6.2")).to_be_visible()
    ball.get_by_label("One step on").click()
    expect(ball.get_by_text("Step 2: the slope at w = 6.2 is 6.4")).to_be_visible()
    ball.get_by_label("One step back").click()
    ball.get_by_role("button", name="Play").click()
    expect(ball).to_have_attribute("data-at", "20", timeout=30_000)
    expect(ball.get_by_text("After 20 steps: w = 2.954")).to_be_visible()
    page.reload()
    expect(page.get_by_text("You said It gets there sooner, then jumps")).to_be_visible()
    expect(page.get_by_text("It overshoots, and settles.")).to_be_visible()


def test_on_a_phone_that_wants_calm_it_stands_and_fits(server: Server, browser: Browser) -> None:
    page = browser.new_page(
        viewport={"width": 390, "height": 844}, color_scheme="dark", reduced_motion="reduce"
    )
    page.goto(f"{server.url}/descent?descent_curve=digits&descent_batch=1")
    ball = page.locator(".ball")
    expect(ball).to_have_attribute("data-at", "1", timeout=60_000)
    expect(ball).to_have_attribute("data-plays", "")
    page.get_by_text("Show the code that computed this").wait_for()
    page.locator(".live-figure .main-svg").first.wait_for()
    assert content_width(page) <= 390
    page.close()
