"""What the run that is shown is called, what it is and what came of it: one line over its curves."""

from __future__ import annotations

from html import escape

import streamlit as st

from netlab.app.frame import literal
from netlab.data import STAND_IN
from netlab.nets.presets import preset_of
from netlab.runs.naming import LONGEST
from netlab.training.controls import within_controls
from netlab.training.queue import Job, View
from netlab.training.run_words import facts, outcome, settings
from netlab.training.view.controls import MOVED
from netlab.training.view.network_bars import layers_picture
from netlab.training.view.session import name_of, rename, rights

STYLE = """
.st-key-run_header { height: 2.5rem; flex-wrap: nowrap; overflow: hidden; }
.st-key-run_header [data-testid="stMarkdown"] p { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; margin: 0; }
.st-key-run_header > div:first-child, .st-key-run_header [data-testid="stMarkdown"] { min-width: 0; }
.st-key-run_header button { white-space: nowrap; }
@media screen and (max-width: 640px) {
  .st-key-run_header { height: auto; flex-wrap: wrap; row-gap: 0.25rem; overflow: visible; }
  .st-key-run_header [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
  .st-key-run_header > div:first-child { flex: 1 0 100%; max-width: 100%; }
}
"""
"""One line (on a phone two) of the same height, whatever a run is called; what does not fit stands beside the field for its name."""


PAPER = """
.netlab-paper { display: none; }
@media print {
  .netlab-paper { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.2rem 1rem; font-size: 0.8rem; }
  .st-key-run_header, .st-key-run_header > div { height: auto !important; overflow: visible !important; }
  .st-key-charts.st-key-charts.st-key-charts { --netlab-chart: 340px; }
  .st-key-words, .st-key-stage { min-height: 0 !important; }
  .st-key-axes, .st-key-living_network, .st-key-onwards { display: none !important; }
  .st-key-run_header [data-testid="stMarkdown"] p { white-space: normal !important; }
  .st-key-finding_0 [data-testid="stColumn"]:has(.live-figure), .st-key-next_run, .st-key-run_network, .st-key-bar, [data-testid="stColumn"]:has(.st-key-settings) { display: none !important; }
  [data-testid="stExpander"], [data-testid="stCheckbox"], [data-testid="stSlider"], [data-testid="stButtonGroup"] { display: none !important; }
  [data-testid="stColumn"]:has(.netlab-paper) { width: 100% !important; flex: 1 1 100% !important; min-width: 0 !important; }
  [data-testid="stColumn"]:has(.netlab-paper) [data-testid="stHorizontalBlock"] { flex-wrap: wrap; }
  .netlab-paper, [data-testid="stAlert"], .live-figure { break-inside: avoid; }
}
"""


def run_header(job: Job, view: View) -> None:
    """Its name, network, optimizer, data, seed and outcome; to rename it, and to bring the controls to it."""
    name, seen = name_of(job), view.history.validations
    told = [
        outcome(view.state, view.done, seen[-1].accuracy if seen else None),
        *facts(view.spec, view.started),
    ]
    st.html(f"<style>{STYLE}</style>")
    with st.container(horizontal=True, vertical_alignment="center", key="run_header"):
        st.markdown(
            f"**{literal(name)}** · {literal(' · '.join(told))}",
            width="stretch",
        )
        why = rights(job.id).change
        with st.popover(
            "Rename",
            icon=":material/edit:",
            type="tertiary",
            width="content",
            disabled=bool(why),
            help=why or None,
        ):
            _rename(job, name)
            st.caption(literal(" · ".join(told)))
        within = within_controls(job.spec)
        st.button(
            "Use these settings", icon=":material/tune:", key="run_use", on_click=_use, args=(job,), disabled=not within,
            help="Brings the controls to this run's settings, for the next run." if within
            else "The controls have no place for all of this run's settings; the command line had.",
        )  # fmt: skip


def on_paper(view: View) -> None:
    """All settings of the run, for the printed page; the screen has the line over the curves and the controls."""
    rows = "".join(
        f"<div><b>{escape(label)}</b> {escape(value)}</div>" for label, value in settings(view.spec)
    )
    st.html(f"<style>{PAPER}</style><div class='netlab-paper'>{rows}</div>")


def lesson(view: View) -> None:
    """What a preset teaches, told of its run once that is over."""
    preset = preset_of(view.spec)
    if preset is None or view.state not in ("done", "diverged"):
        return
    stand_in = view.started is not None and view.started.source == STAND_IN
    st.info(f"**{preset.title}.** {preset.told(stand_in=stand_in)}", icon=":material/school:")


def run_network(view: View) -> None:
    """The network of the run that is shown, beside that of the next run, which the controls describe."""
    with st.container(key="run_network"):
        st.subheader("This run's network", anchor=False)
        st.html(layers_picture(view.spec))
        st.markdown(f"**{view.spec.parameter_count:,} parameters**")


def _rename(job: Job, name: str) -> None:
    key = f"run_name_{job.id}"
    st.text_input(
        "Name of this run", name, max_chars=LONGEST, key=key, on_change=_named, args=(job.id, key),
        help="Empty it, and the run is called by what is unusual about it.",
    )  # fmt: skip


def _named(run_id: str, key: str) -> None:
    rename(run_id, str(st.session_state[key]))


def _use(job: Job) -> None:
    st.session_state[MOVED] = job.spec
