"""A run's name, a drawn prediction, the tab's title, the menu and paper, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Server
from tests.training.test_browser import press_train
from tests.waiting import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
LONG = "train?epochs=50&batch=1&width=16"
UNDERLINED = """() => [...document.querySelectorAll('[data-testid=stTopNav] > .rc-overflow-item')]
  .filter((item) => item.firstElementChild && getComputedStyle(item.firstElementChild).boxShadow.includes('inset'))
  .map((item) => item.innerText)"""

STILL = "[data-testid=stApp][data-test-script-state=notRunning]"


def test_the_tab_tells_progress_and_forgets_it_on_another_page(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{LONG}")
    expect(page).to_have_title("Netlab")
    press_train(page)
    expect(page).to_have_title(re.compile(r"^\d+ % · Netlab$"))
    page.get_by_role("button", name="Pause").click()
    expect(page).to_have_title(re.compile(r"^Paused, \d+ % · Netlab$"))
    page.get_by_role("slider", name="Hidden layers").press(
        "ArrowRight"
    )  # a run of the page sets Streamlit's title
    expect(page.get_by_role("slider", name="Hidden layers")).to_have_attribute("aria-valuetext", "2")
    expect(page).to_have_title(re.compile(r"^Paused, \d+ % · Netlab$"))
    page.get_by_test_id("stTopNavSection").filter(has_text="Digits").click()
    page.get_by_role("menuitem", name="Draw a digit").click()
    expect(page.get_by_role("heading", name="Draw", exact=True)).to_be_visible()
    expect(page).to_have_title("Netlab")
    page.wait_for_selector(STILL)
    page.go_back()
    expect(page).to_have_title(re.compile("^Paused"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page).to_have_title("Netlab")


def test_the_menu_marks_the_section_of_the_page(server: Server, open_page: Open) -> None:
    page = open_page(server.url)
    expect(page.get_by_test_id("stHeaderLogo")).to_be_visible()
    until(lambda: page.evaluate(UNDERLINED) == ["home\n\nStart"], what="the start page marked")
    page.goto(f"{server.url}/draw")
    expect(page.get_by_role("heading", name="Draw", exact=True)).to_be_visible()
    until(lambda: page.evaluate(UNDERLINED) == ["Digits"], what="the section marked")


def test_a_drawn_prediction_goes_with_the_run(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?width=8&epochs=2")
    page.get_by_text("Predict first").click()
    chart = page.locator(".prediction canvas")
    expect(chart).to_be_visible()
    page.wait_for_selector(STILL)
    chart.scroll_into_view_if_needed()
    boxes = [chart.bounding_box()]

    def rests() -> bool:
        boxes.append(chart.bounding_box())
        return len(boxes) > 4 and all(one == boxes[-1] for one in boxes[-4:])

    until(rests, what="the opened fold to come to rest")
    box = boxes[-1]
    assert box is not None
    left, right, top, bottom = box["x"] + 44, box["x"] + box["width"] - 12, box["y"] + 10, box["y"] + 170
    page.mouse.move(left, bottom)
    page.mouse.down()
    page.mouse.move((left + right) / 2, top + 16, steps=10)  # nine tenths of the height after epoch 1
    page.mouse.move(right, top, steps=10)
    page.mouse.up()
    expect(page.get_by_role("spinbutton", name="At the end, %")).to_have_value("100")
    page.get_by_role("button", name="That is my prediction").click()
    expect(page.get_by_text("of the next run. It is kept")).to_be_visible()
    press_train(page)
    expect(page.get_by_text("Your prediction.")).to_be_visible()
    expect(page.get_by_text(re.compile("You expected .* after 1 epoch; it was"))).to_be_visible()
    (path,) = (server.home / "runs").glob("*/prediction.json")
    kept = json.loads(path.read_text())
    assert kept["epochs"][-1] == 2
    assert abs(kept["accuracies"][len(kept["accuracies"]) // 2] - 0.9) < 0.03
    assert kept["accuracies"][-1] == 1.0


@pytest.mark.parametrize("width", [390, 1366])
def test_a_name_keeps_to_its_line(server: Server, open_page: Open, width: int) -> None:
    page = open_page(f"{server.url}/train?width=8&epochs=1", width=width)
    press_train(page)
    expect(page.get_by_text("Finished")).to_be_visible()
    header = page.locator(".st-key-run_header")
    before = header.bounding_box()
    header.get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Name of this run").fill(
        "<img src=x onerror=alert(1)> **w** " + "W" * 20
    )
    page.get_by_role("textbox", name="Name of this run").press("Enter")
    expect(header.get_by_text("<img src=x onerror=alert(1)> **w**")).to_be_visible()
    after = header.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] == before["height"]
    assert header.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_paper_gets_one_page_of_curves_settings_and_outcome(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?width=8&epochs=1", width=1366, height=768)
    press_train(page)
    expect(page.get_by_text("Finished")).to_be_visible()
    pdf = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)) == 1
    page.emulate_media(media="print")
    for seen in ("Finished", "8 → 10", "Initial weights"):
        expect(page.get_by_text(seen).first).to_be_visible()
    expect(page.locator(".live-figure .main-svg").first).to_be_visible()
    for hidden in ("stTopNav", "stButton", "stSlider", "stExpander", "stHeader"):
        expect(page.get_by_test_id(hidden).locator("visible=true")).to_have_count(0)
