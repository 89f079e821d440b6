"""Which network is better, and is the difference more than luck? Runs beside each other."""

import streamlit as st

from netlab.app.choice import choose
from netlab.app.frame import begin
from netlab.experiments.view.run_sections import SECTIONS
from netlab.training.view.session import job_queue, show_refusal

begin("Runs", "Which network is better, and is the difference more than luck?")
job_queue()
section = choose(
    st.segmented_control, "What to do", SECTIONS, key="view",
    titles=lambda key: SECTIONS[key].title, label_visibility="collapsed",
)  # fmt: skip
show_refusal()
SECTIONS[section].show()
