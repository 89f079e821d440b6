"""What a visitor waits for, and what the machine pays: first page, first metric, a stroke, memory.

python -m benchmarks.app
"""

from __future__ import annotations

import statistics
import time

import psutil
from playwright.sync_api import Page

from benchmarks.page import open_app
from tests.browser import Server
from tests.pointer import THREE, draw
from tests.waiting import until

STROKES = 21


def megabytes(pid: int) -> float:
    """Memory of a process in MB, shared pages counted in part."""
    return psutil.Process(pid).memory_full_info().pss / 1e6


def first_paint(page: Page, url: str) -> float:
    """Seconds to the first contentful paint of a fresh page."""
    page.goto(url)
    page.wait_for_selector("h1")
    script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    return float(until(lambda: page.evaluate(script))) / 1000


def strokes(page: Page) -> list[float]:
    """Seconds from lifting the pen to new probabilities on the screen, measured in the page itself."""
    page.evaluate(
        """() => {
            window.times = [];
            addEventListener('pointerup', () => { window.lifted = performance.now(); }, true);
            const watch = () => {
                const words = document.body.innerText.match(/It reads an? .*/)?.[0];
                if (words && words !== window.words && window.lifted) {
                    window.times.push(performance.now() - window.lifted);
                    window.lifted = 0;
                }
                window.words = words;
                requestAnimationFrame(watch);
            };
            watch();
        }"""
    )
    for count in range(1, STROKES + 1):
        draw(page, THREE)
        until(lambda count=count: page.evaluate("window.times.length") == count, what="a reading")
        page.get_by_role("button", name="Clear").click()
        page.get_by_text("Draw a digit, 0 to 9.").wait_for()
    return [value / 1000 for value in page.evaluate("window.times")]


def first_metric(server: Server, page: Page) -> float:
    """Seconds from pressing Train to the first accuracy on the screen, with a warm worker."""
    page.goto(f"{server.url}/train")
    page.get_by_role("button", name="Train").first.wait_for()
    until(lambda: server.workers() and _warm(server.workers()[0]), what="a warm worker")
    page.wait_for_timeout(1000)
    began = time.monotonic()
    page.get_by_role("button", name="Train").first.click()
    page.wait_for_selector(".live-figure .main-svg")
    until(lambda: "after" in (page.locator(".live-figure").first.get_attribute("aria-label") or ""))
    return time.monotonic() - began


def _warm(pid: int) -> bool:
    """A worker that waits for its network: TensorFlow is in, and it no longer computes."""
    process = psutil.Process(pid)
    return process.memory_info().rss > 400e6 and process.cpu_percent(0.5) < 5


def main() -> None:
    """Print each number beside its target."""
    began = time.monotonic()
    with open_app() as (server, page):
        print(f"start to healthy server: {time.monotonic() - began:.2f} s")
        page.goto(server.url)
        page.wait_for_selector("h1")
        print(f"start to first page: {time.monotonic() - began:.2f} s")
        paints = [first_paint(page, f"{server.url}/{path}") for path in ("", "train", "draw", "")]
        print(f"first contentful paint, warm: {statistics.median(paints):.2f} s (target under 1.5)")
        times = strokes(page)
        print(
            f"stroke end to probabilities: median {1000 * statistics.median(times):.0f} ms (target under 100)"
        )
        print(f"press Train to first metric, warm: {first_metric(server, page):.2f} s (target under 2)")
        page.get_by_text("Finished").wait_for(timeout=600_000)
        print(f"memory of the server: {megabytes(server.process.pid):.0f} MB (target under 250)")
        page.get_by_role("button", name="Train").first.click()
        until(lambda: any(megabytes(pid) > 500 for pid in server.workers()))
        print(f"memory of a worker: {max(megabytes(pid) for pid in server.workers()):.0f} MB")


if __name__ == "__main__":
    main()
