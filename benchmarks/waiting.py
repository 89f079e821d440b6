"""What a reader waits for: a page until it stands still, a run's metrics until they are on the screen.

    python -m benchmarks.waiting [--rounds 3]

A page stands still when its script has ended and nothing in it has changed for a while, which is not counted. The age
of a metric runs from when the run noted it (in its TensorBoard file) to the redrawn curves. Also told: the size of the
messages that bring it.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

from benchmarks.page import open_app
from tests.browser import Server
from tests.waiting import until

PAGES = (
    "numbers", "neuron", "functions", "loss", "descent", "backprop", "depth", "overfitting", "dropout", "next", "landscape", "fog", "race", "train", "draw",
    "inside", "inside?section=units", "inside?section=digit", "inside?section=batch", "inside?section=backwards", "inside?section=map",
    "rewind", "runs", "runs?view=twin", "runs?view=sweep",
)  # fmt: skip
STILL_MS = 400
SETTLED = 1.5  # s
AGE, MESSAGE = 300, 20  # ms at the 95th percentile, kB at most

WATCH = """() => {
    window.changed = performance.now();
    new MutationObserver(() => { window.changed = performance.now(); })
        .observe(document, { childList: true, subtree: true, characterData: true });
}"""
STILL = f"""() => document.querySelector('[data-test-script-state="notRunning"]') && document.querySelector('h1')
    && performance.now() - window.changed > {STILL_MS} ? window.changed : 0"""
AGES = """() => {
    window.seen = [];
    const note = () => {
        const words = document.querySelector('.live-figure[aria-label*="Training curves"]')?.getAttribute('aria-label');
        const step = Number(words?.match(/after ([\\d,]+) batches/)?.[1].replaceAll(',', '') ?? 0);
        if (step > (window.seen.at(-1)?.[0] ?? 0)) window.seen.push([step, Date.now() / 1000]);
        requestAnimationFrame(note);
    };
    note();
}"""


def settled(page: Page, url: str) -> float:
    """Seconds from asking for a page to its last change."""
    page.goto(url)
    page.evaluate(WATCH)
    return float(until(lambda: page.evaluate(STILL), what=f"{url} to stand still")) / 1000


def noted(folder: Path) -> Iterator[tuple[int, float]]:
    """Steps of a run with the wall-clock time of their metrics."""
    for file in sorted(folder.rglob("events.out.tfevents.*")):
        for event in EventFileLoader(str(file)).Load():
            if any("loss" in value.tag for value in event.summary.value):
                yield event.step, event.wall_time


def watched_run(server: Server, page: Page) -> tuple[list[float], list[int]]:
    """Ages in seconds of the metrics of a run as they were drawn, and the bytes of each message meanwhile."""
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: sizes.append(len(frame))))
    page.goto(f"{server.url}/train")
    page.get_by_role("button", name="Train").first.wait_for()
    page.evaluate(AGES)
    page.get_by_role("button", name="Train").first.click()
    until(lambda: page.evaluate("window.seen.length"), what="the first metric")
    page.wait_for_timeout(1000)
    sizes.clear()
    page.get_by_text("Finished").first.wait_for(timeout=300_000)
    seen: list[list[float]] = page.evaluate("window.seen")
    (folder,) = [path for path in (server.home / "runs").iterdir() if path.is_dir()]
    steps, times = zip(*sorted(noted(folder)), strict=True)
    ages = [at - float(np.interp(step, steps, times)) for step, at in seen if step <= steps[-1]]
    return ages, list(sizes)


def tell(what: str, values: list[Any], unit: str, target: float, places: int = 0) -> None:
    """One line: the middle and the 95th percentile beside the target."""
    middle, high = (float(np.quantile(values, share)) for share in (0.5, 0.95))
    print(
        f"{what}: median {middle:.{places}f} {unit}, 95th percentile {high:.{places}f} {unit} (target {target:g})"
    )


def main() -> None:
    """Print each number beside its target."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with open_app() as (server, page):
        ages, sizes = watched_run(server, page)
        tell(f"age of {len(ages)} metrics when drawn", [1000 * age for age in ages], "ms", AGE)
        tell(f"{len(sizes)} messages", [size / 1000 for size in sizes], "kB", MESSAGE, 1)
        print(f"largest message: {max(sizes) / 1000:.1f} kB")
        print("pages, with the run kept:")
        for name in PAGES:
            first, *more = [settled(page, f"{server.url}/{name}") for _ in range(rounds + 1)]
            print(
                f"{name} stands still after {first:.2f} s, then {statistics.median(more):.2f} s (target {SETTLED})"
            )


if __name__ == "__main__":
    main()
