"""Those who use the app while it is soaked: visitors who do this and that, and one real browser that comes and goes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from playwright.sync_api import ConsoleMessage, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from websockets.exceptions import WebSocketException

from benchmarks.load import stroke
from benchmarks.sliders import MOVES
from benchmarks.soak_book import Book
from benchmarks.visitor import Visitor, visit
from netlab.runs import store
from tests.browser import EXPECTED, FLAGS, chromium

PAGES = (
    "", "numbers", "neuron", "functions", "loss", "descent", "backprop", "depth", "overfitting", "dropout", "classify",
    "next", "glossary", "landscape", "fog", "race", "train", "draw", "runs",
)  # fmt: skip
PAGES_OF_A_RUN = ("train", "inside", "rewind", "network", "draw", "runs")
STEERED = ("Pause", "Resume", "One batch", "To the end of the epoch", "Stop")
PAUSE_SECONDS = 1.5
SEEKS = "_stcore/health", "Connection failed"
"""What a page whose server was killed says while it looks for it."""
VANISHES = 0.4
"""How often somebody goes without a word."""


@dataclass
class Stage:
    """What all of them know: where the app is, whether it is there, and when it is over.

    Attributes
    ----------
    url : str
    book : Book
        Where they write what they did and met.
    up : threading.Event
        Set while the server is there and visitors are wanted.
    over : threading.Event
        Set when everybody is to go for good.
    kills : int
        How often the server has been killed; counted before each kill, so that who loses it knows why.
    """

    url: str
    book: Book
    up: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)
    kills: int = 0

    @property
    def going(self) -> bool:
        """Whether visitors are wanted now."""
        return self.up.is_set() and not self.over.is_set()

    def rest(self, seconds: float) -> None:
        """Do nothing for a while, unless it is over before."""
        self.over.wait(seconds)


def visitor_for(stage: Stage, seed: int) -> None:
    """Somebody who comes, does this and that, goes, and comes again, until it is over."""
    chance = random.Random(seed)
    while not stage.over.is_set():
        if not stage.up.wait(timeout=0.5):
            continue
        kills = stage.kills
        try:
            _stay(stage, chance)
        except (OSError, WebSocketException) as error:  # the server is gone
            if stage.kills == kills and stage.going:
                stage.book.faults.append(f"a visitor lost the server: {type(error).__name__}: {error}")
        except RuntimeError as error:  # a page showed an exception
            stage.book.faults.append(f"a page told a visitor: {error}")
        stage.rest(chance.uniform(0.0, PAUSE_SECONDS))


def _stay(stage: Stage, chance: random.Random) -> None:
    visitor = Visitor(visit(stage.url))
    try:
        for _ in range(chance.randrange(1, 6)):
            act = chance.choices(list(ACTS), list(ACTS.values()))[0]
            act(stage, visitor, chance)
            stage.book.did(act.__name__.replace("_", " "))
            stage.rest(chance.uniform(0.0, PAUSE_SECONDS))
            if not stage.going:
                return
    finally:
        if chance.random() < VANISHES:
            _vanish(visitor, chance)
        else:
            visitor.leave()


def _vanish(visitor: Visitor, chance: random.Random) -> None:
    try:
        visitor.ask(chance.choice(PAGES))
        visitor.vanish()
    except (OSError, WebSocketException):  # the server was faster
        visitor.leave()


def looks(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Open a page."""
    visitor.sees(chance.choice(PAGES), "")


