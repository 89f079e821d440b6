"""Pictures brought to the page: uploaded, pasted, and refused with a reason."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import Open, Server, content_width
from tests.waiting import until

pytestmark = pytest.mark.browser


def seven() -> bytes:
    """A 7 in blue ink on grey paper."""
    image = Image.new("RGB", (400, 300), (225, 222, 215))
    ImageDraw.Draw(image).line(
        [(140, 70), (260, 70), (190, 240)], fill=(30, 40, 120), width=16, joint="curve"
    )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def look_closer_at(page: Page, title: str) -> None:
    """Choose one of several pictures; a list that is open closes when what stands above it grows."""
    box, option = page.get_by_role("combobox", name="Look closer at"), page.get_by_role("option", name=title)
    expect(page.get_by_text("All of the picture is read.")).to_be_visible()

    def opened() -> bool:
        if not option.is_visible():
            box.press("ArrowDown")
        return option.is_visible()

    until(opened, what="the list of pictures")
    option.click()


def test_uploaded_pictures_are_read_or_refused(server: Server, open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(seven())
    (tmp_path / "renamed.png").write_bytes(b"%PDF-1.7 not a picture")
    Image.new("L", (90, 60), 240).save(tmp_path / "blank.png")
    page = open_page(f"{server.url}/draw")
    page.get_by_text("Upload a picture").click()
    files = page.locator("input[type=file]")
    files.set_input_files([tmp_path / f"{name}.png" for name in ("seven", "renamed")])
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    expect(page.get_by_text("renamed.png:")).to_be_visible()
    files.set_input_files(tmp_path / "blank.png")
    look_closer_at(page, "2. blank.png")
    expect(page.get_by_text("No digit found in this picture.")).to_be_visible()


def paste(page: Page, content: bytes) -> None:
    """Press Ctrl+V with a picture file on the clipboard."""
    page.evaluate(
        """(text) => {
            const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const data = new DataTransfer();
            data.items.add(new File([bytes], "seven.png", { type: "image/png" }));
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        base64.b64encode(content).decode(),
    )


def test_a_pasted_picture_that_cannot_be_read_is_refused_in_words(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/draw")
    page.get_by_label("Drawing pad").wait_for()
    paste(page, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    expect(page.get_by_text("The pasted picture cannot be read.")).to_be_visible()
    paste(page, seven())
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    expect(page.get_by_text("The pasted picture cannot be read.")).to_have_count(0)


def test_a_pasted_picture_is_read(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/draw")
    page.get_by_label("Drawing pad").wait_for()
    paste(page, seven())
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()


def two_sevens() -> bytes:
    """Two of them beside each other on white paper."""
    image = Image.new("L", (640, 320), 250)
    for left in (70, 400):
        ImageDraw.Draw(image).line(
            [(left, 70), (left + 130, 70), (left + 50, 250)], fill=20, width=18, joint="curve"
        )
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def upload(page: Page, *paths: Path) -> None:
    page.get_by_text("Upload a picture").click()
    page.locator("input[type=file]").set_input_files(list(paths))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_rectangle_is_dragged_with_the_mouse_and_moved_with_keys(
    server: Server, open_page: Open, tmp_path: Path, width: int
) -> None:
    (tmp_path / "two.png").write_bytes(two_sevens())
    page = open_page(f"{server.url}/draw", width=width)
    upload(page, tmp_path / "two.png")
    expect(page.get_by_text("It reads 2 digits: 77.")).to_be_visible()
    expect(page.get_by_text("All of the picture is read.")).to_be_visible()
    picture = page.get_by_alt_text("two.png")
    picture.scroll_into_view_if_needed()
    expect(picture).to_be_visible()
    around = picture.bounding_box()
    assert around is not None
    page.mouse.move(around["x"] + around["width"] * 0.08, around["y"] + around["height"] * 0.15)
    page.mouse.down()
    page.mouse.move(around["x"] + around["width"] * 0.45, around["y"] + around["height"] * 0.95, steps=4)
    page.mouse.up()
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    expect(page.get_by_text("It reads 2 digits")).to_have_count(0)
    rectangle = page.get_by_role("application", name="Rectangle on two.png")
    before = rectangle.bounding_box()
    for _ in range(3):
        rectangle.press("ArrowRight")
        rectangle.press("Shift+ArrowLeft")
    after = rectangle.bounding_box()
    assert before is not None
    assert after is not None
    assert after["x"] > before["x"]
    assert after["width"] < before["width"]
    rectangle.locator("[data-corner='2 3']").hover()  # waits until it stands still
    page.mouse.down()
    page.mouse.move(around["x"] + around["width"] * 2, around["y"] + around["height"] * 2, steps=4)
    page.mouse.up()
    expect(page.get_by_text("to 100\u00a0% across")).to_be_visible()
    expect(page.get_by_text("It reads 2 digits: 77.")).to_be_visible()
    page.get_by_role("button", name="Whole picture").click()
    expect(page.get_by_text("All of the picture is read.")).to_be_visible()
    assert content_width(page) <= width


def test_several_files_are_a_table_and_one_of_them_is_looked_at(
    server: Server, open_page: Open, tmp_path: Path
) -> None:
    (tmp_path / "seven.png").write_bytes(seven())
    (tmp_path / "two.png").write_bytes(two_sevens())
    (tmp_path / "renamed.png").write_bytes(b"%PDF-1.7 not a picture")
    page = open_page(f"{server.url}/draw")
    upload(page, *(tmp_path / f"{name}.png" for name in ("seven", "renamed", "two")))
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    expect(page.get_by_text("renamed.png: This is a PDF, not a picture.")).to_be_visible()
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    look_closer_at(page, "2. two.png")
    expect(page.get_by_text("It reads 2 digits: 77.")).to_be_visible()
    expect(page.get_by_alt_text("two.png")).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Save the table (CSV)").click()
    written = taken.value.path().read_text("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in written] == ["picture", "seven.png", "renamed.png", "two.png"]
    assert [line.split(",")[1] for line in written] == ["answer", "7", "", "77"]


def test_a_step_of_the_framing_is_switched_off(server: Server, open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(seven())
    page = open_page(f"{server.url}/draw")
    upload(page, tmp_path / "seven.png")
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    page.get_by_text("How your drawing became 784 numbers").click()
    expect(page.get_by_text("With all steps it says 7")).to_be_visible()
    page.get_by_text("1. Numbers 0 to 1").click()
    expect(page.get_by_text("Do not trust the bars")).to_be_visible()
    page.get_by_role("button", name="All steps on").click()
    expect(page.get_by_text("Do not trust the bars")).to_have_count(0)
    expect(page.get_by_text("With all steps it says 7")).to_be_visible()
