"""Loss, back-propagation and dropout in a real browser: move a control, see numbers change, come back by address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import Open, Server, content_width, unfold
from tests.machine import alive
from tests.waiting import until

pytestmark = pytest.mark.browser


def thumb(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label).first


def test_loss_moves_and_comes_back(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/loss")
    expect(page.get_by_text("57 times less")).to_be_visible()
    for _ in range(10):
        thumb(page, "Logit z").press("ArrowLeft")
    expect(page.get_by_text("150 times less")).to_be_visible()
    expect(page).to_have_url(re.compile(r"loss_z=-5"))
    figure = page.locator(".live-figure").first
    until(
        lambda: "0.006693" in (figure.get_attribute("aria-label") or ""),
        what="the figure of the new prediction",
    )
    page.reload()
    expect(page.get_by_text("150 times less")).to_be_visible()


def go_to(page: Page, stage: int) -> None:
    """Press Next, again if the press fell into a redrawing, until the stage is reached."""
    slider = thumb(page, "Stage (of 17)")
    for _ in range(5):
        if slider.input_value() != str(stage):
            page.get_by_role("button", name="Next", exact=False).first.click()
        try:
            expect(slider).to_have_value(str(stage), timeout=10_000)
        except AssertionError:
            continue
        return
    expect(slider).to_have_value(str(stage))


def test_back_propagation_step_by_step_with_the_tape_and_a_planted_mistake(
    own_server: Server, open_page: Open
) -> None:
    page = open_page(f"{own_server.url}/backprop")
    unfold(page)
    expect(page.get_by_text("All 9 gradients agree")).to_be_visible()
    weight = page.get_by_role("button", name="weight w⁽¹⁾₂₂").first  # another is in the game
    weight.locator("text").first.click()
    expect(page.get_by_role("heading", name="The chain of w⁽¹⁾₂₂")).to_be_visible()
    expect(weight).to_have_attribute("aria-pressed", "true")
    go_to(page, 2)  # while TensorFlow is being loaded, all else works
    expect(page.get_by_text("TensorFlow is being loaded")).to_have_count(0, timeout=90_000)
    for stage in range(3, 13):
        go_to(page, stage)
    expect(weight).to_have_attribute(
        "aria-label", re.compile("is 0.9. The derivative of the loss by it is 0.0134.")
    )
    expect(page.get_by_role("cell", name="…", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Forgotten").click()
    expect(page.get_by_text("The check is red")).to_be_visible()
    page.reload()
    unfold(page)
    expect(page.get_by_text("The check is red")).to_be_visible()
    expect(page.get_by_role("heading", name="The chain of w⁽¹⁾₂₂")).to_be_visible()
    expect(thumb(page, "Stage (of 17)")).to_have_value("12")
    (tape_client,) = oracles(own_server)
    own_server.process.kill()
    own_server.process.wait()
    until(lambda: not alive(tape_client), seconds=10, what="the end of TensorFlow's process")
    page.goto("about:blank")


def test_a_pixel_is_chosen_by_click_and_by_key(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/backprop")
    unfold(page)
    picture = page.locator(".pixels canvas")
    picture.click(position={"x": 5, "y": 5})
    expect(page.get_by_text("Chosen: row 0, column 0").first).to_be_visible()
    picture.press("ArrowDown")
    expect(page.get_by_text("Chosen: row 1, column 0").first).to_be_visible()
    expect(page).to_have_url(re.compile("backprop_pixel=28"))


def test_dropout_flickers_at_the_reader_s_rate_and_stands_still_at_none(
    server: Server, open_page: Open
) -> None:
    page = open_page(f"{server.url}/dropout?dropout_speed=10.0")
    until(lambda: masks(page) > 8, what="masks that follow one another")
    thumb(page, "Dropout rate").press("ArrowRight")
    expect(page).to_have_url(re.compile("dropout_rate=0.25"))
    page.goto(f"{server.url}/dropout?dropout_speed=0.0&dropout_rate=0.9")
    until(lambda: masks(page) == 1, what="one mask")
    assert staying(page) < 120
    page.get_by_role("button", name="Another mask").click()
    until(lambda: masks(page) == 2, what="another mask")
    page.reload()
    expect(thumb(page, "Dropout rate")).to_have_value("0.9")
    expect(thumb(page, "Masks a second")).to_have_value("0")


def test_a_link_to_a_pixel_marks_that_pixel(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/backprop?backprop_pixel=406")
    unfold(page)
    expect(page.get_by_text("Chosen: row 14, column 14")).to_be_visible()
    expect(page.get_by_text("leads from pixel 406")).to_be_visible()


@pytest.mark.parametrize("path", ["loss", "backprop", "depth", "overfitting", "dropout"])
def test_the_page_fits_a_phone(path: str, server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/{path}", width=390, height=844, color_scheme="dark")
    page.get_by_text("Show the code").wait_for()
    unfold(page)
    assert content_width(page) <= 390


def masks(page: Page) -> int:
    return int(counted(page)[0])


def staying(page: Page) -> int:
    return int(counted(page)[1])


def counted(page: Page) -> tuple[str, ...]:
    text = page.locator(".mask .count").inner_text()
    found = re.search(r"Mask (\d+): (\d+) of 512", text)
    return found.groups() if found else ("0", "0")


def oracles(server: Server) -> list[int]:
    """Process ids of this server's oracles."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and alive(int(entry.name)):
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if (
                b"netlab.lessons.backprop.tape_worker" in (entry / "cmdline").read_bytes()
                and int(fields[1]) == server.process.pid
            ):
                found.append(int(entry.name))
    return found
