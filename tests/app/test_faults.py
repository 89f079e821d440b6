"""A running server answers to its own names and pages only, by HTTP and websocket, and bears more visits than files."""

from __future__ import annotations

import http.client
import os
import random
import socket
import subprocess
import sys
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from netlab.app.uploads import MOST
from tests.browser import ROOT, Server, free_port, healthy, start_server, stop
from tests.waiting import until

Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path, digits_file: Path) -> Iterator[Start]:
    """Start a server with the given environment."""
    running: list[Server] = []

    def one(**environment: str) -> Server:
        running.append(start_server(tmp_path / "home", NETLAB_WARM="0", **environment))
        return running[-1]

    yield one
    for server in running:
        stop(server)


def by_http(server: Server, host: str | None, path: str = "/", **headers: str) -> int:
    """Status of a GET under a Host header of one's own, or without one."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
    try:
        connection.putrequest("GET", path, skip_host=True)
        for name, value in {**({} if host is None else {"Host": host}), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def by_websocket(server: Server, host: str, origin: str | None) -> int:
    """Status of a handshake: 101 if it was accepted."""
    place = urlsplit(server.url)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    lines = [
        "GET /_stcore/stream HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: streamlit",
        *([] if origin is None else [f"Origin: {origin}"]),
    ]  # fmt: skip
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=20) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return int(line.recv(64).split()[1])


@contextmanager
def visit(server: Server) -> Iterator[None]:
    """Open a page by websocket, wait until it is drawn, and keep it open."""
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
        message = BackMsg()
        message.rerun_script.page_name = "dropout"
        connection.send(message.SerializeToString())
        kinds: list[str | None] = []
        while "script_finished" not in kinds:
            answer = ForwardMsg.FromString(connection.recv(timeout=60, decode=False))
            kinds.append(answer.WhichOneof("type"))
        yield


def let_in(server: Server) -> bool:
    """Whether a visitor is let in."""
    try:
        with visit(server):
            return True
    except InvalidStatus:
        return False


def test_only_its_own_names_and_pages_are_answered(start: Start) -> None:
    server = start(NETLAB_HOSTS="lab.example.edu, *.school.example")
    port = urlsplit(server.url).port
    for name in (
        f"localhost:{port}",
        f"127.0.0.1:{port}",
        "[::1]",
        "lab.example.edu",
        "a.school.example:443",
    ):
        assert by_http(server, name) == 200, name
        assert by_websocket(server, name, f"http://{name}") == 101, name
    for name in (
        "evil.example",
        f"evil.example:{port}",
        "192.168.7.7",
        "school.example",
        "localhost.evil.example",
    ):
        for path in ("/", "/_stcore/health", "/_stcore/host-config"):
            assert by_http(server, name, path) == 403, (name, path)
        assert by_websocket(server, name, f"http://{name}") == 403, name
    for origin in ("http://evil.example", "null", f"http://127.0.0.1:{port}.evil.example", "http://["):
        assert by_websocket(server, f"127.0.0.1:{port}", origin) == 403, origin
        assert by_http(server, f"127.0.0.1:{port}", Origin=origin) == 403, origin
    assert by_websocket(server, f"127.0.0.1:{port}", None) == 101
    assert by_http(server, None) in (400, 403)
    chance = random.Random(1)
    for garbage, code in (("text", 1003), (b"\xff" + chance.randbytes(300), 1002), (bytes(2 * 10**6), 1009)):
        assert let_go(server, garbage) == code
    assert let_in(server)


def let_go(server: Server, garbage: str | bytes) -> int | None:
    """With which code a visitor is let go who sends that."""
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
        connection.send(garbage)
        with pytest.raises(ConnectionClosed) as closed:
            while True:
                connection.recv(timeout=60)
    return closed.value.rcvd.code if closed.value.rcvd else None


def test_a_server_for_a_class_answers_to_its_numbers_and_its_machine_s_name(start: Start) -> None:
    server = start(STREAMLIT_SERVER_ADDRESS="0.0.0.0")
    port = urlsplit(server.url).port
    for name in (f"192.168.7.7:{port}", f"{socket.gethostname()}:{port}", f"localhost:{port}", "[fe80::1]"):
        assert by_http(server, name) == 200, name
        assert by_websocket(server, name, f"http://{name}") == 101, name
    for name in (f"evil.example:{port}", "lab.example.edu"):
        assert by_http(server, name) == 403, name
        assert by_websocket(server, name, f"http://{name}") == 403, name


def put(server: Server, session: str, token: str, content: bytes) -> int:
    """Status of an upload for a session."""
    place = urlsplit(server.url)
    body = b"\r\n".join(
        [
            b"--x",
            b'Content-Disposition: form-data; name="file"; filename="a.png"',
            b"",
            content,
            b"--x--",
            b"",
        ]
    )
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=20)
    headers = {
        "Content-Type": "multipart/form-data; boundary=x", "X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}",
    }  # fmt: skip
    try:
        connection.request("PUT", f"/_stcore/upload_file/{session}/{uuid.uuid4()}", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def ask(connection: ClientConnection, page: str) -> str:
    """Open a page and wait until it is drawn; give the session's id if it is told."""
    message, session = BackMsg(), ""
    message.rerun_script.page_name = page
    connection.send(message.SerializeToString())
    while True:
        answer = ForwardMsg.FromString(connection.recv(timeout=60, decode=False))
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            session = answer.new_session.initialize.session_id
        if kind == "script_finished":
            return session


