"""A real nginx with the files of ``deploy/nginx``, filled in as deploy/README.md says, and a certificate of its own."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.browser import ROOT, free_port
from tests.waiting import until

NAME, USER, PASSWORD, SECRET = "netlab.example.edu", "class", "what the teacher says", "5e" * 16
AUTHORIZATION = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
UPGRADE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "c29tZSBrZXkgb2YgMTYhIQ==", "Sec-WebSocket-Protocol": "streamlit",
}  # fmt: skip
MAIN = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/conf.d/*.conf;
}}
"""
Headers = Mapping[str, str]


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    content: bytes

    @property
    def cookies(self) -> list[str]:
        """Those it sets."""
        return self.headers.get_all("set-cookie", [])


@dataclass
class Door:
    """A running proxy."""

    port: int
    folder: Path

    @property
    def trust(self) -> ssl.SSLContext:
        """What believes this door's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.folder / "certificate.pem"))

    def ask(self, method: str, path: str, headers: Headers = {}) -> Answer:  # noqa: B006  it is only read
        """Ask for something at the door, by its name."""
        with socket.create_connection(("127.0.0.1", self.port), 20) as line:
            return answer_of(self.trust.wrap_socket(line, server_hostname=NAME), method, path, headers)

    def visit(self, headers: Headers) -> ClientConnection:
        """The websocket of a page behind the door."""
        return connect(
            f"wss://{NAME}:{self.port}/_stcore/stream", additional_headers=headers, ssl=self.trust, max_size=None, proxy=None,
            subprotocols=["streamlit"], sock=socket.create_connection(("127.0.0.1", self.port)),  # type: ignore[list-item]
        )  # fmt: skip


def ask(port: int, method: str, path: str, headers: Headers = {}) -> Answer:  # noqa: B006  it is only read
    """Ask for something at a server behind the door, by the name of the door."""
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        return answer_of(line, method, path, headers)


def answer_of(line: socket.socket, method: str, path: str, headers: Headers) -> Answer:
    """Ask over a connection, and close it."""
    connection = http.client.HTTPConnection(NAME)
    connection.sock = line
    try:
        connection.request(method, path, headers={"Host": NAME, **headers})
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, b"" if answer.status == 101 else answer.read())
    finally:
        connection.close()


def nginx() -> str:
    """Where nginx is; without one a test skips, or fails where one is required."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None and os.environ.get("NETLAB_REQUIRE_PROXY"):
        pytest.fail("no nginx here, and NETLAB_REQUIRE_PROXY asks for one")
    if found is None:
        pytest.skip("no nginx on this machine; install nginx-light to run the tests of the door")
    return found


def prepare(folder: Path, apps: tuple[int, ...], board: int, secret: str = SECRET) -> tuple[list[str], int]:
    """Fill in the shipped files: the command that starts nginx, and the port of the door."""
    program, port = nginx(), free_port()
    names = ("NETLAB_APP", "NETLAB_APP_2")
    words = {
        "NETLAB_NAME": NAME, "NETLAB_DOOR_PORT": str(port), "NETLAB_HTTP_PORT": str(free_port()), "NETLAB_BOARD": f"127.0.0.1:{board}",
        "NETLAB_DOOR_FILES": str(folder), "NETLAB_DOOR_SECRET": secret, **{name: f"127.0.0.1:{app}" for name, app in zip(names, apps, strict=False)},
    }  # fmt: skip
    filled = folder / "conf.d"
    filled.mkdir(parents=True)
    for name in ("netlab.conf", "one-server.conf" if len(apps) == 1 else "two-servers.conf"):
        shipped = (ROOT / "deploy" / "nginx" / f"{name}.template").read_text("utf-8")
        (filled / name).write_text(Template(shipped).safe_substitute(words), "utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"),
        "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
    )  # fmt: skip
    (folder / "passwords").write_text(f"{USER}:{openssl('passwd', '-apr1', PASSWORD)}\n")
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], port


def openssl(*words: str) -> str:
    """What openssl says to that."""
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def open_door(folder: Path, apps: tuple[int, ...], board: int = 9) -> Iterator[Door]:
    """A proxy in front of one server, or of two."""
    command, port = prepare(folder, apps, board)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            until(lambda: process.poll() is not None or _listens(port), what="an open door")
            assert process.poll() is None, process.stderr.read() if process.stderr else ""
            yield Door(port, folder)
        finally:
            process.send_signal(signal.SIGTERM)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
