"""Bad servers on the loopback: every fault is a sentence, soon, and nothing false gets the final name."""

from __future__ import annotations

import hashlib
import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from netlab.data import DataError, download
from netlab.data.download import MOST_BYTES, Download, download_once, fetch
from tests.machine import NO_HOME

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves each fault under its own path, and counts what was asked for and sent."""

    daemon_threads = False  # closing waits for every answer to end
    asked = 0
    sent = 0
    released: threading.Event


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked += 1
        try:
            getattr(self, "serve_" + self.path.strip("/"))()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _send(self, content: bytes, length: int | None = None, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def serve_good(self) -> None:
        self._send(CONTENT)

    def serve_wrong(self) -> None:
        self._send(b"x" + CONTENT[1:])

    def serve_short(self) -> None:
        self._send(CONTENT[:5000], length=len(CONTENT))

    def serve_missing(self) -> None:
        self._send(b"<html>no</html>", status=404)

    def serve_page(self) -> None:
        self._send(b"<html>please log in</html>")

    def serve_moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/page")
        self.end_headers()

    def serve_circle(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/circle")
        self.end_headers()

    def serve_stall(self) -> None:
        self._send(CONTENT[:5000], length=len(CONTENT))
        self.server.released.wait(30)

    def serve_silence(self) -> None:
        self.server.released.wait(30)

    def serve_trickle(self) -> None:
        self._send(b"", length=len(CONTENT))
        while not self.server.released.wait(0.05):
            self.wfile.write(b"x")

    def serve_header(self) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
        while not self.server.released.wait(0.05):
            self.wfile.write(b"x")

    def serve_endless(self) -> None:
        self._send(b"", length=1_000_000_000)
        for _ in range(1000):
            self.wfile.write(bytes(1_000_000))
            self.server.sent += 1_000_000

    def serve_garbage(self) -> None:
        self.wfile.write(b"\x00\x01 this is not HTTP\r\n\r\n")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "*")
    with Server(("127.0.0.1", 0), Handler) as running:
        running.released = threading.Event()
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.released.set()
        running.shutdown()
        thread.join()


def address(server: Server, fault: str) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{fault}"


def test_a_good_file_comes_whole(server: Server) -> None:
    assert fetch(address(server, "good"), SHA256) == CONTENT


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("wrong", "not the published file"),
        ("short", "not the published file|could not be downloaded"),
        ("missing", "Not Found"),
        ("page", "not the published file"),
        ("moved", "not the published file"),
        ("circle", "redirect"),
        ("stall", "timed out"),
        ("silence", "timed out"),
        ("trickle", "took too long"),
        ("header", "took too long"),
        ("endless", f"more than {MOST_BYTES:,} bytes"),
        ("garbage", "could not be downloaded"),
    ],
)
def test_a_bad_server_is_a_sentence(server: Server, fault: str, message: str) -> None:
    start = time.monotonic()
    with pytest.raises(DataError, match=message) as caught:
        fetch(address(server, fault), SHA256, silence=0.3, start=0.6)
    assert address(server, fault) in str(caught.value)
    assert time.monotonic() - start < 5
    assert server.sent <= 2 * MOST_BYTES


def test_patience_bounds_a_transfer_that_is_fast_enough(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SLOWEST", 0)
    with pytest.raises(DataError, match="took too long"):
        fetch(address(server, "trickle"), SHA256, start=0.1, patience=0.5)


def test_a_drip_is_given_up_after_fifteen_seconds_as_it_is_set() -> None:
    assert download.START <= 15
    assert download.SILENCE <= download.START
    assert (
        download.SLOWEST * download.PATIENCE > 11_500_000
    )  # the slowest that is borne brings the whole file


def test_no_server_is_a_sentence_at_once() -> None:
    with pytest.raises(DataError, match="could not be downloaded"):
        fetch("http://127.0.0.1:9/none", SHA256)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A process that has not tried to download yet, and may."""
    monkeypatch.delenv("NETLAB_OFFLINE", raising=False)
    monkeypatch.setattr(download, "SHA256", SHA256)
    download_once.cache_clear()
    yield monkeypatch
    download_once.cache_clear()


def test_a_download_is_kept_under_its_final_name(
    server: Server, fresh: pytest.MonkeyPatch, own_home: Path
) -> None:
    fresh.setattr(download, "ADDRESS", address(server, "good"))
    path = own_home / "data" / "mnist.npz"
    assert download_once(path).content == CONTENT
    assert path.read_bytes() == CONTENT
    assert [found.name for found in path.parent.iterdir()] == ["mnist.npz"]


@pytest.mark.parametrize("fault", ["wrong", "missing", "short"])
def test_a_failed_download_leaves_nothing_and_is_not_retried(
    server: Server, fresh: pytest.MonkeyPatch, own_home: Path, fault: str
) -> None:
    fresh.setattr(download, "ADDRESS", address(server, fault))
    path = own_home / "data" / "mnist.npz"
    first = download_once(path)
    assert first.content is None
    assert download_once(path) is first
    assert server.asked == 1
    assert not path.parent.exists()


def test_a_download_that_cannot_be_kept_is_used_all_the_same(
    server: Server, fresh: pytest.MonkeyPatch
) -> None:
    fresh.setattr(download, "ADDRESS", address(server, "good"))
    kept = download_once(Path(NO_HOME))
    assert kept.content == CONTENT
    assert "not kept" in kept.sentence


def test_offline_asks_no_server(server: Server, fresh: pytest.MonkeyPatch, own_home: Path) -> None:
    fresh.setenv("NETLAB_OFFLINE", "1")
    fresh.setattr(download, "ADDRESS", address(server, "good"))
    answer = download_once(own_home / "mnist.npz")
    assert answer == Download(None, "Nothing was downloaded, because NETLAB_OFFLINE is 1.")
    assert server.asked == 0


CHILD = """
import sys
from pathlib import Path
from netlab.data import download
download.ADDRESS, download.SHA256 = sys.argv[2], sys.argv[3]
print("started", flush=True)
print(download.download_once(Path(sys.argv[1])).sentence)
"""


def child(path: Path, server: Server, fault: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(path), address(server, fault), SHA256]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETLAB_OFFLINE", raising=False)


@pytest.mark.usefixtures("online")
def test_a_process_killed_in_mid_download_leaves_no_file(server: Server, own_home: Path) -> None:
    path = own_home / "data" / "mnist.npz"
    with child(path, server, "stall") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        while server.asked == 0:
            assert process.poll() is None
        process.kill()
    assert not path.exists()


@pytest.mark.usefixtures("online")
def test_processes_that_download_together_leave_one_whole_file(server: Server, own_home: Path) -> None:
    path = own_home / "data" / "mnist.npz"
    processes = [child(path, server, "good") for _ in range(3)]
    sentences = [process.communicate(timeout=60)[0] for process in processes]
    assert all("kept as" in sentence for sentence in sentences)
    assert path.read_bytes() == CONTENT
    assert [found.name for found in path.parent.iterdir()] == ["mnist.npz"]
