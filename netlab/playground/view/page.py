"""The player beside its controls: a training goes on as they are changed."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from netlab.app.choice import set_controls
from netlab.app.components import component
from netlab.app.digits import soon
from netlab.app.frame import literal
from netlab.playground.explosion import offered
from netlab.playground.messages import Playing, heading, look_back, message, playing, take
from netlab.playground.network import Plan
from netlab.playground.own_points import from_browser
from netlab.playground.points import DIGITS, OWN, Choice, Points, PointsError, points
from netlab.playground.presets import Setup, differences
from netlab.playground.take_away import curves_csv, keras_script
from netlab.playground.training import Task
from netlab.playground.view.beginnings import advised, begin_with
from netlab.playground.view.beginnings import told as told_of
from netlab.playground.view.controls import course_controls, network_controls, point_controls
from netlab.playground.view.in_numbers import in_numbers
from netlab.playground.view.one_point import one_point
from netlab.playground.view.own import own_points, set_own_points
from netlab.playground.view.square import make_square
from netlab.playground.view.tape_check import tape_check
from netlab.playground.view.two_weights import two_weights

KEY, PLAYER, BELOW = "classify_player", "cl_player", "cl_below"
PATIENCE = 2.0  # seconds that the page waits for the digits

_player = component("playground/classify")


def playground() -> None:
    """Controls beside the player. What follows from a control is a fragment within the one that has it, so that a new
    rate draws neither the points' controls anew nor the network's.
    """
    picture, controls = st.columns([2.6, 1], gap="medium")
    with controls:
        begin_with()
        with st.expander("Points", expanded=True):
            choice = point_controls()
            if choice.kind == OWN:
                choice = replace(choice, own=own_points())
            try:
                found = _points(choice)
            except PointsError as error:
                st.error(literal(error), icon=":material/scatter_plot:")
                return
        network, training = (st.expander(name, expanded=True) for name in ("Network", "Training"))
    with picture:
        st.fragment(_network)(choice, found, network, training)


def _network(choice: Choice, found: Points, box: DeltaGenerator, training: DeltaGenerator) -> None:
    with box:
        plan = network_controls(found.classes)
        make_square(plan)
    st.fragment(_training)(choice, found, plan, training)


def _training(choice: Choice, found: Points, plan: Plan, box: DeltaGenerator) -> None:
    with box:
        course = course_controls(plan)
    play = playing(st.session_state.get("_classify"), Task(plan, found, course), own=choice.kind == OWN)
    st.session_state["_classify"] = play
    play.xor = choice.kind == "xor" and not choice.shuffled
    setup = Setup(choice, plan, course)
    st.fragment(_play, key=PLAYER)(play, setup)
    st.fragment(_below, key=BELOW)(play, setup)


def _points(choice: Choice) -> Points:
    """The points of a choice: the same object as long as it is the same choice."""
    kept = st.session_state.get("_classify_points")
    if kept is not None and kept[0] == choice:
        return kept[1]
    digits = soon(PATIENCE) if choice.kind == DIGITS else None
    found = points(choice, None if digits is None else (digits.x_train, digits.y_train))
    st.session_state["_classify_points"] = (choice, found)
    return found


def _play(play: Playing, setup: Setup) -> None:
    """One message to the player: the answer to what it asked last."""
    told = st.session_state.get(KEY) or {}
    asked = told.get("ask")
    moved = from_browser(asked.get("own")) if isinstance(asked, dict) else ()
    take(play, asked)
    if play.own and len(moved) >= 2 and moved != st.session_state.get("_classify_own"):
        set_own_points(moved)
        st.rerun(scope="app")
    if told.get("mend"):
        st.rerun(scope="app")  # the slider has another rate now
    play.advice = advised(play, setup)
    if told.get("next") and play.advice is not None:
        set_controls(play.advice.moves)
        st.rerun(scope="app")
    _player(
        key=KEY, data=message(play), on_ask_change=_asked, on_mend_change=_mend, on_next_change=lambda: None
    )  # fmt: skip
    told_of(play, setup)


def _asked() -> None:
    """Where it stands still, what is told below of one moment is answered too; while it plays, the player alone."""
    asked = (st.session_state.get(KEY) or {}).get("ask")
    still = not isinstance(asked, dict) or asked.get("still") is not False
    before = st.session_state.get("_classify_still", True)
    st.session_state["_classify_still"] = still
    if still or before:
        st.rerun([PLAYER, BELOW])


def _below(play: Playing, setup: Setup) -> None:
    """What is told of the moment on the screen."""
    _twin((st.session_state.get(KEY) or {}).get("ask"), setup)
    one_point(play)
    two_weights(play)
    in_numbers(play)
    tape_check(play)
    st.caption(heading(play.timeline.task))
    _take_away(play)


def _mend() -> None:
    """Take the smaller rate that was offered after an explosion."""
    told, play = (st.session_state.get(KEY) or {}).get("mend"), st.session_state.get("_classify")
    rate = offered(told)
    if rate is not None and play is not None:
        look_back(play, told)  # from there on it is to hold
        set_controls({"cl_rate": rate})


def _twin(asked: object, setup: Setup) -> None:
    """What differs between A, which the reader kept, and B, which plays now."""
    keep = asked.get("keep") if isinstance(asked, dict) else None
    if keep is not None:
        st.session_state["_classify_kept"] = setup if keep is True else None
    kept: Setup | None = st.session_state.get("_classify_kept")
    if kept is None:
        return
    found = differences(kept, setup)
    if not found:
        st.caption("A | B: nothing differs yet. Change one thing, then play.")
        return
    words = (
        "**A | B:** one thing differs."
        if len(found) == 1
        else f"**A | B:** {len(found)} things differ, so no one of them can be named as the cause."
    )
    st.markdown(f"{words} {literal('; '.join(found))}.")


def _take_away(play: Playing) -> None:
    """Files of the moment on the screen."""
    at = min(play.looked or 0, len(play.timeline.moments) - 1)
    moment, task = play.timeline.moments[at], play.timeline.task_at(at)
    with st.container(horizontal=True):
        st.download_button(
            f"Keras script (epoch {moment.epoch})", lambda: keras_script(task, moment), "playground.py", "text/x-python",
            icon=":material/download:", key="cl_script", on_click="ignore",
            help="These very points and weights: it runs, and its outputs are those on this page.",
        )  # fmt: skip
        st.download_button(
            "Curves (CSV)", lambda: curves_csv(play.timeline.moments), "curves.csv", "text/csv",
            icon=":material/download:", key="cl_curves", on_click="ignore",
        )  # fmt: skip
