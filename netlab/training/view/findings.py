"""What stands out in a run, each with the figure that proves it and one experiment to check it, a click away."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from netlab.app.components import live_figure
from netlab.runs.diagnosis import findings
from netlab.runs.finding import Finding, Trial
from netlab.training.figures_findings import proof
from netlab.training.queue import View
from netlab.training.view.controls import MOVED


def beside(view: View) -> Hashable:
    """What must stand below a run: when it changes, the page is drawn anew.

    Titles only: the numbers of a finding are those of the moment when it was found, and name it.
    """
    found = tuple((finding.title, finding.proof) for finding in findings(view.spec, view.history))
    return view.shown.step if view.shown is not None else None, found


def findings_shown(view: View) -> None:
    """The most important one, the others in folds; outside of what ticks, so that a press is never lost."""
    for place, finding in enumerate(findings(view.spec, view.history)):
        if place == 0:
            with st.container(border=True, key="finding_0"):
                _finding(place, finding, view)
        else:
            with st.expander(finding.title, icon=":material/lightbulb:"):
                _finding(place, finding, view)


def _finding(place: int, finding: Finding, view: View) -> None:
    words, picture = st.columns([3, 2], vertical_alignment="center")
    with words:
        st.markdown(f":material/lightbulb: **{finding.title}** {finding.evidence} {finding.advice}")
        if finding.trial is not None:
            st.button(
                f"Try it with {finding.trial.change}",
                icon=":material/science:",
                key=f"trial_{place}",
                on_click=_move_to,
                args=(finding.trial,),
                help="Moves the settings: the same network with this one change. Then press Train and compare.",
            )
    plot = proof(finding.proof, view.spec, view.history)
    if plot is not None:
        with picture:
            live_figure(f"proof_{finding.proof}", plot.figure, plot.alt)


def _move_to(trial: Trial) -> None:
    st.session_state[MOVED] = trial.spec
    st.toast(
        f"The settings are those of this run, with {trial.change}. Press Train.", icon=":material/science:"
    )
