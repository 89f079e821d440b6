"""What Netlab needs of Streamlit's private names is there; without a name the app goes on without what it was for."""

from __future__ import annotations

import inspect

import pytest
import streamlit as st
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import Runtime, app_session
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.query_params import QueryParams
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.testing.v1 import AppTest

from netlab.app import streamlit_private


def test_the_names_are_there() -> None:
    assert isinstance(PagesManager.uses_pages_directory, bool | None)
    assert callable(get_script_run_ctx)
    assert "is_history_navigation" in ScriptRunContext.__dataclass_fields__
    assert {"session_state", "session_id"} <= set(ScriptRunContext.__dataclass_fields__)
    assert "_initial_query_params" in QueryParams.__dataclass_fields__
    assert "self._session_mgr =" in inspect.getsource(Runtime)
    assert list(inspect.signature(Runtime.is_active_session).parameters) == ["self", "session_id"]
    assert streamlit_private.tab_is_open("any") is None  # without a server it cannot be told
    assert isinstance(vars(Runtime)["uploaded_file_mgr"], property)
    storage = MemorySessionStorage(maxsize=3, ttl_seconds=5)
    assert storage._cache.maxsize == storage._cache._maxsize == 3  # type: ignore[attr-defined]
    storage._cache.expire()  # type: ignore[attr-defined]
    assert streamlit_private.plotly_script().endswith(".js")


def test_uploads_are_counted_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/upload")
    for owner, data in (("a", b"123"), ("a", b"1"), ("b", b"12")):
        record = UploadedFileRec(f"{owner}{len(data)}", "x.png", "image/png", data)
        manager.add_file(owner, record)
    monkeypatch.setattr(streamlit_private, "_runs", lambda: True)
    monkeypatch.setattr(streamlit_private, "_uploads", lambda: manager)
    assert sorted(streamlit_private.uploads("a")) == [1, 3]
    assert sorted(streamlit_private.uploads()) == [1, 2, 3]
    assert streamlit_private.uploads("nobody") == ()
    context = type("Context", (), {"session_id": "a"})()
    monkeypatch.setattr(streamlit_private, "_context", lambda: context)
    streamlit_private.give_uploads_back()
    assert sorted(streamlit_private.uploads()) == [2]


def test_closed_tabs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = MemorySessionStorage(maxsize=10, ttl_seconds=0)
    monkeypatch.setattr(streamlit_private, "_parked", lambda: storage)
    streamlit_private.park_at_most(2)
    storage._cache["one"] = None  # type: ignore[assignment]
    assert len(storage._cache._data) == 1  # type: ignore[attr-defined]
    streamlit_private.clear_parked()
    assert len(storage._cache._data) == 0  # type: ignore[attr-defined]
    assert storage._cache.maxsize == 2  # type: ignore[attr-defined]


def test_the_theme_is_read_once_and_sent_as_streamlit_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read = app_session._populate_theme_msg
    monkeypatch.setattr(app_session, "_populate_theme_msg", read)
    streamlit_private.read_theme_once()
    sections = {"": "theme", "light": "theme.light", "dark": "theme.dark", "sidebar": "theme.sidebar"}
    sent, expected = CustomThemeConfig(), CustomThemeConfig()
    for name, section in sections.items():
        app_session._populate_theme_msg(getattr(sent, name) if name else sent, section)
        read(getattr(expected, name) if name else expected, section)
    assert sent == expected
    assert sent.light.primary_color == st.get_option("theme.light.primaryColor")
    asked: list[str] = []
    monkeypatch.setattr(config, "get_options_for_section", asked.append)
    again = CustomThemeConfig()
    app_session._populate_theme_msg(again.dark, "theme.dark")
    assert again.dark == expected.dark
    assert not asked


def test_a_streamlit_that_asks_for_its_theme_otherwise_is_answered_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[tuple[object, ...], dict[str, object]]] = []
    monkeypatch.setattr(app_session, "_populate_theme_msg", lambda *one, **more: asked.append((one, more)))
    streamlit_private.read_theme_once()
    other, message = object(), CustomThemeConfig()
    app_session._populate_theme_msg(other, "theme")  # type: ignore[arg-type]
    app_session._populate_theme_msg(message, "theme", mode="dark")  # type: ignore[call-arg]
    assert asked == [((other, "theme"), {}), ((message, "theme"), {"mode": "dark"})]


def test_each_has_a_reason_and_a_guard() -> None:
    functions = [
        function
        for name, function in vars(streamlit_private).items()
        if inspect.isfunction(function)
        and function.__module__ == streamlit_private.__name__
        and name[0] != "_"
    ]
    assert len(functions) >= 11
    assert not [one.__name__ for one in functions if not hasattr(one, "__wrapped__") or not one.__doc__]


def script() -> None:
    import streamlit as st

    from netlab.app.streamlit_private import forget_in_address

    forget_in_address("count")
    st.number_input("Count", 0, 10, 5, key="count", bind="query-params")


def test_a_word_is_taken_out_of_the_address_before_a_control_begins_with_it() -> None:
    at = AppTest.from_function(script)
    at.query_params["count"] = "inf"
    at.run()
    assert not at.exception
    assert at.number_input[0].value == 5
    assert "count" not in at.query_params


def test_without_the_names_nothing_breaks_and_each_loss_is_told_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise AttributeError("no longer there")

    streamlit_private._tell.cache_clear()
    monkeypatch.setattr(streamlit_private, "_runs", lambda: True)
    for name in ("_context", "_parked", "_uploads"):
        monkeypatch.setattr(streamlit_private, name, gone)
    monkeypatch.delattr(PagesManager, "uses_pages_directory")
    monkeypatch.delattr(app_session, "_populate_theme_msg")
    for _ in range(2):
        assert not streamlit_private.went_in_history()
        assert streamlit_private.uploads("a") == ()
        assert not streamlit_private.took_pages_for_its_menu()
        streamlit_private.forget_in_address("x")
        streamlit_private.give_uploads_back()
        streamlit_private.park_at_most(3)
        streamlit_private.clear_parked()
        streamlit_private.read_theme_once()
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == len(set(lines)) == 8
