"""Behind the door a browser stays with one of two servers, and goes to the other when that one is gone; its run goes along."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.visitor import Visitor
from netlab.runs.reading import read
from netlab.runs.run import Run
from tests.browser import Server, start_server, stop
from tests.conftest import made_digits, write_digits
from tests.deploy.door import AUTHORIZATION, NAME, Door, nginx, open_door
from tests.waiting import until

IN = {"Authorization": AUTHORIZATION}
BROWSERS = 24


class Named(BaseHTTPRequestHandler):
    """A server that says which one it is."""

    def do_GET(self) -> None:
        content = str(self.connection.getsockname()[1]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def servers() -> Iterator[list[ThreadingHTTPServer]]:
    with ExitStack() as stack:
        both = [stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Named)) for _ in range(2)]
        for one in both:
            threading.Thread(target=one.serve_forever, daemon=True).start()
            stack.callback(one.shutdown)
        yield both


def given(door: Door) -> dict[str, str]:
    """What a new browser sends from its second request on."""
    cookies = door.ask("GET", "/", {**IN, "Accept": "text/html"}).cookies
    return {**IN, "Cookie": "; ".join(one.partition(";")[0] for one in cookies)}


def test_a_browser_stays_with_one_server_until_it_is_gone(
    servers: list[ThreadingHTTPServer], tmp_path: Path
) -> None:
    ports = [int(one.server_address[1]) for one in servers]
    with open_door(tmp_path / "door", (ports[0], ports[1])) as door:
        browsers = [given(door) for _ in range(BROWSERS)]
        assert all("netlab_server=" in browser["Cookie"] for browser in browsers)
        first = [door.ask("GET", "/page", browser).content for browser in browsers]
        assert {int(port) for port in first} == set(ports)
        for path in ("/_stcore/stream", "/media/x"):
            assert [door.ask("GET", path, browser).content for browser in browsers] == first
        without = {door.ask("GET", "/page", {**IN, "User-Agent": "keeps no cookies"}).content for _ in range(BROWSERS)}  # fmt: skip
        assert len(without) == 1
        servers[0].shutdown()
        servers[0].server_close()
        left = str(ports[1]).encode()
        assert [door.ask("GET", "/page", browser).content for browser in browsers] == [left] * BROWSERS


@pytest.fixture
def apps(tmp_path: Path) -> Iterator[list[Server]]:
    """Two servers as the README starts them, on one home."""
    nginx()  # before they are started for nothing
    digits = str(write_digits(tmp_path / "digits.npz", made_digits()))
    with ExitStack() as stack:
        both = []
        for _ in range(2):
            one = start_server(
                tmp_path / "home", NETLAB_HOSTS=NAME, NETLAB_MNIST=digits, NETLAB_SLOTS="1", NETLAB_WARM="0"
            )
            stack.callback(stop, one)
            both.append(one)
        yield both


def test_a_run_is_looked_at_from_the_other_server_and_goes_on_there_when_its_own_is_killed(
    apps: list[Server], tmp_path: Path
) -> None:
    ports = tuple(urlsplit(app.url).port or 0 for app in apps)
    with open_door(tmp_path / "door", ports) as door:
        mine = given(door)
        first = "netlab_server=a" in mine["Cookie"]
        others = {**IN, "Cookie": f"netlab_server={'b' if first else 'a'}"}
        with door.visit(mine) as line:
            visitor = Visitor(line)
            settings = "epochs=50&batch=1&width=16"
            until(lambda: visitor.sees("train", "train", settings), what="the button Train")
            visitor.press("train")
            run = until(lambda: begun(tmp_path / "home"), what="a run with a state to go on from")
            with door.visit(others) as other_line:
                other = Visitor(other_line)
                until(
                    lambda: other.sees("train", "train", f"run={run.id}"), what="the page at the other server"
                )
                assert not other.has("run_Stop")
                assert not other.has("run_continue")
            killed = apps[0 if first else 1].process
            killed.kill()
            killed.wait()
        with door.visit(mine) as line:
            visitor = Visitor(line)
            until(lambda: visitor.sees("train", "run_continue", f"run={run.id}"), what="the button Continue")
            visitor.press("run_continue")
            until(lambda: gone_on(run), seconds=240, what="batches that were trained at the other server")
            visitor.press("run_Stop")
            until(lambda: run.state() == "stopped", what="the run's end")


def begun(home: Path) -> Run | None:
    """The one run there is, once there is a state behind its start to go on from."""
    found = [Run(folder.name, folder) for folder in (home / "runs").glob("*/")]
    return found[0] if found and max(found[0].exact_steps(), default=0) > 0 else None


def gone_on(run: Run) -> bool:
    """Whether batches were trained after it was taken up at a later step than its first."""
    history = read(run).history
    return history.started is not None and 0 < history.started.step < history.step
