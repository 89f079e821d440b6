"""What stands out in a run, each with the figure that proves it and one experiment to check it, a click away."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from netlab.app.components import live_figure
from netlab.runs.diagnosis import findings
from netlab.runs.finding import Finding, Trial
from netlab.training.figures_findings import proof
from netlab.training.queue import View
from netlab.training.view.controls import MOVED

TRIED = "_tried"


@dataclass(frozen=True)
class Beside:
    """What stood below a run when the page was drawn: the batch, the titles of the findings, and how much was measured."""

    batch: int | None
    titles: tuple[str, ...]
    measured: int


def beside(view: View) -> Beside:
    """What is to stand below a run now."""
    titles = tuple(finding.title for finding in findings(view.spec, view.history))
    measured = len(view.history.validations) + len(view.history.evidence)
    return Beside(view.shown.step if view.shown is not None else None, titles, measured)


def outdated(view: View, then: Beside) -> bool:
    """Whether the page must be drawn anew: another batch, or other findings, at most once for each time it measures itself.

    The numbers of a finding are those of the moment when it was found, and name it.
    """
    now = beside(view)
    if now.batch != then.batch:
        return True
    return now.measured != then.measured and now.titles != then.titles


def findings_shown(view: View) -> None:
    """The most important one, the others in folds; outside of what ticks, so that a press is never lost."""
    if TRIED in st.session_state:
        change = st.session_state.pop(TRIED)
        st.toast(
            f"The settings are those of this run, with {change}. Press Train.", icon=":material/science:"
        )
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
    st.session_state[TRIED] = trial.change
