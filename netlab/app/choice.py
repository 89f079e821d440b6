"""Choices in the address: each is written by its key, so that the page's words for it may change.

Streamlit's own binding writes what the menu shows. Links from then still open: what a menu shows is read too. What
a link asks for and the page does not have is told beside the control, which then begins at its default.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from netlab.app.frame import literal
from netlab.app.streamlit_private import went_in_history
from netlab.formatting import word

T = TypeVar("T")
NONE = "none"
"""In the address: nothing of several is chosen, where the default is something."""
LONGEST = 60


def choose(
    show: Callable[..., Any], label: str, options: Iterable[T], default: T | None = None, *, key: str,
    titles: Callable[[T], str] = str, **look: Any,
) -> T:  # fmt: skip
    """Show one choice of several, kept in the address under ``key``.

    Parameters
    ----------
    show : callable
        ``st.selectbox``, ``st.segmented_control`` or ``st.pills``, of the page or of a column.
    default : optional
        Chosen where the link says nothing; the first if left out.
    titles : callable
        What the page calls an option.
    """
    known = list(options)
    first = known[0] if default is None else default
    _from_address(key, label, first, titles, lambda words: _one(words, known, titles))
    place = {"index": known.index(first)} if _is_menu(show) else {"default": first, "required": True}
    chosen: T = show(label, known, format_func=titles, key=key, persist_state="session", **place, **look)
    return _told_and_kept(show, key, chosen, first, [word(chosen)])


def choose_some(
    show: Callable[..., Any], label: str, options: Iterable[str], default: Sequence[str] = (), *, key: str,
    titles: Callable[[str], str] = str, **look: Any,
) -> list[str]:  # fmt: skip
    """Show a choice of any number of several (``st.pills``), kept in the address under ``key``."""
    known, first = list(options), list(default)
    _from_address(key, label, first, titles, lambda words: _some(words, known, titles))
    chosen = list(
        show(
            label, known, selection_mode="multi", default=first, format_func=titles, key=key, persist_state="session", **look
        )
    )  # fmt: skip
    return _told_and_kept(show, key, chosen, first, chosen or [NONE])


def slide(
    show: Callable[..., Any], label: str, marks: Sequence[T], default: T, *, key: str,
    titles: Callable[[T], str] = str, **look: Any,
) -> T:  # fmt: skip
    """Show a slider with marks (``st.select_slider``), kept in the address under ``key``.

    A number from a link, or from a program, that lies between two marks is taken as it is and becomes a mark; so is a
    default.
    """
    _from_address(key, label, default, titles, lambda words: _mark(words, marks, titles))
    held = st.session_state.get(key, default)
    known = list(marks) if {held, default} <= set(marks) else sorted({*marks, held, default})
    chosen: T = show(label, known, default, format_func=titles, key=key, persist_state="session", **look)
    return _told_and_kept(show, key, chosen, default, [word(chosen)])


def standing(label: str, marks: Sequence[T], default: T, *, key: str, titles: Callable[[T], str] = str) -> T:
    """What a slider with marks (``slide``) stands at while it is not drawn: in the session, or else in the address."""
    _from_address(key, label, default, titles, lambda words: _mark(words, marks, titles))
    chosen: T = st.session_state.get(key, default)
    return chosen


def keep(key: str, value: T, default: T) -> None:
    """Let a choice whose control is not drawn now have a value, in the session and in the address."""
    _heeded().add(key)
    _unknown()[key] = None
    st.session_state[key] = value
    if value != default:
        st.query_params[key] = word(value)
    elif key in st.query_params:
        del st.query_params[key]


def forget(key: str) -> None:
    """Let a choice that is not shown begin at its default the next time, whatever it was and the address says."""
    st.session_state.pop(key, None)
    _heeded().add(key)
    if key in st.query_params:
        del st.query_params[key]


def set_controls(values: Mapping[str, Any], usual: Mapping[str, Any] | None = None) -> None:
    """Move controls, in a callback or before they are drawn: what they are moved to is in the address too.

    Streamlit writes what a program moves into the address, but not of a control that is not there yet.

    Parameters
    ----------
    usual : optional
        What controls begin at, which no address needs.
    """
    for key in values.keys() - st.session_state.keys():
        if usual is None or values[key] != usual.get(key):
            st.query_params[key] = word(values[key])
    st.session_state.update(values)


Found = tuple[Any, list[str]]
"""What was found of a link's words (None if nothing was), and the words that are not known here."""


