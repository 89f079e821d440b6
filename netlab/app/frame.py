"""What every page begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from netlab.app.streamlit_private import took_pages_for_its_menu, went_in_history

ICON = str(
    Path(__file__).parent / "assets" / "icon.png"
)  # a file: a named icon would be fetched from elsewhere

LOGO = str(Path(__file__).parent / "assets" / "logo.svg")


NARROW = ".katex-display, p:has(> span > .katex), p:has(> .katex) { overflow-x: auto; overflow-y: hidden; }"
"""A formula wider than a phone scrolls in its own line."""


COMPACT = """
.stMainBlockContainer { padding: 4rem 2rem 3rem; }
.stMainBlockContainer > .stVerticalBlock { gap: 0.6rem; }
.st-key-heading h1 { font-size: 1.5rem; padding: 0; }
@media (max-width: 640px) { .stMainBlockContainer { padding: 4rem 1rem 3rem; } }
.st-key-progress, .st-key-tour_kept { position: absolute; }
"""
"""A page keeps its height for what it shows: a heading of one line, little around it, and no room for what is not seen."""


ON_A_PHONE = """
@media (max-width: 640px) {
  [data-testid="stButtonGroup"] [role="radiogroup"], [data-testid="stButtonGroup"] [role="group"] { flex-wrap: wrap; }
  [data-testid="stButtonGroup"] button { max-width: 100%; height: auto; }
  [data-testid="stButtonGroup"] button *, [data-testid="stPageLink"] * { white-space: normal; }
  [data-testid="stHorizontalBlock"]:has(> [data-testid="stColumn"]) { row-gap: 1rem; }
}
@media (hover: none) { [data-testid="stElementContainer"]:has(> * > * > [data-testid="stElementToolbar"]) { margin-top: 2.2rem; } }
"""
"""Choices that stand side by side, and the words of a link, go on in the next line; Streamlit would cut them off. Columns
come to lie under each other, no farther apart than what they hold. Where nothing hovers a table's tools are always there, above it: they have room of their own, and cover nothing."""


LEGIBLE = """
button kbd { opacity: 1 !important; }
[data-testid="stCaptionContainer"] code { color: inherit !important; }
[data-testid="stSliderThumbValue"], button[data-variant][data-selected] { color: inherit !important; }
h3[id] { scroll-margin-top: 4.5rem !important; }
"""
"""What a link leads to comes to lie below the menu; the key beside a button's word, code in a caption, and what is chosen stand out from the page as other words do."""

BESIDE = """
[class*="st-key-beside_"] { --pad: clamp(260px, calc(100dvh - 23rem), 600px); }
[class*="st-key-beside_"] > :first-child { min-width: min(100%, var(--pad)); min-height: calc(var(--pad) + 3rem); }
@media (max-width: 640px) {
  [class*="st-key-beside_"] { --pad: min(calc(100vw - 2.2rem), clamp(260px, calc(100dvh - 14rem), 600px)); }
  [class*="st-key-beside_"] > :first-child { min-height: calc(var(--pad) + 5.7rem); }
}
@media (min-width: 60rem) {
  [class*="st-key-beside_"] { flex-wrap: nowrap; }
  [class*="st-key-beside_"] > :last-child { flex: 1 1 0; width: auto; min-width: 0; }
}
"""
"""What stands right of a pad stays there, however wide it would like to be; the pad's room (drawing/assets/pad.css says
how large it is) is kept free until it comes, so that nothing jumps."""

PRINT = (Path(__file__).parent / "assets" / "print.css").read_text("utf-8")
"""A page on paper: what it shows, and nothing to press."""


def mark_section(sections: Sequence[Sequence[st.Page]], page: st.Page) -> None:
    """Mark the menu's section that holds this page; Streamlit marks the page itself, once its section is open."""
    holds = [page.url_path in {one.url_path for one in held} for held in sections]
    if True not in holds:  # a page without a place in the menu
        return
    place = 1 + holds.index(True)
    entry = f'[data-testid="stTopNav"] > .rc-overflow-item:nth-child({place}) > *'
    st.html(f"<style>{entry} {{ box-shadow: inset 0 -3px 0 #2A80BC; }}</style>")


def begin(title: str, question: str) -> None:
    """Heal a deep link, then set the page's one question beside its title, in one line.

    On a fresh server whose very first visit is a deep link, Streamlit still takes ``pages/`` for its own menu
    and runs a page without ``app.py``. The next run goes through ``app.py``.
    """
    if took_pages_for_its_menu():
        st.rerun()
    st.html(f"<style>{NARROW}{LEGIBLE}{COMPACT}{ON_A_PHONE}{BESIDE}{PRINT}</style>")
    with st.container(horizontal=True, vertical_alignment="bottom", key="heading"):
        st.title(title, anchor=False, width="content")
        st.caption(question)


