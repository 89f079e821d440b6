"""Where to begin: presets, each with its comment after the run, and challenges with their verdict."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import choose, set_controls
from netlab.playground.challenges import CHALLENGES
from netlab.playground.messages import Playing
from netlab.playground.path import Advice, advice
from netlab.playground.presets import PRESETS, Setup, controls, same

NO_CHALLENGE = "none"


def begin_with() -> None:
    """Two menus above the controls. A link to a challenge that says nothing else begins it."""
    asked = st.query_params.get("cl_challenge")
    if "_classify" not in st.session_state and asked in CHALLENGES and len(st.query_params) == 1:
        set_controls(controls(CHALLENGES[asked].start))
    st.selectbox(
        "Begin with", list(PRESETS), index=None, format_func=lambda key: PRESETS[key].title, placeholder="An example…",
        key="cl_preset", on_change=_begin, persist_state="session",
    )  # fmt: skip
    key = choose(
        st.selectbox, "Challenge", [NO_CHALLENGE, *CHALLENGES], key="cl_challenge", on_change=_challenge,
        titles=lambda key: CHALLENGES[key].title if key in CHALLENGES else "None",
    )  # fmt: skip
    if key in CHALLENGES:
        st.markdown(CHALLENGES[key].task)
        st.button("Begin it anew", icon=":material/replay:", key="cl_anew", on_click=_challenge)


def advised(play: Playing, setup: Setup) -> Advice | None:
    """What is said of the goal at the moment that was asked about."""
    if play.looked is None or play.looked >= len(play.timeline.moments):
        return None
    key = st.session_state.get("cl_challenge", NO_CHALLENGE)
    return advice(key, setup, play.timeline.task_at(play.looked), play.timeline.moments[play.looked])


def told(play: Playing, setup: Setup) -> None:
    """What the preset on the page teaches, once its run has shown it."""
    if play.looked is None or play.looked >= len(play.timeline.moments):
        return
    epoch = play.timeline.moments[play.looked].epoch
    for preset in PRESETS.values():
        if same(preset.setup, setup) and epoch >= preset.epochs:
            st.info(f"**{preset.title}.** {preset.comment}", icon=":material/school:")


def _begin() -> None:
    key = st.session_state["cl_preset"]
    if key in PRESETS:
        set_controls(controls(PRESETS[key].setup))


def _challenge() -> None:
    key = st.session_state["cl_challenge"]
    if key in CHALLENGES:
        set_controls(controls(CHALLENGES[key].start))
