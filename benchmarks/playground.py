"""What the playground costs: an epoch, the first picture, a reaction, a frame, and a class of players.

    python -m benchmarks.playground [--only epochs browser players] [--players 25] [--tabs 3] [--seconds 20]

Each tab takes most of a core of this machine, which a player's own would: ``--tabs 0`` tells what the server bears.
Every figure stands beside its target. Where a clock runs, the load of the machine in the last minute is told too: a
machine that does other work besides is slower, while processor time stays what it is.
"""

from __future__ import annotations

import argparse
import base64
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import psutil
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from benchmarks.page import running_app
from benchmarks.visitor import Visitor, visit
from netlab.playground.messages import MEASURES
from netlab.playground.network import Plan
from netlab.playground.points import Choice, points
from netlab.playground.training import Course, Task, advance, begin, measure, rest_of_epoch
from netlab.playground.view.page import KEY
from tests.browser import FLAGS, Server, chromium
from tests.waiting import until

ROUNDS = 40
TURNS = 8
SPEED = 10  # epochs a second, where the page begins
RESERVE, STRETCH = 4, 2  # seconds, as in netlab/playground/assets/classify_play.js
LARGE = "cl_points=xor&cl_size=500&cl_held=0&cl_units1=8&cl_units2=8&cl_output2=softmax"
"""500 points, batches of 10, 2-8-8-2."""

WATCH = """(() => {
  const seen = (window.seen = { messages: [], pictures: [] });
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => seen.messages.push([performance.now(), data.byteLength ?? data.size]));
    }
  };
  for (const kind of ["keydown", "pointerup"]) addEventListener(kind, () => (seen.pressed ??= performance.now()), true);
  const hosts = (root) => [...root.querySelectorAll("*")].filter((one) => one.shadowRoot).map((one) => one.shadowRoot);
  const watch = () => {
    if (!seen.root?.isConnected) seen.root = [document, ...hosts(document)].map((one) => one.querySelector(".classify")).find(Boolean);
    const S = seen.root?.memory;
    if (S?.moments.length && S.pictures > (seen.pictures.at(-1)?.count ?? 0)) {
      const { game, version, at, hard, playing } = S;
      seen.pictures.push({ when: performance.now(), count: S.pictures, game, version, at, hard, playing });
    }
    requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})()"""

SHOWN = """([part, state]) => {
  const picture = seen.pictures.find((one) => seen.pressed && one.when > seen.pressed && one[part] !== state);
  return picture ? picture.when - seen.pressed : null;
}"""

FRAMES = """(seconds) => new Promise((done) => {
  const gaps = [];
  let [before, end] = [performance.now(), performance.now() + 1000 * seconds];
  const next = () => {
    const now = performance.now();
    gaps.push(now - before);
    before = now;
    if (now < end) requestAnimationFrame(next);
    else done(gaps.slice(1));
  };
  requestAnimationFrame(next);
})"""


def tell(what: str, figure: str, target: str) -> None:
    """One line: what was measured, what came out, and what was to come out."""
    print(f"{what:46} {figure} (target {target}; load {os.getloadavg()[0]:.1f})", flush=True)


def epochs() -> None:
    """The quickest epoch of each of four tasks, its measures included, as processor time."""
    found = points(Choice("xor", size=500, held=0.0))
    eight = ((8, "tanh"), (8, "tanh"))
    for name, plan, course in (
        ("2-8-8-2, tanh, Adam", Plan(hidden=eight, output="softmax"), Course()),
        ("2-8-8-2, ReLU, SGD", Plan(hidden=((8, "relu"),) * 2, output="softmax"), Course("sgd")),
        (
            "the same with dropout and L2",
            Plan(hidden=eight, output="softmax"),
            Course(dropout=(0.2, 0.2), l2=(0.01,)),
        ),
        ("2-12-12-12-12-12-12-2", Plan(hidden=((12, "tanh"),) * 6, output="softmax"), Course()),
    ):
        task = Task(plan, found, course)
        state, quickest = begin(task), float("inf")
        for _ in range(ROUNDS):
            begun = time.process_time()
            state = advance(task, state, rest_of_epoch(task, state))
            measure(task, state.numbers)
            quickest = min(quickest, time.process_time() - begun)
        tell(name, f"{1e3 * quickest:.2f} ms an epoch, {1 / quickest:.0f} epochs a second", "at least 150")


@contextmanager
def browser(niceness: int = 0) -> Iterator[Browser]:
    """A real one. A nice one leaves the processors to the server, as a machine of its own would."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for process in psutil.Process().children(recursive=True):
            if niceness and "chrom" in process.name():
                process.nice(niceness)  # what it starts from now on is as nice
        try:
            yield found
        finally:
            found.close()


def opened(browser: Browser, url: str) -> tuple[Page, Locator]:
    """A page in a window of its own, once the network is drawn."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    return page, _drawn(page)


