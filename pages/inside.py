"""What does it look at, and where is it wrong? Look into a trained network."""

import streamlit as st

from netlab.app.choice import choose
from netlab.app.frame import begin
from netlab.experiments.inside.view.sections import SECTIONS
from netlab.experiments.view.subjects import choose_subject, pictures_for

begin("Inside", "What does it look at, and where is it wrong?")
left, right = st.columns([5, 6], vertical_alignment="bottom")
with left:
    subject = choose_subject()
with right:
    section = choose(
        st.segmented_control, "What to look at", SECTIONS, key="section",
        titles=lambda key: SECTIONS[key].title, label_visibility="collapsed",
    )  # fmt: skip
pictures = pictures_for(subject.spec, subject.source)
SECTIONS[section].show(subject, pictures)
