"""The landscape in any two numbers of the network, around the moment on the screen."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose, set_controls
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.playground.features import FEATURES
from netlab.playground.figures import from_above, in_space
from netlab.playground.messages import Playing
from netlab.playground.network import names_of
from netlab.playground.two_weights import Slice, landscape_of, told

ACROSS, UP, PRESSED, DRAWN = "cl_across", "cl_up", "_classify_pressed", "_classify_slice"
FIRST = {ACROSS: 0, UP: 1}


def two_weights(play: Playing) -> None:
    """A fold: two menus, the landscape from above and in space, and what it says."""
    box = st.expander(
        "The landscape in two of its numbers",
        icon=":material/landscape:",
        on_change="rerun",
        key="cl_land_open",
    )
    if not box.open or play.looked is None or play.looked >= len(play.timeline.moments):
        return
    with box:
        _landscape(play)


def _landscape(play: Playing) -> None:
    plan = play.timeline.task.plan
    points = play.timeline.task.points
    names = names_of(plan, [FEATURES[key].title for key in plan.features], points.names)
    _follow_presses(play)
    columns = st.columns(2)
    pair = tuple(
        choose(
            column.selectbox, label, range(plan.count), FIRST[key], key=key, titles=lambda place: names[place]
        )
        for column, label, key in zip(columns, ("Across", "Up"), (ACROSS, UP))
    )
    if pair[0] == pair[1]:
        st.caption(
            "Both are the same number: choose another, or press two lines of the network one after the other."
        )
        return
    found, epoch = _found(play, pair)
    if found is None:
        st.caption("There is no landscape around numbers that are not finite. Step back.")
        return
    titles = names[pair[0]], names[pair[1]]
    zoom = f"{play.game}|{pair}"
    alt = f"At epoch {epoch}, across the {titles[0]}, up the {titles[1]}. {told(found, titles)}"
    left, right = st.columns(2)
    with left:
        live_figure("cl_slice", from_above(found, titles, zoom), f"Lines of equal loss. {alt}")
    with right:
        live_figure("cl_relief", in_space(found, zoom), f"The loss as a surface in space. {alt}")
    st.markdown(literal(f"Epoch {epoch}: {told(found, titles)}"))
    st.caption(
        "The mean loss of the points trained on (without L1 and L2), where these two numbers have other values and all the "
        "others stay as they are now. The ring is where the network stands. The line is the walk's shadow: the other numbers "
        f"moved too, so the walk itself did not run on this surface. {found.ground.scale_note}"
    )


def _follow_presses(play: Playing) -> None:
    """Two numbers that were pressed on the network move the menus, once."""
    count = play.timeline.task.plan.count
    pressed = (play.game, play.pair)
    if play.pair is not None and st.session_state.get(PRESSED) != pressed:
        set_controls({ACROSS: play.pair[0], UP: play.pair[1]})
    st.session_state[PRESSED] = pressed
    for key, first in FIRST.items():  # a smaller network has fewer numbers
        if st.session_state.get(key, first) not in range(count):
            set_controls({key: first})


def _found(play: Playing, pair: tuple[Any, ...]) -> tuple[Slice | None, int]:
    """The landscape of the moment on the screen; while it plays, of the one before."""
    assert play.looked is not None
    kept = st.session_state.get(DRAWN)
    if kept is not None and kept[0] == (play.game, pair) and not play.still:
        return kept[1], kept[2]
    moments = play.timeline.moments[: play.looked + 1]
    now = moments[-1]
    asked = (play.game, pair, len(play.timeline.cuts), play.looked)
    if kept is not None and kept[3] == asked:
        return kept[1], kept[2]
    whole = np.isfinite(now.numbers).all()
    found = landscape_of(play.timeline.task_at(play.looked), moments, (pair[0], pair[1])) if whole else None
    st.session_state[DRAWN] = ((play.game, pair), found, now.epoch, asked)
    return found, now.epoch
