"""Scripts of components are served by address, for good, and no message carries one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import MutableMapping
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette

from netlab.app import components, scripts


def ask(path: str) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of the answer to a GET."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    asyncio.run(Starlette(routes=scripts.routes())(scope, receive, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(part.get("body", b"") for part in sent).decode()


@pytest.mark.parametrize("base", ["", "lab", "/of/a/school/"])
def test_a_script_is_served_under_the_server_s_own_path_and_may_be_kept(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.__getitem__)
    sent = scripts.loader("one", "export default () => 1;")
    (address,) = re.findall(r'"(scripts/one\.[0-9a-f]{16}\.js)"', sent)
    status, headers, body = ask("/".join(["", *filter(None, base.split("/")), address]))
    assert (status, body) == (200, "export default () => 1;")
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]


def test_another_script_has_another_address() -> None:
    assert scripts.loader("one", "export default () => 1;") != scripts.loader(
        "one", "export default () => 2;"
    )


def test_what_is_not_there_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.__getitem__)
    for name in ("one.0123456789abcdef.js", "..", "../app.py", ""):
        status, headers, _ = ask(f"/scripts/{name}")
        assert status == 404
        assert headers.get("cache-control", "no-store") == "no-store"


def test_no_component_sends_its_script(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, str] = {}

    def mount(name: str, *, js: str, **_: object) -> object:
        sent[name] = js
        return lambda **_: None

    monkeypatch.setattr(st.components.v2, "component", mount)
    components.component("training/living_network")
    components.component("landscape/landscape", plotly=True)
    assert len(sent) == 2
    assert max(map(len, sent.values())) < 600