def test_a_visitor_s_pictures_are_bounded_and_given_back_when_the_page_is_left(start: Start) -> None:
    server = start()
    with urllib.request.urlopen(f"{server.url}/_stcore/health") as answer:
        token = str(answer.headers["Set-Cookie"]).partition("_streamlit_xsrf=")[2].partition(";")[0]
    address = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
        session = ask(connection, "draw")
        answers = [put(server, session, token, b"picture") for _ in range(MOST + 3)]
        assert answers == [204] * MOST + [413] * 3
        ask(connection, "dropout")
        answers = [put(server, session, token, bytes(20 * 2**20)) for _ in range(5)]
        assert answers == [204] * 3 + [413] * 2


LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, int(sys.argv[1]) or resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
                          "--server.port", sys.argv[2]])
"""


@pytest.fixture
def limited(tmp_path: Path, digits_file: Path) -> Iterator[Callable[[int], tuple[Server, Path]]]:
    """Start a server that may open 256 files, and raise that to a hard limit; 0 is the system's."""
    running: list[Server] = []

    def one(hard: int) -> tuple[Server, Path]:
        port, log = free_port(), tmp_path / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", LIMITED, str(hard), str(port)],
                cwd=ROOT,
                env={**os.environ, "NETLAB_HOME": str(tmp_path / "home"), "NETLAB_WARM": "0"},
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        running.append(Server(f"http://127.0.0.1:{port}", process, tmp_path / "home"))
        until(lambda: healthy(running[-1]), what="a healthy server")
        return running[-1], log

    yield one
    for server in running:
        stop(server)


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_more_tabs_are_opened_and_closed_than_a_low_limit_has_files(
    limited: Callable[[int], tuple[Server, Path]],
) -> None:
    server, log = limited(0)
    text = Path(f"/proc/{server.process.pid}/limits").read_text()
    soft = next(line for line in text.splitlines() if line.startswith("Max open files")).split()[3]
    assert int(soft) > 1024
    for _ in range(100):  # at 256 the 82nd could not come in, and nobody after it
        assert let_in(server)
    assert healthy(server)
    assert "resource" not in log.read_text()


def test_at_a_hard_limit_visitors_are_refused_in_one_line_and_come_in_when_others_leave(
    limited: Callable[[int], tuple[Server, Path]],
) -> None:
    server, log = limited(256)
    visitors = 0
    with ExitStack() as inside:
        with pytest.raises(InvalidStatus):
            while visitors < 200:
                inside.enter_context(visit(server))
                visitors += 1
        assert visitors > 30
        assert not any(let_in(server) for _ in range(20))
        assert healthy(server)
    until(lambda: let_in(server), what="room for one more")
    chance = random.Random(2)
    for _ in range(30):
        assert let_go(server, b"\xff" + chance.randbytes(chance.randrange(1, 300))) == 1002
        assert let_go(server, f"text {chance.random()}") == 1003
    lines = [line for line in log.read_text().splitlines() if line.startswith("2")]
    for told in ("256 open files", "Error deserializing", "text where a page sends bytes"):
        kind = [line for line in lines if told in line]
        assert 1 <= len(kind) <= 2, lines  # one, and after a minute a second that counts
        lines = [line for line in lines if line not in kind]
    assert not lines
