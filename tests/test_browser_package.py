"""The installed light core in a browser: the command of the wheel opens an app that reads a drawing and says what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import Open, Server, start_by, stop
from tests.conftest import made_digits, write_digits
from tests.wheel import unpacked_wheel

pytestmark = pytest.mark.browser

LIGHT = "import sys\nfor name in ('tensorflow', 'keras', 'h5py', 'tensorboard', 'optuna'): sys.modules[name] = None\n"
SEVEN = [(70, 60), (200, 60), (130, 225)]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Server]:
    """The command in an empty folder; of the project only the wheel is in reach, and nothing of the extra ``train``."""
    site, empty = unpacked_wheel(tmp_path), tmp_path / "empty"
    (site / "sitecustomize.py").write_text(LIGHT)
    empty.mkdir()
    path = str(write_digits(tmp_path / "digits.npz", made_digits()))
    words = ("-P", "-m", "netlab", "app", "--no-browser", "--port")
    one = start_by(words, empty, tmp_path / "home", {"PYTHONPATH": str(site), "NETLAB_MNIST": path})
    yield one
    stop(one)


def test_a_drawing_is_read_and_what_is_not_installed_is_told(installed: Server, open_page: Open) -> None:
    page = open_page(installed.url)
    pad = page.get_by_label("Drawing pad")
    pad.wait_for()
    page.get_by_role("button", name="Clear").click()
    box = pad.bounding_box()
    assert box is not None
    at = [(box["x"] + x * box["width"] / 280, box["y"] + y * box["width"] / 280) for x, y in SEVEN]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()
    expect(page.get_by_text("It reads a 7")).to_be_visible()
    train = open_page(f"{installed.url}/train")
    expect(train.get_by_text("Training needs TensorFlow, which is not installed here.")).to_be_visible()
