"""Everything that the running app answers at, each with its reason; all of it only to its own names and pages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.browser import ROOT

ROUTES = {
    "GET /scripts/{name}": "components' scripts, by the hash of their content",
    "GET /weights/{name}": "weights of networks that read in the browser, by their hash",
    "POST /keys/{ticket}": "a browser fetches the secrets that it is to hold, once",
    "WEBSOCKET /_stcore/stream": "every page, and all that is done on it",
}
"""By method and path, why there is a route."""


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
    assert set(told["routes"]) == set(ROUTES)


def test_no_route_answers_to_a_foreign_name_or_page(told: dict[str, Any]) -> None:
    assert told["own"] == [200, 200]
    assert len(told["refused"]) > len(ROUTES) / 2
    for place, answers in told["refused"].items():
        no = "websocket.close" if place.startswith("WEBSOCKET") else 403
        assert answers == [no] * len(answers), place