def looks_at_runs(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Open a page of a run that somebody has trained."""
    ids = store.ids()
    if ids:
        visitor.sees(chance.choice(PAGES_OF_A_RUN), "", f"run={chance.choice(ids)}")


def moves(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Move a control of an idea or of a landscape."""
    of = chance.choice(list(MOVES.values()))
    if not visitor.sees(of.page, of.skip or of.key, of.query):
        return  # no digits yet, right after a start
    if of.skip:
        visitor.press(of.skip)
    if of.fold:
        visitor.open(of.fold)
    for _ in range(chance.randrange(1, 5)):
        visitor.move(of.key, of.value(chance.randrange(15)))


def draws(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Draw some strokes on the pad."""
    if visitor.sees("draw", "pad"):
        for count in range(1, chance.randrange(2, 6)):
            visitor.tell(
                "pad", drawing={"seq": count, "picture": stroke(chance.randrange(10_000)), "strokes": []}
            )


def trains(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Press Train, watch for a while, and perhaps steer."""
    settings = {
        "examples": chance.choice((1000, 3000, 10_000, 60_000)), "epochs": chance.randrange(1, 5),
        "width": chance.choice((16, 64, 128)), "batch": chance.choice((32, 64, 128)), "seed": chance.randrange(999_999),
    }  # fmt: skip
    if visitor.sees("train", "train", "&".join(f"{key}={value}" for key, value in settings.items())):
        visitor.press("train")
        _watch(stage, visitor, chance)


def continues(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    """Go on with a run that ended before its time, perhaps by a kill."""
    unfinished = [one for one in store.ids() if not (store.root() / one / "end.json").exists()]
    if unfinished and visitor.sees("train", "run_continue", f"run={chance.choice(unfinished)}"):
        visitor.press("run_continue")
        _watch(stage, visitor, chance)


def _watch(stage: Stage, visitor: Visitor, chance: random.Random) -> None:
    for _ in range(chance.choice((2, 10, 60))):
        stage.rest(chance.uniform(0.2, 1.0))
        if not stage.going:
            return
        visitor.again("train")
        key = f"run_{chance.choice(STEERED)}"
        if chance.random() < 0.08 and visitor.has(key):
            visitor.press(key)


ACTS: dict[Callable[[Stage, Visitor, random.Random], None], int] = {
    looks: 3, looks_at_runs: 2, moves: 3, draws: 3, trains: 2, continues: 2,
}  # fmt: skip
"""What visitors do, and how often."""


def tab_for(stage: Stage, seed: int) -> None:
    """One tab of a real browser that comes, clicks on Train or draws, and goes: closed, or killed with its browser."""
    chance = random.Random(seed)
    with sync_playwright() as playwright:
        while not stage.over.is_set():
            if not stage.up.wait(timeout=0.5):
                continue
            kills, complaints = stage.kills, list[str]()
            try:
                _browse(stage, playwright, chance, complaints)
            except PlaywrightError as error:
                complaints.append(f"the browser: {str(error).splitlines()[0]}")
            if stage.kills == kills and stage.going:  # else its server was killed while it looked
                stage.book.faults += complaints
            stage.rest(chance.uniform(1.0, 6.0))


def _browse(stage: Stage, playwright: Playwright, chance: random.Random, complaints: list[str]) -> None:
    browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
    try:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda message: _listen(message, complaints))
        page.on("pageerror", lambda error: complaints.append(f"the browser: {error}"))
        for name in chance.sample(("train", "draw", "landscape", "runs", "overfitting"), 2):
            page.goto(f"{stage.url}/{name}")
            page.wait_for_selector("h1")
            if name == "train":
                _click_train(page)
            page.wait_for_timeout(1000 * chance.uniform(0.5, 8.0))
            stage.book.did("looks with a browser")
    finally:
        if chance.random() < VANISHES:
            stage.book.blows["browser"] += _kill_browser()
        if browser.is_connected():
            browser.close()


def _click_train(page: Page) -> None:
    button = page.get_by_role("button", name="Train").first
    button.wait_for()
    if button.is_enabled():
        button.click()


def _listen(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and not any(known in message.text for known in (*EXPECTED, *SEEKS)):
        complaints.append(f"the browser's console: {message.text}")


def _kill_browser() -> int:
    """Kill the browser that this process has, its parts included; 1 if there was one."""
    found = [
        one
        for one in psutil.Process().children(recursive=True)
        if Path(chromium() or "").name[:8] in one.name()
    ]
    for one in found:
        try:
            one.kill()
        except psutil.NoSuchProcess:  # its parent took it along
            continue
    return int(bool(found))
