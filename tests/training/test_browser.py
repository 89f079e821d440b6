"""The whole path in a real browser: train on digits, watch, pause, reload, resume, draw a 3 and see it read."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from netlab.data import DataError, load
from tests.browser import Open, Server, address, start_server, stop
from tests.machine import alive
from tests.pointer import THREE, draw
from tests.waiting import until

pytestmark = pytest.mark.browser


def batches(page: Page) -> int:
    """Batches trained, as the figure's description says."""
    label = page.locator(".live-figure").first.get_attribute("aria-label") or ""
    found = re.search(r"after ([\d,]+) batches", label)
    return int(found.group(1).replace(",", "")) if found else 0


def press_train(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^play_arrow.*Train|^Train")).first.click()
    page.wait_for_selector(".live-figure .main-svg")


def kept(server: Server) -> set[Path]:
    """The folders of all runs."""
    return set((server.home / "runs").glob("*/"))


def run_of(page: Page) -> str:
    """The id of the run that the address names."""
    (found,) = until(
        lambda: parse_qs(urlsplit(address(page)).query).get("run", []), what="the run in the address"
    )
    return found


def history(server: Server, page: Page) -> list[dict[str, Any]]:
    path = server.home / "runs" / run_of(page) / "history.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def train(open_page: Open) -> Iterator[Open]:
    """Open a page and train there for long; the run is stopped at the end of the test."""
    pages: list[Page] = []

    def train_there(url: str) -> Page:
        page = open_page(url)
        press_train(page)
        pages.append(page)
        return page

    yield train_there
    for page in pages:
        until(lambda page=page: stopped(page), what="the run's end")


def stopped(page: Page) -> bool:
    """Whether a run is over; one that is not is stopped. A page that is drawn anew may lose a press."""
    button = page.get_by_test_id("stMain").get_by_role("button", name="Stop", exact=True)
    button.evaluate_all("found => found.forEach((one) => one.click())")
    page.wait_for_timeout(500)
    return not button.count()


@pytest.mark.mnist
def test_train_watch_pause_reload_resume_draw(open_page: Open, tmp_path: Path, real_mnist: str) -> None:
    server = start_server(tmp_path / "home", NETLAB_MNIST=real_mnist)
    try:
        page = open_page(f"{server.url}/train?epochs=3&examples=20000")
        press_train(page)
        until(lambda: batches(page) > 100, what="growing curves")
        seen = batches(page)
        until(lambda: batches(page) > seen, what="curves that go on growing")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Resume")).to_be_visible()
        until(
            lambda: batches(page) == history(server, page)[-1]["step"], what="the paused step on the screen"
        )
        paused = batches(page)
        until(lambda: "run=" in address(page), what="the run in the address")
        kept = address(page)
        page.reload()
        expect(page.get_by_role("button", name="Resume")).to_be_visible()
        page.wait_for_selector(".live-figure .main-svg")
        until(lambda: batches(page) == paused, what="the same curves after a reload")
        second = open_page(kept)
        second.wait_for_selector(".live-figure .main-svg")
        until(lambda: batches(second) == paused, what="the same run in a second tab")
        page.get_by_role("button", name="Resume").click()
        until(lambda: batches(page) > paused, what="resumed curves")
        until(lambda: batches(second) > paused, what="resumed curves in the second tab")
        expect(page.get_by_text("Finished")).to_be_visible(timeout=240_000)
        assert "learning_rate" not in {event["event"] for event in history(server, page)}
        page.goto(address(page).replace("/train", "/draw"))
        draw(page, THREE)
        expect(page.get_by_text("It reads a 3")).to_be_visible()
        expect(page.get_by_text(re.compile("Read by The article's network, .*3 epochs"))).to_be_visible()
    finally:
        stop(server)


@pytest.fixture(scope="module")
def real_mnist() -> str:
    path = os.environ.get("NETLAB_MNIST", "")
    try:
        load("mnist")
    except DataError as error:
        pytest.skip(f"real MNIST is not at hand: {error}")
    return path


LONG = "train?epochs=50&batch=1&width=16&convolutions=2&filters=32"


def test_zoom_and_hidden_lines_outlive_updates_without_a_remount(server: Server, train: Open) -> None:
    page = train(f"{server.url}/{LONG}")
    until(lambda: batches(page) > 20)
    figure = page.locator(".live-figure").first
    figure.evaluate("figure => { figure.marked = true; }")
    box = figure.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 160, steps=5)
    page.mouse.up()
    figure.locator(".legendtoggle").first.click()
    look = """() => {
        const figure = document.querySelector('.live-figure');
        const {visible} = figure.data[0];
        return [figure.marked === true, figure.layout.xaxis.range, visible, Number(figure.dataset.updates)];
    }"""
    until(lambda: page.evaluate(look)[2] == "legendonly", what="a hidden line")
    zoomed = page.evaluate(look)[1]
    assert zoomed[0] > 0
    before = page.evaluate(look)[3]
    until(lambda: page.evaluate(look)[3] > before + 10, what="ten more updates")
    marked, limits, visible, _ = page.evaluate(look)
    assert marked
    assert limits == zoomed
    assert visible == "legendonly"