def _from_address(
    key: str, label: str, first: Any, titles: Callable[[Any], str], find: Callable[[list[str]], Found]
) -> None:
    """Let the address have its say: when a session first asks for this choice, and after the browser's Back."""
    back = went_in_history()
    if not back and (key in _heeded() or key in st.session_state):
        return
    _heeded().add(key)
    words = [one for one in st.query_params.get_all(key) if one.strip()]
    found, unknown = find(words) if words else (None, [])
    if found is not None or back:
        st.session_state[key] = first if found is None else found
    shown = first if found is None else found
    _unknown()[key] = (label, unknown, _shown(shown, titles), shown) if unknown else None


def _told_and_kept(show: Callable[..., Any], key: str, chosen: Any, first: Any, words: list[str]) -> Any:
    """Say what the link asked for in vain, until the reader chooses; write the choice into the address."""
    note = _unknown().get(key)
    if note is not None:
        label, unknown, shown, value = note
        if chosen == value:
            asked = ", ".join(f"“{literal(one[:LONGEST])}”" for one in unknown)
            getattr(show, "__self__").info(  # noqa: B009  a method of the page or of a column
                f"{label}: the link asks for {asked}, which is not here; {shown} is shown.",
                icon=":material/link_off:",
            )
        else:
            _unknown()[key] = None
    if chosen == first:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get_all(key) != words:
        st.query_params[key] = words if len(words) > 1 else words[0]
    return chosen


def _one(words: list[str], known: list[Any], titles: Callable[[Any], str]) -> Found:
    found = _known(words[-1], known, titles)
    return found, [] if found is not None else words[-1:]


def _some(words: list[str], known: list[str], titles: Callable[[str], str]) -> Found:
    if words == [NONE]:
        return [], []
    found = {one: _known(one, known, titles) for one in words}
    chosen = [one for one in dict.fromkeys(found.values()) if one is not None]
    return chosen or None, [one for one in found if found[one] is None]


def _known(asked: str, known: Sequence[Any], titles: Callable[[Any], str]) -> Any:
    """The option of that key; else the one that is, or was, shown so."""
    for name in (word, titles):
        for option in known:
            if name(option) == asked:
                return option
    return None


def _mark(words: list[str], marks: Sequence[Any], titles: Callable[[Any], str]) -> Found:
    asked = words[-1]
    known = _known(asked, marks, titles)
    number = _number(asked, whole=all(isinstance(mark, int) for mark in marks)) if known is None else known
    if number is None or not min(marks) <= number <= max(marks):
        return None, [asked]
    alike = (mark for mark in marks if titles(mark) == titles(number))
    return next(alike, number), []


def _number(text: str, *, whole: bool) -> float | int | None:
    try:
        number = float(text.replace(",", "").replace("−", "-"))
    except ValueError:
        return None
    if not whole:
        return number if math.isfinite(number) else None
    return int(number) if number.is_integer() else None


def _shown(value: Any, titles: Callable[[Any], str]) -> str:
    return ", ".join(map(titles, value)) or "nothing" if isinstance(value, list) else titles(value)


def _is_menu(show: Callable[..., Any]) -> bool:
    return show.__name__ == "selectbox"


def _heeded() -> set[str]:
    """The choices for which the address has had its say."""
    heeded: set[str] = st.session_state.setdefault("_choices_heeded", set())
    return heeded


def _unknown() -> dict[str, tuple[str, list[str], str, Any] | None]:
    """For each choice what its link asked for in vain: the label, the words, and what is shown instead."""
    unknown: dict[str, tuple[str, list[str], str, Any] | None] = st.session_state.setdefault(
        "_choices_unknown", {}
    )
    return unknown
