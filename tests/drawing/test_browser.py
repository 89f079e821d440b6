"""Pictures brought to the page: uploaded, pasted, and refused with a reason."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import Open, Server

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


def test_uploaded_pictures_are_read_or_refused(server: Server, open_page: Open, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(seven())
    (tmp_path / "renamed.png").write_bytes(b"%PDF-1.7 not a picture")
    Image.new("L", (90, 60), 240).save(tmp_path / "blank.png")
    page = open_page(f"{server.url}/draw")
    page.get_by_text("Upload a picture").click()
    page.locator("input[type=file]").set_input_files(
        [tmp_path / f"{name}.png" for name in ("seven", "renamed", "blank")]
    )
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    expect(page.get_by_text("renamed.png:")).to_be_visible()
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
