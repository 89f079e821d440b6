"""Fetch MNIST once: bounded in time and size, checked in memory, and only then given its name on the disk."""

from __future__ import annotations

import hashlib
import http.client
import os
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
MOST_BYTES = 20_000_000
CHUNK = 1 << 16


@dataclass(frozen=True)
class Download:
    """How a download ended: the bytes, or None, and a sentence about it either way."""

    content: bytes | None
    sentence: str


@cache
def download_once(path: Path) -> Download:
    """Download MNIST to `path`, at most once a process: a failure is remembered, not tried again."""
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


def fetch(address: str, sha256: str, *, silence: float = SILENCE, patience: float = PATIENCE) -> bytes:
    """Get the file with this SHA-256, or say why not.

    Raises
    ------
    DataError
        If the server cannot be reached, stalls, refuses, sends too much, or sends something else.
    """
    try:
        with urllib.request.urlopen(address, timeout=silence) as response:  # address is a constant of ours
            content = _bounded(response, address, time.monotonic() + patience)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(
            error, urllib.error.HTTPError
        ):  # it is the refusal's body, too, and holds its connection
            error.close()
        raise DataError(f"{address} could not be downloaded ({_reason(error)}).") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(
            f"{address} sent {len(content):,} bytes that are not the published file "
            "(cut short, changed, or an error page); they were thrown away."
        )
    return content


def _bounded(response: http.client.HTTPResponse, address: str, deadline: float) -> bytes:
    """Read a response of at most `MOST_BYTES`, until the deadline."""
    content = bytearray()
    while chunk := response.read1(CHUNK):
        content += chunk
        if len(content) > MOST_BYTES:
            raise DataError(f"{address} sent more than {MOST_BYTES:,} bytes; expected 11 million.")
        if time.monotonic() > deadline:
            raise DataError(f"{address} took too long: {len(content):,} bytes had come.")
    return bytes(content)


def _reason(error: Exception) -> str:
    return str(getattr(error, "reason", None) or error or type(error).__name__)