def literal(text: object) -> str:
    """What a reader typed, or a path, as Markdown that shows every character of it: 3*x*y stays 3*x*y."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", str(text))


def word_in_address(key: str, checked: Callable[[str], str]) -> str:
    """A component's word, as ``checked`` makes it, from the session or at first from the address."""
    word = checked(str(st.session_state.setdefault(key, st.query_params.get(key, ""))))
    put_in_address(key, word)
    return word


def put_in_address(key: str, word: str) -> None:
    """Write a word that no control binds into the address, or take an empty one out; the menu drops it each time."""
    st.session_state.setdefault("_words", set()).add(key)
    if word and st.query_params.get(key) != word:
        st.query_params[key] = word
    elif not word and key in st.query_params:
        del st.query_params[key]


def note_unread(key: str, asked: str) -> None:
    """Remember that the address asked for what there is not; netlab/app/address.py tells it."""
    st.session_state.setdefault("_unread", {})[key] = asked


def tells_itself(key: str) -> None:
    """Remember that the page has said by itself what the address asks too much of this control."""
    st.session_state.setdefault("_told_by_page", set()).add(key)


def key_for(name: str, shown: object) -> str:
    """Key of a control that the script moves: another one each time that what it shows has changed.

    A message that was on its way tells the old control, and cannot be taken for a reader's choice.
    """
    turn, before = st.session_state.get(f"_turn_{name}", (0, shown))
    turn += shown != before
    st.session_state[f"_turn_{name}"] = (turn, shown)
    return f"{name}_{turn}"


def follow_newest(name: str, label: str, options: Mapping[str, str], newest: str) -> str:
    """A menu that shows the newest of its ``options`` (key: words) until its reader chooses, and then the choice.

    A choice ends when it is no longer among the options, or by ``let_follow``.
    """
    if st.session_state.get(_choice(name)) not in options:
        let_follow(name)
    shown = st.session_state.get(_choice(name), newest)
    key = key_for(name, shown)

    def choose() -> None:
        value = st.session_state[_choice(name)] = st.session_state[key]
        st.session_state[f"_turn_{name}"] = (
            st.session_state[f"_turn_{name}"][0],
            value,
        )  # it shows that already

    st.selectbox(
        label, list(options), list(options).index(shown), format_func=options.__getitem__, key=key,
        on_change=choose,
    )  # fmt: skip
    return str(shown)


def choose_newest(name: str, option: str) -> None:
    """Choose for the reader in a ``follow_newest`` that is not drawn yet, as a link asks."""
    st.session_state[_choice(name)] = option


def let_follow(name: str) -> None:
    """Forget what was chosen in a ``follow_newest``: it shows the newest again."""
    st.session_state.pop(_choice(name), None)


def _choice(name: str) -> str:
    return f"_chosen_{name}"


def number(name: str, label: str, first: int, last: int, *, help: str | None = None) -> int:
    """A control for 0 to ``last`` that pictures and buttons may move too (see ``move``); in the address as ``name``.

    The session holds the number and each move makes a new control, so that no late message brings the old one back.
    """
    if name not in st.session_state:
        asked = str(st.query_params.get(name, ""))
        known = asked.isdecimal() and int(asked) <= last
        st.session_state[name] = int(asked) if known else min(first, last)
        if asked and not known:
            note_unread(name, asked)
    moves = st.session_state.get(f"_moves_{name}", 0)
    start = min(st.session_state[name], last)
    value = int(st.number_input(label, 0, last, start, key=f"{name}_{moves}", help=help))
    st.session_state[name] = value
    put_in_address(name, "" if value == min(first, last) else str(value))
    return value


def move(name: str, value: int) -> None:
    """Move a ``number``; for callbacks."""
    st.session_state[name] = value
    st.session_state[f"_moves_{name}"] = st.session_state.get(f"_moves_{name}", 0) + 1


def keep_run_in_address() -> None:
    """Take the run to look at from a link; from then on the session knows it, and the address repeats it.

    The menu drops what is in the address, and a message that was on its way while the run changed still tells the
    run before. So the address has a say only when a session begins, and when its reader goes back in history.
    """
    asked = st.query_params.get("run")
    if "run" not in st.session_state or (asked and went_in_history()):
        st.session_state["run"] = asked
    put_in_address("run", st.session_state["run"] or "")


def restore_after_history(page: str) -> None:
    """Give a page back its controls when its reader comes back to it by the browser's Back.

    On the way to another page Streamlit first notes this page's address without its controls; Back arrives there,
    and an address without controls stands for defaults. An ordinary run shows what the session still knows.
    """
    before = st.session_state.get("_page", page)
    st.session_state["_page"] = page
    if (
        page != before
        and went_in_history()
        and st.session_state.get("_words", set()).issuperset(st.query_params)
    ):
        st.rerun()
