"""A server and a browser to measure with."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import FLAGS, Server, chromium, start_server, stop


@contextmanager
def running_app() -> Iterator[Server]:
    """The app, started as the README does, in a home of its own."""
    home = Path(tempfile.mkdtemp())
    server = start_server(
        home, **{name: os.environ[name] for name in ("NETLAB_MNIST",) if name in os.environ}
    )
    try:
        yield server
    finally:
        stop(server)
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def open_app() -> Iterator[tuple[Server, Page]]:
    """The app and one page of a real browser."""
    with running_app() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield server, browser.new_page(viewport={"width": 1280, "height": 900})
        finally:
            browser.close()