def test_touching_every_control_interrupts_nothing(server: Server, train: Open) -> None:
    before = kept(server)
    page = train(f"{server.url}/{LONG}")
    until(lambda: batches(page) > 20)
    page.get_by_text("More: batches").click()
    for slider in page.get_by_role("slider").all():
        slider.press("ArrowRight")
    page.get_by_text("Errors, logarithmic").click()
    page.get_by_role("radio", name="Whole run").click()
    at = batches(page)
    until(lambda: batches(page) > at, what="a run that goes on")
    assert len(kept(server) - before) == 1
    expect(page.get_by_text("All other settings are for the next run.")).to_be_visible()
    expect(page.get_by_role("heading", name="The next run")).to_be_visible()


def test_a_held_arrow_key_moves_one_control_and_nothing_else(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train")
    width = page.get_by_role("slider", name="Units in each")
    width.focus()
    for _ in range(4):
        width.press("ArrowRight")  # the next before the server has answered the one before
        width.press("ArrowLeft")
        width.press("ArrowLeft")
    until(lambda: "width=100" in address(page), what="the last press in the address")
    expect(page.get_by_text("79,510 parameters")).to_be_visible()
    expect(width).to_have_attribute("aria-valuetext", "100")
    expect(page.get_by_role("combobox", name="Start from")).to_have_value("Start from: Your own")


def test_the_live_learning_rate_is_the_one_in_force_wherever_it_is_shown(
    server: Server, train: Open, open_page: Open
) -> None:
    page = train(f"{server.url}/{LONG}")
    until(lambda: batches(page) > 20)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    # The first: the one that it takes the place of stays until the page has run to its end.
    live = page.get_by_role("slider", name="Learning rate").first
    live.press("ArrowRight")
    until(
        lambda: any(
            event["event"] == "learning_rate" and event["value"] == 0.002 for event in history(server, page)
        )
    )
    expect(live).to_have_attribute("aria-valuetext", "0.002")
    other = open_page(page.url)
    elsewhere = other.get_by_role("slider", name="Learning rate").first
    expect(elsewhere).to_have_attribute("aria-valuetext", "0.002")
    elsewhere.press("ArrowRight")
    expect(elsewhere).to_have_attribute("aria-valuetext", "0.003")
    expect(live).to_have_attribute("aria-valuetext", "0.003")  # the first tab hears of it
    page.get_by_test_id("stTopNavSection").filter(has_text="Digits").click()
    page.get_by_role("menuitem", name="Draw").click()
    expect(page.get_by_role("heading", name="Draw", exact=True)).to_be_visible()
    page.go_back()
    expect(live).to_have_attribute("aria-valuetext", "0.003")


def test_a_link_carries_a_preset_and_layers_set_by_themselves(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Learning rate 30").click()
    parts = ("sgd_rate=30", "optimizer=sgd", "epochs=2")
    until(lambda: all(part in address(page) for part in parts), what="the preset in the address")
    page.reload()
    expect(page.get_by_role("combobox", name="Start from")).to_have_value(re.compile("Learning rate 30"))
    page = open_page(f"{server.url}/train?depth=3&width=64&activation=tanh")
    page.get_by_text("More: batches").click()
    page.get_by_text("Set each hidden layer by itself").click()
    page.get_by_role("slider", name="Layer 2: units").press("ArrowRight")
    until(lambda: "width1=100" in address(page), what="a layer in the address")
    expect(page.get_by_text("63,854 parameters")).to_be_visible()
    page.reload()
    expect(page.get_by_text("63,854 parameters")).to_be_visible()


def test_stop_and_train_shows_the_new_run_each_time(server: Server, train: Open) -> None:
    page = train(f"{server.url}/train?epochs=50&batch=1&width=16")
    for _ in range(8):
        train_again(page)
        expect(page.get_by_role("button", name="Pause")).to_be_enabled()
        expect(page.get_by_text("Stopped at batch")).to_be_hidden()
        assert len(server.workers()) <= 2, "one that trains and one that stands by"


def train_again(page: Page) -> None:
    until(lambda: batches(page) > 10)
    before = address(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("Stopped at batch").wait_for()
    press_train(page)
    until(lambda: address(page) != before, what="another run in the address")


def test_back_brings_a_page_and_its_controls(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train")
    page.get_by_role("slider", name="Hidden layers").press("ArrowRight")
    until(lambda: "depth=2" in address(page), what="the control in the address")
    page.get_by_test_id("stTopNavSection").filter(has_text="Digits").click()
    page.get_by_role("menuitem", name="Draw").click()
    expect(page.get_by_role("heading", name="Draw", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("slider", name="Hidden layers")).to_have_attribute("aria-valuetext", "2")
    until(lambda: "depth=2" in address(page), what="the control in the address again")


def test_a_killed_worker_is_told_curves_stay_and_the_run_can_go_on(server: Server, train: Open) -> None:
    page = train(f"{server.url}/{LONG}")
    until(lambda: batches(page) > 50)
    for pid in server.workers():  # one trains, another may stand by
        os.kill(pid, signal.SIGKILL)
    expect(page.get_by_text("Training crashed")).to_be_visible()
    assert batches(page) > 50
    page.get_by_role("button", name="Continue from batch").click()
    expect(page.get_by_role("button", name="Pause")).to_be_enabled()


def test_a_killed_server_leaves_no_worker(own_server: Server, open_page: Open) -> None:
    page = open_page(f"{own_server.url}/{LONG}")
    press_train(page)
    until(lambda: batches(page) > 5)
    workers = own_server.workers()
    assert workers
    own_server.process.kill()
    own_server.process.wait()
    until(lambda: not any(alive(pid) for pid in workers), seconds=3, what="the end of all workers")


def test_a_first_ever_visit_by_a_deep_link_meets_the_whole_app(own_server: Server, open_page: Open) -> None:
    page = open_page(f"{own_server.url}/draw")
    expect(page.get_by_role("heading", name="Draw")).to_be_visible()
    expect(page.get_by_text("Digits").first).to_be_visible()


def test_a_link_restores_the_controls_and_a_gone_run_is_no_error(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?width=128&activation=tanh&depth=2&run={'0' * 32}")
    expect(page.get_by_text("118,282 parameters")).to_be_visible()
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_text("Small convolutional network").click()
    expect(page.get_by_text("80,202 parameters")).to_be_visible()
    expect(page).to_have_url(re.compile("convolutions=2"))


def test_draw_undo_clear_keyboard_and_page_switch(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    draw(page, THREE)
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    draw(page, [(40, 40), (60, 40)])
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    page.get_by_role("link", name="Train a network").click()
    expect(page.get_by_role("heading", name="Train")).to_be_visible()
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()
    pad = page.get_by_label("Drawing pad")
    pad.focus()
    pad.press("Space")
    for _ in range(12):
        pad.press("ArrowDown")
    pad.press("Space")
    expect(page.get_by_text("It reads a 1")).to_be_visible()


def test_the_first_page_answers_before_anything_is_touched(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    pad, answer = (
        found.bounding_box() for found in (page.get_by_label("Drawing pad"), page.get_by_text("It reads a 3"))
    )
    assert pad is not None
    assert answer is not None
    assert answer["x"] > pad["x"] + pad["width"]  # beside the pad, in sight with it
    assert answer["y"] < pad["y"] + pad["height"] / 2
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()


def test_touch_draws_and_does_not_scroll(server: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.url}/draw")
    pad = page.get_by_label("Drawing pad")
    pad.wait_for()
    box = pad.bounding_box()
    assert box is not None
    scale = box["width"] / 280
    session = context.new_cdp_session(page)
    points = [{"x": box["x"] + x * scale, "y": box["y"] + y * scale} for x, y in THREE]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [points[0]]})
    for point in points[1:]:
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    after = pad.bounding_box()
    assert after is not None
    assert after["y"] == box["y"]
    context.close()
