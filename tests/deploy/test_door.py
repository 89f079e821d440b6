"""The shipped proxy file in front of the real app: nothing is reached without the password, and everything with it."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.visitor import Visitor
from tests.app.test_routes import ROUTES
from tests.browser import start_server, stop
from tests.deploy.door import AUTHORIZATION, NAME, SECRET, UPGRADE, Door, ask, nginx, open_door, prepare
from tests.waiting import until

IN = {"Authorization": AUTHORIZATION}
WRONG = {"Authorization": "Basic Y2xhc3M6Z3Vlc3NlZA=="}
PLACES = sorted({
    (method, re.sub(r"{[^}]*}", "x", path) or "/")
    for path, (methods, _) in ROUTES.items() for method in methods.replace("MOUNT", "GET").split()
})  # fmt: skip


@dataclass
class Building:
    """A door, the app behind it, and what was asked for at TensorBoard's place."""

    door: Door
    app: int
    board: list[tuple[str, dict[str, str]]]


@pytest.fixture(scope="module")
def building(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Building]:
    nginx()  # before the app is started for nothing
    folder, asked = tmp_path_factory.mktemp("door"), list[tuple[str, dict[str, str]]]()

    class Board(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Board) as board:
        threading.Thread(target=board.serve_forever, daemon=True).start()
        app = start_server(folder / "home", NETLAB_WARM="0", NETLAB_HOSTS=NAME)
        try:
            port = urlsplit(app.url).port or 0
            with open_door(folder / "door", (port,), board.server_address[1]) as door:
                yield Building(door, port, asked)
        finally:
            stop(app)
            board.shutdown()


def asked(method: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """How a route is asked for: a websocket as a GET that asks to be upgraded."""
    return ("GET", {**UPGRADE, **headers}) if method == "WEBSOCKET" else (method, headers)


def test_every_route_asks_for_the_password(building: Building) -> None:
    own = building.door
    script = re.search(rb'src="\./(static/js/[^"]+)"', own.ask("GET", "/", IN).content)
    assert script is not None
    for method, path in [*PLACES, ("GET", f"/{script[1].decode()}"), ("GET", "/neuron")]:
        without = [
            own.ask(kind, path, headers) for kind, headers in (asked(method, {}), asked(method, WRONG))
        ]
        assert [answer.status for answer in without] == [401, 401], (method, path)
        assert not any(answer.cookies for answer in without), (method, path)
        kind, headers = asked(method, IN)
        direct = ask(building.app, kind, path, asked(method, {})[1])
        assert own.ask(kind, path, headers).status == direct.status, (method, path)
    found = own.ask("GET", "/_stcore/stream", {**UPGRADE, **IN})
    assert found.status == 101


def test_nothing_that_the_door_answers_by_itself_lets_anybody_in(building: Building) -> None:
    for method, path, headers in [
        ("GET", "/tensorboard", {}), ("GET", "/tensorboard/", WRONG), ("GET", "//tensorboard/../", {}), ("OPTIONS", "*", {}),
        ("GET", "/_stcore/stream/", UPGRADE), ("GET", "/%5Fstcore/stream", {**UPGRADE, "Cookie": "netlab_door="}),
        ("GET", "/", {"Cookie": f"netlab_door={SECRET}"}), ("PUT", "/", {"Content-Length": "99999999999"}), ("TRACE", "/", {}),
    ]:  # fmt: skip
        answer = building.door.ask(method, path, headers)
        assert answer.status in (400, 401, 405, 413), (method, path)
        assert not answer.cookies


def test_a_page_comes_over_a_websocket_by_the_password_or_its_cookie(building: Building) -> None:
    page = building.door.ask("GET", "/", {**IN, "Accept": "text/html"})
    given = {cookie.partition("=")[0]: cookie for cookie in page.cookies}
    assert given["netlab_door"] == f"netlab_door={SECRET}; Path=/; HttpOnly; Secure; SameSite=Strict"
    (key,) = (cookie for name, cookie in given.items() if name.startswith("netlab_key_"))
    assert "; Secure" in key  # Netlab heard that the way is TLS
    cookie = {"Cookie": f"netlab_door={SECRET}"}
    assert "netlab_door" not in str(building.door.ask("GET", "/", {**IN, **cookie}).cookies)
    for headers in (IN, cookie):
        with building.door.visit(headers) as line:
            visitor = Visitor(line)
            until(lambda visitor=visitor: visitor.sees("neuron", "neuron_x1"), what="the page of the neuron")
    for wrong in ("netlab_door=", "netlab_door=x", f"netlab_door={SECRET}x"):
        assert building.door.ask("GET", "/_stcore/stream", {**UPGRADE, "Cookie": wrong}).status == 401


def test_the_board_is_behind_the_same_door_and_hears_no_password(building: Building) -> None:
    building.board.clear()
    told = {**IN, "X-Forwarded-For": "10.0.0.1", "X-Forwarded-Proto": "gopher"}
    for path in ("/tensorboard", "/tensorboard/data/runs?a=b"):
        assert building.door.ask("GET", path, told).status == 200
    assert [path for path, _ in building.board] == ["/tensorboard", "/tensorboard/data/runs?a=b"]
    for _, headers in building.board:
        assert "authorization" not in headers
        assert (headers["x-forwarded-for"], headers["x-forwarded-proto"]) == ("127.0.0.1", "https")


def test_a_door_without_a_secret_does_not_open(tmp_path: Path) -> None:
    command, _ = prepare(tmp_path / "door", (1,), 1, secret="")
    told = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert told.returncode != 0
    assert 'conflicting parameter ""' in told.stderr
