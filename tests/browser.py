"""A real server, a real Chromium. Without one the tests skip and say so; with NETLAB_REQUIRE_BROWSER they fail."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, get_args
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from netlab.app.lesson import SKIPPED
from tests.conftest import made_digits, write_digits
from tests.questions import IDEAS
from tests.waiting import until

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
Open = Callable[..., Page]
"""What ``open_page`` is: it opens an address and returns its page."""
PAGES = pytest.StashKey[list[Page]]()
"""Of a test: the pages that it has opened."""
ROOT = Path(__file__).resolve().parents[1]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


expect.set_options(timeout=60_000)  # machines are shared; a condition is waited for, not a time


EXPECTED = (
    "404 (Not Found)",  # a deep link probes for a base path
    "disconnected from server",  # a test killed the server
    "WebSocket",
    "ERR_CONNECTION_REFUSED",
    "ERR_CONTENT_LENGTH_MISMATCH",  # in the middle of an answer
)


@dataclass
class Server:
    """A running app."""

    url: str
    process: subprocess.Popen[bytes]
    home: Path

    def workers(self) -> list[int]:
        """Process ids of this server's workers."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and _is_worker_of(entry, self.process.pid):
                found.append(int(entry.name))
        return found


def _is_worker_of(entry: Path, parent: int) -> bool:
    try:
        command = (entry / "cmdline").read_bytes()
        fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return b"netlab.training.worker" in command and int(fields[1]) == parent and fields[0] != "Z"


def chromium() -> str | None:
    """Where Chromium is, if it is."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        if os.environ.get("NETLAB_REQUIRE_BROWSER"):
            pytest.fail("no Chromium here, and NETLAB_REQUIRE_BROWSER asks for one")
        pytest.skip("no Chromium on this machine; install it to run the browser tests")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield found
        found.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


IN_THE_FOLDER = ("-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port")


def start_server(home: Path, **environment: str) -> Server:
    """Start the app as the README does, on a free port, and wait until it is healthy."""
    return start_by(IN_THE_FOLDER, ROOT, home, environment)


def start_by(
    words: Sequence[str], folder: Path, home: Path, environment: Mapping[str, str], *,
    port: int | None = None, log: IO[bytes] | None = None,
) -> Server:  # fmt: skip
    """Start the app in a folder by words of Python's, of which the last says the port: a free one unless one is given.

    What it prints goes into ``log``, if there is one.
    """
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, *words, str(port)],
        cwd=folder,
        env={**os.environ, "NETLAB_HOME": str(home), "NETLAB_WARM": "1", **environment},
        stdout=log or subprocess.DEVNULL,
        stderr=log or subprocess.DEVNULL,
    )
    server = Server(f"http://127.0.0.1:{port}", process, home)
    try:
        until(lambda: healthy(server), what="a healthy server")
    except BaseException:
        stop(server)
        raise
    return server


def healthy(server: Server) -> bool:
    ended = server.process.poll()
    assert ended is None, f"the server ended with {ended} instead of answering"
    try:
        with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app on the small made digits, one for all tests: each is a visitor of its own, and leaves no run under way."""
    with on_made_digits(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """The app on the small made digits, for one test: it ends the server, or is its first visitor."""
    with on_made_digits(tmp_path) as one:
        yield one


@contextmanager
def on_made_digits(folder: Path) -> Iterator[Server]:
    """A server whose home and digits are in a folder."""
    path = write_digits(folder / "digits.npz", made_digits())
    one = start_server(folder / "server-home", NETLAB_MNIST=str(path))
    try:
        yield one
    finally:
        stop(one)


def address(page: Page) -> str:
    """The address now; the page's own ``url`` is only as new as the browser's last answer."""
    return str(page.evaluate("location.href"))


def content_width(page: Page) -> int:
    """How wide what the page holds is; more than its window if it scrolls sideways. Streamlit scrolls in ``main``."""
    return int(
        page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
    )


def stop(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    try:
        server.process.wait(10)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()


def skip_questions(page: Page) -> None:
    """Let this tab be one whose reader has skipped all questions, which cover what answers them, and has seen all examples."""
    page.add_init_script(f"""(() => {{
      const read = Storage.prototype.getItem;
      Storage.prototype.getItem = function (name) {{
        const kept = read.call(this, name);
        if (kept !== null || this !== sessionStorage || !/^netlab-/.test(name)) return kept;
        return name.startsWith("netlab-seen-") ? "1" : "{SKIPPED}";
      }};
    }})()""")


FRAMES = """() => new Promise((done) => {
  let left = 6;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
})"""


def unfold(page: Page, title: str = "More:") -> None:
    """Open all folds of a page whose titles begin so; on an idea's page, once the tab has told that questions are skipped."""
    if urlsplit(page.url).path.strip("/") in IDEAS:
        page.locator(".memory[data-word]:not([data-word=''])").first.wait_for(state="attached")
    until(lambda: _unfolded(page, title), what="all folds open")


def _unfolded(page: Page, title: str) -> bool:
    """Open one fold more; say whether there was none and the page stands still."""
    still = page.locator("[data-testid=stApp][data-test-script-state=notRunning]").count() == 1  # asked first
    page.evaluate(FRAMES)  # what has come is drawn by then
    closed = page.locator("details:not([open]) > summary").filter(has_text=title)
    if closed.count():
        closed.first.click()
        return False
    return still


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add to the report of a test that failed what stands on its pages, which are still open."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(PAGES, []):
            report.sections.append((f"on the screen at {page.url}", on_the_screen(page)))
    return report


def on_the_screen(page: Page) -> str:
    """What a page shows, as a screen reader would be told; or why that cannot be said."""
    try:
        return page.locator("body").aria_snapshot(timeout=5_000)
    except PlaywrightError as error:
        return str(error)


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Open an address; at the end of the test, nothing may have complained in the browser's console."""
    pages = request.node.stash[PAGES] = list[Page]()
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            complaints.append(message.text)

    def open_one(
        url: str, *, width: int = 1280, height: int = 900, ask: bool = False, **options: str
    ) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        if not ask:
            skip_questions(page)
        page.set_default_timeout(60_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error) + str(error.stack)))
        page.goto(url)
        page.wait_for_selector("h1")
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.close()
    assert not complaints
