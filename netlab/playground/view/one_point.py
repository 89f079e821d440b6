"""The point that was pressed: its way through the network in formulas."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.app.frame import literal
from netlab.playground.messages import Playing
from netlab.playground.one_point import sentence, way_there_and_back

PHASES = {
    "forward": "There: what each unit makes of it",
    "loss": "Judged: how wrong it is",
    "backward": "Back: how the loss of this point would change with each number, and so which way it wishes them moved",
}


def one_point(play: Playing) -> None:
    """Show the chosen point, if one is chosen and the network is still whole."""
    if play.point is None or play.looked is None or play.looked >= len(play.timeline.moments):
        return
    task, moment = play.timeline.task_at(play.looked), play.timeline.moments[play.looked]
    if play.point >= len(task.points.labels) or not np.isfinite(moment.numbers).all():
        return
    st.markdown(literal(sentence(task, moment.numbers, play.point)))
    with st.expander("Its numbers, there and back", key="cl_point_open"):
        st.caption(
            "The formulas are those of the page Back-propagation. Each wish is for this point alone: a step adds up the wishes of "
            "a whole batch and goes against the slope."
        )
        phase = ""
        for stage in way_there_and_back(task, moment.numbers, play.point):
            if stage.phase != phase:
                phase = stage.phase
                st.markdown(f"**{PHASES[phase]}**")
            st.caption(stage.title)
            for line in (stage.formula, *stage.worked):
                st.latex(line)
