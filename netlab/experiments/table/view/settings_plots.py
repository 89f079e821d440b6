"""Settings against outcomes: parallel coordinates and a scatter of the same runs, in which runs can be chosen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import component, plain_figure, plotly_file
from netlab.experiments.table import dimensions
from netlab.experiments.table.dimensions import dimension, title
from netlab.experiments.table.figures_settings import parallel, scatter
from netlab.experiments.table.view.choice_of_runs import PLOTS, forget_gone
from netlab.formatting import counted
from netlab.runs.summary import Summary

_plots = component("experiments/table/settings_plots", plotly=True)


def settings_plots(rows: Sequence[Summary], chosen: Sequence[str]) -> None:
    """Which settings go with which outcomes, of all runs that the table shows."""
    st.subheader("Which settings go with a good outcome?", anchor=False)
    outcomes, settings = dimensions.known_outcomes(rows), dimensions.varying(rows)
    if not outcomes or not settings:
        st.write(
            "Here every setting stands beside what came of it, once there are two runs that differ in a setting and have "
            "been validated."
        )
        return
    usual = dimensions.usual_axes(rows) or settings[:1]
    settings = [*usual, *(name for name in settings if name not in usual)]
    forget_gone("runs_outcome", outcomes)
    forget_gone("runs_setting", settings)
    forget_gone("runs_axes_shown", settings)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs_plot_axes"):
        outcome = choose(st.selectbox, "Outcome", outcomes, key="runs_outcome", titles=title, width=200)
        setting = choose(
            st.selectbox, "Setting across", settings, key="runs_setting", titles=title, width=220
        )
        axes = st.multiselect(
            "Axes on the left", settings, usual, format_func=title, key="runs_axes_shown",
            max_selections=12, persist_state="session",
        )  # fmt: skip
    drawn = dimensions.with_outcome(rows, outcome)
    shown = [name for name in axes if name in settings] or [setting]
    ids = [row.id for row in drawn]
    marked = set(chosen) & set(ids)
    upwards = dimension(drawn, outcome)
    lines = parallel(drawn, [*(dimension(drawn, name) for name in shown), upwards], marked)
    points = scatter(drawn, dimension(drawn, setting), upwards, marked)
    told = f"of {counted(len(drawn), 'run')}, {len(marked)} of them chosen"
    _plots(
        key=PLOTS,
        data={
            "file": plotly_file(), "ids": ids, "chosen": [one for one in ids if one in marked],
            "parallel": _figure(lines, f"Settings and {title(outcome)} {told}: one line a run through all axes."),
            "scatter": _figure(points, f"{title(setting)} across and {title(outcome)} upwards {told}: one point a run."),
        },
        on_chosen_change=_nothing,
    )  # fmt: skip
    left_out = len(rows) - len(drawn)
    st.caption(
        "One line, or one point, is a run; those that are chosen are orange. Drag along an axis on the left to choose the "
        "runs that pass there (a press on the stretch takes it away), or a box around points on the right; a press on a "
        "point adds it, a double press takes all away. The table and the curves follow. A setting beside an outcome is no "
        "proof that it is the cause."
    )
    if left_out:
        told = f"{counted(left_out, 'run')} not drawn."
        if len(drawn) == dimensions.MOST_RUNS:
            told += f" A run is left out that has no {title(outcome)} or is not among the newest {dimensions.MOST_RUNS:,}."
        else:
            told += f" A run is left out that has no {title(outcome)}."
        st.caption(told)


def _figure(figure: object, alt: str) -> dict[str, object]:
    plain = plain_figure(figure)
    return {"traces": plain["data"], "layout": plain["layout"], "alt": alt}


def _nothing() -> None:
    """Streamlit keeps a component's value only where a callback stands."""
