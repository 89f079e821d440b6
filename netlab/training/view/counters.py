"""The numbers of a run in one line: where it is, how well it reads, how fast it goes."""

from __future__ import annotations

from html import escape

import streamlit as st

from netlab.training.queue import View
from netlab.training.standing import numbers


def counters(view: View | None) -> None:
    """Show them; before a run has begun their place is kept."""
    shown = [] if view is None else numbers(view)
    text = "".join(
        f"<div title='{escape(one.note)}'><span>{one.title}</span><b>{one.value}</b></div>" for one in shown
    )
    st.html(f"<style>{_COUNTERS}</style><div class='netlab-counters'>{text}</div>")


_COUNTERS = """
.netlab-counters { display: flex; gap: 0 1.6rem; height: 2.6rem; overflow: hidden; }
.netlab-counters div { display: flex; flex-direction: column; min-width: 4.4rem; white-space: nowrap; }
.netlab-counters b { font-size: 1.05rem; font-variant-numeric: tabular-nums; line-height: 1.3; }
.netlab-counters span { font-size: 0.78rem; line-height: 1.2; opacity: 0.75; }
@media (max-width: 640px) {
  .netlab-counters { gap: 0 0.9rem; }
  .netlab-counters div { min-width: 4rem; }
  .netlab-counters div:nth-child(n + 5):not(:last-child) { display: none; }
}
"""
