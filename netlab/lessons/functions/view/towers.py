"""Towers of two inputs, stage by stage, and many of them side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from netlab.app.choice import choose
from netlab.app.components import live_figure
from netlab.formatting import counted, plain
from netlab.lessons.functions.figures import tower_surface
from netlab.lessons.functions.towers import STAGES, Towers, off_by, stage, surface, towers

BIND: Any = {"bind": "query-params"}
OPEN = "functions_towers_open"
MOST = 12
PLACES = np.linspace(-1.0, 1.0, 49)
TITLES = {
    "step": "1. a step", "ridge": "2. a ridge", "cross": "3. a cross", "tower": "4. a tower", "towers": "5. many towers",
}  # fmt: skip
TOLD = {
    "step": "One unit with a large weight of x₁ and none of x₂ is a **step**: a cliff that runs along x₂.",
    "ridge": "A second unit takes the step back further on: up and down make a **ridge**, the bump from above, stretched along x₂.",
    "cross": (
        "Two more units make a ridge along x₁. Both together are a **cross**: 1 high on its arms, 2 high where the ridges meet."
    ),
    "tower": (
        "A neuron behind the four says yes only where their sum is above 1.5. The arms are gone, and a **tower** stands alone: four "
        "units, and one of a second layer."
    ),
}


def towers_fold() -> None:
    """A fold with the towers; it costs nothing while it is shut."""
    box = st.expander("More: the same with two inputs: towers", on_change="rerun", key=OPEN)
    if not box.open:
        return
    with box:
        left, right = st.columns([1, 1.3], gap="medium")
        with left:
            name = choose(
                st.pills, "How a tower is built", STAGES, key="functions_stage", titles=TITLES.__getitem__
            )
            if name == "towers":
                count = st.slider("Towers along each side", 1, MOST, 6, key="functions_towers", **BIND)
                built = towers(count)
                told = many_told(built)
                heights = built(PLACES, PLACES)
            else:
                told = TOLD[name]
                heights = stage(name, PLACES, PLACES)
            st.markdown(told)
        with right:
            wanted = surface(PLACES[None], PLACES[:, None]) if name == "towers" else None
            live_figure("tower_surface", tower_surface(PLACES, heights, wanted), f"{TITLES[name]}. {told}")


def many_told(built: Towers) -> str:
    """How many units that many towers need, and how far they are from the surface."""
    return (
        f"Towers side by side, each as high as the surface at its middle: {counted(len(built.middles) ** 2, 'tower')} of "
        f"{counted(built.first_layer, 'step')} (towers in a row share theirs) and {counted(built.second_layer, 'neuron')} in a "
        f"second layer. They are off by **{plain(off_by(built), 2)}** (root mean square). More and narrower towers leave a "
        "smaller error. So two hidden layers can build any continuous surface as closely as you like, and the same works with "
        "more inputs."
    )
