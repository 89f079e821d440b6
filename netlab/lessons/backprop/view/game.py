"""The game on the page: a network that went forward, and the weight that would help most to be found by looking."""

from __future__ import annotations

from functools import partial

import streamlit as st

from netlab.formatting import counted
from netlab.lessons.backprop.most_helpful import NUDGE, Round, drawn_round, verdict
from netlab.lessons.backprop.network_drawing import small_network
from netlab.lessons.backprop.view.network_component import network_picture
from netlab.lessons.backprop.worked_steps import training_step

ROUND, PICKED, SCORE = "_backprop_game_round", "_backprop_game_picked", "_backprop_game_score"


def game() -> None:
    """A fold with the game, drawn when it is opened."""
    box = st.expander(
        "More: a game: find the weight that would help most", on_change="rerun", key="backprop_game_open"
    )
    if box.open:
        with box:
            st.fragment(_play)()


def _play() -> None:
    number = st.session_state.setdefault(ROUND, 0)
    played = _round(number)
    picked: str = st.session_state.get(PICKED, "")
    st.markdown(
        "This network has just gone forward: you see every weight, what came in, what each unit made of it, and the loss. If you could "
        f"move only **one** weight by {NUDGE}, up or down, which one would lower the loss the most? Press it in the drawing."
    )
    left, right = st.columns([2, 1], gap="medium")
    stages = training_step(played.network, played.inputs, played.targets)
    forward = next(stage.number for stage in stages if stage.phase == "loss")
    with left:
        drawing = small_network(
            played.network, played.inputs[0], played.targets[0].tolist(), stages, forward, chosen=picked
        )
        network_picture("backprop_game", drawing, partial(_pick, played))
    with right:
        right_ones, rounds = st.session_state.get(SCORE, (0, 0))
        if picked:
            st.markdown(verdict(played, picked))
        if rounds:
            st.caption(f"Found at once in {right_ones} of {counted(rounds, 'round')}.")
        st.button("Another network", icon=":material/casino:", on_click=_next, key="backprop_game_next")


@st.cache_data(show_spinner=False, max_entries=100)
def _round(number: int) -> Round:
    return drawn_round(number)


def _pick(played: Round, value: str) -> None:
    if value not in played.helps:  # it comes from a browser, or is a bias
        return
    if not st.session_state.get(PICKED):  # the first choice counts
        right, rounds = st.session_state.get(SCORE, (0, 0))
        st.session_state[SCORE] = (right + (value == played.best), rounds + 1)
    st.session_state[PICKED] = value


def _next() -> None:
    st.session_state[ROUND] += 1
    st.session_state[PICKED] = ""
