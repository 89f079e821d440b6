"""What the teacher of a class has limited, said where a training is asked for."""

from __future__ import annotations

import streamlit as st

from netlab.app.frame import literal
from netlab.nets.spec import NetworkSpec
from netlab.training.class_rules import fitted, in_words, rules, why_not
from netlab.training.view.controls import MOVED


def tell_limits(spec: NetworkSpec | None) -> None:
    """Say what the limits are; of a network beyond them why it would be refused, with a button that makes it fit."""
    held = rules()
    if not held.limited:
        return
    st.caption(f":material/school: {in_words(held)}")
    why = "" if spec is None else why_not(spec, held)
    if spec is None or not why:
        return
    st.warning(literal(why), icon=":material/school:")
    small = fitted(spec, held)
    if small is not None:
        st.button("Make it fit", icon=":material/fit_screen:", key="class_fit", on_click=_fit, args=(small,))


def _fit(spec: NetworkSpec) -> None:
    st.session_state[MOVED] = spec
