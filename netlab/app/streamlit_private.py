"""What Netlab needs of Streamlit that Streamlit does not promise to keep, all of it, each with a way to do without.

A name that a newer Streamlit lacks switches off what it was for and says so in the log, once. The test of this file
fails then, so that an upgrade is not made blindly.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

LOG = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

NO_FILES: tuple[int, ...] = ()
NO_WORDS: list[str] | None = None
UNKNOWN: bool | None = None


@cache
def _tell(what: str, missing: str) -> None:
    LOG.warning("This Streamlit cannot %s (%s); Netlab goes on without.", what, missing)


def _guarded(
    what: str, without: Answer
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Answer ``without`` where Streamlit lacks a name that the function uses."""

    def guard(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(function)
        def guarded(*positional: Arguments.args, **named: Arguments.kwargs) -> Answer:
            try:
                return function(*positional, **named)
            except (ImportError, AttributeError, TypeError) as error:
                _tell(what, str(error))
                return without

        return guarded

    return guard


@_guarded("tell a first visit by a deep link", without=False)
def took_pages_for_its_menu() -> bool:
    """Whether this server took ``pages/`` for Streamlit's own menu until now; from now on it does not."""
    from streamlit.runtime.pages_manager import PagesManager

    before = PagesManager.uses_pages_directory
    PagesManager.uses_pages_directory = False
    return bool(before)


@_guarded("tell Back and Forward from other visits", without=False)
def went_in_history() -> bool:
    """Whether this run of the page comes from the browser's Back or Forward."""
    context = _context()
    return context is not None and bool(context.is_history_navigation)


@_guarded("tell sessions apart", without="")
def session_name() -> str:
    """The name of this session; empty outside of one."""
    context = _context()
    return "" if context is None else str(context.session_id)


@_guarded("tell open tabs from closed ones", without=UNKNOWN)
def tab_is_open(session: str) -> bool | None:
    """Whether a browser's tab is connected for the session with this name; None where that cannot be told."""
    from streamlit import runtime

    return bool(runtime.get_instance().is_active_session(session)) if _runs() else None


@_guarded("serve its own copy of Plotly", without="")
def plotly_script() -> str:
    """File name of the script in which Streamlit serves Plotly, at ``static/js`` of this server; empty if there is none."""
    from pathlib import Path

    import streamlit

    scripts = Path(streamlit.__file__).parent / "static" / "static" / "js"
    return next((path.name for path in sorted(scripts.glob("PlotlyChart.*.js"))), "")


@_guarded("take a word out of the address", without=None)
def forget_in_address(key: str) -> None:
    """Take a word out of the address, and out of what controls begin with, even if a control is bound to it."""
    context = _context()
    if context is not None:
        with context.session_state.query_params() as words:
            words._initial_query_params.pop(key, None)
            words.remove_param(key)


@_guarded("tell what a control stands for in the address", without=NO_WORDS)
def usual_in_address(key: str) -> list[str] | None:
    """What the address would say of a control's usual value; None if no control is bound to the key."""
    context = _context()
    if context is None:
        return None
    state = context.session_state._state
    binding = state.query_params.get_binding_for_param(key)
    if binding is None:
        return None
    control = state._new_widget_state.widget_metadata[binding.widget_id]
    usual = control.serializer(control.deserializer(None))
    return [str(word) for word in (usual if isinstance(usual, list | tuple) else [usual])]


@_guarded("give uploads back", without=None)
def give_uploads_back() -> None:
    """Forget the files that this session has uploaded."""
    context = _context()
    if context is not None and _runs():
        _uploads().remove_session_files(context.session_id)


@_guarded("count uploads", without=NO_FILES)
def uploads(session: str | None = None) -> tuple[int, ...]:
    """Sizes in bytes of the files that a session has uploaded, or all sessions together."""
    if not _runs():
        return ()
    held: dict[str, Any] = _uploads().file_storage
    owners = list(held) if session is None else [session]
    return tuple(len(file.data) for owner in owners for file in list(held.get(owner, {}).values()))


@_guarded("bound how many closed tabs are kept", without=None)
def park_at_most(count: int) -> None:
    """Keep the sessions of at most ``count`` closed tabs."""
    _parked()._cache._maxsize = count


@_guarded("clear away closed tabs in time", without=None)
def clear_parked() -> None:
    """Let go of the closed tabs whose time is over; Streamlit itself does so at the next visit only."""
    _parked()._cache.expire()


@_guarded("keep its theme for the next run of a page", without=None)
def read_theme_once() -> None:
    """From now on send the theme as it is read now: Streamlit looks through all its settings six times a run for it."""
    from streamlit.proto.NewSession_pb2 import CustomThemeConfig
    from streamlit.runtime import app_session

    read = app_session._populate_theme_msg

    @cache
    def theme(section: str) -> CustomThemeConfig:
        told = CustomThemeConfig()
        read(told, section)
        return told

    def fill(msg: Any, section: str = "theme", *more: Any, **named: Any) -> None:
        if more or named or not isinstance(msg, CustomThemeConfig):  # a newer Streamlit asks otherwise
            read(msg, section, *more, **named)
            return
        told = theme(section)
        if told.ListFields():
            msg.MergeFrom(told)

    app_session._populate_theme_msg = fill


def _context() -> Any:
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    return get_script_run_ctx(suppress_warning=True)


def _runs() -> bool:
    from streamlit import runtime

    return runtime.exists()


def _uploads() -> Any:
    from streamlit import runtime

    return runtime.get_instance().uploaded_file_mgr


def _parked() -> Any:
    from streamlit import runtime

    manager: Any = runtime.get_instance()._session_mgr
    return manager._session_storage
