"""The moment on the screen in numbers: a table of right and wrong, and the function itself."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.playground.in_numbers import MOST_NUMBERS, confusion, written_out
from netlab.playground.messages import Playing


def in_numbers(play: Playing) -> None:
    """Two tables, and the function of a small network."""
    if play.looked is None or play.looked >= len(play.timeline.moments):
        return
    task, moment = play.timeline.task_at(play.looked), play.timeline.moments[play.looked]
    if not np.isfinite(moment.numbers).all():
        return
    with st.expander(f"In numbers, at epoch {moment.epoch}", key="cl_numbers_open"):
        names = task.points.names[: task.points.classes]
        st.caption("A row is what a point is, a column what the network says: on the diagonal it is right.")
        for column, (title, table) in zip(
            st.columns(2), zip(("Trained on", "Held back"), confusion(task, moment.numbers))
        ):
            rows = [
                f"| **{title}** | {' | '.join(f'says {name}' for name in names)} |",
                "|" + "---|" * (len(names) + 1),
            ]
            rows += [
                f"| is {name} | {' | '.join(map(str, row))} |" for name, row in zip(names, table.tolist())
            ]
            column.markdown("\n".join(rows))
        lines = written_out(task.plan, moment.numbers)
        for line in lines:
            st.latex(line)
        if not lines:
            st.caption(
                f"A network of at most {MOST_NUMBERS} numbers is written out here as a function; this one has {task.plan.count}."
            )
