"""What the way back costs beside the way forward, counted on the page's own networks."""

from __future__ import annotations

import numpy as np
import streamlit as st

from netlab.arrays import PIXELS
from netlab.formatting import fixed
from netlab.lessons.backprop.arithmetic import Cost, cost, equal_layers
from netlab.nets import shipped_mlp
from netlab.nn.mlp import EXAMPLES

DEEP, WIDE = 10, 100


def costs() -> None:
    """A fold with the counts, worked out when it is opened."""
    box = st.expander("More: what does the walk back cost?", on_change="rerun", key="backprop_costs_open")
    if not box.open:
        return
    with box:
        found = _counts()
        st.markdown("Each multiplication of the code below was counted while it ran, for one example:")
        st.table([_row(name, one) for name, one in found.items()])
        deep = found[f"{DEEP} layers of {WIDE}"]
        course = found["the network of this course"]
        st.markdown(
            "Why is one walk back enough? **Because all paths share their first steps back from the loss, and these are "
            "walked once.** Layer by layer, the walk back multiplies twice where the walk forward multiplied once: once for "
            "the slopes of the weights, once to carry δ on to the layer before. So in a deep network back : forward is about "
            f"2 : 1, here {fixed(deep.ratio, 2)} : 1. Nothing needs to be carried back to the pixels. That saves the network "
            f"of this course its largest product, so for it the two are {fixed(course.ratio, 2)} : 1. In the tiny networks the "
            "slopes of the few units cost as much as the few weights. Nudging every number by itself needs two walks forward "
            f"for each: {2 * course.numbers:,} of them."
        )


def _row(name: str, one: Cost) -> dict[str, str]:
    return {
        "network": name,
        "numbers": f"{one.numbers:,}",
        "forward": f"{one.forward:,}",
        "back": f"{one.backward:,}",
        "back : forward": f"{fixed(one.ratio, 2)} : 1",
        "by nudging every number": f"{one.by_nudging:,}",
    }


@st.cache_data(show_spinner=False)
def _counts() -> dict[str, Cost]:
    small = {
        f"{name} on this page": cost(one.network, one.inputs[:1], one.targets[:1])
        for name, one in EXAMPLES.items()
    }
    deep = cost(equal_layers(WIDE, DEEP), np.ones((1, WIDE)), np.zeros((1, WIDE)))
    course = cost(shipped_mlp.network("float32"), np.ones((1, PIXELS), np.float32), np.array([0]))
    return {**small, f"{DEEP} layers of {WIDE}": deep, "the network of this course": course}