def _drawn(page: Page) -> Locator:
    until(lambda: page.evaluate("Boolean(window.seen?.pictures.length)"), what="a picture")
    return page.locator(".classify")


def first_frame(page: Page) -> None:
    """From a link in the app, from the message that holds the network, and from the address, to the first map.

    The browser's files are kept.
    """
    answers, whole, pressed = [], [], []
    for _ in range(TURNS):
        page.reload()
        _drawn(page)
        message, picture = page.evaluate(
            "[seen.messages.find(([, bytes]) => bytes > 6000)[0], seen.pictures[0].when]"
        )
        answers.append(picture - message)
        whole.append(picture)
        page.goto(page.url.replace("/classify", "/dropout"))
        link = page.get_by_text("Next: play with a whole small network")
        link.scroll_into_view_if_needed()
        page.wait_for_function("() => document.querySelector('[data-test-script-state=notRunning]')")
        link.click()
        _drawn(page)
        pressed.append(page.evaluate("seen.pictures[0].when - seen.pressed"))
    tell("a link in the app until the first map", f"median {statistics.median(pressed):.0f} ms", "under 300")
    tell(
        "received until the first map, fresh tab", f"median {statistics.median(answers):.0f} ms", "under 300"
    )
    tell("address until the first map", f"median {statistics.median(whole):.0f} ms", "none")


def reactions(server: Server, page: Page, root: Locator) -> None:
    """From a press to the first picture that shows what came of it."""

    def pressed(role: str, name: str, key: str = "") -> Callable[[], None]:
        found = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        return lambda: found.press(key) if key else found.click()

    rate = page.get_by_role("slider", name="Learning rate")
    controls: dict[tuple[str, str], Callable[[int], None]] = {
        ("learning rate", "version"): lambda turn: rate.press("ArrowRight" if turn % 2 else "ArrowLeft"),
        ("units of a layer", "game"): lambda turn: page.get_by_role(
            "spinbutton", name="Units in layer 1"
        ).press("ArrowUp" if turn % 2 else "ArrowDown"),
        ("noise", "game"): lambda turn: page.get_by_role("slider", name="Noise").press(
            "ArrowRight" if turn % 2 else "ArrowLeft"
        ),
        ("one epoch", "at"): lambda turn: pressed("button", "+ epoch")(),
        ("one batch", "at"): lambda turn: pressed("button", "+ batch")(),
        ("hard edges", "hard"): lambda turn: root.locator(".hard").click(),
        ("to the start and the end", "at"): lambda turn: root.locator(".moment").press(
            "Home" if turn % 2 else "End"
        ),
        ("play and pause", "playing"): lambda turn: root.locator(".play").click(),
    }
    for (name, part), act in controls.items():
        times, before = [], _busy(server)
        for turn in range(TURNS):
            state = page.evaluate(
                "(part) => (seen.pressed = null, seen.pictures.splice(0, seen.pictures.length - 1), seen.pictures[0][part])",
                part,
            )
            act(turn)
            times.append(until(lambda asked=[part, state]: page.evaluate(SHOWN, asked), what=name))
            page.wait_for_timeout(300)  # what follows streams in
        server_ms = 1000 * (_busy(server) - before) / TURNS
        tell(
            f"reaction: {name}",
            f"median {statistics.median(times):.0f} ms, {server_ms:.0f} ms of the server",
            "under 150",
        )


@dataclass
class Played:
    """What a page that played came to: gaps between frames in ms, and frames that had nothing to show."""

    gaps: list[float]
    late: int


def play(page: Page, root: Locator, seconds: float) -> Played:
    """Play as the page begins, and watch."""
    root.locator(".play").click()
    page.wait_for_timeout(1000)
    before = root.evaluate("root => root.memory.starved")
    gaps = page.evaluate(FRAMES, seconds)
    late = root.evaluate("root => root.memory.starved") - before
    root.locator(".play").click()
    return Played(gaps, late)


def frames(server: Server, page: Page, root: Locator) -> None:
    """Twenty seconds of play, with all maps."""
    mine = _busy(server)
    chrome = _browsers()
    played = play(page, root, 20.0)
    taken = (_busy(server) - mine) / 21.0
    drawn = 1000 * (_browsers() - chrome) / (len(played.gaps) * 21 / 20)
    tell(
        "frames while it plays",
        f"median {_at(played.gaps, 0.5):.1f} ms, p95 {_at(played.gaps, 0.95):.1f} ms, {played.late} without a moment to show, "
        f"{drawn:.1f} ms of processor time each, all of the browser",
        "16.7",
    )
    tell("a player's share of a core of the server", f"{100 * taken:.1f} %", "at most 5 %")


