"""Closed tabs are kept as far as descriptors reach; the browser opens for who sits at the machine, and only then."""

from __future__ import annotations

import inspect
import subprocess
import sys
import webbrowser

import pytest
import streamlit as st

from netlab.app import start


@pytest.mark.parametrize(("limit", "kept"), [(None, 128), (65_536, 128), (1_024, 78), (256, 14), (64, 4)])
def test_closed_tabs_follow_the_limit(limit: int | None, kept: int) -> None:
    assert start.parked(limit) == kept


@pytest.mark.parametrize(
    ("headless", "address", "opened"),
    [
        (True, "127.0.0.1", []),
        (False, "127.0.0.1", ["http://localhost:8501/"]),
        (False, "0.0.0.0", ["http://localhost:8501/"]),
        (False, "lab.example.edu", ["http://lab.example.edu:8501/"]),
    ],
)
def test_the_browser_opens_where_the_app_is(
    headless: bool, address: str, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {
        "server.headless": headless, "server.address": address, "server.port": 8501, "server.sslCertFile": None,
        "browser.serverAddress": "localhost", "server.baseUrlPath": "",
    }  # fmt: skip
    asked: list[str] = []
    monkeypatch.setattr(st, "get_option", options.__getitem__)

    def opens(url: str) -> bool:
        asked.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", opens)
    start._open_browser()
    assert asked == opened


def test_before_the_first_visitor_pandas_is_whole() -> None:
    script = """
import sys
from netlab.app.start import load_whole

assert "pandas" not in sys.modules
load_whole()
assert sys.modules["pandas"].Series
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "    load_whole()\n" in inspect.getsource(start.life)
