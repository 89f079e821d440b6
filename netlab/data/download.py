"""Fetch MNIST once: bounded in time and size, checked in memory, and only then given its name on the disk."""

from __future__ import annotations

import hashlib
import http.client
import os
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from netlab.data.digits import DataError
from netlab.storage import atomic_write

ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz"
SHA256 = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
"""Where Keras fetches MNIST and what it expects (keras/src/datasets/mnist.py)."""

SILENCE = 10.0
"""Seconds without a byte after which a server counts as gone."""
PATIENCE = 120.0
"""Seconds for the whole file."""
START = 15.0
SLOWEST = 100_000
"""Bytes a second below which, after ``START`` seconds, a server counts as dripping."""
MOST_BYTES = 20_000_000
CHUNK = 1 << 16


@dataclass(frozen=True)
class Download:
    """How a download ended: the bytes, or None, and a sentence about it either way."""

    content: bytes | None
    sentence: str


@cache
def download_once(path: Path) -> Download:
    """Download MNIST to ``path``, at most once a process: a failure is remembered, not tried again.

    Parameters
    ----------
    path : Path
        Where it is kept; if that cannot be written it is used all the same.

    Returns
    -------
    Download
        The file's content, or None, and a sentence.
    """
    if os.environ.get("NETLAB_OFFLINE") == "1":
        return Download(None, "Nothing was downloaded, because NETLAB_OFFLINE is 1.")
    try:
        content = fetch(ADDRESS, SHA256)
    except DataError as error:
        return Download(None, str(error))
    return Download(content, f"Downloaded from {ADDRESS}{_keep(path, content)}.")


def _keep(path: Path, content: bytes) -> str:
    try:
        atomic_write(path, content)
    except OSError as error:
        return f" but not kept: {path} cannot be written ({error.strerror or error})"
    return f" and kept as {path}"


def fetch(
    address: str, sha256: str, *, silence: float = SILENCE, start: float = START, patience: float = PATIENCE
) -> bytes:
    """Get the file with this SHA-256, or say why not; whatever the server does, in bounded time.

    Parameters
    ----------
    address : str
        The URL.
    sha256 : str
        64 hexadecimal digits, in lower case.
    silence : float
        Seconds without a byte after which the server counts as gone.
    start : float
        Seconds after which it must keep up a speed.
    patience : float
        Seconds for the whole file.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    DataError
        If the server cannot be reached, stalls, drips, refuses, sends too much, or sends something else.
    """
    content = _Transfer(address, silence).within(start, patience)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{address} sent {len(content):,} bytes that are not the published file "
            "(cut short, changed, or an error page); they were thrown away."
        )
    return content


class _Transfer:
    """One transfer by a thread of its own, so that nothing that a server does can hold the one who waits for it."""

    def __init__(self, address: str, silence: float) -> None:
        self._address, self._silence = address, silence
        self._content = bytearray()
        self._error: DataError | None = None
        self._ended, self._given_up = threading.Event(), threading.Event()
        self._began = time.monotonic()
        threading.Thread(target=self._run, name="download", daemon=True).start()

    def within(self, start: float, patience: float) -> bytes:
        """The whole content, once it is there; a DataError if it is not in time or cannot be had."""
        while not self._ended.wait(0.05):
            passed, come = time.monotonic() - self._began, len(self._content)
            if passed > patience or (passed > start and come < SLOWEST * passed):
                self._given_up.set()
                raise DataError(
                    f"{self._address} took too long: {come:,} bytes had come after {passed:.0f} s."
                )
        if self._error is not None:
            raise self._error
        return bytes(self._content)

    def _run(self) -> None:
        try:
            with urllib.request.urlopen(
                self._address, timeout=self._silence
            ) as response:  # a constant of ours
                self._read(response)
        except DataError as error:
            self._error = error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # it is the refusal's body, too, and holds its connection
            self._error = DataError(f"{self._address} could not be downloaded ({_reason(error)}).")
        finally:
            self._ended.set()

    def _read(self, response: http.client.HTTPResponse) -> None:
        """Read at most ``MOST_BYTES``, as long as somebody waits for them."""
        while not self._given_up.is_set() and (chunk := response.read1(CHUNK)):
            self._content += chunk
            if len(self._content) > MOST_BYTES:
                raise DataError(f"{self._address} sent more than {MOST_BYTES:,} bytes; expected 11 million.")


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
