"""Behind the door a browser stays with one of two servers, and goes to the other when that one is gone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.door import AUTHORIZATION, Door, open_door

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
    cookies = door.ask("GET", "/", IN).cookies
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
