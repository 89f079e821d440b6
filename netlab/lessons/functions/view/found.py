"""Whether learning finds the weights that the rule writes down: twenty networks, counted once for each curve."""

from __future__ import annotations

import streamlit as st

from netlab.app.lesson import onward
from netlab.lessons.functions.curve_fitting import BAR, Contest, contest, learn
from netlab.lessons.functions.targets import Target
from netlab.lessons.functions.view.build import fingerprint, remember_learned

SEEDS, STEPS = 20, 2000
OPEN = "functions_found_open"


def found_fold(target: Target) -> None:
    """A fold that lets networks learn the reader's curve; it costs nothing while it is shut."""
    box = st.expander("More: does learning find such weights?", on_change="rerun", key=OPEN)
    if not box.open:
        return
    with box:
        judged = _learned(fingerprint(target), target)
        remember_learned(target, BAR, "relu", judged.learned)
        st.markdown(found_told(judged))
        onward("pages/depth.py", "Watch them learn, and try other activations: Many layers")


@st.cache_data(show_spinner="Twenty networks are learning…", max_entries=64)
def _learned(values: bytes, _target: Target) -> Contest:
    *_, last = learn(_target, "relu", BAR, seeds=SEEDS, steps=STEPS, every=STEPS)
    return contest(_target, last.networks)


def found_told(judged: Contest) -> str:
    """How many of the networks came as close as the rule, in sentences."""
    best = float(judged.learned.min())
    counted = (
        f"{SEEDS} networks of {BAR} hinges each have just learnt your curve, each from random weights of its own, by {STEPS:,} "
        f"small steps downhill (later pages tell how). The rule of {BAR} hinges is off by {judged.by_hand:.3f}; the best of "
        f"the {SEEDS} by {best:.3f}. **{judged.found} of {SEEDS}** came as close as the rule."
    )
    if judged.found == SEEDS:
        return f"{counted} Here learning finds such weights each time."
    return f"{counted} Good weights exist, but learning misses them in {SEEDS - judged.found} of {SEEDS} tries: that a network *can* do it does not mean that it *will*."
