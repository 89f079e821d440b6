"""A fold in which a well-known sentence is counted out: Adam finds the lowest minimum from the most starts."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import set_controls
from netlab.app.components import live_figure
from netlab.formatting import counted
from netlab.landscape.neuron_surface import NeuronFields
from netlab.landscape.race.claim import CLAIMED, RATES, Census, census, claim_alt, claim_told
from netlab.landscape.race.figures_basins import claim_shares
from netlab.landscape.surface import Surface
from netlab.nn.optimizers import OPTIMIZERS

WORK = 6e6
"""Updates of one weight pair that all rules together may take, for a second or less."""
MOST_ALONG, FEWEST_ALONG = 15, 6


def claim_fold(surface: Surface, name: str, steps: int) -> None:
    """Count, for every optimizer, the starts that reach the lowest minimum, and say what the numbers say."""
    box = st.expander(
        "A claim put to the test: does Adam find the lowest minimum from the most starts?",
        on_change="rerun",
        key="claim_open",
    )
    if not box.open:
        return
    with box:
        st.markdown(
            "A widely read page shows four optimizers on two wells in a bowl and says: “For this particular function, Adam is the algorithm "
            "that converges to the global minimum from the most initializations” (Dupont, 2018). Its function is the landscape **Double well** "
            "above; the count below is made on whatever you have chosen."
        )
        if not surface.minima:
            st.info(
                "No minimum is known on this surface, so there is no lowest one to reach.",
                icon=":material/landscape:",
            )
            return
        with st.spinner(f"{len(OPTIMIZERS)} optimizers × {RATES + 1} rates…"):
            found = _counted(name, steps, _along(surface, steps), surface)
        live_figure("claim_shares", claim_shares(found, CLAIMED), claim_alt(found), on_press=_look_closer)
        st.markdown(claim_told(found))
        st.caption(
            f"{counted(found.starts, 'start')} spread evenly over the window, {counted(steps, 'step')} each. Every optimizer is tried at {RATES} rates, "
            "and its bar is the best of them **for this very question**, which flatters all alike; the diamond is Keras's default rate. "
            "On the page that made the claim the four ran at rates and for numbers of steps of their own. Press a bar to see that optimizer’s map above."
        )


def _along(surface: Surface, steps: int) -> int:
    """Starts along each axis, fewer where walks are long or a loss is over many examples."""
    fields = surface.fields
    examples = max(1, len(fields.data.inputs) // 8) if isinstance(fields, NeuronFields) else 1
    starts = WORK / (steps * examples * len(OPTIMIZERS) * (RATES + 1))
    return int(np.clip(np.sqrt(starts), FEWEST_ALONG, MOST_ALONG))


def _look_closer(key: Any) -> None:
    """Choose the optimizer whose bar was pressed; a browser says which."""
    if isinstance(key, str) and key in OPTIMIZERS:
        set_controls({"ls_optimizer": key})


@st.cache_resource(max_entries=64, show_spinner=False)
def _counted(name: str, steps: int, along: int, _surface: Surface) -> Census:
    found = census(_surface, steps=steps, along=along)
    assert found is not None  # the fold has asked whether there is a minimum
    return found
