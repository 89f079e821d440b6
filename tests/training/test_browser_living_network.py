"""The network as a picture, in a real browser: it moves while it trains, and its units open by mouse and by keys."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Server, content_width
from tests.training.test_browser import LONG, press_train
from tests.waiting import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

DENSE = "train?epochs=50&batch=1&width=512"
PIXELS = "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).reduce((sum, value, place) => (31 * sum + value * (place % 251)) % 1000000007, 7)"


def looks(page: Page) -> int:
    return int(page.locator(".living").get_attribute("data-looks") or 0)


def begin(page: Page) -> None:
    press_train(page)
    until(lambda: looks(page) > 1, what="a second look")
    page.locator(".living").scroll_into_view_if_needed()


def test_weight_pictures_change_while_it_trains_and_rest_while_it_waits(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/{DENSE}")
    begin(page)
    page.locator(".living .unit").first.click()
    tile = page.locator(".living .panel .weights")
    before, told = tile.evaluate(PIXELS), page.locator(".living .says").text_content()
    until(lambda: tile.evaluate(PIXELS) != before, what="another weight picture")
    until(lambda: page.locator(".living .says").text_content() != told, what="another sentence")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    step = re.compile(r"After batch ([\d,]+):")
    until(
        lambda: page.evaluate(QUIET),
        what="a picture that rests",
    )
    paused = page.locator(".living").get_attribute("data-step")
    page.get_by_role("button", name="One batch").click()
    until(
        lambda: page.locator(".living").get_attribute("data-step") == str(int(paused or 0) + 1),
        what="the look after one batch",
    )
    found = step.match(page.locator(".living .says").text_content() or "")
    assert found is not None
    assert int(found.group(1).replace(",", "")) == int(paused or 0) + 1


# Two seconds in which the moving canvas stays as it is.
QUIET = """async () => {
    const root = [...document.querySelectorAll('*')].map((one) => one.shadowRoot?.querySelector('.living')).find(Boolean);
    const canvas = root.querySelector('.moving');
    const first = canvas.toDataURL();
    await new Promise((done) => setTimeout(done, 2000));
    return canvas.toDataURL() === first;
}"""


def test_a_unit_opens_by_a_click_and_by_the_keyboard(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{DENSE}")
    begin(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    units, panel = page.locator(".living .unit"), page.locator(".living .panel")
    expect(units).to_have_count(22)
    expect(panel).not_to_be_visible()
    units.nth(2).click()
    expect(panel).to_be_visible()
    name = units.nth(2).get_attribute("aria-label") or ""
    assert re.fullmatch(r"Hidden layer 1, unit \d+ of 512", name)
    expect(panel.get_by_role("heading")).to_have_text(name)
    expect(panel).to_contain_text("ink on blue pixels raises it")
    expect(panel).to_contain_text("Its activation for this digit")
    expect(panel).to_contain_text("Bias:")
    expect(panel).to_contain_text("When it is active it speaks for")
    expect(panel.locator("li")).to_have_count(10)
    panel.press("Escape")
    expect(panel).not_to_be_visible()
    expect(units.nth(2)).to_be_focused()
    units.nth(2).press("ArrowDown")
    expect(units.nth(3)).to_be_focused()
    units.nth(3).press("ArrowRight")
    output = page.locator(".living .unit:focus")
    expect(output).to_have_attribute("aria-label", re.compile("Output for [0-9]"))
    output.press("Enter")
    expect(panel).to_contain_text("Its probability for this digit")
    expect(panel).to_contain_text("it listens most to unit")
    panel.get_by_role("button", name="Close").click()
    expect(panel).not_to_be_visible()


def test_another_digit_is_sent_through_a_finished_run(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?epochs=1&width=16&validation=test")
    press_train(page)
    expect(page.get_by_text("Finished")).to_be_visible()
    says = page.locator(".living .says")
    expect(says).to_contain_text("After batch 20")
    shown = says.text_content()
    canvas = page.locator(".living .moving")
    canvas.scroll_into_view_if_needed()  # nothing is painted where nobody can see it
    before = canvas.evaluate(PIXELS)
    page.get_by_role("button", name="The next digit").click()
    until(lambda: canvas.evaluate(PIXELS) != before, what="another digit")
    page.get_by_role("button", name="The digit before").click()
    expect(says).to_have_text(shown or "")


def test_another_digit_is_sent_through_a_run_that_is_on(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{DENSE}")
    begin(page)
    root = page.locator(".living")
    expect(root).to_have_attribute("data-index", "0")
    page.get_by_role("button", name="The next digit").click()
    expect(root).to_have_attribute("data-index", "1")
    seen = looks(page)
    until(lambda: looks(page) > seen + 2, what="more looks")
    expect(root).to_have_attribute("data-index", "1")


def test_a_convolutional_network_shows_filters_and_their_maps(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{LONG}", width=390, height=844)
    begin(page)
    page.locator(".living .unit").first.click()
    panel = page.locator(".living .panel")
    expect(panel.get_by_role("heading")).to_have_text(re.compile(r"Convolution 1, filter \d+ of 32"))
    expect(panel.locator(".weights")).to_be_visible()
    expect(panel.locator(".map")).to_be_visible()
    assert content_width(page) <= 390


def test_the_frame_holds_its_place_from_the_press_to_the_first_look(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{DENSE}")
    page.get_by_role("button", name=re.compile("^play_arrow.*Train|^Train")).first.click()
    frame = page.locator(".living")
    expect(frame).to_be_visible()
    empty = frame.bounding_box()
    until(lambda: looks(page) > 1, what="a second look")
    full = frame.bounding_box()
    assert empty is not None
    assert full is not None
    assert (empty["height"], empty["width"]) == (full["height"], full["width"])


def test_who_wants_no_motion_gets_none(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{DENSE}", reduced_motion="reduce")
    page.evaluate(
        "() => { window.frames = 0; const ask = requestAnimationFrame; "
        "window.requestAnimationFrame = (act) => { if (/FRAME_MS/.test(act)) window.frames += 1; return ask(act); }; }"
    )
    begin(page)
    at = looks(page)
    until(lambda: looks(page) > at + 3, what="more looks")
    assert page.evaluate("window.frames") == 0
    page.emulate_media(reduced_motion="no-preference")
    until(lambda: page.evaluate("window.frames") > 0, what="a picture that moves")
