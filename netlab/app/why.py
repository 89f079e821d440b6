"""Why a reader predicts what they predict, in one sentence of their own: kept in their browser, and told in the report."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal

WHYS = "_whys"
"""In the session: each prediction's sentence, by the question's key; empty where it was passed over."""
LONGEST = 300


def why(key: str) -> str | None:
    """The sentence for a prediction; empty if its reader passed it over, None if it is not said yet."""
    found: str | None = st.session_state.get(WHYS, {}).get(key)
    return found


def keep_why(key: str, text: str) -> None:
    """Keep a sentence, whatever was typed or a browser sent: one line, at most so long; empty passes it over."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    st.session_state.setdefault(WHYS, {})[key] = line[:LONGEST].rstrip()


def show_why(key: str) -> None:
    """Ask for the sentence behind the prediction of a question, or show it."""
    said = why(key)
    if said is None:
        _ask(key)
    elif said:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"You wrote: “{literal(said)}”", width="content")
            st.button(
                "Change it", key=f"{key}_why_change_commit", type="tertiary", on_click=_change,
                args=(key, said),
            )  # fmt: skip


def _ask(key: str) -> None:
    field = f"{key}_why"

    def take() -> None:
        if st.session_state[field].strip():
            keep_why(key, st.session_state[field])

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Why? One sentence", key=field, max_chars=LONGEST, on_change=take,
            placeholder="I think so because …",
        )  # fmt: skip
        st.button("Not now", key=f"{key}_why_pass_commit", type="tertiary", on_click=keep_why, args=(key, ""))
    st.caption(
        "Press Enter to keep it. It is kept in this browser and goes into the report of a run, nowhere else."
    )


def _change(key: str, said: str) -> None:
    st.session_state[WHYS].pop(key)
    st.session_state[f"{key}_why"] = said
