"""What would the net need to make x² itself? Measured on a press, with networks to try it."""

from __future__ import annotations

import streamlit as st

from netlab.app.choice import set_controls
from netlab.formatting import plain
from netlab.nn.activations import ACTIVATIONS
from netlab.playground.network import Plan
from netlab.playground.presets import controls
from netlab.playground.square import beginnings, fits, sentence

KEPT = "_classify_square"


def make_square(plan: Plan) -> None:
    """The question about the input x², and its answer for the activation of the first layer."""
    activation = plan.hidden[0][1] if plan.hidden else "tanh"
    with st.popover("What would the net need to make x² itself?", width="stretch"):
        st.markdown(
            "x² falls on the left and rises on the right. A unit that only rises or only falls cannot do that alone: a hidden layer "
            "adds up several, each turned and moved by its own weight and bias, until the sum bends like x²."
        )
        title = ACTIVATIONS[activation].title
        st.button(
            f"Measure it with {title}", icon=":material/straighten:", key="cl_square", on_click=_measure, args=(activation,)
        )  # fmt: skip
        if st.session_state.get(KEPT) != activation:
            st.caption("Layers of 1 to 8 units learn x² from x, six times each: two seconds of work.")
            return
        found = fits(activation)
        st.markdown(
            "\n".join(
                [f"| {title} units | misses x² by |", "|---|---|"]
                + [f"| {fit.units} | {plain(fit.error, 2)} |" for fit in found]
            )
        )
        st.markdown(sentence(activation, found))
        st.caption("On the circle, which x² + y² parts:")
        for place, (words, setup) in enumerate(beginnings(activation, found).items()):
            if st.button(words, key=f"cl_square_{place}", on_click=set_controls, args=(controls(setup),)):
                st.rerun(scope="app")  # the points are chosen above


def _measure(activation: str) -> None:
    st.session_state[KEPT] = activation
