"""The board for the projector: all curves, one point a run, predictions against what came, the best of class; live."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.app.frame import literal
from netlab.classroom.figures import curves_figure, predictions_figure, sizes_figure
from netlab.classroom.people import people
from netlab.classroom.results import Result, best, comparable, mean_off, who
from netlab.classroom.standing import standing
from netlab.classroom.view.lead import class_results, how_to_join, present
from netlab.formatting import counted, percent
from netlab.training import class_rules
from netlab.training.view.session import job_queue

PACE = 2.0
SECTIONS = {"curves": "Curves", "join": "How to join"}
WHOLE = "calc(100vh - 13.4rem)"
HALF = "calc((100vh - 18.2rem) / 2)"
"""Of the window: what the lines above leave for a figure, and for each of two with a line above it."""
LEAST = 200  # pixels of a figure on a phone lying down
STYLE = f"""
.stMainBlockContainer {{ max-width: none; padding: 3.9rem 1.2rem 0.2rem !important; }}
.st-key-board_top p {{ font-size: clamp(1.1rem, 1.5vw, 1.7rem); }}
.st-key-board_figures .live-figure {{ min-height: {LEAST}px; margin-top: 0; }}
.st-key-board_figures .modebar {{ display: none; }}
.st-key-board_figures [data-testid=stColumn] > .stVerticalBlock {{ gap: 0.2rem; }}
.st-key-board_figures [data-testid=stCaptionContainer] p {{ font-size: clamp(0.95rem, 1.1vw, 1.25rem); }}
"""


def board() -> None:
    """The page."""
    st.html(f"<style>{STYLE}</style>")
    with st.container(horizontal=True, vertical_alignment="center", key="board_bar"):
        section = choose(
            st.segmented_control, "What to show", SECTIONS, key="board_view", titles=SECTIONS.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
        names = st.toggle(
            "Names",
            True,
            key="board_names",
            bind="query-params",
            help="Off: everybody is a letter and a number.",
        )
    if section == "join":
        how_to_join(large=True)
    else:
        st.fragment(_live, run_every=PACE)(names)


def _live(names: bool) -> None:
    found, unread = class_results(class_rules.rules())
    shown, others = comparable(found)
    numbers = {
        one: f"Run {place}"
        for place, one in enumerate(dict.fromkeys(name for run in shown for name in run.owners), 1)
    }
    called = people.called if names else lambda name: numbers.get(name, "Run")
    with st.container(key="board_top", gap=None):
        st.markdown(_top(shown, called, len(present())))
    if not shown:
        st.info("The first training draws the first curve here.", icon=":material/show_chart:")
        return
    with st.container(key="board_figures"):
        left, right = st.columns([3, 2], gap="small")
        with left:
            live_figure("board_curves", curves_figure(shown, called), _alt(shown), height=WHOLE)
        with right:
            st.caption("One point a run: a bigger network, a better reader?")
            live_figure(
                "board_sizes",
                sizes_figure(shown, called),
                "Parameters against accuracy, one point a run.",
                height=HALF,
            )
            guessed = any(one.guess is not None and one.share is not None for one in shown)
            if guessed:
                st.caption(
                    f"Predictions. {mean_off(shown)}" if mean_off(shown) else "Predictions: who was right?"
                )
                live_figure(
                    "board_guesses",
                    predictions_figure(shown, called),
                    "Expected accuracy against what came.",
                    height=HALF,
                )
            else:
                st.caption("Nobody has drawn a prediction on Train before a run yet: “Predict first” there.")
    if others:
        st.caption(f"Not shown: {counted(others, 'run')} on other pictures.")
    if unread:
        st.caption(f"Still to be read: {counted(unread, 'run')}.")


def _alt(shown: Sequence[Result]) -> str:
    return f"Accuracy against epochs of {counted(len(shown), 'run')}, over each other."


def _top(shown: Sequence[Result], called: Callable[[str], str], here: int) -> str:
    """How many are here and train, and the best of class."""
    lines = standing(job_queue())
    train, wait = sum(line.place for line in lines), sum(line.state == "queued" for line in lines)
    told = f"Here **{here}** · training **{train}** · waiting **{wait}** · finished **{sum(one.over for one in shown)}**"
    top = best(shown)
    if top is None or top.share is None:
        return told
    name = literal(who(top.owners, called))
    return f"{told} · :material/trophy: best of class **{name}**: **{percent(top.share, 2)}** with {top.parameters:,} parameters"