def play_for(
    address: str, query: str, seconds: float, asks: list[float], late: list[float], ready: threading.Barrier
) -> None:
    """A player without a picture: it asks as the browser does, and counts how often it would have had to wait."""
    with visit(address) as connection:
        visitor = Visitor(connection)
        until(lambda: visitor.sees("classify", KEY, query), what="the player")
        have, place, number = 1, 0.0, int(time.time()) % 10**8

        def ask() -> float:
            nonlocal have, number
            number += 1
            sent = visitor.data(KEY)
            question = {
                "game": sent["game"], "version": sent["version"], "first": have, "want": STRETCH * SPEED, "asked": number,
                "points": have == 1, "still": have == 1, "look": int(place),
            }  # fmt: skip
            seconds = visitor.trigger(KEY, "ask", question)
            sent = visitor.data(KEY)
            width = 4 * (MEASURES + _numbers(sent["sizes"]))
            have = max(have, sent["first"] + len(base64.b64decode(sent["moments"])) // width)
            return seconds

        ask()  # as the page does when it opens
        ready.wait()
        moment = end = time.monotonic()
        end += seconds
        while moment < end:
            asks.append(ask())
            now = time.monotonic()
            reached = place + SPEED * (now - moment)
            if reached > have - 1:
                late.append((reached - (have - 1)) / SPEED)
            place, moment = min(reached, have - 1), now
            wait = max(0.0, (have - 1 - place - RESERVE * SPEED) / SPEED)  # as the browser does
            time.sleep(wait)
            place, moment = place + SPEED * wait, time.monotonic()


def _numbers(sizes: list[int]) -> int:
    return sum((inner + 1) * outer for inner, outer in pairwise(sizes))


def players(server: Server, query: str, count: int, tabs: int, seconds: float) -> None:
    """So many players at once: some in a real browser, the others by websocket."""
    asks: list[float] = []
    late: list[float] = []
    ready = threading.Barrier(count - tabs + 1)
    threads = [
        threading.Thread(target=play_for, args=(server.url, query, seconds, asks, late, ready), daemon=True)
        for _ in range(count - tabs)
    ]
    with browser(niceness=19) as found:
        pages = [opened(found, f"{server.url}/classify?{query}") for _ in range(tabs)]
        for thread in threads:
            thread.start()
        ready.wait()
        before, begun = _busy(server), time.monotonic()
        for _, root in pages:
            root.locator(".play").click()
        gaps = [gap for page, _ in pages for gap in page.evaluate(FRAMES, seconds / max(tabs, 1))]
        starved = sum(root.evaluate("root => root.memory.starved") for _, root in pages)
        for thread in threads:
            thread.join()
        share = (_busy(server) - before) / (time.monotonic() - begun)
    tell(
        f"{count} players of {'2-8-8-2' if query else '2-4-3-1'}, {tabs} of them in Chromium",
        f"{len(asks)} stretches asked for by the others, p50 {1000 * _at(asks, 0.5):.0f} ms, p95 {1000 * _at(asks, 0.95):.0f} ms; "
        f"{len(late)} came after they were needed, {starved} frames of the tabs had nothing to show",
        "none late",
    )
    if gaps:
        tell("  frames of the tabs", f"median {_at(gaps, 0.5):.1f} ms, p95 {_at(gaps, 0.95):.1f} ms", "16.7")
    tell(
        "  the server", f"{100 * share:.0f} % of a core, {100 * share / count:.1f} % a player", "at most 5 %"
    )


def _at(values: list[float], share: float) -> float:
    return float(np.quantile(values, share))


def _busy(server: Server) -> float:
    """Seconds of processor time that the server has taken so far, and the process that trains stretches for it."""
    process = psutil.Process(server.process.pid)
    of_all = [one.cpu_times() for one in (process, *process.children())]
    return float(sum(taken.user + taken.system for taken in of_all))


def _browsers() -> float:
    """Seconds of processor time of this program's browsers so far."""
    found = [one.cpu_times() for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
    return float(sum(taken.user + taken.system for taken in found))


def main() -> None:
    """Print each number beside its target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", nargs="+", default=("epochs", "browser", "players"))
    parser.add_argument("--players", type=int, default=25)
    parser.add_argument("--tabs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    if "epochs" in options.only:
        epochs()
    if "browser" in options.only:
        with running_app() as server, browser() as found:
            page, root = opened(found, f"{server.url}/classify?{LARGE}")
            first_frame(page)
            reactions(server, page, root)
            frames(server, *opened(found, f"{server.url}/classify?{LARGE}"))
    if "players" in options.only:
        for query in ("", LARGE):
            with running_app() as server:
                players(server, query, options.players, options.tabs, options.seconds)


if __name__ == "__main__":
    main()
