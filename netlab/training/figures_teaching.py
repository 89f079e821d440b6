"""One figure of a lesson: the score on one's own drawings and on the old digits, step by step."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from netlab.formatting import counted, percent
from netlab.plots.lines import axes, line
from netlab.plots.palette import BLUE, VERMILION
from netlab.training.figures_findings import Plot
from netlab.training.teaching import Lesson

HEIGHT = 280


def lesson_figure(lesson: Lesson, old_name: str) -> Plot:
    """Both scores over the steps of a lesson."""
    steps = np.array(lesson.steps)
    rows = (("your held-back drawings", lesson.own, BLUE, "solid"), (f"{old_name}’s test digits", lesson.old, VERMILION, "dash"))  # fmt: skip
    lines = [
        line(steps, np.array(scores), name, colour, dash, 2.5, mode="lines+markers", marker={"size": 5})
        for name, scores, colour, dash in rows
    ]
    layout = axes("steps of the lesson", "read right", HEIGHT)
    layout["yaxis"] |= {"tickformat": ".0%", "range": [-0.03, 1.03]}
    told = "; ".join(f"{name} {percent(scores[0])}, then {percent(scores[-1])}" for name, scores, *_ in rows)
    return Plot(go.Figure(lines, layout), f"Share read right over {counted(int(steps[-1]), 'step')}: {told}.")
