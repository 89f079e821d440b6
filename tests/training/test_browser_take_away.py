"""What a run leaves is saved by the browser: its figures as PNG and SVG, its network, its history."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import Server

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def saved(page: Page, button: str) -> tuple[str, bytes]:
    """Name and content of what a button saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_reader_takes_figures_network_and_history_along(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/train?epochs=1&width=8&batch=8", color_scheme="dark")
    page.get_by_role("button", name="Train").first.click()
    expect(page.get_by_text("Finished")).to_be_visible()
    page.get_by_text("Take it with you").click()
    name, content = saved(page, "Accuracy, PNG")
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    assert (picture.width, picture.height) == (1800, 1080)
    assert picture.getpixel((2, 2)) == (255, 255, 255)  # for paper, also from a dark page
    assert name.endswith("-accuracy.png")
    name, content = saved(page, "Loss, SVG")
    assert name.endswith("-loss.svg")
    assert content.startswith(b"<svg")
    assert b"mean of" in content
    name, content = saved(page, "Keras model")
    assert name.endswith(".keras")
    assert "model.weights.h5" in zipfile.ZipFile(io.BytesIO(content)).namelist()
    name, content = saved(page, "History (CSV)")
    assert name.endswith(".csv")
    assert content.startswith(b"step,epoch,loss,")
