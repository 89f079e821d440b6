"""In a browser: the map is saved as a picture, the film as a file, and a click on the map of rate and momentum sets both."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import Open, Server, address, content_width
from tests.landscape.test_browser import drawn
from tests.waiting import until


def test_the_map_is_saved_as_png_and_svg_and_the_walks_as_gif_and_csv(
    server: Server, open_page: Open, tmp_path: Path
) -> None:
    page = open_page(f"{server.url}/landscape?ls_steps=20")
    walk = drawn(page)
    for kind in ("PNG", "SVG"):
        with page.expect_download() as waiting:
            walk.get_by_role("button", name=kind, exact=True).click()
        assert waiting.value.suggested_filename == f"netlab-ravine.{kind.lower()}"
        waiting.value.save_as(tmp_path / kind)
    with Image.open(tmp_path / "PNG") as picture:
        assert picture.size == (1800, 1440)
    drawing = (tmp_path / "SVG").read_text("utf-8")
    assert "Momentum, η" in drawing and "Adam, η" in drawing
    page.locator("summary", has_text="Take the walks with you").click()
    for button, name in (("Film (animated GIF)", "netlab-ravine.gif"), ("Steps (CSV)", "netlab-ravine.csv")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        assert waiting.value.suggested_filename == name
        waiting.value.save_as(tmp_path / name)
    with Image.open(tmp_path / "netlab-ravine.gif") as picture:
        assert picture.n_frames == 21  # type: ignore[attr-defined]
    assert (tmp_path / "netlab-ravine.csv").read_text().startswith("optimizer,step,x,y,loss")


def test_a_click_on_the_map_of_rate_and_momentum_sets_both_sliders(server: Server, open_page: Open) -> None:
    page = open_page(f"{server.url}/landscape")
    drawn(page)
    page.locator("summary", has_text="Rate and momentum").click()
    box = page.locator(".race-map .nsewdrag").bounding_box()
    assert box is not None
    page.locator(".race-map[data-fine]").wait_for()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.3 * box["height"])
    until(lambda: "ls_optimizer=momentum" in address(page), what="a rule with momentum in the address")
    until(lambda: "ls_momentum_momentum=0.69" in address(page), what="the momentum in the address")
    expect(page.get_by_text("is ringing")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_folds_fit_a_phone(scheme: str, server: Server, open_page: Open) -> None:
    link = f"{server.url}/landscape?ls_surface=neuron&ls_loss=cross-entropy&ls_batch=2"
    page = open_page(link, width=390, height=844, color_scheme=scheme)
    drawn(page)
    for fold in (
        "Noise:",
        "Rate and momentum",
        "Why does the loss stall",
        "How near to the limit",
        "Take the walks",
    ):
        page.locator("summary", has_text=fold).click()
    expect(page.get_by_text("the noise ball")).to_be_visible()
    expect(page.get_by_role("button", name="Film (animated GIF)")).to_be_visible()
    assert content_width(page) <= 390
