"""Scripts of components are served by address, for good, and no message carries one."""

from __future__ import annotations

import re

import pytest
import streamlit as st

from netlab.app import components, scripts
from tests.asked import ask


@pytest.mark.parametrize("base", ["", "lab", "/of/a/school/"])
def test_a_script_is_served_under_the_server_s_own_path_and_may_be_kept(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": base}.__getitem__)
    sent = scripts.loader("one", "export default () => 1;")
    (address,) = re.findall(r'"(scripts/one\.[0-9a-f]{16}\.js)"', sent)
    status, headers, body = ask(scripts.routes(), "/".join(["", *filter(None, base.split("/")), address]))
    assert (status, body) == (200, b"export default () => 1;")
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]


def test_another_script_has_another_address() -> None:
    assert scripts.loader("one", "export default () => 1;") != scripts.loader(
        "one", "export default () => 2;"
    )


def test_what_is_not_there_is_said_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.__getitem__)
    for name in ("one.0123456789abcdef.js", "..", "../app.py", ""):
        status, headers, _ = ask(scripts.routes(), f"/scripts/{name}")
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


def test_a_script_imports_what_is_served_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": ""}.__getitem__)
    waiting, seen = [components.module("drawing/reader")], set()
    while waiting:
        name = waiting.pop()
        seen.add(name.partition(".")[0])
        status, _, body = ask(scripts.routes(), f"/scripts/{name}")
        assert status == 200
        imported = re.findall(r'from "([^"]+)"', body.decode())
        assert all(one.startswith("./") for one in imported)
        waiting += [one.removeprefix("./") for one in imported]
    assert {"reader", "ink", "framing", "network", "resize", "regions", "signs"} == seen
