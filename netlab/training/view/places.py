"""Places of the page that are there before what they show, so that nothing moves when it comes; and the way, on a phone,
from the curves to the settings and back.
"""

from __future__ import annotations

import streamlit as st

from netlab.app.components import component

BAR, STAGE = 40, 640
"""Heights in pixels that are kept for the bar and for what is below it until ``STYLE`` is there and knows better."""

STYLE = """
:is(div, section):has(> :is(.st-key-bar, .st-key-stage, .st-key-charts)), .st-key-bar, .st-key-stage, .st-key-charts {
  height: auto !important; max-height: none !important; overflow: visible !important; flex: none !important;
}
.st-key-bar { min-height: 2.5rem; }
.st-key-header_place { min-height: 2.5rem; justify-content: center; }
.st-key-axes { min-height: 2.4rem; row-gap: 0.2rem; }
.st-key-axes button { min-height: 1.8rem; padding: 0 0.6rem; }
.st-key-charts.st-key-charts {
  --netlab-chart: clamp(240px, calc(100vh - 27.4rem), 680px);
  min-height: calc(var(--netlab-chart) + 24px); margin-top: -1rem;
}
.st-key-about_curves { min-height: 5rem; }
.st-key-train_tone_place { min-height: 2rem; }
.st-key-about_curves p { font-size: 0.8rem; margin: 0; }
.st-key-words { min-height: 8rem; }
.st-key-preset_told [data-testid="stAlertContainer"] { padding: 0.5rem 0.7rem; }
.st-key-preset_told [data-testid="stAlertContainer"] p { font-size: 0.85rem; line-height: 1.35; }
.st-key-settings, .st-key-bar { scroll-margin-top: 4rem; }
.st-key-to_settings, .st-key-to_curves { display: none; }
@media (max-width: 640px) {
  .st-key-heading { min-height: 5.6rem; }
  .st-key-bar { min-height: 4.9rem; gap: 0.4rem; align-content: flex-start; }
  .st-key-bar > * { order: 2; }
  .st-key-bar > :first-child { order: 0; }
  .st-key-bar > :has(.st-key-to_settings) { order: 1; }
  .st-key-bar button { min-height: 2.2rem; padding: 0 0.4rem; }
  .st-key-bar button kbd { display: none; }
  .st-key-header_place { min-height: 4.35rem; }
  .st-key-stage { min-height: calc(2 * var(--netlab-chart, 340px) + 28rem); }
  .st-key-axes { min-height: 4.9rem; }
  .st-key-charts.st-key-charts {
    --netlab-chart: clamp(220px, calc(100vh - 31.4rem), 380px);
    min-height: calc(2 * var(--netlab-chart) + 4rem);
  }
  .st-key-about_curves { min-height: 9.4rem; }
  .st-key-to_settings, .st-key-to_curves { display: flex; }
}
"""


def begin_places() -> None:
    """Keep the places of what comes later."""
    st.html(f"<style>{STYLE}</style>")


_jump = component("training/jump")


def jump(key: str, label: str, place: str) -> None:
    """On a phone, where settings and curves lie one below the other: a button that goes to the container of that key."""
    with st.container(key=key, width="content"):
        _jump(key=f"{key}_button", data={"label": label, "place": place})
