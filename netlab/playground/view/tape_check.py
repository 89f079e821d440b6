"""One press: the slopes on the page, and what TensorFlow's tape says of them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.lessons.backprop.view.tape import tape, wait_for
from netlab.playground.messages import Playing
from netlab.playground.next_step import next_step
from netlab.playground.tape_check import question, unasked, verdict

KEPT = "_classify_tape"


def tape_check(play: Playing) -> None:
    """The button, and what came of it while the same moment is on the screen."""
    at, line = play.looked, play.timeline
    if at is None or at >= len(line.moments) or not np.isfinite(line.moments[at].numbers).all():
        return
    moment = (play.game, len(line.cuts), at)
    st.button(
        "Check the slopes against TensorFlow", icon=":material/fact_check:", key="cl_tape", on_click=_keep, args=(moment,),
        help="The slopes of the next batch, from the moment on the screen, once more by tf.GradientTape: in a process of its own.",
    )  # fmt: skip
    if st.session_state.get(KEPT) != moment:
        return
    task, state = line.going_on(at)
    step, why = next_step(task, state), unasked(task)
    if why or step is None:
        st.info(why or "The next step would be beyond all bounds: there are no slopes to check.")
        return
    asked = question(task, state.numbers, step.rows)
    answer = tape(asked)
    if answer.gradients:
        agreed, words = verdict(task, state.numbers, step.rows, answer.gradients)
        (st.success if agreed else st.warning)(
            words, icon=":material/check:" if agreed else ":material/difference:"
        )
    wait_for(asked, answer)


def _keep(moment: tuple[int, int, int]) -> None:
    st.session_state[KEPT] = moment
