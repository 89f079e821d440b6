"""Beside the learning rate: where the curvature of the run that is shown says that plain SGD becomes unstable."""

from __future__ import annotations

import streamlit as st

from netlab.plots.palette import VERMILION
from netlab.runs.symptoms import stable_rate
from netlab.training.rate_words import NOT_MEASURED, Zone, zone_of
from netlab.training.view.session import current

STYLE = """
.netlab-zone { min-height: 5.4rem; margin-top: -0.7rem; }
.netlab-zone div { position: relative; height: 5px; border-radius: 3px; background: rgba(128,128,128,0.25); }
.netlab-zone i { position: absolute; top: 0; bottom: 0; right: 0; border-radius: 3px; background: COLOUR; }
.netlab-zone span { display: block; font-size: 0.75rem; line-height: 1.3; opacity: 0.8; padding-top: 0.25rem; }
""".replace("COLOUR", VERMILION)


def rate_zone(marks: tuple[float, ...], optimizer: str) -> None:
    """A bar under the slider, red from that rate on, and the sentence that says what it is; grey without a run.

    It is as high either way, so that nothing moves under the hand.

    Parameters
    ----------
    marks : tuple of float
        What the slider offers, evenly spaced on the screen.
    optimizer : str
        Of the network that the settings describe.
    """
    job = current()
    bound = None if job is None or not job.history.evidence else stable_rate(job.history.evidence[-1])
    zone = NOT_MEASURED if bound is None else zone_of(bound, marks, optimizer)
    st.html(f"<style>{STYLE}</style>{_bar(zone)}")


def _bar(zone: Zone) -> str:
    return (
        f"<div class='netlab-zone'><div role='img' aria-label='{zone.alt}'><i style='left:{100 * zone.left:.1f}%'></i></div>"
        f"<span>{zone.sentence}</span></div>"
    )
