"""Everything that the running app answers at, each with its reason; all of it only to its own names and pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.browser import ROOT

ANY = "DELETE GET HEAD OPTIONS PATCH POST PUT"
ROUTES = {
    "/scripts/{name}": ("GET HEAD", "components' scripts, by a hash of their content"),
    "/weights/{name}": ("GET HEAD", "weights of a network that reads in the browser, by their hash"),
    "/keys/{ticket}": ("POST", "a browser fetches the secrets that it is to hold, once"),
    "/_stcore/stream": ("WEBSOCKET", "every page, and all that is done on it"),
    "/_stcore/health": (
        "GET HEAD OPTIONS",
        "whether the server is well; a new browser gets its token for uploads",
    ),
    "/_stcore/metrics": (
        "GET HEAD OPTIONS",
        "Streamlit's counts of visits and of its memory, none of a person",
    ),
    "/_stcore/host-config": ("GET HEAD", "what Streamlit's frontend may do; the same for everybody"),
    "/_stcore/upload_file/{session_id}/{file_id}": (
        "PUT DELETE OPTIONS",
        "uploads; bounded by netlab/app/uploads.py",
    ),
    "/_stcore/bidi-components/{path:path}": (
        "GET HEAD OPTIONS",
        "files of components that are folders; Netlab has none",
    ),
    "/component/{path:path}": ("GET HEAD OPTIONS", "the same, of Streamlit's older components"),
    "/media/{file_id:path}": (
        "GET HEAD OPTIONS",
        "pictures and downloads of pages, by a hash of their content",
    ),
    "/auth/login": ("GET HEAD", "Streamlit's sign-in, for which nothing is set: it leads back to the page"),
    "/auth/logout": ("GET HEAD", "the same"),
    "/oauth2callback": ("GET HEAD", "the same"),
    "/_stcore/agent/interact": (
        ANY,
        "Streamlit's interface for programs, which is off: it answers that it is",
    ),
    "/_stcore/agent/openapi.json": (ANY, "the same"),
    "/_stcore/agent/mcp": (ANY, "the same"),
    "": ("MOUNT", "Streamlit's frontend: files of its package, and the page for every other address"),
}
"""By path the methods, and why it is there. A new route is a new way in: say here what it is for, and who may ask it."""


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the app says of its own routes, and how each answers to strangers; in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.app.routes"], cwd=ROOT, env={**os.environ, "NETLAB_WARM": "0"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_every_route_has_its_reason(told: dict[str, Any]) -> None:
    listed = {f"{method} {path}" for path, (methods, _) in ROUTES.items() for method in methods.split()}
    assert set(told["routes"]) == listed


def test_no_route_answers_to_a_foreign_name_or_page(told: dict[str, Any]) -> None:
    assert told["own"] == [200, 200]
    assert len(told["refused"]) > len(told["routes"])
    for place, answers in told["refused"].items():
        no = "websocket.close" if place.startswith("WEBSOCKET") else 403
        assert answers == [no] * len(answers), place
