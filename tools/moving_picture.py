"""The moving picture of the README: a digit is drawn, the article's network learns, and its run reads the digit.

    python -m tools.moving_picture [--to docs/pictures/netlab.webp]

A real server, a real browser and a real training; the pictures are what the browser showed.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.page import running_app
from tests.browser import FLAGS, chromium, skip_questions
from tests.pointer import THREE, draw

SIZE = {"width": 1200, "height": 720}
SHOWN = (800, 480)
EVERY = 0.4  # seconds between two pictures of the training
SHORT, LONG = 120, 1600  # milliseconds that a picture stands
MOST_BYTES = 2_000_000
QUALITIES = (80, 65, 50, 35)


@dataclass
class Film:
    """Pictures, and for how many milliseconds each stands."""

    page: Page
    pictures: list[Image.Image] = field(default_factory=list)
    stands: list[int] = field(default_factory=list)

    def take(self, milliseconds: int) -> None:
        """Take one picture of the page."""
        with Image.open(io.BytesIO(self.page.screenshot())) as shot:
            self.pictures.append(shot.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS))
        self.stands.append(milliseconds)

    def saved(self, quality: int) -> bytes:
        """All of them as one animated WebP."""
        file = io.BytesIO()
        first, *others = self.pictures
        first.save(
            file, "WEBP", save_all=True, append_images=others, duration=self.stands, loop=0, quality=quality, method=6
        )  # fmt: skip
        return file.getvalue()


@contextmanager
def page_of_the_app() -> Iterator[Page]:
    """Start, in a browser of its own."""
    with running_app() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        skip_questions(page)
        page.goto(server.url)
        yield page
        browser.close()


def film(page: Page) -> Film:
    """Draw on Start, train on Train, and look at Draw, whose reader is the new run."""
    made = Film(page)
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    draw(page, THREE)
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    made.take(LONG)
    page.get_by_role("link", name="Train a network").click()
    press = page.get_by_test_id("stMain").get_by_role("button").filter(has_text="Train").first
    press.wait_for()
    expect(page.get_by_role("slider", name="Hidden layers")).to_be_visible()
    made.take(LONG)
    press.click()
    done = page.get_by_text("Finished")
    while not done.count():
        made.take(SHORT)
        time.sleep(EVERY)  # the pace of the film
    made.take(2 * LONG)
    page.get_by_role("link", name="Start").click()
    page.get_by_role("link", name="Draw a digit").click()
    expect(page.get_by_text("Draw a digit, 0 to 9.")).to_be_visible()
    draw(page, THREE)
    expect(page.get_by_text("It reads a 3")).to_be_visible()
    made.take(2 * LONG)
    return made


def main() -> None:
    """Make the picture as good as its limit of bytes allows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--to", type=Path, default=Path("docs/pictures/netlab.webp"))
    options = parser.parse_args()
    with page_of_the_app() as page:
        made = film(page)
    for quality in QUALITIES:
        content = made.saved(quality)
        if len(content) <= MOST_BYTES:
            break
    else:
        raise SystemExit(f"{len(content)} bytes even at quality {quality}: take fewer pictures.")
    options.to.write_bytes(content)
    print(f"{options.to}: {len(made.pictures)} pictures, {len(content):,} bytes, quality {quality}")


if __name__ == "__main__":
    main()
