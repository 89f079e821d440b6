"""What a lesson on the loss landscape begins with: the controls of one walk, and what that walk says of the goal."""

from __future__ import annotations

from typing import Any

import streamlit as st

from netlab.app.frame import literal
from netlab.classroom.lessons.lesson import Lesson
from netlab.classroom.lessons.verdict import judge_walk
from netlab.classroom.lessons.walks import PLACES, Walk, set_by
from netlab.landscape.view.body import choose_steps
from netlab.landscape.view.controls import (
    choose_rate,
    choose_rule,
    choose_start,
    choose_surface,
    keep_controls,
)

FIRST_WALK_TASK = "Walk [in the fog](./fog) first. Then change … until …\n\n**Before you move the learning rate**: what do you expect, and why?"


def walk_controls() -> tuple[dict[str, Any] | None, str]:
    """Show the controls of the loss landscape, which stand as its reader left them there.

    Returns
    -------
    tuple of (dict or None, str)
        Those that are not as a lesson begins, by key; or None, and why no lesson can have them.
    """
    menu, details = st.container(), st.container()
    with menu:
        surface = choose_surface(details)
    optimizer = choose_rule()
    rate = choose_rate(surface, optimizer)
    x, y = choose_start(surface)
    steps = choose_steps()
    keep_controls()
    st.page_link(
        "pages/landscape.py", label="See this walk on the loss landscape", icon=":material/landscape:"
    )
    st.caption("These are what a lesson sets. Every other setting of that page is in a lesson as it begins.")
    if surface.key not in PLACES:
        return (
            None,
            "This landscape is made of data or of a formula, which no lesson says. Choose another one.",
        )
    if PLACES[surface.key] is not surface:
        return (
            None,
            "A lesson walks on this landscape as it begins. Set its depths back, or choose another one.",
        )
    return set_by(Walk(surface.key, optimizer.key, rate, x, y, steps)), ""


def show_beginning(lesson: Lesson) -> None:
    """What the walk says of the goal that pupils see first: a goal that is reached before they begin is no task."""
    found = judge_walk(lesson, lesson.walk)
    told = literal(" ".join(said.evidence for _, said in found.conditions))
    if found.met:
        st.warning(
            f"The walk that they begin with reaches the goal before anything is moved. {told} Begin farther away, or ask for more.",
            icon=":material/flag:",
        )
    else:
        st.caption(f"The walk that they begin with does not reach the goal. {told}")
